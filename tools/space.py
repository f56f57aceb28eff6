"""Assemble and check exactly what is pushed to a Hugging Face Space.

    make space                          # or: python -m tools.space [--out build/space] [--no-start]

The folder holds the tracked files that the program needs, README.md with the Space's header, and requirements.txt with
the versions of constraints.txt. Checked are the header's keys, the size of every file (a plain push refuses more than
10 MB), the requirements against what is installed here, and that the page starts from this folder alone, read-only,
with an empty home and SPACE_ID set, answers, and compresses a clip.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
OUT = TOP / "build" / "space"
NEEDED = ("app.py", "README.md", "LICENSE", "requirements.txt", "app", "engine", "assets", "checkpoints", "docs")
LARGEST = 10_000_000
"""bytes of a file that a plain push takes"""
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
KEYS = """
title emoji colorFrom colorTo sdk python_version sdk_version suggested_hardware suggested_storage app_file
app_build_command app_port base_path fullWidth header short_description models datasets tags thumbnail pinned license
hf_oauth hf_oauth_scopes hf_oauth_expiration_minutes hf_oauth_authorized_org disable_embedding
startup_duration_timeout custom_headers preload_from_hub
"""
"""https://huggingface.co/docs/hub/spaces-config-reference"""
WANTED = ("title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "app_file", "python_version")
SHORT = 60
"""characters of a short description"""
ROOTS_PRIVILEGES = "-dac_override,-dac_read_search,-fowner"
"""capabilities that root must give up, or file modes would not bind it"""


def assemble(out: Path) -> list[Path]:
    """Copy what a Space needs into an empty folder; the files in it."""
    loosen(out)
    shutil.rmtree(out, ignore_errors=True)
    for name in tracked():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(TOP / name, out / name)
    (out / "requirements.txt").write_text(pinned())
    return sorted(path for path in out.rglob("*") if path.is_file())


def tracked() -> list[str]:
    """Names of the tracked files that are pushed."""
    listed = subprocess.run(["git", "-C", str(TOP), "ls-files", "-z"], capture_output=True, text=True, check=True)
    return [n for n in listed.stdout.split("\0") if n and n.split("/")[0] in NEEDED and (TOP / n).is_file()]


def pinned() -> str:
    """requirements.txt with every version fixed to that of constraints.txt."""
    versions = dict(line.split("==") for line in (TOP / "constraints.txt").read_text().split())
    known = {name.lower().replace("_", "-"): version for name, version in versions.items()}
    lines = []
    for line in (TOP / "requirements.txt").read_text().splitlines():
        name = re.match(r"[A-Za-z0-9._-]+", line)[0]
        lines.append(f"{name}=={known[name.lower().replace('_', '-')]}")
    return "\n".join(lines) + "\n"


def header(readme: str) -> dict[str, str]:
    """The plain values of a README's header; ValueError without one."""
    found = re.match(r"---\n(.*?)\n---\n", readme, re.S)
    if not found:
        raise ValueError("README.md has no header between two lines of ---; a Space needs one")
    pairs = (line.partition(":") for line in found[1].splitlines() if line and not line.startswith((" ", "-", "#")))
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def check_header(values: dict[str, str], folder: Path) -> None:
    """ValueError for keys a Space does not know, and for values it would refuse."""
    if unknown := sorted(set(values) - set(KEYS.split())):
        raise ValueError(f"the README's header has {unknown[0]!r}, which no Space knows")
    if missing := [key for key in WANTED if not values.get(key)]:
        raise ValueError(f"the README's header lacks {missing[0]!r}")
    if bad := {values["colorFrom"], values["colorTo"]} - COLOURS:
        raise ValueError(f"{bad.pop()!r} is no colour of a Space; choose {', '.join(sorted(COLOURS))}")
    if len(values.get("short_description", "")) > SHORT:
        raise ValueError(f"the short description is longer than {SHORT} characters")
    if values["sdk"] != "gradio" or not (folder / values["app_file"]).is_file():
        raise ValueError(f"sdk is {values['sdk']!r} and app_file {values['app_file']!r}; the app is gradio's app.py")
    if f"gradio=={values['sdk_version']}" not in (folder / "requirements.txt").read_text().splitlines():
        raise ValueError(f"sdk_version {values['sdk_version']} is not the gradio of constraints.txt")


def check_sizes(files: list[Path]) -> None:
    """ValueError for a file that a plain push refuses."""
    for path in files:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.name} has {path.stat().st_size / 1e6:.1f} MB; a push takes {LARGEST / 1e6:.0f} MB")


