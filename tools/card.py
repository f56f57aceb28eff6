"""The social card, assets/card.png: a clip's film strip and the tree that folds it into one memory.

python -m tools.card
"""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TOP = Path(__file__).resolve().parents[1]
FIRST = TOP / "assets" / "first"
SIZE = (1200, 630)
GROUND, INK, MUTED, TEAL, ORANGE = "#0f1115", "#e9ebee", "#949ba6", "#3cc4b8", "#f08a5d"
LEAVES, STRIP_TOP, STRIP_HEIGHT, EDGE = 8, 500, 74, 70
COLOURS = 128
"""of the palette that keeps the file small"""


def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own typeface, so that every machine draws the same card."""
    return ImageFont.load_default(size)


def leaves() -> list[Image.Image]:
    """Frames of the first sample, evenly over its first window."""
    cell = json.loads((FIRST / "window-0.json").read_text())["sheet"]
    sheet = Image.open(FIRST / "sheet-0-0.webp").convert("RGB")
    places = [round(index * 15 / (LEAVES - 1)) for index in range(LEAVES)]
    boxes = [(p % cell["columns"] * cell["width"], p // cell["columns"] * cell["height"]) for p in places]
    return [sheet.crop((x, y, x + cell["width"], y + cell["height"])) for x, y in boxes]


def tree(draw: ImageDraw.ImageDraw, places: list[float]) -> None:
    """Draw the merges above the strip, up to the root."""
    row = [(x, STRIP_TOP - 16) for x in places]
    while len(row) > 1:
        above = [((a[0] + b[0]) / 2, a[1] - 78) for a, b in zip(row[::2], row[1::2], strict=True)]
        for index, parent in enumerate(above):
            for child in row[2 * index : 2 * index + 2]:
                draw.line([child, parent], fill=TEAL, width=4)
        for x, y in row:
            draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=TEAL)
        row = above
    x, y = row[0]
    draw.ellipse((x - 17, y - 17, x + 17, y + 17), fill=ORANGE)


def card() -> Image.Image:
    """The card as an image."""
    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((EDGE, 62), "IMFN Explorer", font=font(72), fill=INK)
    draw.text((EDGE, 156), "a sequence, folded into one memory", font=font(34), fill=MUTED)
    step = (SIZE[0] - 2 * EDGE) / LEAVES
    for index, leaf in enumerate(leaves()):
        size = (round(step - 8), STRIP_HEIGHT)
        image.paste(leaf.resize(size), (round(EDGE + index * step + 4), STRIP_TOP))
    tree(draw, [EDGE + (index + 0.5) * step for index in range(LEAVES)])
    return image.quantize(COLOURS)


if __name__ == "__main__":
    card().save(TOP / "assets" / "card.png", optimize=True)
