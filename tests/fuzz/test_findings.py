"""Every input that once broke the rule, smaller: each is refused in one sentence now."""

from __future__ import annotations

import json
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from app.api import media as api
from app.server.errors import in_words
from app.sessions.choice import Choice, Settings, open_choice
from engine.checkpoints import find_checkpoint
from engine.config import TreeConfig, tree_config
from engine.data.sources.opening import open_source
from engine.memory import Memory
from engine.model import load_model
from engine.streaming.stream import checked_padding
from tests.engine.data.made import encoded, gradient, h264, png, zipped
from tests.engine.tiny import ZONAL, frames, tiny_model
from tests.fuzz.targets import STREAM, asked, held, watch

LONG = "9" * 400


def test_an_array_whose_header_never_ends(tmp_path: Path) -> None:
    """numpy lets tokenize's own error through."""
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (3, 6, 7, 3\n"
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    assert "no plain array" in held(lambda: open_source(tmp_path / "a.npy"))


def test_a_zip_entry_without_a_name(tmp_path: Path) -> None:
    """zipfile looks at a name's last letter."""
    data = zipped(tmp_path / "a.zip", {"a": png(frames(1)[0])}).read_bytes()
    place = data.index(b"PK\x01\x02")
    (tmp_path / "a.zip").write_bytes(data[: place + 28] + b"\0\0" + data[place + 30 : place + 46] + data[place + 47 :])
    assert held(lambda: open_source(tmp_path / "a.zip"))


def test_a_zip_whose_names_differ_does_not_quote_its_bytes(tmp_path: Path) -> None:
    """zipfile puts all it found into the message."""
    data = bytearray(zipped(tmp_path / "a.zip", {"a" * 300 + ".png": png(frames(1)[0])}).read_bytes())
    data[30:60] = bytes(range(128, 158))
    (tmp_path / "a.zip").write_bytes(data)
    assert len(held(lambda: open_source(tmp_path / "a.zip"))) < 250


@pytest.mark.parametrize("name", [LONG, "\0", "a/" * 3000])
def test_a_checkpoint_s_name_that_no_folder_can_have(name: str) -> None:
    assert "there is no checkpoint" in held(lambda: find_checkpoint(name))


@pytest.mark.parametrize("name", [True, None, 7, ["video-16"], LONG])
def test_a_model_s_name_that_is_none(name: object) -> None:
    assert held(lambda: open_choice(Choice(paths=("a",)), Settings(model=name)))
    assert held(lambda: api.teacher(name))


@pytest.mark.parametrize("size", ["\0", LONG, {"path": "/etc/passwd"}, None])
def test_a_size_that_is_not_on_the_menu(size: object) -> None:
    assert "short side" in held(lambda: open_choice(Choice(paths=("a",)), Settings(model="video-16", size=size)))


@pytest.mark.parametrize("kind", [LONG, [], {}, None, 7])
def test_a_checkpoint_of_no_known_kind(tmp_path: Path, kind: object) -> None:
    tiny_model(tmp_path)
    card = json.loads((tmp_path / "tiny" / "card.json").read_text())
    (tmp_path / "tiny" / "card.json").write_text(json.dumps({**card, "kind": kind}))
    assert held(lambda: load_model(str(tmp_path / "tiny")))


@pytest.mark.parametrize(
    "change",
    [{"fingerprint": LONG}, {"model": LONG}, {"name": 7}, {"fps": float("nan")}, {"fps": "fast"}, {"frames": True}]
    + [{key: 0} for key in ("leaves", "height", "width", "colours")]
    + [{"merges": 2**30}, {"height": 2**31 - 1}, {"width": 2**31 - 1}, {"frames": 2**31 - 1}],
)
def test_a_memory_whose_header_lies(tmp_path: Path, change: dict) -> None:
    memory = load_model("video-16").compress(frames(16, 16, 16))
    replace(memory, **change).save(tmp_path / "a.imfn")
    assert held(lambda: load_model("video-16").reconstruct(Memory.load(tmp_path / "a.imfn")))


@pytest.mark.parametrize(
    "data", [None, [], "a", {}, {"id": 7}] + [{"id": "first", "window": w} for w in (False, "a", None)]
)
def test_a_question_with_odd_data_gets_a_sentence(data: object) -> None:
    assert held(lambda: asked("window", data))


@pytest.mark.parametrize("window", [-(2**40), -1, 2**40, 1e300])
def test_a_window_that_is_not_there_shows_the_nearest(window: int) -> None:
    shown = asked("window", {"id": "first", "window": window}).exploration
    assert shown["window"]["index"] == (0 if window < 0 else shown["windows"] - 1)


@pytest.mark.parametrize(
    "request_", [None, [], "a", 7, {"model": []}, {"source": {}}, {"padding": None}, {"speed": "a"}, {"speed": 1e300}]
)
def test_a_stream_that_is_asked_for_oddly(request_: object) -> None:
    begin = {**STREAM, **request_} if isinstance(request_, dict) else request_
    assert held(lambda: watch(begin, {"ticket": 1}))


def test_a_sentence_about_the_system_names_no_folder_of_it(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        (tmp_path / LONG).read_text()
    assert str(tmp_path) not in in_words(caught.value)
    assert "too long" in in_words(caught.value)


def test_a_zip_entry_that_is_a_link_inside_a_folder(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("in/a.png")
    link.external_attr = (0o120000 | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "../../../etc/passwd")
    assert "is a link" in held(lambda: open_source(tmp_path / "a.zip"))


def test_a_picture_that_swscale_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutated header asked for a conversion that FFmpeg does not have: its error is an OSError."""
    path = h264(tmp_path / "a.mp4", gradient(2, 32, 48))

    class Odd:
        width, height = 48, 32

        def reformat(self, **options: object) -> None:
            raise OSError(95, "Operation not supported")

        to_ndarray = reformat

    source = open_source(path, short_side=16)
    assert "cannot be shown" in held(lambda: source.reader.picture(Odd(), (16, 24)))
    assert "cannot be shown" in held(lambda: source.reader.picture(Odd(), None))


def test_an_animation_that_grows_after_its_first_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later frame claims a size that Pillow calls a bomb."""
    first, second = (Image.fromarray(frame) for frame in frames(2, 12, 14))
    (tmp_path / "a.gif").write_bytes(encoded(first, "GIF", save_all=True, append_images=[second]))
    source = open_source(tmp_path / "a.gif")

    def bomb(image: Image.Image) -> None:
        raise Image.DecompressionBombError("too large")

    monkeypatch.setattr("engine.data.sources.pillow.flatten", bomb)
    assert "cannot be read as an image (too large)" in held(lambda: list(source.frames()))
    monkeypatch.setattr(Image, "open", lambda file: bomb(file))
    assert "more pixels" in held(lambda: list(source.frames()))


def test_a_config_whose_value_is_endless() -> None:
    assert len(held(lambda: TreeConfig(patch=LONG))) < 150
    assert len(held(lambda: tree_config(hidden=[LONG]))) < 150


@pytest.mark.parametrize("name", ["rows", "columns", "zones_KC", "channel_U"])
@pytest.mark.parametrize("value", [749_862_949, 2**31 - 1, -1])
def test_a_zonal_tree_whose_places_are_not_there(tmp_path: Path, name: str, value: int) -> None:
    tiny_model(tmp_path, ZONAL)
    path = tmp_path / "tiny" / "model.safetensors"
    weights = load_file(path)
    key = next(key for key in weights if key.endswith(name))
    weights[key].flatten()[0:1].fill_(value)
    save_file({**weights, key: weights[key].clone()}, path)
    assert "a place that is not there" in held(lambda: load_model(str(tmp_path / "tiny")))


def test_a_padding_that_is_endless() -> None:
    assert len(held(lambda: checked_padding(LONG))) < 80
