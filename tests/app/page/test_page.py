"""The Explore tab in a real browser, against the app as a person starts it; and the endpoints of docs/use.md."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.data.samples import samples
from engine.data.sources.opening import open_source
from engine.memory import Memory
from tests.app.conftest import box_of, settled, wait_painted
from tests.engine.tiny import frames

pytestmark = pytest.mark.browser
CLIP = next(s.path for s in samples() if s.name == "realshort")
SELECTION = "imfn.get().selection"
IMPATIENT = """async () => {
    document.querySelector("#explore-run").click();
    const cancel = document.querySelector("#explore-cancel");
    while (!cancel.getClientRects().length) await new Promise(requestAnimationFrame);
    cancel.click();
}"""


@pytest.fixture
def explorer(page_at: Callable, served: str) -> Callable:
    """Opens the app and waits for its first paint."""

    def open_app(**options: object) -> object:
        page = page_at(served, **options)
        page.wait_for_function("window.imfn && imfn.tree && imfn.tree.layout()")
        page.wait_for_selector("#explore-levels tbody tr")
        return page

    return open_app


def upload(page: object, path: Path) -> None:
    """Choose a file with the upload button."""
    with page.expect_file_chooser() as chooser:
        page.click("#explore-upload")
    chooser.value.set_files(str(path))


def drop(page: object, path: Path) -> None:
    """Drop a file on the page, as a hand would."""
    data = page.evaluate_handle(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
            return transfer;
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode()],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#explore-tree", event, {"dataTransfer": data})


def wait_explored(page: object, frame_count: int) -> None:
    """Until a clip of so many frames stands on the page and the work is over."""
    page.wait_for_function("n => imfn.get().exploration.frames === n", arg=frame_count)
    page.wait_for_selector("#explore-status .busy", state="detached")


def pixels(page: object, pane: str) -> list[int]:
    """What a pane of the player shows."""
    wait_painted(page)
    return page.evaluate(
        """(pane) => {
            const canvas = document.querySelector(`.imfn-ab-${pane}`);
            return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data];
        }""",
        pane,
    )


def download(page: object, selector: str, folder: Path) -> Path:
    """Choose an entry of the menu Download and keep what it hands over."""
    if page.locator(selector).is_hidden():
        page.click("#explore-download")
    with page.expect_download() as handed:
        page.click(selector)
    path = folder / handed.value.suggested_filename
    handed.value.save_as(path)
    return path


def test_the_page_opens_with_the_sample_explored(explorer: Callable) -> None:
    page = explorer()
    assert page.evaluate("imfn.get().exploration.name") == "cockatoo.mp4"
    assert page.get_attribute("#sample-cockatoo", "aria-pressed") == "true"
    assert page.locator("#explore-levels tbody tr").count() == 4
    assert max(pixels(page, "b")[::4]) > 100
    assert page.locator("#explore-cancel").is_hidden()
    floats_are_shown(page)


def floats_are_shown(page: object) -> None:
    """Where a memory's floats went is drawn over the frame and in the inspector, with a legend, and goes again."""
    page.evaluate("imfn.select({ merges: 4 })")
    plain = pixels(page, "b")
    page.click("#explore-spent")
    assert pixels(page, "b") != plain
    assert "3,712 of the 89,088 are indices" in page.inner_text(".imfn-spent-line")
    page.hover(".imfn-ab-b", position={"x": 500, "y": 60})
    assert "floats, 8 of them indices" in page.inner_text(".imfn-spent-line")
    assert page.locator("#explore-inspector .imfn-spent-map").is_visible()
    assert "of them indices" in page.inner_text("#explore-inspector")
    page.click("#explore-spent")
    assert pixels(page, "b") == plain


def test_an_mp4_goes_through_the_tree_and_its_memory_comes_back(explorer: Callable, tmp_path: Path) -> None:
    page = explorer()
    upload(page, CLIP)
    wait_explored(page, 36)
    spot = settled(page, "imfn.tree.placeOf(1, 4)")
    page.mouse.click(spot["x"], spot["y"])
    assert page.evaluate(f"[{SELECTION}.merges, {SELECTION}.node, {SELECTION}.frame]") == [1, 2, 4]
    page.keyboard.press("ArrowUp")
    assert page.evaluate(f"[{SELECTION}.merges, {SELECTION}.node]") == [2, 1]
    page.locator("#explore-player [role=radio][data-merges='4']").click()
    assert page.evaluate(f"{SELECTION}.merges") == 4
    page.click("#explore-play")
    page.wait_for_function(f"{SELECTION}.frame !== 4")
    page.click("#explore-play")
    page.evaluate("imfn.askWindow(0, 4)")  # it may have played on into the next one
    page.wait_for_function("imfn.get().exploration.window.index === 0 && imfn.get().waiting === null")
    page.evaluate("imfn.select({ frame: 4 })")
    page.wait_for_function("location.search.includes('merges=4') && location.search.includes('frame=4')")
    seen = pixels(page, "b")
    memory = download(page, "#explore-memory", tmp_path)
    kept = Memory.load(memory)
    assert (kept.frames, kept.merges, kept.model) == (36, 4, "video-16")
    drop(page, memory)
    page.wait_for_function("imfn.get().exploration.source === false")
    page.evaluate("imfn.select({ frame: 4 })")
    assert pixels(page, "b") == seen
    again = download(page, "#explore-memory", tmp_path / "again")
    assert (Memory.load(again).states_MSC == kept.states_MSC).all()


