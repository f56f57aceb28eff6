"""make fuzz: new inputs until the time is up, or PAYLOADS to a running page; prints every finding as one line, and
fails when there is one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.page import fuzz_page
from tests.fuzz.workers import findings


def main() -> int:
    """Try inputs from one seed after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the first; every 2,000 inputs another")
    parser.add_argument("--page", type=int, default=0, help="so many payloads to a running page instead")
    options = parser.parse_args()
    if options.page:
        return told(fuzz_page(options.page, options.seed), options)
    until, seed, tried, bad = time.monotonic() + options.seconds, options.seed, 0, 0
    with tempfile.TemporaryDirectory(prefix="imfn-fuzz-") as folder:
        while time.monotonic() < until:
            for finding in findings(Path(folder) / str(seed), seed, 2_000, until=until):
                tried += finding.get("run", 0)
                bad += "what" in finding
                print(json.dumps(finding), flush=True)
            seed += 1
    print(f"{tried:,} inputs, {bad} findings; the same again: --seed {options.seed}", file=sys.stderr)
    return 1 if bad else 0


def told(found: list[str], options: argparse.Namespace) -> int:
    """Print what a page answered wrongly; the exit status."""
    for line in found:
        print(line, flush=True)
    print(f"{options.page:,} payloads, {len(found)} findings; the same again: --seed {options.seed}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
