"""make faults: every fault on a page of its own; a table, and with --json the same as a file. Fails when one is bad."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.faults.faults import FAULTS
from tests.faults.scene import Outcome


def main() -> int:
    """Run them one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="words of the faults to try; all where none is given")
    parser.add_argument("--json", type=Path, help="where to write the outcomes")
    options = parser.parse_args()
    chosen = [name for name in FAULTS if not options.only or any(word in name for word in options.only)]
    found = []
    for name in chosen:
        found.append(tried(name))
        print(row(found[-1]), file=sys.stderr, flush=True)
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found], indent=1) + "\n")
    return 0 if all(each.good for each in found) else 1


def tried(name: str) -> Outcome:
    """What came of a fault; what broke the attempt itself counts as bad."""
    with tempfile.TemporaryDirectory(prefix="imfn-faults-", ignore_cleanup_errors=True) as folder:
        try:
            found = FAULTS[name](Path(folder))
        except Exception as error:
            found = Outcome(fault=name, said=f"{type(error).__name__}: {error}", kept="?", seconds=0.0, good=False)
        log = Path(folder) / "log"
        if log.exists() and "Traceback" in (text := log.read_text(errors="replace")):
            found.good, found.said = (
                False,
                f"{found.said} (a traceback in the log: {raised(text)})",
            )
    return found


def raised(log: str) -> str:
    """The error of the first traceback in a log."""
    after = log[log.index("Traceback") :].splitlines()[1:]
    return next((line[:200] for line in after if line and not line.startswith(" ")), "?")


def table(found: list[Outcome]) -> str:
    """All of them as Markdown."""
    return "\n".join(["| Fault | Said | Kept | Seconds | |", "| --- | --- | --- | ---: | --- |", *map(row, found)])


def row(one: Outcome) -> str:
    """One line of it."""
    said = one.said.replace("|", "/").replace("\n", " ")
    return f"| {one.fault} | {said} | {one.kept} | {one.seconds:g} | {'ok' if one.good else 'BAD'} |"


if __name__ == "__main__":
    sys.exit(main())
