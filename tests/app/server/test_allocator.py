"""Heaps of the page, and threads of torch: few of the one, and the others do not spin."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from engine import __file__ as engine_file

THREADS = """
import ctypes, sys, threading
from app.server.allocator import HEAPS, few_heaps
assert few_heaps()
def fill(): return [bytes(1000) for _ in range(20000)]
gate = threading.Barrier(12)
libc = ctypes.CDLL(None)
def work():
    gate.wait()
    kept = [libc.malloc(200) for _ in range(2000)]
    fill()
    gate.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has heaps by thread")
def test_threads_share_few_heaps() -> None:
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    assert 1 <= done.stderr.count("Arena ") <= 2


def test_torch_s_threads_wait_without_spinning_unless_somebody_says_otherwise() -> None:
    script = "import engine, os; print(os.environ['OMP_WAIT_POLICY'])"
    top = Path(engine_file).parents[1]
    for said, expected in ((None, "PASSIVE"), ("ACTIVE", "ACTIVE")):
        env = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
        env |= {"OMP_WAIT_POLICY": said} if said else {}
        done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, env=env, cwd=top)
        assert done.stdout.strip() == expected
