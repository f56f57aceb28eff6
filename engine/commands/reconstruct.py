"""Reconstruct a memory file as a video (.mp4) or a folder of images."""

from __future__ import annotations

import argparse
from pathlib import Path


def options(parser: argparse.ArgumentParser) -> None:
    """Memory file, output, and the model when it is not a bundled one."""
    parser.add_argument("memory", help="memory file")
    parser.add_argument("--out", required=True, type=Path, help="NAME.mp4, or a folder for PNG images")
    parser.add_argument("--model", help="checkpoint that made the memory; its recorded name when left out")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Decode window by window into the output."""
    from engine.data.writer import write_images, write_video
    from engine.memory import Memory
    from engine.model import load_model

    memory = Memory.load(options.memory)
    model = load_model(options.model or memory.model)
    frames = (frame for block in model.reconstruct_windows(memory) for frame in block)
    if options.out.suffix.lower() == ".mp4":
        write_video(options.out, frames, memory.fps)
    elif options.out.suffix:
        raise ValueError(f"--out is {options.out.name}: give a name that ends in .mp4, or a folder")
    else:
        write_images(options.out, frames)
    result = {"out": str(options.out), "frames": memory.frames, "model": model.name, "fps": memory.fps}
    return result, f"{memory.frames} frames in {options.out}"
