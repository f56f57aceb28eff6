"""Compress a video, images, a zip of images or a .npy array into a memory file."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.outputs import check_place


def options(parser: argparse.ArgumentParser) -> None:
    """Input, model, level, output."""
    parser.add_argument("input", nargs="+", help="a video, image(s), a folder or zip of images, or a .npy array")
    parser.add_argument("--model", required=True, help="a bundled checkpoint's name or a checkpoint folder")
    parser.add_argument("--merges", type=int, help="0 … log2 T; the root when left out")
    parser.add_argument("--short-side", type=int, help="scale down to this many pixels; native when left out")
    parser.add_argument("--first", type=int, default=0, help="first frame, counted from 0")
    parser.add_argument("--last", type=int, help="frame to stop before")
    parser.add_argument("--tile", type=int, help="cut an image sheet into square tiles of this side")
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
    blocks = windows(source.frames(), model.leaves)
    about = {"fps": source.info.fps, "name": source.info.name}
    facts = model.compress_stream(blocks, options.out, options.merges, **about)
    slots, channels = model.tree.state_shape(facts["merges"], facts["height"], facts["width"])
    floats = node_count(facts["frames"], model.leaves, facts["merges"]) * slots * channels
    pixels = facts["frames"] * facts["height"] * facts["width"] * facts["colours"]
    size = options.out.stat().st_size
    result = {**facts, "floats": floats, "ratio": pixels / floats, "bytes": size, "notes": source.notes}
    text = (
        f"{facts['frames']} frames of {facts['width']}×{facts['height']} -> {floats:,} floats "
        f"({pixels / floats:.2f}:1), {size:,} bytes in {options.out.name}"
    )
    return result, "\n".join([text, *source.notes])


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
