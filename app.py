"""IMFN Explorer: build the page and launch it. `python app.py [--port N]`, or GRADIO_SERVER_PORT."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from types import ModuleType

from app.quick_start import quick_start, without_servers


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, help="port to serve on; 7860 or the next free one when left out")
    parser.add_argument("--host", help="address to listen on; left out: this machine only, all where it is shared")
    options = parser.parse_args()
    if options.host:
        os.environ["GRADIO_SERVER_NAME"] = options.host  # the page answers under this name (app/server/origins.py)
    page_module = import_page()
    with quick_start():
        settings = page_module.launch_options()
        page_module.bound_everything()
    check_address(settings["server_name"], options.port)
    with quick_start(), without_servers():
        page = page_module.build_page()
    try:
        page.launch(server_port=options.port, **settings)
    except OSError as error:
        sys.exit(f"The page cannot be served ({error}); choose another port with --port.")


def import_page() -> ModuleType:
    """The module `app.page`; ends in one line where a package is missing.

    Not at the top of this file: the process that fits UMAP imports it again, and needs neither gradio nor torch.
    """
    try:
        with quick_start():
            from app import page
    except ModuleNotFoundError as error:
        sys.exit(f"The package {error.name!r} is not installed; run `pip install -r requirements.txt`, or `make run`.")
    return page


def check_address(host: str, port: int | None) -> None:
    """End in one line, before anything is built, where an address cannot be listened on; None: Gradio looks for one."""
    port = port or int(os.environ.get("GRADIO_SERVER_PORT") or 0)
    if not 0 <= port < 65536:
        sys.exit(f"Port {port} is not a port; choose one from 1 to 65535.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host.strip("[]"), port))
    except OSError as error:
        what = f"port {port} of {host}" if port else f"the address {host}"
        sys.exit(f"Cannot listen on {what} ({error.strerror}); stop what uses it, or choose another with --port.")


if __name__ == "__main__":
    main()
