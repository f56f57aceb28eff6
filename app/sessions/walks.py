"""Walks through Lantern rooms as the Trajectory tab follows them: their names in the address, which memories follow
them, and what the browser draws of them.

A walk's name is `lantern.SEED`, a whole round of random moves; `lantern.SEED.MOVES`, a visitor's own; and either with
`.off` behind it where the screen is off: `lantern.7.rrdd.off`. `assets/js/trajectory/walk.js` has the same.
"""

from __future__ import annotations

import re
from dataclasses import asdict

import torch

from app.sessions.predict import label_of, offered, picture
from engine.checkpoints import bundled
from engine.data.worlds.rounds import LARGEST_SEED, Walk
from engine.evaluation.trajectories import MemoryPath
from engine.evaluation.walks import FEWEST, NEIGHBOURS, OTHERS, Beliefs, long_enough, organised
from engine.model import Model

WALK, FIRST = "lantern", 7
"""what a walk's name begins with; the room that the page begins with"""
NAME = re.compile(WALK + r"\.(\d{1,9})(?:\.([a-z]+?))??(\.off)?")
NO_WALK = "There is no such walk; its name is lantern, a room's number and the moves, as in lantern.7.rrdd."


def is_walk(chosen: str) -> bool:
    """Whether a choice means a walk, also one that cannot be walked."""
    return chosen.startswith(f"{WALK}.")


def walk_of(chosen: str) -> Walk:
    """The walk of a name; ValueError in one sentence for one that cannot be walked."""
    found = NAME.fullmatch(chosen)
    if not found:
        raise ValueError(NO_WALK)
    seed, moves, off = found.groups()
    return Walk(seed=int(seed), moves=moves or "", screen=not off)


def other_rooms(walk: Walk, count: int) -> list[Walk]:
    """Random walks through the rooms of the next seeds, to be followed beside one."""
    seeds = ((walk.seed + index) % (LARGEST_SEED + 1) for index in range(1, count + 1))
    return [Walk(seed=seed, screen=walk.screen) for seed in seeds]


def name_of(walk: Walk) -> str:
    """What a walk is called on the page."""
    own = f", {len(walk.moves)} {'move' if len(walk.moves) == 1 else 'moves'}" if walk.moves else ""
    return f"room {walk.seed}{own}{'' if walk.screen else ', no screen'}"


def followers() -> list[dict[str, str]]:
    """The bundled memories that can follow a walk, by name and label, the tree that predicts first; students go beside
    their trees.
    """
    cards = bundled()[0]
    names = (name for name in offered() if cards[name].get("kind") != "student")
    return [{"name": name, "label": label_of(cards[name])} for name in names]


def checked_follower(name: str) -> str:
    """The memory, or the usual one for ""; ValueError where there is none of this name."""
    names = [each["name"] for each in followers()]
    if not names:
        raise ValueError("No bundled memory of Lantern rooms can be used here; choose another sequence.")
    if name and name not in names:
        raise ValueError(f"There is no memory {name[:40]!r} that follows a walk; choose one of {', '.join(names)}.")
    return name or names[0]


def called(model: Model) -> str:
    """What the page calls a memory that is no student."""
    return "tree" if model.compressor.keeps_levels else label_of(model.card)


def drawn_walk(walk: Walk) -> dict:
    """What is true of a walk, for the browser; pictures are base64 of bytes, as Predict's are."""
    worlds = walk.worlds
    return {
        "seed": walk.seed,
        "moves": walk.moves,
        "screen": walk.screen,
        "poses": worlds.poses_BT[0].tolist(),
        "room": picture(worlds.room_BRR[0]),
        "digits": worlds.digits_B4[0].tolist(),
    }


def drawn_beliefs(beliefs: dict[str, Beliefs]) -> dict[str, dict]:
    """What the memories of a walk believe, by path: all rooms [T, 24, 24] behind one another, and their skill."""
    return {
        kind: {"rooms": picture(torch.from_numpy(each.rooms_TRR)), "skill": each.skill, "old": each.old}
        for kind, each in beliefs.items()
    }


def drawn_order(models: dict[str, Model], paths: list[dict[str, MemoryPath]], walks: list[Walk]) -> dict:
    """What near memories share, by path; none where the walks are too short to tell it from chance."""
    long = long_enough(walks)
    rows = {
        kind: [asdict(each) for each in organised(loaded, [pair[kind].vectors_TD for pair in paths], walks)]
        for kind, loaded in models.items()
        if long
    }
    return {"neighbours": NEIGHBOURS, "rooms": OTHERS, "fewest": FEWEST, "shared": rows}


__all__ = ["WALK", "checked_follower", "drawn_beliefs", "drawn_order", "drawn_walk", "followers", "is_walk", "walk_of"]
