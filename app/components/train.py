"""The Train tab as one view, and the Compare tab's own runs as another: they ask Python and draw the answers.

Events: `ask` {id, what, …} for everything whose answer is data, `take` {id, run} for a download, `open_run` {id, run}
to hand a finished run to the Explore tab.
"""

import json
from typing import Any

from .chart import plotly_script
from .script import file_url
from .skeleton import CONTEST, TRAIN
from .view import View


class ContestBoard(View):
    """A comparison that is run from the page. Event: `ask`. Drawn by `assets/js/contest_view.js`."""

    module = "contest_view.js"
    events_sent = ("ask",)
    default_id = "compare-board"
    skeleton = CONTEST
    card = False

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        super().__init__(None, setup=json.dumps(setup), plotly=file_url(plotly_script()), **options)


class TrainBoard(View):
    """`setup` says what can be chosen: presets, form, devices."""

    module = "train_view.js"
    events_sent = ("ask", "take", "open_run")
    default_id = "train-board"
    skeleton = TRAIN
    card = False

    def __init__(self, *, setup: dict[str, Any], **options: Any):
        super().__init__(None, setup=json.dumps(setup), plotly=file_url(plotly_script()), **options)
