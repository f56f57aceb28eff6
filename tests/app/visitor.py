"""A stranger with raw HTTP: what the page's script and `gradio_client` send, and whatever else somebody may try."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import httpx


class Visitor:
    """One session of its own at a page."""

    def __init__(self, url: str) -> None:
        # a connection each: the server closes one after an error of its own, and the next request would meet that
        self.http = httpx.Client(base_url=url, timeout=120, limits=httpx.Limits(max_keepalive_connections=0))
        self.session = secrets.token_hex(8)

    def get(self, path: str) -> httpx.Response:
        """Any address, sent as it stands."""
        return self.http.get(path)

    def upload(self, name: str, data: bytes) -> httpx.Response:
        """What the upload button sends."""
        return self.http.post("gradio_api/upload", files={"files": (name, data)})

    def uploaded(self, path: Path) -> dict:
        """A file, uploaded, as an endpoint takes it."""
        return given(self.upload(path.name, path.read_bytes()).json()[0])

    def config(self) -> dict:
        """What the page is made of."""
        return self.get("config").json()

    def function(self, target: str, event: str) -> dict:
        """The function behind a component's event, by the component's id on the page."""
        config = self.config()
        ids = {c["id"] for c in config["components"] if c["props"].get("elem_id") == target}
        return next(d for d in config["dependencies"] if any(t[0] in ids and t[1] == event for t in d["targets"]))

    def component(self, target: str) -> int:
        """A component's number, by its id on the page."""
        return next(c["id"] for c in self.config()["components"] if c["props"].get("elem_id") == target)

    def sent(self, target: str, name: str, data: object) -> httpx.Response:
        """Any data to a component's server function."""
        body = {"component_id": self.component(target), "fn_name": name, "session_hash": self.session, "data": data}
        return self.http.post("gradio_api/component_server", json=body)

    def ask(self, target: str, name: str, request: dict | None = None, key: object = None) -> dict:
        """A question as the page's script asks it: {"ok", "answer"} or {"ok", "message"}."""
        return self.sent(target, name, {"visitor": key, "request": request or {}}).json()

    def call(self, api: str, *values: object) -> tuple[str, object]:
        """A named endpoint; ("complete", outputs) or ("error", what the caller is told)."""
        asked = self.http.post(f"gradio_api/call/{api}", json={"data": list(values)})
        if asked.status_code != 200:
            return "error", asked.text
        event = asked.json()["event_id"]
        return self.heard(self.get(f"gradio_api/call/{api}/{event}").text)

    def heard(self, text: str) -> tuple[str, object]:
        """The last event of an answer."""
        last = text.strip().split("\n\n")[-1]
        kind, _, data = last.partition("\n")
        return kind.removeprefix("event: "), json.loads(data.removeprefix("data: ") or "null")

    def press(self, function: int, values: list, event: object = None) -> dict:
        """A function of the page through its queue; the last message about it."""
        body = {"data": values, "fn_index": function, "session_hash": self.session, "event_data": event}
        joined = self.http.post("gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            return {"msg": "refused", "output": joined.json()}
        wanted, last = joined.json()["event_id"], {}
        with self.http.stream("GET", "gradio_api/queue/data", params={"session_hash": self.session}) as lines:
            for line in lines.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if message.get("event_id") != wanted:
                    continue
                last = message if message["msg"] != "process_generating" or not last else {**last, **message}
                if message["msg"] == "process_completed":
                    return last
        return last

    def at_once(self, function: int, values: list, event: object = None) -> httpx.Response:
        """A function of the page past its queue."""
        body = {"data": values, "fn_index": function, "session_hash": self.session, "event_data": event}
        return self.http.post("gradio_api/run/predict", json=body)


def given(path: str, **more: object) -> dict:
    """A path on the server as a file value."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}