def check_requirements(text: str) -> None:
    """ValueError unless every pinned version is the one that is installed and tested here."""
    for name, version in (line.split("==") for line in text.split()):
        here = importlib.metadata.version(name)
        if here.split("+")[0] != version:
            raise ValueError(f"{name} is pinned to {version}, but {here} is what was tested here")


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and modification time of every file but Python's caches, to find out whether anything was written."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.parent.name != "__pycache__")
    return {str(p.relative_to(folder)): (p.stat().st_size, p.stat().st_mtime_ns) for p in files}


def seal(folder: Path) -> None:
    """Remove all write permissions below a folder."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def loosen(folder: Path) -> None:
    """Give the owner write permission again."""
    for path in (folder, *folder.rglob("*")) if folder.exists() else ():
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def humbled(command: list[str]) -> list[str]:
    """The command, for root with the capabilities dropped that ignore file modes."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return command
    return ["setpriv", "--inh-caps=-all", f"--bounding-set={ROOTS_PRIVILEGES}", *command]


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """Start the page from the folder alone, as a Space does; (its address, the process)."""
    with tempfile.TemporaryDirectory(prefix="imfn-space-", ignore_cleanup_errors=True) as made, socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        sock.close()
        home, temporary = Path(made) / "home", Path(made) / "tmp"
        places = {"HOME": str(home), "TMPDIR": str(temporary), "PATH": os.environ["PATH"]}
        told = {"SPACE_ID": "someone/imfn-explorer", "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)}
        home.mkdir()
        temporary.mkdir()
        log = (Path(made) / "log").open("w+")
        command = humbled([sys.executable, "app.py"])
        with subprocess.Popen(command, cwd=folder, env=places | told, stdout=log, stderr=log) as server:
            try:
                url = f"http://127.0.0.1:{port}/"
                wait(url, server, log)
                yield url, server
            finally:
                server.terminate()


def wait(url: str, server: subprocess.Popen, log: object) -> None:
    """Wait until the page answers, three minutes at most; ValueError with its last output."""
    end = time.monotonic() + 180
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    log.seek(0)
    raise ValueError(f"the page did not start: {' '.join(log.read()[-800:].split())}")


def check_page(url: str, folder: Path) -> dict:
    """Request the page and its first picture, and compress, reconstruct and follow a clip; the clip's facts."""
    from gradio_client import Client, handle_file

    text = urllib.request.urlopen(url, timeout=60).read().decode()
    if "IMFN Explorer" not in text:
        raise ValueError("the page answers, but it is not this one")
    picture = f"{url}gradio_api/file={(folder / 'assets/first/sheet-0-0.webp').as_posix()}"
    if urllib.request.urlopen(picture, timeout=60).read(4) != b"RIFF":
        raise ValueError("the first paint's pictures are not served")
    with tempfile.TemporaryDirectory() as downloads:
        client = Client(url, verbose=False, download_files=downloads)
        clip = handle_file(str(folder / "assets/samples/realshort.mp4"))
        memory, facts = client.predict(clip, "video-16", 4, 128, api_name="/compress")
        video = client.predict(handle_file(memory), api_name="/reconstruct")
        client.predict(clip, "video-16", "zeros", True, api_name="/trajectory")
        if not Path(video).stat().st_size:
            raise ValueError("the reconstructed video is empty")
    return facts


def peak_mb(process: int) -> float:
    """The most memory a process held, as the kernel counted it."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else float("nan")


def main() -> int:
    """Assemble and check the folder, print what was found as JSON; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--no-start", action="store_true", help="do not start the page from the folder")
    options = parser.parse_args()
    try:
        files = assemble(options.out)
        check_sizes(files)
        check_header(header((options.out / "README.md").read_text()), options.out)
        check_requirements((options.out / "requirements.txt").read_text())
        said = {"folder": str(options.out), "files": len(files), "mb": sum(p.stat().st_size for p in files) / 1e6}
        if not options.no_start:
            seal(options.out)
            before, begun = state(options.out), time.monotonic()
            with started(options.out) as (url, server):
                said["seconds_to_start"] = round(time.monotonic() - begun, 1)
                said["frames"] = check_page(url, options.out)["frames"]
                said["peak_mb"] = round(peak_mb(server.pid))
            if state(options.out) != before:
                raise ValueError("the program wrote into its own folder")
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        loosen(options.out)
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
