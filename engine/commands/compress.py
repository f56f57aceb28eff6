"""Compress a video, images, a zip of images or a .npy array into a memory file."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.outputs import check_place
from engine.precision import PRECISIONS

if TYPE_CHECKING:
    import numpy as np

    from engine.model import Model


def options(parser: argparse.ArgumentParser) -> None:
    """Input, model, level, output."""
    parser.add_argument("input", nargs="+", help="a video, image(s), a folder or zip of images, or a .npy array")
    parser.add_argument("--model", required=True, help="a bundled checkpoint's name or a checkpoint folder")
    parser.add_argument("--merges", type=int, help="0 … log2 T; the root when left out")
    parser.add_argument("--short-side", type=int, help="scale down to this many pixels; native when left out")
    parser.add_argument("--first", type=int, default=0, help="first frame, counted from 0")
    parser.add_argument("--last", type=int, help="frame to stop before")
    parser.add_argument("--tile", type=int, help="cut an image sheet into square tiles of this side")
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="float32",
        help="how the floats are stored; what each takes and loses in the first window is said before they are",
    )
    parser.add_argument("--out", required=True, type=Path, help="memory file to write")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Stream the input window by window into the file."""
    from engine.data.sources.opening import open_source, windows
    from engine.memory import node_count
    from engine.model import load_model

    model = load_model(options.model)
    if options.short_side is not None and options.short_side < 1:
        raise ValueError(f"--short-side is {options.short_side}, it must be at least 1 pixel")
    check_output(options.out, options.input)
    if "" in options.input:
        raise ValueError("an input has an empty name; give a file or a folder, . for this one")
    paths = options.input[0] if len(options.input) == 1 else options.input
    source = open_source(
        paths,
        short_side=options.short_side,
        first=options.first,
        last=options.last,
        frame_shape=model.frame_shape,
        tile=options.tile,
        names=options.input if len(options.input) > 1 else None,
    )
    blocks, costs = windows(source.frames(), model.leaves), []
    if options.precision != "float32":
        blocks, costs = stated_costs(model, blocks, options.merges)
    about = {"fps": source.info.fps, "name": source.info.name, "precision": options.precision}
    facts = model.compress_stream(blocks, options.out, options.merges, **about)
    slots, channels = model.tree.state_shape(facts["merges"], facts["height"], facts["width"])
    floats = node_count(facts["frames"], model.leaves, facts["merges"]) * slots * channels
    pixels = facts["frames"] * facts["height"] * facts["width"] * facts["colours"]
    size = options.out.stat().st_size
    result = {**facts, "floats": floats, "ratio": pixels / floats, "bytes": size, "notes": source.notes}
    result |= {"precisions": costs} if costs else {}
    text = (
        f"{facts['frames']} frames of {facts['width']}×{facts['height']} -> {floats:,} floats "
        f"({pixels / floats:.2f}:1), {size:,} bytes in {options.out.name}"
    )
    return result, "\n".join([text, *source.notes])


def stated_costs(model: Model, blocks: Iterator[np.ndarray], merges: int | None) -> tuple[Iterator, list[dict]]:
    """(the same windows, what every precision takes and loses in the first one); said on standard error."""
    from engine.evaluation.storage import precision_costs

    first = next(blocks, None)
    if first is None:
        return iter(()), []
    costs = precision_costs(model, first, model.checked_merges(merges))
    for cost in costs:
        said = f"{cost['bytes']:,} bytes, PSNR {cost['psnr']:.2f} dB, {cost['lost']:.2f} dB lost"
        print(f"{cost['precision']:>8}: {said} (first window)", file=sys.stderr)
    return itertools.chain((first,), blocks), costs


def check_output(out: Path, inputs: list[str]) -> None:
    """Raises ValueError for an output that is one of the inputs, lies among a folder's pictures, or has no folder."""
    check_place(out)
    if out.is_dir():
        raise ValueError(f"--out is {out.name}, a folder; give the name of a memory file, such as {out.name}.imfn")
    if any(same_file(out, Path(given)) for given in inputs):
        raise ValueError(f"--out is {out.name}, the input itself; give another name, it would be overwritten")
    if out.is_file() and any(out.resolve().is_relative_to(Path(g).resolve()) for g in inputs if Path(g).is_dir()):
        raise ValueError(f"--out is {out.name}, a file of the folder that is read; give another name")


def same_file(one: Path, other: Path) -> bool:
    """Whether two names lead to one file, by links too."""
    return one.exists() and other.exists() and one.samefile(other)
