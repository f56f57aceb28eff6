"""What stands in a view's place until it is drawn: quiet bones as large as what comes, so nothing jumps.

They travel in the component's template and are there with the first paint. Looks and sizes are in
`assets/css/skeleton.css`; a view that must wait for data keeps them with `assets/js/ui/skeleton.js`.
"""


def bone(kind: str = "", height: int | None = None) -> str:
    """One shimmering block: of a named kind, or so many pixels high."""
    style = f' style="height:{height}px"' if height else ""
    name = f"imfn-bone imfn-bone-{kind}" if kind else "imfn-bone"
    return f'<i class="{name}"{style}></i>'


def bones(*parts: str, kind: str = "") -> str:
    """Blocks in one box that no screen reader meets."""
    name = f"imfn-bones imfn-bones-{kind}" if kind else "imfn-bones"
    return f'<div class="{name}" aria-hidden="true">{"".join(parts)}</div>'


HEAD = bone("head")
TREE = bones(HEAD, *[bone("row")] * 5, bone("rest"), kind="tree")
PLAYER = bones(bone("stage"), bone("sides"), kind="player")
INSPECTOR = bones(HEAD, bone("heatmap"), *[bone("line")] * 6, bone("rest"), kind="inspector")
LEVELS = bones(HEAD, *[bone("line")] * 5, bone("rest"), kind="levels")

PATH_MAP = bones(HEAD, bone("plot"), bone(height=18), bone("bar"), kind="map")
PATH_CHART = bones(HEAD, bone(height=210), kind="chart")
STRIPS = bones(HEAD, *(bone("caption") + bone("strip") for _ in range(4)), kind="strips")
PATH_TREE = bones(HEAD, *[bone("level")] * 8, bone("rest"), kind="path")
PATH_TAKE_AWAY = "<h2>Take away</h2>" + '<i class="imfn-bone imfn-button"></i>' * 2
COST = bones(HEAD, *[bone("line")] * 4, kind="cost")
LIVE = bones(bone("live"), kind="live")

TRAIN = bones(bone("runs"), bone("run"), bone("facts"), kind="train")
PREDICT = bones(bone("controls"), bone("room"), bone("beliefs"), bone("there"), bone("below"), kind="predict")
MOVING = bones(bone(height=420))
COMPARISON = bones(bone("comparison"))
VERDICT = bones(bone(height=118), bone(height=508))
EXPORTS = bones(bone(height=30))


def chart(height: int) -> str:
    """A chart's place."""
    return bones(bone("figure", height))
