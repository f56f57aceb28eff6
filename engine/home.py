"""Where downloads and runs live."""

import os
from pathlib import Path


def home_folder() -> Path:
    """$IMFN_HOME, else ~/.cache/imfn-explorer."""
    return Path(os.environ.get("IMFN_HOME") or Path.home() / ".cache" / "imfn-explorer")
