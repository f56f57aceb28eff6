"""One visitor, as the page's script behaves: uploads a clip of his own, has it compressed, then looks around.

Raw HTTP, so that fifty of them cost little beside the page that they share a machine with. Whatever is not what he must
see is a `Lost`: another's name, a missing frame, an error, a picture that is not there.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from dataclasses import dataclass, field

import httpx

from tests.load.functions import Functions

FRAMES = 36
WINDOWS = 3
THINKING = (1.0, 3.0)
"""seconds between two interactions, at random"""


class Lost(Exception):
    """Something did not arrive as it must."""


@dataclass
class Visitor:
    """A visitor with his session, his clip, and the seconds that each thing took."""

    url: str
    functions: Functions
    clip: bytes
    name: str
    seed: int
    address: str = ""
    taken: list[tuple[str, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session, self.random = secrets.token_hex(8), random.Random(self.seed)
        self.key = secrets.token_hex(16)
        self.payload: dict = {}

    async def visit(self, arrival: float, interactions: int) -> None:
        """All of it; what goes wrong is noted."""
        await asyncio.sleep(arrival)
        # a connection each: the server closes idle ones after five seconds, and a request may meet that
        limits = httpx.Limits(max_keepalive_connections=0)
        headers = {"x-forwarded-for": self.address} if self.address else {}
        async with httpx.AsyncClient(base_url=self.url, timeout=300, limits=limits, headers=headers) as self.http:
            try:
                await self.timed("page", self.open())
                await self.timed("compress", self.compress())
                for _ in range(interactions):
                    await asyncio.sleep(self.random.uniform(*THINKING))
                    await self.interact()
            except (Lost, httpx.HTTPError, KeyError, ValueError) as error:
                self.wrong.append(f"{self.name}: {type(error).__name__} {str(error)[:200]}")

    async def timed(self, what: str, work: object) -> object:
        """Do something and note how long it took."""
        start = time.perf_counter()
        found = await work
        self.taken.append((what, time.perf_counter() - start))
        return found

    async def open(self) -> None:
        """The page itself."""
        if "imfn" not in (await self.fetched("")).text:
            raise Lost("the page has no IMFN in it")

    async def compress(self) -> None:
        """Upload, choose, explore: every frame must be there under the visitor's own name."""
        sent = await self.http.post("gradio_api/upload", files={"files": (self.name, self.clip)})
        path = checked(sent).json()[0]
        begun = await self.ask("explore", {"model": "video-16", "uploads": [path], "fit": True})
        news = {"state": "busy", "seen": 0}
        while news["state"] == "busy":
            news = await self.ask("progress", {"id": begun["id"], "seen": news["seen"]})
            self.payload = news["exploration"] or self.payload
        if news["state"] != "done":
            raise Lost(f"no exploration came: {news['message'][:200]}")
        if (self.payload["name"], self.payload["frames"]) != (self.name, FRAMES):
            raise Lost(f"{self.payload['name']} with {self.payload['frames']} frames came back")
        await self.pictures()

    async def interact(self) -> None:
        """One thing that a visitor does."""
        what = self.random.choice(("window", "window", "picture", "numbers", "memory", "runs", "runs", "page"))
        await self.timed(what, getattr(self, f"see_{what}")())

    async def see_window(self) -> None:
        """Another window of the clip, and its pictures."""
        wanted = self.random.randrange(WINDOWS)
        answer = await self.ask("window", {"id": self.payload["id"], "window": wanted})
        self.payload = answer["exploration"]
        if self.payload["window"]["index"] != wanted or self.payload["name"] != self.name:
            raise Lost(f"window {self.payload['window']['index']} of {self.payload['name']} for {wanted}")

    async def see_picture(self) -> None:
        """The sheets of the window that is shown."""
        await self.pictures()

    async def see_numbers(self) -> None:
        """The numbers as a file."""
        file = await self.ask("take", {"id": self.payload["id"], "kind": "json", "merges": 4})
        if json.loads((await self.fetched(file["url"])).text)["name"] != self.name:
            raise Lost("the numbers are of another clip")

    async def see_memory(self) -> None:
        """The memory as a file."""
        file = await self.ask("take", {"id": self.payload["id"], "kind": "memory", "merges": 4})
        memory = await self.fetched(file["url"])
        if self.name.encode() not in memory.content[:4000]:
            raise Lost("the memory is of another clip")

    async def see_runs(self) -> None:
        """The Train tab's refresh."""
        answer = await self.ask("refresh", {"follow": [], "log": None}, "train-board")
        if answer["runs"]:
            raise Lost(f"the runs of a visitor without any: {str(answer)[:80]}")

    async def see_page(self) -> None:
        """A reload."""
        await self.open()

    async def pictures(self) -> None:
        """Every sheet of the window shown."""
        for address in self.payload["window"]["sheets"].values():
            if not (await self.fetched(address.lstrip("/"))).content.startswith(b"RIFF"):
                raise Lost("a sheet is no picture")

    async def fetched(self, path: str) -> httpx.Response:
        """A GET that must succeed."""
        return checked(await self.http.get(path))

    async def ask(self, name: str, request: dict, target: str = "explore-controls") -> dict:
        """A question to a component's server functions, as the page's script asks it."""
        body = {
            "component_id": self.functions.component(target),
            "fn_name": name,
            "session_hash": self.session,
            "data": {"visitor": self.key, "request": request},
        }
        answer = checked(await self.http.post("gradio_api/component_server", json=body)).json()
        if not answer["ok"]:
            raise Lost(f"{name}: {answer['message'][:200]}")
        return answer["answer"]

    def body(self, target: str, event: str, values: list, data: object) -> dict:
        """What the page's script sends."""
        number = self.functions.of(target, event)
        return {"data": values, "fn_index": number, "session_hash": self.session, "event_data": data}


def checked(answer: httpx.Response) -> httpx.Response:
    """An answer that is one."""
    if answer.status_code != 200:
        raise Lost(f"{answer.request.url.path[:60]} answers {answer.status_code} {answer.text[:120]}")
    return answer
