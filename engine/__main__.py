"""The command line: python -m engine {models,compress,…} [--json].

Bad input ends with exit code 2 and one clear line on standard error.
"""

from __future__ import annotations

import argparse
import logging
import sys

from engine.commands import COMMANDS
from engine.files import json_text


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="python -m engine", description="Invertible Memory Flow Networks")
    names = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        sub = names.add_parser(name, help=command.__doc__.splitlines()[0], description=command.__doc__)
        sub.add_argument("--json", action="store_true", help="print one JSON object instead of text")
        command.options(sub)
        sub.set_defaults(run=command.run)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    options = parser().parse_args(arguments)
    try:
        result, text = options.run(options)
    except (ValueError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    print(json_text(result, default=str) if options.json else text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
