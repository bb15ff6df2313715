"""The ways in which the same page may be written; each must be read alike."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape


def _as_saved(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{written}>"


def _other_order(tag: str, attributes: dict[str, str]) -> str:
    """Capitals, single quotes, the last attribute first, one more that says nothing."""
    written = "".join(f" {name.upper()} = '{value}'" for name, value in reversed(attributes.items()))
    return f"<{tag.upper()} data-x=1{written} >"


@dataclass(frozen=True)
class Markup:
    """How tags and values are written: `gap` stands around values, `between` between parts."""

    name: str
    begin: Callable[[str, dict[str, str]], str] = _as_saved
    gap: str = "\n"
    between: str = "\n"
    wrap: str = "{}"
    tbody: bool = False

    def part(self, tag: str, *content: str, **attributes: str) -> str:
        """An element; `class_` and `for_` are written without their underscore."""
        named = {name.rstrip("_"): value for name, value in attributes.items()}
        return f"{self.begin(tag, named)}{self.between.join(content)}</{tag}>"

    def value(self, text: str) -> str:
        """A value as text of the page; the country stands on a line by itself."""
        shown = escape(text, quote=False).replace(", New Zealand", f"{self.gap}, New Zealand")
        return f"{self.gap}{self.wrap.format(shown)}{self.gap}"

    def row(self, *content: str) -> str:
        """A row."""
        return self.part("div", *content, class_="row")

    def labelled(self, field: str, label: str, text: str) -> str:
        """A row of a label and its value, as text beside it."""
        return self.row(self.part("label", label, for_=field) + self.value(text))


SAVED = Markup("as saved")
WINDOWS = Markup("with the line ends and blanks of the server", gap="\r\n\t\t  ", between="\r\n    ")
MINIFIED = Markup("on one line", gap="", between="")
OTHER_ORDER = Markup("with capitals, single quotes and other attributes", begin=_other_order)
NESTED = Markup("with values in further parts", wrap='<span class="v"><b>{}</b></span>')
BROWSER = Markup("as a browser gives it back", gap=" ", tbody=True)
ALL = (SAVED, WINDOWS, MINIFIED, OTHER_ORDER, NESTED, BROWSER)
