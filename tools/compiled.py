"""Has numba compile, and keep, what UMAP needs for a picture: half a minute of computing that no first look waits for.

python -m tools.compiled
"""

from __future__ import annotations

import numpy as np

from engine.evaluation.projection import Epochs, picture

POINTS, NEIGHBOURS = 24, 5
"""of the picture that is fitted and forgotten; what is compiled does not depend on them"""


def main() -> None:
    """Fit one picture."""
    points = np.random.default_rng(0).normal(size=(POINTS, 3))
    picture(points, NEIGHBOURS, 0.5, 2, Epochs(lambda epochs: None, 0))


if __name__ == "__main__":
    main()
