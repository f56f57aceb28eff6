"""What a file is by its first bytes; the extension only decides whether a note is due."""

from __future__ import annotations

from pathlib import Path

HEAD = 32
IMAGE_SUFFIXES = {
    "PNG": {".png", ".apng"},
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "GIF": {".gif"},
    "BMP": {".bmp", ".dib"},
    "TIFF": {".tif", ".tiff"},
    "WebP": {".webp"},
}
STARTS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x93NUMPY": "NumPy",
}
SUFFIXES = {**IMAGE_SUFFIXES, "zip": {".zip"}, "NumPy": {".npy"}}


def kind_of(start: bytes) -> str | None:
    """PNG, JPEG, GIF, BMP, TIFF, WebP, zip or NumPy; None is left to the video reader."""
    for magic, kind in STARTS.items():
        if start.startswith(magic):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    # "BM" alone would catch texts; a bitmap's reserved bytes are zero
    return "BMP" if start[:2] == b"BM" and start[6:10] == bytes(4) else None


def kind_in(path: Path) -> str | None:
    """The same for a file on disk; ValueError when it is missing, empty or closed to us."""
    if not path.is_file():
        raise ValueError(f"there is no file {path.name}; check the name")
    try:
        with path.open("rb") as file:
            start = file.read(HEAD)
    except OSError as error:
        raise ValueError(f"{path.name} cannot be opened ({error.strerror}); check its permissions") from None
    if not start:
        raise ValueError(f"{path.name} is empty; choose a file that holds a video or images")
    return kind_of(start)


def misnamed(name: str, kind: str) -> str | None:
    """The sentence that says so when a name ends in something else than its content."""
    suffix = Path(name).suffix.lower()
    if suffix in SUFFIXES[kind]:
        return None
    return f"{Path(name).name} is really {kind}, an image or array whatever its name says, and was read as that."
