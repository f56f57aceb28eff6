"""A plugin of a page that was forked: what its path puts first is what it imports, as in a program started so."""

from __future__ import annotations

import os
import sys

for path in reversed(os.environ.get("PYTHONPATH", "").split(os.pathsep)):
    if path and path not in sys.path:
        sys.path.insert(0, path)
for name in [each for each in sys.modules if each.partition(".")[0] in ("av", "umap")]:
    del sys.modules[name]
