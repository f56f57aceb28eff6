"""A browser shows the videos that we write in the colours that were given, at sizes that it takes for SD and for HD."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from engine.data.writer import write_video

PATCHES = [(200, 120, 40), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (16, 128, 235)]
PATCHES += [(90, 90, 90)]
LEVELS = 3
"""of 255 that a colour may be off"""
SHOWN = """async (url) => {
  const video = document.createElement("video");
  video.muted = true;
  video.src = url;
  document.body.append(video);
  const presented = new Promise((done, failed) => {
    video.requestVideoFrameCallback(done);
    video.onerror = () => failed(new Error(video.error?.message || "cannot be played"));
  });
  await video.play();
  await presented;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const colours = [];
  for (let column = 0; column < 8; column += 1)
    colours.push([...context.getImageData(((column + 0.5) * canvas.width) / 8, canvas.height / 2, 1, 1).data]);
  return { size: [canvas.width, canvas.height], colours };
}"""


@pytest.mark.parametrize(("height", "width"), [(480, 640), (720, 1280), (1080, 1920)])
def test_chromium_shows_the_colours_that_were_written(tmp_path: Path, browser: object, height: int, width: int) -> None:
    frame = np.repeat(np.array([PATCHES], np.uint8), width // 8, 1).repeat(height, 0)
    write_video(tmp_path / "patches.mp4", [frame] * 4, 25)
    url = "data:video/mp4;base64," + base64.b64encode((tmp_path / "patches.mp4").read_bytes()).decode()
    page = browser.new_page()
    try:
        found = page.evaluate(SHOWN, url)
    finally:
        page.close()
    assert found["size"] == [width, height]
    shown = np.array(found["colours"])[:, :3]
    assert np.abs(shown - np.array(PATCHES)).max() <= LEVELS, shown
