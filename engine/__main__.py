"""The command line: python -m engine {models,compress,…} [--json].

Bad input ends with exit code 2 and one clear line on standard error.
"""

from __future__ import annotations

import argparse
import logging
import sys

from engine.commands import COMMANDS
from engine.files import json_text

LONGEST = 1000
"""characters of an error's line; lists of bundled names fit, a name of 5,000 digits does not"""


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


def one_line(text: str) -> str:
    """The text in one line, its middle left out above LONGEST characters: what to do stands at the end."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 4]} … {line[-LONGEST // 2 :]}"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    options = parser().parse_args(arguments)
    try:
        result, text = options.run(options)
    except (ValueError, OSError) as error:
        print(f"error: {one_line(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    print(json_text(result, default=str) if options.json else text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
