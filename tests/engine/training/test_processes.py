"""Several processes share a batch and take the steps that one would take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.compressors.base import compressor_of
from engine.config import as_dict
from engine.training.loop import check_shares
from tests.engine.jobs.jobs_here import digits_on_disk, tiny_job

TOP = Path(__file__).resolve().parents[3]


def losses(folder: Path, data: Path, config: Path, processes: int) -> list[float]:
    """The loss curve of a training that accelerate launches."""
    several = ["--multi_gpu"] if processes > 1 else []
    command = [sys.executable, "-m", "accelerate.commands.launch", *several, "--num_processes", str(processes)]
    fixed = ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]
    here = {"IMFN_HOME": str(folder), "IMFN_DATA": str(data), "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"}
    subprocess.run(
        [*command, *fixed, "-m", "engine", "train", str(config)],
        check=True,
        cwd=TOP,
        env={**os.environ, **here},
        capture_output=True,
        timeout=200,
    )
    (lines,) = folder.glob("runs/*/metrics.jsonl")
    return [row["loss"] for row in map(json.loads, lines.read_text().splitlines()) if "loss" in row]


@pytest.mark.slow(15)
def test_two_processes_have_the_loss_curve_of_one_at_the_same_global_batch(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(as_dict(tiny_job(local_steps=8, joint_steps=20, batch=32))))
    data = digits_on_disk(tmp_path / "data")
    one, two = (losses(tmp_path / str(count), data, config, count) for count in (1, 2))
    assert len(one) == 36
    assert one == pytest.approx(two, rel=1e-3)


def test_a_batch_that_cannot_be_shared_evenly_is_refused_with_what_would_do() -> None:
    config = tiny_job(batch=12)
    with pytest.raises(ValueError, match=r"3 windows of 4; 2 processes cannot share them evenly.*multiple of 8"):
        check_shares(config, compressor_of(config).stages(config)[-1], 2)
