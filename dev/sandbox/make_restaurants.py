"""Prints a CSV of generated restaurants: `python -m dev.sandbox.make_restaurants 50 > restaurants.csv`."""

import argparse
import csv
import sys
from dataclasses import asdict, fields
from typing import TextIO

from dev.sandbox.generated import GENERATED_COMPANIES, GeneratedRestaurant, generated


def write_restaurants(count: int, to: TextIO) -> None:
    """The first `count` generated restaurants with a header line; raises ValueError if there are fewer."""
    writer = csv.DictWriter(to, [field.name for field in fields(GeneratedRestaurant)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(generated(number)) for number in range(1, count + 1))


def main() -> None:
    """Print as many restaurants as the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m dev.sandbox.make_restaurants", description=__doc__)
    parser.add_argument("count", type=int, choices=range(1, GENERATED_COMPANIES + 1), metavar="N")
    write_restaurants(parser.parse_args().count, sys.stdout)


if __name__ == "__main__":
    main()
