"""Processes that are forked from one that has imported torch and gradio: they start in a tenth of the time.

They are processes like any other: they can be killed, and they have an environment of their own. Nothing of `app` is
imported before the fork, since some of it reads the environment then.
"""

from __future__ import annotations

import multiprocessing

SERVER = multiprocessing.get_context("forkserver")
# an optimiser imports torch._dynamo when it is first made, which takes seconds
SERVER.set_forkserver_preload(["engine.training.trainer", "torch._dynamo", "gradio"])
