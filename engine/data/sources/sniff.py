"""What a file is by its first bytes; the extension only decides whether a note is due."""

from __future__ import annotations

from pathlib import Path

HEAD = 64
IMAGE_SUFFIXES = {
    "PNG": {".png", ".apng"},
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"},
    "GIF": {".gif"},
    "BMP": {".bmp", ".dib"},
    "TIFF": {".tif", ".tiff", ".btf", ".tf8"},
    "WebP": {".webp"},
    "AVIF": {".avif", ".avifs"},
    "HEIC": {".heic", ".heics", ".heif", ".heifs", ".hif"},
}
STARTS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x93NUMPY": "NumPy",
}
BRANDS = {"AVIF": {b"avif", b"avis"}, "HEIC": {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}}
"""of the files that are built like an mp4; the major brand says which, else those it is compatible with"""
SUFFIXES = {**IMAGE_SUFFIXES, "zip": {".zip", ".cbz"}, "NumPy": {".npy"}}
READ = "PNG, JPEG, GIF, BMP, TIFF, WebP, AVIF and HEIC are read"


def kind_of(start: bytes) -> str | None:
    """A key of SUFFIXES; None is left to the video reader."""
    for magic, kind in STARTS.items():
        if start.startswith(magic):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    if start[4:8] == b"ftyp":
        return still_brand(start)
    # "BM" alone would catch texts; a bitmap's reserved bytes are zero
    return "BMP" if start[:2] == b"BM" and start[6:10] == bytes(4) else None


def still_brand(start: bytes) -> str | None:
    """AVIF or HEIC of a file built like an mp4; None for films."""
    size = int.from_bytes(start[:4], "big")
    brands = [start[8:12], *(start[i : i + 4] for i in range(16, min(size, len(start)), 4))]
    if not any(brands[0] in known for known in BRANDS.values()):
        return None
    return "AVIF" if BRANDS["AVIF"] & set(brands) else "HEIC"


def kind_in(path: Path) -> str | None:
    """The same for a file on disk; ValueError when it is missing, empty or closed to us."""
    if path.exists() and not path.is_file():
        raise ValueError(f"{path.name} is no file of pictures but a device or pipe; choose another file")
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
