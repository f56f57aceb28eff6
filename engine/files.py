"""Where downloads and runs live: the one directory this program writes to, besides the system's temporary one."""

import os
from pathlib import Path

DATA = Path("/data")
"""the disk that a Hugging Face Space keeps between restarts, where it has one"""


def home_folder() -> Path:
    """$IMFN_HOME, else /data where that is a disk one may write to, else ~/.cache/imfn-explorer."""
    if named := os.environ.get("IMFN_HOME"):
        return Path(named)
    if DATA.is_dir() and os.access(DATA, os.W_OK | os.X_OK):
        return DATA / "imfn-explorer"
    return Path.home() / ".cache" / "imfn-explorer"