def test_what_is_taken_away_is_what_was_seen(explorer: Callable, tmp_path: Path) -> None:
    page = explorer()
    page.evaluate("imfn.select({ merges: 2, frame: 3 })")
    wait_painted(page)
    video = open_source(download(page, "#explore-video", tmp_path))
    assert sum(1 for _ in video.frames()) == page.evaluate("imfn.get().exploration.frames")
    assert "4to1" in video.info.name
    numbers = download(page, "#explore-json", tmp_path).read_text()
    assert '"mean_psnr"' in numbers and '"per_frame"' in numbers
    assert len(download(page, "#explore-csv", tmp_path).read_text().splitlines()) == 5
    opened_from_disk(page, download(page, "#explore-report", tmp_path))
    page.click("#explore-download")  # a choice closes it
    page.focus("#explore-precision")
    said = "[...document.querySelectorAll('#explore-precision option')].map((one) => one.text)"
    page.wait_for_function(f"{said}.every((text) => /(kB|MB)/.test(text))")
    for name, text in zip(("float16", "8 bit"), page.evaluate(said)[1:], strict=True):
        assert re.fullmatch(rf"{name}: [\d.]+ (kB|MB), [\d.]+ dB lost", text)
    page.select_option("#explore-precision", "8bit")
    kept = Memory.load(download(page, "#explore-memory", tmp_path))
    assert (kept.precision, kept.merges) == ("8bit", 2)


def opened_from_disk(page: object, path: Path) -> None:
    """A report shows everything without network: the level that was selected, its pictures, table and curves."""
    other = page.context.browser.new_context(offline=True)
    try:
        report, asked = other.new_page(), []
        report.on("request", lambda request: asked.append(request.url))
        report.goto(path.as_uri())
        assert "3.9:1" in report.locator(".said").inner_text()
        assert report.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
        assert report.locator("table tr").count() == 1 + 4 == 1 + report.locator("polyline").count()
        assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    finally:
        other.close()


