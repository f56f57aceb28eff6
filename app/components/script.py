"""Where the page's own scripts and styles lie, and how a component starts one of them.

A module is imported from inside `js_on_load`, so it runs once per page however many components use it, in any tab,
and no order of script tags matters.
"""

import json

from app.server.shelf import ASSETS, shelf_url


def mount_script(module: str, events: tuple[str, ...] = ()) -> str:
    """JavaScript for `js_on_load`: import `assets/js/<module>` and mount it on this component's element.

    A module that cannot be fetched because the server is away is fetched when it is back.

    `server` has the component's server functions (`app/server/rpc.py`).

    Gradio offers a listener (`component.<name>(…)`) for every event name that stands quoted in this text.
    """
    url, connection = (shelf_url(ASSETS / "js" / name) for name in (module, "core/connection.js"))
    return (
        f"const events = {json.dumps(events)};\n"
        "const script = (url) => import(new URL(url, document.baseURI));\n"
        f"script({json.dumps(url)})\n"
        f"  .catch(() => script({json.dumps(connection)}).then(({{ back, lost }}) => lost().then(() => back())"
        f".then(() => script({json.dumps(url + '?again')}))))\n"
        "  .then((view) => view.mount({ element, props, trigger, watch, events, server }))\n"
        "  .catch((error) => { element.textContent = 'This view could not be loaded; reload the page. ' + error; });"
    )
