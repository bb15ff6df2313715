"""Reading restaurants from CSV: all mistakes at once, each with its line and reason."""

from pathlib import Path

import pytest

from registration.restaurants.csv_import import COLUMNS, CsvImport, read_restaurants
from registration.restaurants.models import NewRestaurant


def _lines(result: CsvImport) -> list[int]:
    return [row.line for row in result.rows]


def _errors(result: CsvImport) -> list[str]:
    return [str(error) for error in result.errors]


def test_the_columns_are_those_of_the_manual() -> None:
    """The columns, in the order in which they are documented."""
    assert ", ".join(COLUMNS) == (
        "name, address, city, phone, email, contact_name, website_url, ubereats_url, doordash_url, cuisine, "
        "opening_hours, external_id"
    )


def test_good_rows_are_read_with_their_lines() -> None:
    """Rows keep the line on which they begin; blank lines are left out."""
    result = read_restaurants("name,city\nJax,Auckland\n\n,\nTexas Chicken,Henderson\n")
    assert [(row.line, row.restaurant.name, row.restaurant.city) for row in result.rows] == [
        (2, "Jax", "Auckland"),
        (5, "Texas Chicken", "Henderson"),
    ]
    assert result.errors == ()


def test_all_mistakes_are_reported_at_once() -> None:
    """Every bad cell of every bad row is named; the good rows are still there."""
    result = read_restaurants(
        "name,phone,email,opening_hours,ubereats_url\n"
        ",12,nobody,Mon 9-5,ubereats.com/x\n"
        "Jax,09 379 1234,jax@jax.co.nz,daily 11:00-21:00,https://www.ubereats.com/x\n"
        "Max,,,,http://\n"
    )
    assert _lines(result) == [3]
    assert [(error.line, error.column) for error in result.errors] == [
        (2, "name"),
        (2, "phone"),
        (2, "email"),
        (2, "ubereats_url"),
        (2, "opening_hours"),
        (4, "ubereats_url"),
    ]
    assert (
        _errors(result)[1] == "line 2: phone '12' is not a New Zealand phone number, as 09 379 1234 or +64 21 123 4567"
    )


def test_quotes_and_line_breaks_keep_the_line_numbers() -> None:
    """A quoted cell may hold commas, quotes and line breaks; later rows still have the right line."""
    result = read_restaurants('name,address\n"Joe\'s ""Best"",\nDiner","1 Queen St,\r\nAuckland"\nJax\n')
    assert result.rows[0].restaurant.name == 'Joe\'s "Best", Diner'
    assert result.rows[0].restaurant.address == "1 Queen St, Auckland"
    assert _errors(result) == ["line 5: has 1 cells, the header has 2"]


def test_odd_line_separators_inside_a_cell_are_no_lines() -> None:
    """Only line breaks count as lines, not other separators that Python knows."""
    result = read_restaurants("name,city\nJax\u2028Shack,Nelson\nMax,a,b\n")
    assert (_lines(result), _errors(result)) == ([2], ["line 3: has 3 cells, the header has 2"])


def test_the_header_is_checked_at_once() -> None:
    """Unknown, doubled and missing columns are all named."""
    errors = _errors(read_restaurants("nome,,city,City\nJax,a,b,c\n"))
    assert [error.split(";")[0] for error in errors] == [
        "line 1: 'nome' is not a known column",
        "line 1: '' is not a known column",
        "line 1: 'city' occurs twice in the header",
        "line 1: 'name' is required but is not in the header",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "name,city,,,\nJax,Nelson,,,\n",
        "name,city,, \nJax,Nelson\n",
        "name,city\nJax,Nelson,, ,\n",
        "sep=;\nname;city;;\nJax;Nelson;;\n",
        "name,city,,,\n,,,,\nJax,Nelson,,,\n,,,,\n",
    ],
)
def test_empty_columns_at_the_end_are_none(text: str) -> None:
    """Spreadsheets save what was once filled, or only formatted."""
    read = read_restaurants(text)
    assert [row.restaurant for row in read.rows] == [NewRestaurant(name="Jax", city="Nelson")]
    assert read.errors == ()


def test_a_cell_beyond_the_columns_is_refused() -> None:
    """Nobody knows what it means."""
    assert _errors(read_restaurants("name,city,,\nJax,Nelson,,x\n")) == ["line 2: has 4 cells, the header has 2"]


@pytest.mark.parametrize(
    "first, separator",
    [
        ("sep=;", ";"),
        ("SEP=,", ","),
        ('"sep=;"', ";"),
        ("sep=;\r", ";"),
        ("sep=\t", "\t"),
        ("sep=|", "|"),
        ("sep=;,,", ","),
    ],
)
def test_the_first_line_may_say_what_separates_cells(first: str, separator: str) -> None:
    """As Excel writes it, also where another program saved the file since; the other lines keep their numbers."""
    row = separator.join(("Jax", "12", "kai@kai.example"))
    read = read_restaurants(f"\ufeff{first}\n{separator.join(('name', 'phone', 'email'))}\n{row}\n")
    assert [error.line for error in read.errors] == [3]
    assert [error.column for error in read.errors] == ["phone"]


