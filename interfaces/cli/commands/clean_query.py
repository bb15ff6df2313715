"""`registration clean-query`: the query that is sent to the companies register for a restaurant."""

from cyclopts import App

from interfaces.cli.output import add_rows, output, print_json, table
from interfaces.cli.session import AsJson
from registration.companies.matching.query_cleaning import clean_query

app = App(
    "clean-query",
    help_epilogue="""
Examples:
  registration clean-query --name "KFC - Queen St" --address "Shop 4, 23 Queen Street" --city Auckland
  registration clean-query --name "Sushi Bay (Takapuna)" --json
""",
    help_format="plaintext",
)


@app.default
def clean(*, name: str, address: str = "", city: str = "", as_json: AsJson = False) -> None:
    """Show the query that is sent to the companies register; an empty street means no search by address.

    Args:
        name: The restaurant's name.
        address: Its address.
        city: Its city.
        as_json: Print JSON.
    """
    query = clean_query(name, address, city)
    if as_json:
        print_json({"name": query.name, "street": query.street, "city": query.city})
        return
    rows = (("name", name, query.name), ("street", address, query.street), ("city", city, query.city))
    output().print(add_rows(table("", "given", "searched"), rows))
