"""Cells that a person corrects: the text stays the same table, each row at its line."""

from registration.kit.csv_cells import CsvCells
from registration.restaurants.csv_import import read_restaurants

SENT = 'sep=;\r\nname;address\r\n\r\nKai;"1 Queen Street\nAuckland"\r\nTio;12 Dee Street\r\n'


def test_a_corrected_table_keeps_its_lines() -> None:
    """Blank lines, lines in cells, and another separator."""
    table = CsvCells.read(SENT)
    assert table.rows == (
        (2, ("name", "address")),
        (4, ("Kai", "1 Queen Street\nAuckland")),
        (6, ("Tio", "12 Dee Street")),
    )
    corrected = table.with_cells({(6, 0): 'Tio, "the oyster"', (6, 7): "beyond", (99, 0): "no line"})
    again = CsvCells.read(corrected.text)
    assert again == corrected
    assert again.at(6) == ('Tio, "the oyster"', "12 Dee Street")
    assert CsvCells.read(again.text) == again


def test_a_short_row_gets_the_cells_it_lacks() -> None:
    """So that it is read; a row is never longer than the header by a correction."""
    table = CsvCells.read("name,city,phone\nKai\n").with_cells({(2, 2): "09 379 1234", (2, 3): "beyond"})
    assert table.at(2) == ("Kai", "", "09 379 1234")
    [row] = read_restaurants(table.text).rows
    assert (row.line, row.restaurant.phone) == (2, "+6493791234")


def test_columns_are_named_and_left_out() -> None:
    """Also where the first line is a restaurant."""
    table = CsvCells.read("Kai\tx\tAuckland\nTio\ty\tBluff\n").with_header(["name", "-", "city"]).without({1})
    assert table.rows[0] == (1, ("name", "city"))
    rows = read_restaurants(table.text).rows
    assert [(row.line, row.restaurant.name, row.restaurant.city) for row in rows] == [
        (2, "Kai", "Auckland"),
        (3, "Tio", "Bluff"),
    ]
