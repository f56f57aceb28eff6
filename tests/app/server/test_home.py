"""The home where people have it: outside the working and the temporary folder, below the user's own or on a disk of its
own. Every feature that writes or serves a file works there.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.data.samples import samples
from engine.jobs import Jobs
from engine.jobs.store.store import Store
from tests.app.starting import ROOT, running_app, training
from tests.app.visitor import Visitor
from tests.engine.jobs.jobs_here import digits_on_disk, queued, tiny_job

pytestmark = pytest.mark.slow
CLIP = next(s.path for s in samples() if s.name == "realshort")
STEPS = {"local_steps": 1, "joint_steps": 2, "again_steps": 0, "save_every": 2, "probe_every": 2}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home below the user's own folder."""
    cache = Path.home() / ".cache"
    cache.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=cache, prefix="imfn-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def visitor(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody at an app with that home, in which a tiny run waits."""
    temporary, data = tmp_path_factory.mktemp("temporary"), digits_on_disk(tmp_path_factory.mktemp("data"))
    for place in (ROOT, temporary, Path(tempfile.gettempdir())):
        assert not home.is_relative_to(place)
    queued(Store(home), "tiny", tiny_job(**STEPS))
    more = {"IMFN_DATA": str(data)}
    app = running_app(trains=False, IMFN_HOME=str(home), TMPDIR=str(temporary), **more)
    with app as (url, _), training(home, **more):
        yield Visitor(url)


def served(visitor: Visitor, answer: dict) -> bytes:
    """What a download serves."""
    assert answer["ok"], answer
    found = visitor.get(answer["answer"]["url"])
    assert found.status_code == 200 and len(found.content) == answer["answer"]["bytes"]
    return found.content


def over(visitor: Visitor, target: str, work: str) -> dict:
    """The last news of a work."""
    seen = 0
    while (news := visitor.ask(target, "progress", {"id": work, "seen": seen})["answer"])["state"] == "busy":
        seen = news["seen"]
    return news


def test_a_training_is_made_there_looked_at_and_downloaded(visitor: Visitor, home: Path) -> None:
    jobs, end = Jobs(home), time.monotonic() + 120
    (run,) = jobs.list()
    while (state := jobs.status(run["id"])["run"]["state"]) in ("queued", "running") and time.monotonic() < end:
        time.sleep(0.2)
    assert state == "finished"
    for _ in range(2):
        assert served(visitor, visitor.ask("train-board", "export_run", {"run": run["id"]})).startswith(b"PK")
    total = jobs.status(run["id"])["sheets"][-1]
    assert visitor.ask("train-board", "sheet", {"run": run["id"], "total": total})["ok"]
    opened = visitor.ask("train-board", "open_run", {"run": run["id"]})["answer"]
    begun = visitor.ask("explore-controls", "explore", {"model": opened["model"], "sample": opened["sample"]})
    assert over(visitor, "explore-controls", begun["answer"]["id"])["state"] == "done"


def test_an_upload_is_explored_and_taken_away(visitor: Visitor) -> None:
    path = visitor.uploaded(CLIP)["path"]
    begun = visitor.ask("explore-controls", "explore", {"model": "video-16", "uploads": [path], "count": "8"})
    news = over(visitor, "explore-controls", begun["answer"]["id"])
    shown = (
        news["exploration"]
        or visitor.ask("explore-controls", "progress", {"id": begun["answer"]["id"]})["answer"]["exploration"]
    )
    assert all(visitor.get(url.lstrip("/")).content.startswith(b"RIFF") for url in shown["window"]["sheets"].values())
    for kind in ("memory", "video", "json", "csv"):
        for clip in (shown["id"], "first"):
            assert served(visitor, visitor.ask("explore-controls", "take", {"id": clip, "kind": kind, "merges": 4}))


def test_a_trajectory_is_drawn_and_taken_away(visitor: Visitor) -> None:
    begun = visitor.ask("path-controls", "follow", {"chosen": "digits"})["answer"]["id"]
    seen, shown = 0, None
    while shown is None:
        news = visitor.ask("path-controls", "progress", {"id": begun, "seen": seen})["answer"]
        seen, shown = news["seen"], news["trajectory"]
        assert news["state"] in ("busy", "done"), news["message"]
    for kind in ("states", "coordinates"):
        assert served(visitor, visitor.ask("path-controls", "take", {"id": shown["id"], "kind": kind}))
    assert visitor.get(shown["sources"][0]["url"]).content.startswith(b"RIFF")
    visitor.ask("path-controls", "cancel", {"id": begun})


def test_tables_are_exported(visitor: Visitor) -> None:
    for kind in ("csv", "json", "latex", "markdown"):
        assert served(visitor, visitor.ask("compare-board", "export_table", {"kind": kind}))
    assert visitor.ask("compare-board", "side_by_side")["ok"]


def test_an_upload_is_streamed(visitor: Visitor) -> None:
    path = visitor.uploaded(CLIP)["path"]
    assert visitor.ask("live", "check_clip", {"path": path})["ok"]
    stream = {"ticket": 1, "source": "upload", "model": "video-16", "file": path}
    assert visitor.ask("live", "begin_stream", stream)["ok"]
    assert visitor.ask("live", "next_frame", {"ticket": 1})["answer"]["frame"]
    assert visitor.ask("live", "end_stream", {"ticket": 1})["ok"]


def test_the_endpoints_give_their_files(visitor: Visitor) -> None:
    kind, (memory, _) = visitor.call("compress", visitor.uploaded(CLIP), "video-16", 4, 64)
    assert kind == "complete" and visitor.get(f"gradio_api/file={memory['path']}").status_code == 200
    kind, (states, _) = visitor.call("trajectory", visitor.uploaded(CLIP), "video-16", "zeros", False)
    assert kind == "complete" and visitor.get(f"gradio_api/file={states['path']}").status_code == 200
