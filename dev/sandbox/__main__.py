"""Starts the sandbox: `python -m dev.sandbox --port 3007 --database-url postgresql://…`, or by the environment."""

import argparse

from pydantic import ValidationError

from dev.sandbox.latency import UnknownProfile
from dev.sandbox.server import serve
from dev.sandbox.settings import SandboxSettings
from dev.sandbox.world import World


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dev.sandbox", description=__doc__)
    for name, field in SandboxSettings.model_fields.items():
        option = f"--{name.replace('_', '-')}"
        if field.annotation is bool:
            parser.add_argument(option, action="store_true", default=None, help=field.description)
        elif not name.endswith("_key"):
            parser.add_argument(option, help=field.description)
    return parser


def main() -> None:
    """Serve with the settings of the command line and the environment; print one line for each wrong setting."""
    parser = _parser()
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    try:
        world = World(SandboxSettings(**given))
    except ValidationError as error:
        parser.error("; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors(include_input=False)))
    except UnknownProfile as error:
        parser.error(str(error))
    serve(world)


if __name__ == "__main__":
    main()
