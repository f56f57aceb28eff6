"""make fuzz: new inputs until the time is up; prints every finding as one JSON line, and fails when there is one."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.workers import findings


def main() -> int:
    """Try inputs from one seed after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the first; every 2,000 inputs another")
    options = parser.parse_args()
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


if __name__ == "__main__":
    sys.exit(main())
