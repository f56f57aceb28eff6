"""Ask a memory what it knows: of the Lantern room the room, a view, an outcome, the door, a cue, a digit's place; of
moving digits the frames that follow.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.outputs import check_place


def options(parser: argparse.ArgumentParser) -> None:
    """Memory file, question, what the question needs, output."""
    parser.add_argument("memory", help="memory file")
    parser.add_argument("--ask", required=True, metavar="QUESTION", help="room, view, outcome, door, cue, find, frames")
    parser.add_argument("--pose", metavar="ROW,COLUMN", help="view: where the lantern would stand, from 0,0 to 5,5")
    parser.add_argument("--actions", nargs="+", help="outcome: one to four of stay, left, right, up, down")
    parser.add_argument("--digit", type=int, help="find: the digit to light")
    parser.add_argument("--out", type=Path, help="room, view, frames: a PNG to write")
    parser.add_argument("--model", help="checkpoint that made the memory; its recorded name when left out")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Ask; (the answer as JSON, as text)."""
    import numpy as np

    from engine.memory import Memory
    from engine.model import load_model

    if options.out is not None:
        check_place(options.out)
    if options.out is not None and options.out.suffix.lower() != ".png":
        raise ValueError(f"--out is {options.out.name}; give a name that ends in .png")
    memory = Memory.load(options.memory)
    query = {"question": options.ask, **given(options)}
    answer = load_model(options.model or memory.model, device="cpu").predict(memory, query)
    result = {"query": query, "model": memory.model, "answer": np.round(answer, 4).tolist()}
    if options.out is not None:
        write_picture(options.out, np.asarray(answer), options.ask)
        return result, f"{options.ask} written to {options.out}"
    return result, as_text(np.asarray(answer))


def given(options: argparse.Namespace) -> dict:
    """What was stated besides the question."""
    found = {"actions": options.actions, "digit": options.digit}
    if options.pose is not None:
        found["pose"] = [int(part) if part.strip().isdigit() else part for part in options.pose.split(",")]
    return {key: value for key, value in found.items() if value is not None}


def write_picture(path: Path, answer: object, question: str) -> None:
    """A belief in grey, 16 times as large, frames side by side; ValueError for answers that are no picture."""
    import numpy as np
    from PIL import Image

    from engine.files import atomic_file

    if question not in ("room", "view", "frames"):
        raise ValueError(f"--out is for room, view and frames, the answer to {question} is no picture")
    answer = np.concatenate(list(answer), 1) if answer.ndim == 3 else answer
    pixels = (answer * 255).round().astype(np.uint8).repeat(16, 0).repeat(16, 1)
    with atomic_file(path) as part:
        Image.fromarray(pixels).save(part, format="PNG")


def as_text(answer: object) -> str:
    """A number, or rows of numbers."""
    if not answer.ndim:
        return f"{answer:.3f}"
    answer = answer.reshape(-1, answer.shape[-1])
    return "\n".join(" ".join(f"{value:.2f}" for value in row) for row in answer)
