"""Paths in two or three dimensions: PCA at once, UMAP when it has been fitted, each with its trustworthiness.

Points are first turned into their exact principal coordinates (distances stay what they are), so a memory of a million
floats costs no more than its number of points. UMAP runs in a process of its own: importing and compiling it takes
seconds, and the page must not wait. Trustworthiness (Venna and Kaski, 2001) is the share of near neighbours in the
picture that really are near, 1 is best.
Shapes: N points, D coordinates, 2 or 3 dimensions.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from operator import attrgetter
from weakref import WeakKeyDictionary

import numpy as np

from engine.parent import end_with

KNOWN = 64
"""fitted pictures that are kept"""
KEPT = 100
"""principal coordinates that UMAP sees at most"""
EPOCHS = 500
"""of every picture, as UMAP has them for so few points"""
SURE = 0.05
"""share of a fit that must be done before its end is foretold"""


def principal(vectors_ND: np.ndarray) -> np.ndarray:
    """The points' coordinates along all their principal axes, largest first, [N, at most N - 1]."""
    centred = vectors_ND - vectors_ND.mean(0)
    gram = centred.astype(np.float64) @ centred.T.astype(np.float64)
    values, vectors = np.linalg.eigh(gram)
    order = np.argsort(values)[::-1][: max(3, min(len(gram) - 1, KEPT))]
    return vectors[:, order] * np.sqrt(np.clip(values[order], 0, None))


