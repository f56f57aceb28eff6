"""Reconstruct a memory file as a video (.mp4) or a folder of images."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.outputs import check_place
from engine.data.writer import pictures_in


def options(parser: argparse.ArgumentParser) -> None:
    """Memory file, output, and the model when it is not a bundled one."""
    parser.add_argument("memory", help="memory file")
    parser.add_argument("--out", required=True, type=Path, help="NAME.mp4, or a folder for PNG images")
    parser.add_argument("--force", action="store_true", help="replace the pictures of a folder that holds some")
    parser.add_argument("--model", help="checkpoint that made the memory; the one that its header names when left out")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Decode window by window into the output."""
    from engine.checkpoints import maker_of
    from engine.data.writer import write_images, write_video
    from engine.memory import Memory
    from engine.model import load_model

    memory = Memory.load(options.memory)
    video = check_output(options.out, Path(options.memory), memory.name, force=options.force)
    model = load_model(options.model or maker_of(memory.model, memory.fingerprint))
    frames = (frame for block in model.reconstruct_windows(memory) for frame in block)
    if video:
        write_video(options.out, frames, memory.fps)
    else:
        write_images(options.out, frames, replace=options.force)
    result = {"out": str(options.out), "frames": memory.frames, "model": model.name, "fps": memory.fps}
    return result, f"{memory.frames} frames in {options.out}"


def check_output(out: Path, memory: Path, original: str, *, force: bool) -> bool:
    """Whether a video is wanted. Raises ValueError for an output that would overwrite what is no earlier output."""
    check_place(out)
    video = out.suffix.lower() == ".mp4"
    if out.exists() and out.samefile(memory):
        raise ValueError(f"--out is {out.name}, the memory file itself; give another name, it would be overwritten")
    if out.suffix and not video:
        raise ValueError(f"--out is {out.name}: give a name that ends in .mp4, or a folder")
    if video and out.is_dir():
        raise ValueError(f"--out is {out.name}, a folder; give a name that is not taken")
    if not video and out.is_file():
        raise ValueError(f"--out is {out.name}, a file; give the name of a folder")
    if video and out.exists() and out.name == original and not force:
        raise ValueError(f"{out.name} is what the memory was made from; give another name, or --force to overwrite it")
    if not video and out.is_dir() and not force and pictures_in(out):
        raise ValueError(f"folder {out.name} holds pictures already; choose an empty one, or --force to replace them")
    return video
