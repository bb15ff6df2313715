"""Numbers in names, in digits: "Smokehouse Forty One" → "Smokehouse 41"."""

from collections.abc import Iterable, Iterator

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate(_SMALL)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}


def in_digits(words: Iterable[str]) -> Iterator[str]:
    """The words with every number in digits; a ten and a unit after it are one number."""
    ten = 0
    for word in words:
        number = _NUMBERS.get(word, -1)
        if ten and 0 < number < 10:
            yield str(ten + number)
            ten = 0
            continue
        if ten:
            yield str(ten)
        ten = number if number >= 20 else 0
        if not ten:
            yield _ORDINALS.get(word, word) if number < 0 else str(number)
    if ten:
        yield str(ten)