def test_a_zip_of_images_is_explored(explorer: Callable, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for index, frame in enumerate(frames(5, 40, 60)):
            file = BytesIO()
            Image.fromarray(frame).save(file, "PNG")
            archive.writestr(f"{index}.png", file.getvalue())
    page = explorer()
    upload(page, tmp_path / "images.zip")
    wait_explored(page, 5)
    memory = download(page, "#explore-memory", tmp_path)
    assert Memory.load(memory).frames == 5


def test_the_digits_sample_is_explored_with_its_own_model(explorer: Callable) -> None:
    page = explorer()
    page.click("#sample-digits")
    wait_explored(page, 128)
    assert page.get_attribute("#sample-digits", "aria-pressed") == "true"
    page.get_by_role("radio", name=re.compile("^98:1 ")).click()  # 128 × 784 pixels in 1,024 floats
    assert page.evaluate(f"{SELECTION}.merges") == 7
    upload(page, CLIP)
    wait_explored(page, 36)
    assert page.evaluate("imfn.get().exploration.model") == "video-16"


def test_bad_input_gets_a_sentence_and_leaves_the_result(explorer: Callable, tmp_path: Path) -> None:
    page = explorer()
    table = page.inner_text("#explore-levels")
    bad = tmp_path / "bad.mp4"
    bad.write_text("once upon a time " * 50)
    upload(page, bad)
    page.wait_for_selector("#explore-status .error")
    assert "bad.mp4" in page.inner_text("#explore-status")
    assert page.inner_text("#explore-levels") == table


def test_a_long_clip_can_be_cancelled(explorer: Callable) -> None:
    page = explorer()
    page.click("#sample-realshort")
    wait_explored(page, 36)
    page.select_option("#explore-size select", "512")
    page.evaluate(IMPATIENT)  # by script: between two clicks of a test, a window may have come
    page.wait_for_function("document.querySelector('#explore-status').innerText.startsWith('Cancelled')")
    assert page.evaluate("imfn.get().exploration.height") == 128


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(explorer: Callable, theme: str) -> None:
    page = explorer(width=390, theme=theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_snippet_for_other_programs_runs(served: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "use.md").read_text()
    snippet = re.search(r"runs this snippet -->\n```python\n(.*?)```", text, re.S)[1]
    names = {"URL": served, "VIDEO": str(CLIP)}
    exec(snippet, names)
    assert names["facts"]["frames"] == 36
    assert len(names["belief"]) == len(names["belief"][0]) == 24
    assert len(list(open_source(names["video"]).frames())) == 36


def test_two_models_on_an_uploaded_clip_by_mouse_and_by_keyboard(explorer: Callable) -> None:
    page = explorer()
    upload(page, CLIP)
    wait_explored(page, 36)
    assert "your file: " in page.inner_text("#explore-size-said")
    page.wait_for_selector("#explore-side-b option[value='video-16-equal@4']", state="attached")
    page.select_option("#explore-side-a", "@4")
    page.select_option("#explore-side-b", "video-16-equal@4")
    shows(page, "@4 video-16-equal@4")
    kept = page.evaluate("imfnSides.get().others.get('video-16-equal').exploration.levels[3]")
    said = page.inner_text("#explore-size-said")
    assert f"{kept['psnr']:.1f} dB" in said and f"{kept['measured_ratio']:.1f}".rstrip("0").rstrip(".") + ":1" in said
    assert pixels(page, "a") != pixels(page, "b")
    page.wait_for_function("location.search.includes('b=video-16-equal%404')")
    divided_by_mouse(page)
    page.focus("#explore-divider")
    before = int(page.get_attribute("#explore-divider", "aria-valuenow"))
    page.keyboard.press("ArrowLeft")
    assert int(page.get_attribute("#explore-divider", "aria-valuenow")) == before - 2
    page.keyboard.press("x")
    shows(page, "video-16-equal@4 @4")
    page.keyboard.press("z")
    assert page.locator(".imfn-ab-loupe canvas:visible").count() == 2
    page.keyboard.press("z")
    over_the_edge_of_a_window(page)
    page.evaluate("imfn.select({ merges: 2 })")
    shows(page, "video-16-equal@4 @2")
    page.evaluate("imfnSides.chooseB({ model: 'video-64', merges: 9 })")  # a level that it does not have
    shows(page, "video-16-equal@4 video-64@6")
    assert "0 B" not in page.inner_text("#explore-size-said")
    page.wait_for_function("location.search.includes('b=video-64%406')")
    page.reload()
    page.wait_for_function("window.imfnSides && imfn.get().exploration?.frames === 36")
    shows(page, "video-16-equal@4 video-64@6")


def shows(page: object, sides: str) -> None:
    """Until both sides stand on the stage."""
    page.wait_for_function("sides => document.querySelector('.imfn-panes').dataset.sides === sides", arg=sides)


def divided_by_mouse(page: object) -> None:
    """The divider follows a drag anywhere on the picture."""
    box = box_of(page, ".imfn-ab-frame")
    at = {"y": box["y"] + box["height"] / 2}
    page.mouse.move(box["x"] + box["width"] / 2, at["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, at["y"], steps=4)
    page.mouse.up()
    assert 23 <= int(page.get_attribute("#explore-divider", "aria-valuenow")) <= 27


def over_the_edge_of_a_window(page: object) -> None:
    """The slider and playing go through the whole clip, and both sides with them."""
    page.fill("#explore-scrub", "14")
    page.wait_for_function("imfn.get().selection.frame === 14")
    page.click("#explore-play")
    page.wait_for_function("imfn.get().exploration.window.index === 1")
    page.click("#explore-play")
    page.fill("#explore-scrub", "35")
    page.wait_for_function("imfn.get().exploration.window.index === 2 && imfn.get().selection.frame === 3")
    shows(page, "video-16-equal@4 @4")
    assert page.locator(".imfn-frame-label").first.inner_text() == "frame 36 / 36"


def test_at_most_forty_tab_stops_on_explore(explorer: Callable) -> None:
    page = explorer()
    wait_painted(page)
    stops = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')]
            .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }))
            .map((one) => one.id || one.getAttribute('aria-label') || one.textContent.slice(0, 30))"""
    )
    assert len(stops) <= 40, stops


def test_frames_that_share_a_memory_say_how_many_floats_each_has(page_at: Callable, served: str) -> None:
    page = page_at(served, sample="digits", model="digits-128", merges=7, frame=3)
    page.wait_for_function("window.imfn?.get().exploration?.window.spent?.['7.0']", timeout=90_000)
    page.evaluate("imfn.select({ merges: 7, frame: 3 })")
    page.click("#explore-spent")
    page.wait_for_function("document.querySelector('.imfn-spent-line').innerText.includes('Frame 4 keeps')")
    assert "43 of the 1,024 are indices" in page.inner_text(".imfn-spent-line")
    assert "floats a frame" in page.inner_text("#explore-spent")
    assert "floats of a frame" in page.inner_text("#explore-inspector")
    page.evaluate("imfn.select({ merges: 6, frame: 3 })")
    page.wait_for_selector("#explore-spent", state="hidden")