def test_what_is_read_otherwise_than_it_stands_there_is_remarked() -> None:
    """Entities of HTML, and numbers that a spreadsheet saved without their first 0; cuisines are not torn apart."""
    read = read_restaurants(
        "name,phone,cuisine,external_id,opening_hours\n"
        "Smith &amp;amp; Sons,211234567,Fish &amp; Chips; Thai,123456.0,Mon 9:00&ndash;17:00\n"
        "Jax,021 123 4567,Thai,K-1,\n"
    )
    [smith, _] = [row.restaurant for row in read.rows]
    assert (smith.name, smith.phone, smith.external_id) == ("Smith & Sons", "+64211234567", "123456")
    assert smith.cuisine == ("Fish & Chips", "Thai")
    assert [(remark.line, remark.column) for remark in read.remarks] == [
        (2, "name"),
        (2, "phone"),
        (2, "cuisine"),
        (2, "opening_hours"),
        (2, "external_id"),
    ]
    assert str(read.remarks[0]) == "line 2: name HTML entities in 'Smith &amp;amp; Sons' are read as 'Smith & Sons'"


def test_what_a_spreadsheet_lost_is_refused() -> None:
    """A number that was rounded, a value that it could not show."""
    read = read_restaurants("name,phone,city,external_id\nJax,6.42E+10,#REF!,\nMax,6.42E+10,,1.23457E+15\n#NAME?,,,\n")
    assert [(error.line, error.column) for error in read.errors] == [
        (2, "city"),
        (3, "phone"),
        (3, "external_id"),
        (4, "name"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_cells_may_be_separated_as_spreadsheets_do_it(separator: str) -> None:
    """By commas, or as in some languages by semicolons or tabs; what stands inside a cell does not count."""
    text = separator.join(("name", "city", "cuisine")) + "\n" + separator.join(("Jax", "Nelson", '"Thai;Lao, Viet"'))
    [row] = read_restaurants(text).rows
    assert row.restaurant == NewRestaurant(name="Jax", city="Nelson", cuisine=("Thai", "Lao, Viet"))


def test_a_restaurant_that_looks_the_same_is_the_same() -> None:
    """However its macron was typed."""
    twice = read_restaurants("name\nWhetū Ramen\nWhetu\N{COMBINING MACRON} Ramen\n")
    assert _errors(twice) == ["line 3: is the same restaurant as line 2"]


def test_headers_may_be_written_in_capitals() -> None:
    """Case and blanks of the header do not matter."""
    assert _lines(read_restaurants(" Name ,CITY\nJax,Nelson\n")) == [2]


@pytest.mark.parametrize(
    "text,error",
    [
        ("", "line 1: the file is empty"),
        ("\n \n", "line 1: the file is empty"),
        ("name,city\n", "line 1: the file has a header but no restaurants"),
        ('name\nJax\n"Max\n', "line 3: is not valid CSV (unexpected end of data); the rest of the file was not read"),
    ],
)
def test_files_without_content_are_refused(text: str, error: str) -> None:
    """Nothing to import is an error, and so is a file that ends inside a quote."""
    assert _errors(read_restaurants(text)) == [error]


def test_duplicates_within_the_file_are_reported() -> None:
    """The same external id, or without one the same name and address, is one restaurant."""
    result = read_restaurants(
        "name,address,external_id\nKFC,1 Queen St,\nkfc,1 queen st,\nKFC,2 Queen St,\nJax,,A1\nMax,,A1\nJax,,A2\n"
    )
    assert _lines(result) == [2, 4, 5, 7]
    assert _errors(result) == [
        "line 3: is the same restaurant as line 2",
        "line 6: is the same restaurant as line 5",
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf8_is_read_with_and_without_mark(tmp_path: Path, mark: bytes) -> None:
    """Spreadsheets put a byte order mark in front; macrons survive."""
    file = tmp_path / "restaurants.csv"
    file.write_bytes(mark + "name,city\nŌtaki Kai,Ōtaki\n".encode())
    [row] = read_restaurants(file).rows
    assert row.restaurant.city == "Ōtaki"


@pytest.mark.parametrize("encoding,line", [("latin-1", 3), ("utf-16", 1)])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str, line: int) -> None:
    """A file that is not UTF-8 is refused with the line of the first bad byte."""
    file = tmp_path / "restaurants.csv"
    file.write_bytes("name\nJax\nCafé\n".encode(encoding))
    assert _errors(read_restaurants(file)) == [f"line {line}: is not UTF-8 text; save the file as CSV UTF-8"]


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    """That there is no file is said by the operating system's error."""
    with pytest.raises(FileNotFoundError):
        read_restaurants(tmp_path / "none.csv")
