"""Small whole inputs of every kind, each the start of many broken ones. They are made, the same every time."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image
from pillow_heif import register_heif_opener
from safetensors.numpy import save

from engine.model import load_model
from tests.engine.data.made import encoded, gradient, h264, png, zipped
from tests.engine.data.sources.test_opening import encode
from tests.engine.tiny import FLAT, PATCH, ZONAL, frames, tiny_model

register_heif_opener()
CHECKPOINTS = (FLAT, PATCH, ZONAL)


def files(folder: Path) -> dict[str, list[bytes]]:
    """By kind, the bytes of its seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "video": videos(folder),
        "image": images(),
        "animation": animations(),
        "zip": zips(folder),
        "array": arrays(),
        "memory": memories(folder),
    }


def videos(folder: Path) -> list[bytes]:
    """Containers and codecs that people have."""
    made = [h264(folder / "a.mp4", gradient(6, 32, 48))]
    kinds = {"a.avi": ("mjpeg", "yuvj420p"), "a.mkv": ("ffv1", "yuv420p10le"), "b.mov": ("libx264", "yuv420p")}
    kinds |= {"a.webm": ("libvpx", "yuv420p"), "a.mpg": ("mpeg2video", "yuv420p"), "a.flv": ("flv", "yuv420p")}
    kinds |= {"a.wmv": ("wmv2", "yuv420p"), "a.ts": ("mpeg2video", "yuv420p"), "b.avi": ("mpeg4", "yuv420p")}
    for name, (codec, pixels) in kinds.items():
        made.append(encode(folder / name, gradient(6, 32, 48), codec=codec, pixels=pixels))
    return [path.read_bytes() for path in made]


def images() -> list[bytes]:
    """Pillow's formats, modes and an orientation."""
    picture = Image.fromarray(frames(1, 20, 24)[0])
    kinds = [encoded(picture, kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")]
    turned = picture.getexif()
    turned[274] = 6
    modes = [encoded(picture.convert(mode), "PNG") for mode in ("L", "P", "RGBA", "1", "LA")]
    sixteen = Image.fromarray(np.full((9, 9), 40_000, np.uint16))
    return [
        *kinds,
        *modes,
        encoded(sixteen, "TIFF"),
        *(encoded(picture, kind, exif=turned) for kind in ("JPEG", "AVIF")),
    ]


def animations() -> list[bytes]:
    """Three frames of each kind that moves, and pages of every depth."""
    three = [Image.fromarray(frame) for frame in frames(3, 12, 14)]
    more = {"save_all": True, "append_images": three[1:], "duration": 80}
    moving = [encoded(three[0], kind, **more) for kind in ("GIF", "WEBP", "PNG", "TIFF", "AVIF", "HEIF")]
    hidden = encoded(three[0], "PNG", **more, default_image=True)
    big = pages(np.uint8, byteorder=">", bigtiff=True)
    return [*moving, hidden, big, *(pages(kind) for kind in (np.uint16, np.int16, np.float32, np.uint32))]


def pages(kind: type, **options: object) -> bytes:
    """A TIFF of three pages in colour."""
    file = io.BytesIO()
    tifffile.imwrite(file, frames(3, 8, 9).astype(kind), photometric="rgb", **options)
    return file.getvalue()


def zips(folder: Path) -> list[bytes]:
    """Pictures alone, with folders, with other files among them."""
    picture = png(frames(1, 8, 9)[0])
    entries = [{"1.png": picture, "2.png": picture}, {"in/a.png": picture, "in/b.txt": b"text"}, {"a.png": picture}]
    return [zipped(folder / "a.zip", entry).read_bytes() for entry in entries]


def arrays() -> list[bytes]:
    """Every accepted type and shape."""
    made = [frames(3, 6, 7), frames(3, 6, 7, 1)[..., 0], frames(2, 5, 5).astype(np.float32) / 255]
    made += [made[2].astype(np.float16), made[2].astype(np.float64), np.asfortranarray(made[0])]
    return [saved(array) for array in made]


def saved(array: np.ndarray) -> bytes:
    """A .npy file."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def memories(folder: Path) -> list[bytes]:
    """Of both bundled teachers, kept at several levels."""
    made = []
    for name, clip in (("video-16", frames(18, 16, 24)), ("digits-128", frames(9, 28, 28, 1))):
        for merges in (1, 3):
            load_model(name).compress(clip, merges, name="a clip").save(folder / "a.imfn")
            made.append((folder / "a.imfn").read_bytes())
    return [*made, save({"states": np.zeros((1, 2, 3), np.float32)}, metadata={"format": "imfn-memory-1"})]


def checkpoints(folder: Path) -> list[tuple[bytes, dict]]:
    """(weights, card) of small trees."""
    made = []
    for number, config in enumerate(CHECKPOINTS):
        tiny_model(folder, config, name=f"tiny-{number}")
        place = folder / f"tiny-{number}"
        made.append(((place / "model.safetensors").read_bytes(), json.loads((place / "card.json").read_text())))
    return made