def trust(points_ND: np.ndarray, picture_N2: np.ndarray, neighbours: int) -> float:
    """Trustworthiness of a picture; 1 when there are too few points to be wrong."""
    from sklearn.manifold import trustworthiness

    neighbours = min(neighbours, (len(points_ND) - 1) // 2)
    return float(trustworthiness(points_ND, picture_N2, n_neighbors=neighbours)) if neighbours > 0 else 1.0


def default_neighbours(count: int) -> int:
    """A third of the points: paths come out whole, and not as knots far apart."""
    return max(2, min(count - 1, round(count / 3)))


@dataclass(frozen=True, kw_only=True)
class Left:
    """How far a fit is: the share that is done, 0 to 1, and seconds until its end; None until they can be told."""

    share: float
    seconds: float | None


class Clock:
    """What the process that fits tells of the fit it is at: which one, epochs done, of how many, and when they began.

    Passed on to that process, which writes; the one that started it reads.
    """

    FIELDS = 4

    def __init__(self, context: BaseContext) -> None:
        self.told = context.Array("d", self.FIELDS)

    def begin(self, number: int, epochs: int) -> None:
        """Another fit is at its beginning."""
        with self.told.get_lock():
            self.told[:] = [number, 0, epochs, 0.0]

    def done(self, epochs: int) -> None:
        """So many epochs are over."""
        with self.told.get_lock():
            self.told[1] = max(self.told[1], epochs)
            self.told[3] = self.told[3] or time.time()

    def left(self, number: int) -> Left:
        """How far the fit of that number is; it has not begun where another one is told of."""
        with self.told.get_lock():
            now, done, epochs, began = self.told[:]
        share = done / epochs if now == number and epochs else 0.0
        elapsed = time.time() - began
        return Left(share=share, seconds=elapsed * (1 - share) / share if share > SURE else None)


class Epochs:
    """A file to which UMAP's progress bar writes its number of epochs; those of `before` came from earlier pictures."""

    def __init__(self, done: Callable[[int], None], before: int) -> None:
        self.told, self.before = done, before

    def write(self, text: str) -> None:
        """A number of epochs, or an end of the line."""
        if text.strip().isdigit():
            self.told(self.before + int(text))

    def flush(self) -> None:
        """Nothing is held back."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """UMAP's pictures by dimensions, [N, 2] and [N, 3], and the trust in the flat ones, PCA's too."""

    pictures: dict[int, np.ndarray]
    trust: dict[str, float]


CLOCK: list[Clock] = []
"""in the other process, the one it tells"""


def fit_umap(points_ND: np.ndarray, neighbours: int, spread: float, number: int = 0) -> Fitted:
    """UMAP in 2 and 3 dimensions, from the principal axes and a fixed seed; runs in the other process, where it tells
    how far the fit of that `number` is.
    """
    for clock in CLOCK:
        clock.begin(number, 2 * EPOCHS)
    told = CLOCK[0].done if CLOCK else lambda epochs: None
    sinks = {2: Epochs(told, 0), 3: Epochs(told, EPOCHS)}
    pictures = {wide: picture(points_ND, neighbours, spread, wide, sink) for wide, sink in sinks.items()}
    near = max(1, default_neighbours(len(points_ND)) // 2)
    flat = {"pca": points_ND[:, :2], "umap": pictures[2]}
    return Fitted(pictures=pictures, trust={name: trust(points_ND, points, near) for name, points in flat.items()})


def picture(points_ND: np.ndarray, neighbours: int, spread: float, dimensions: int, sink: Epochs) -> np.ndarray:
    """One UMAP embedding, [N, dimensions]; its epochs are told to `sink`."""
    import warnings

    import umap

    keep_compiled()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reducer = umap.UMAP(
            n_neighbors=min(neighbours, len(points_ND) - 1),
            min_dist=spread,
            n_components=dimensions,
            n_epochs=EPOCHS,
            tqdm_kwds={"file": sink, "bar_format": "{n}", "disable": False},
            init="pca",
            random_state=0,
        )
        return reducer.fit_transform(points_ND).astype(np.float32)


COMPILED = (
    "utils.fast_knn_indices",
    "umap_.smooth_knn_dist",
    "umap_.compute_membership_strengths",
    "layouts._nb_optimize_layout_euclidean_single_epoch",
)
"""functions of umap that numba compiles for a picture and that umap does not have it keep"""


@lru_cache(maxsize=1)
def keep_compiled() -> list[str]:
    """Have numba keep what it compiles beside umap's source, or in NUMBA_CACHE_DIR: that is 12 of the 16 s of computing
    until the first picture. Returns the names of what is kept; what cannot be is compiled anew by every process.
    """
    import umap.layouts

    kept = []
    for name in COMPILED:
        with suppress(AttributeError, RuntimeError):  # another umap, or no folder that can be written
            attrgetter(name)(umap).enable_caching()
            kept.append(name)
    return kept


def start(parent: int, clock: Clock) -> None:
    """In the other process: tell that clock, and end when the one that started it has ended, however that happened."""
    CLOCK[:] = [clock]
    end_with(parent)


class Fitter:
    """The process that fits, and what it has fitted or is fitting, the last KNOWN of them."""

    def __init__(self) -> None:
        self.clock = Clock(get_context("spawn"))
        self.pool = new_pool(self.clock)
        self.numbers: WeakKeyDictionary[Future, int] = WeakKeyDictionary()
        """of each fit, counted from 1"""
        self.count = 0
        self.known: OrderedDict[str, Future] = OrderedDict()
        self.waiting: Counter[Future] = Counter()
        """how many wait for each; what nobody waits for is not begun"""
        self.lock = threading.Lock()

    def fit(self, points_ND: np.ndarray, neighbours: int, spread: float) -> Future:
        """The same points and settings are fitted once. Whoever asks calls `leave` when they wait no more."""
        settings = f"{points_ND.shape} {neighbours} {spread}".encode()
        key = hashlib.sha256(np.ascontiguousarray(points_ND).tobytes() + settings).hexdigest()
        with self.lock:
            known = self.known.pop(key, None)
            usable = known is not None and not (known.done() and (known.cancelled() or known.exception()))
            found = known if usable else self.submit(points_ND, neighbours, spread)
            self.known[key] = found
            self.waiting[found] += 1
            while len(self.known) > KNOWN:
                self.known.popitem(last=False)
        return found

    def submit(self, *values: object) -> Future:
        """Queue a fit; in a new process where the one before was killed."""
        try:
            future = self.pool.submit(fit_umap, *values, self.count + 1)
        except BrokenProcessPool:
            self.pool.shutdown(wait=False)
            self.pool = new_pool(self.clock)
            future = self.pool.submit(fit_umap, *values, self.count + 1)
        self.count += 1
        self.numbers[future] = self.count
        return future

    def left(self, future: Future) -> Left:
        """How far a fit is."""
        return self.clock.left(self.numbers[future])

    def leave(self, future: Future) -> None:
        """Somebody waits no more; what nobody waits for and has not begun is taken out of the line."""
        with self.lock:
            self.waiting[future] -= 1
            if self.waiting[future] <= 0:
                del self.waiting[future]
                future.cancel()


def new_pool(clock: Clock) -> ProcessPoolExecutor:
    """One process that ends with this one, and tells that clock."""
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=start, initargs=(os.getpid(), clock))


@lru_cache(maxsize=1)
def fitter() -> Fitter:
    """Started when it is first needed."""
    return Fitter()


def start_umap(points_ND: np.ndarray, neighbours: int, spread: float) -> Future:
    """Have UMAP fitted elsewhere, or find what was; ValueError for settings that make no picture. `leave_umap` when it
    is not waited for any more. The future raises BrokenProcessPool where its process was killed.
    """
    if not 2 <= neighbours < len(points_ND):
        raise ValueError(f"neighbours is {neighbours}; of {len(points_ND)} points choose 2 to {len(points_ND) - 1}")
    if not 0 <= spread <= 1:
        raise ValueError(f"spread is {spread}; choose a number from 0 to 1")
    return fitter().fit(points_ND, neighbours, spread)


def leave_umap(future: Future) -> None:
    """Wait no more for a fit that `start_umap` gave."""
    fitter().leave(future)


def umap_left(future: Future) -> Left:
    """How far a fit of `start_umap` is."""
    return fitter().left(future)
