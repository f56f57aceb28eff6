"""`make load`: fifty visitors and a training; prints JSON, and `--record` writes assets/results/load.json."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from engine.checkpoints import hardware, revision
from tests.load.leak import leak
from tests.load.memory import memory_of_files
from tests.load.run import load

RESULTS = Path(__file__).resolve().parents[2] / "assets" / "results" / "load.json"


def main() -> None:
    """Run it and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50, help="at once")
    parser.add_argument("--interactions", type=int, default=20, help="of each, after the clip is compressed")
    parser.add_argument("--waves", type=int, default=2, help="how often as many come anew, when the last have gone")
    parser.add_argument("--arriving", type=float, default=10.0, help="seconds in which they all come")
    parser.add_argument("--hostile", type=int, default=0, help="of the visitors, those who are in everybody's way")
    parser.add_argument("--leak", action="store_true", help="one after the other instead, and what the page grows by")
    parser.add_argument("--memory", action="store_true", help="instead, what files that unfold take of a page")
    parser.add_argument("--share", type=float, default=1.0, help="of what --leak does")
    parser.add_argument("--record", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args()
    if options.leak or options.memory:
        with tempfile.TemporaryDirectory(prefix="imfn-load-") as name:
            host = Path(name) / "host"
            found = leak(host, options.share) if options.leak else memory_of_files(host)
        return print(json.dumps({**found, "hardware": hardware()}, indent=1))
    asked = {k: v for k, v in vars(options).items() if k not in ("record", "leak", "memory", "share")}
    changed = "".join(f" --{k} {v}" for k, v in asked.items() if v != parser.get_default(k))
    with tempfile.TemporaryDirectory(prefix="imfn-load-") as folder:
        found = load(Path(folder) / "host", **asked)
    asked["hostile_visitors"] = asked.pop("hostile")
    about = {"command": f"python -m tests.load{changed} --record", "hardware": hardware(), "revision": revision()}
    print(json.dumps({**asked, **found, **about}, indent=1))
    if options.record:
        RESULTS.write_text(json.dumps({**asked, **found, **about}, indent=1) + "\n")


if __name__ == "__main__":
    main()
