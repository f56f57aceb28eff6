"""IMFN Explorer: build the page and launch it. `python app.py [--port N]`, or GRADIO_SERVER_PORT."""

from __future__ import annotations

import argparse

from app.quick_start import quick_start

with quick_start():
    from app.page import build_page, launch_options


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, help="port to serve on; 7860 or the next free one when left out")
    parser.add_argument("--host", help="address to listen on; left out: this machine only, all where it is shared")
    options = parser.parse_args()
    with quick_start():
        settings, page = launch_options(), build_page()
    page.launch(server_port=options.port, **{**settings, "server_name": options.host or settings["server_name"]})


if __name__ == "__main__":
    main()
