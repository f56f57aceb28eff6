"""What one more leaf costs as sequences grow, and what batching a trajectory by level saves. Part of `make bench`.

    python -m tests.bench_streaming --record        writes assets/results/streaming.json

Weights are random: time does not depend on them. T grows from 16 to 1,024 leaves at d = 1,024 floats. Growth is the one
of constant, log T and linear whose ratio to what was measured varies least. Operations are multiply-adds,
counted by torch, and do not depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.checkpoints import hardware, revision
from engine.compressors.students.base import build_student
from engine.compressors.tree import build_tree
from engine.config import TreeConfig, load_config, tree_config
from engine.evaluation.trajectories import milliseconds, pushed
from engine.files import write_json
from engine.model import Model, to_tensor
from engine.streaming.stream import StreamingTree, trajectory
from tests.bench import RESULTS, seconds

SIZES = (16, 32, 64, 128, 256, 512, 1024)
SIDE = 28
HIDDEN = 256
GROWTHS: dict[str, Callable[[int], float]] = {"constant": lambda t: 1.0, "log": math.log2, "linear": float}


def random_model(config: TreeConfig) -> Model:
    """A tree that nobody has trained."""
    torch.manual_seed(0)
    return Model(build_tree(config).eval().requires_grad_(False), card={}, name="random", fingerprint="")


def sized(family: str, pairing: str, leaves: int) -> TreeConfig:
    """A tree of d = 1,024 with MLPs of one width."""
    hidden = (HIDDEN,) * (leaves.bit_length() - 1)
    return tree_config(family=family, pairing=pairing, leaves=leaves, channels=1024, hidden=hidden)


def made_frames(count: int) -> np.ndarray:
    """Random pictures."""
    return np.random.default_rng(0).integers(0, 256, (count, SIDE, SIDE, 1), dtype=np.uint8)


def operations(work: Callable[[], object]) -> int:
    """Multiply-adds of one call."""
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() // 2


def step_costs(leaves: int) -> dict[str, tuple[float, int]]:
    """(milliseconds, multiply-adds) of taking in the last leaf of T, by way."""
    frames, costs = made_frames(leaves), {}
    for name, model in (
        ("dense", random_model(sized("dense", "fuse", leaves))),
        ("stack", random_model(sized("residual", "stack", leaves))),
    ):
        stream = StreamingTree(model, height=SIDE, width=SIDE)
        for frame in frames[:-1]:
            stream.push(frame)
        rebuild = lambda m=model: m.rise(frames, m.merges)  # noqa: E731
        costs[f"rebuild, {name} tree"] = milliseconds(rebuild, 3), operations(rebuild)
        costs[f"path update, {name} tree"] = (
            pushed(stream, frames[-1]),
            operations(lambda s=stream: s.push(frames[-1])),
        )
    for start, hidden in (("merges", 0), ("fit", 2 * HIDDEN)):
        student = build_student(model.tree, hidden=hidden, start=start).requires_grad_(False)
        state, leaf = student.initial(SIDE, SIDE)[None], to_tensor(frames[-1:], model.device)[None]
        step = lambda s=student, m=state, x=leaf: s.step(m, s.teacher.encode(x)[:, 0], leaves - 1)  # noqa: E731
        name = "the tree's merges on one leaf" if start == "merges" else "one MLP"
        costs[f"student, {name}"] = milliseconds(step, 9), operations(step)
    return costs


def growth(values: list[float]) -> str:
    """Whether costs over SIZES grow like a constant, log T or T."""
    spread = {
        name: float(np.std([math.log(v / of(t)) for t, v in zip(SIZES, values, strict=True)]))
        for name, of in GROWTHS.items()
    }
    return min(spread, key=spread.get)


def growing() -> list[dict]:
    """Every way's costs over T, and how they grow."""
    by_size = [step_costs(leaves) for leaves in SIZES]
    rows = []
    for name in by_size[0]:
        ms, ops = ([costs[name][i] for costs in by_size] for i in (0, 1))
        rows.append({"way": name, "ms": [round(v, 3) for v in ms], "operations": ops})
        rows[-1] |= {"grows": growth(ops), "ms_grows": growth(ms)}
    return rows


def batching() -> list[dict]:
    """A trajectory of T = 128 at d = 1,024: batched by level, against a rebuild for every leaf."""
    rows = []
    for name in ("dense-128", "digits-128-equal"):
        model, frames = random_model(load_config(name).tree), made_frames(128)
        together = seconds(lambda m=model, x=frames: trajectory(m, x))
        padded = [np.concatenate((frames[:t], np.zeros_like(frames[t:]))) for t in range(1, 129)]
        apart = seconds(lambda m=model, p=padded: [m.rise(x, m.merges) for x in p], times=2)
        rows.append(
            {"tree": name, "batched_ms": 1000 * together, "rebuilds_ms": 1000 * apart, "ratio": apart / together}
        )
    return rows


def main() -> None:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write assets/results/streaming.json")
    options = parser.parse_args()
    made = {"command": "python -m tests.bench_streaming --record", "hardware": hardware(), "revision": revision()}
    result = {"sizes": list(SIZES), "floats": 1024, "ways": growing(), "trajectory": batching(), **made}
    print(json.dumps(result, indent=1))
    if options.record:
        write_json(RESULTS.with_name("streaming.json"), result)


if __name__ == "__main__":
    main()
