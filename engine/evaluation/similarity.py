"""SSIM has variants, and a figure means little without its variant. This module computes the usual ones.

    python -m engine ssim --record         assets/results/ssim.json

Which variant did the authors use? Their Transformer's error is nearly that of the mean training image, which depends on
no training: any variant of theirs should give the mean image about their SSIM. Beside it stand linear codes of a few
floats an image (per-image PCA), whose errors reach down to the authors' best.
Shapes: N images, H W pixels in [0, 1], P = H·W.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.checkpoints import revision
from engine.compressors.covariance import Covariance
from engine.data.datasets.digits import load_digits

SHEET = 16
"""images a row of a sheet"""
IMAGES = 1024
"""test digits that are judged, spread over the split"""
CODES = (0, 1, 2, 3, 4, 6, 8)
"""floats an image of the linear codes; 0 is the mean image"""
Measure = Callable[[np.ndarray, np.ndarray], float]


def scikit(**options: object) -> Measure:
    """scikit-image's function with some options, the mean over images."""
    from skimage.metrics import structural_similarity

    return lambda truth, rebuilt: float(
        np.mean([structural_similarity(a, b, **options) for a, b in zip(truth, rebuilt, strict=True)])
    )


def centred(measure: Measure) -> Measure:
    """The measure of pixels brought to [-1, 1]."""
    return lambda truth, rebuilt: measure(2 * truth - 1, 2 * rebuilt - 1)


def whole(truth_NHW: np.ndarray, rebuilt_NHW: np.ndarray) -> float:
    """One window, the whole image."""
    a, b = truth_NHW.reshape(len(truth_NHW), -1), rebuilt_NHW.reshape(len(truth_NHW), -1)
    mean_a, mean_b, c1, c2 = a.mean(1), b.mean(1), 0.01**2, 0.03**2
    both = ((a - mean_a[:, None]) * (b - mean_b[:, None])).mean(1)
    bright = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return float((bright * (2 * both + c2) / (a.var(1) + b.var(1) + c2)).mean())


def sheet(truth_NHW: np.ndarray, rebuilt_NHW: np.ndarray) -> float:
    """Images side by side in one large picture; ValueError for fewer than a row of them."""
    count = len(truth_NHW) // SHEET * SHEET
    if not count:
        raise ValueError(f"a sheet has {SHEET} images a row, {len(truth_NHW)} are too few")
    rows = (x[:count].reshape(-1, SHEET, *x.shape[1:]) for x in (truth_NHW, rebuilt_NHW))
    truth_HW, rebuilt_HW = (np.concatenate(np.concatenate(row, 1), 1) for row in rows)
    return scikit(data_range=1.0)(truth_HW[None], rebuilt_HW[None])


def flattened(truth_NHW: np.ndarray, rebuilt_NHW: np.ndarray) -> float:
    """A row a flattened image: the sequence [N, P] as one picture."""
    truth_NP, rebuilt_NP = (x.reshape(len(x), -1) for x in (truth_NHW, rebuilt_NHW))
    return scikit(data_range=1.0)(truth_NP[None], rebuilt_NP[None])


def variants() -> dict[str, Measure]:
    """By name, every variant."""
    gaussian = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return {
        "7×7, range 1": scikit(data_range=1.0),
        "7×7, range 2": scikit(data_range=2.0),
        "Gaussian, range 1": scikit(data_range=1.0, **gaussian),
        "Gaussian, range 2": scikit(data_range=2.0, **gaussian),
        "[-1, 1], 7×7, range 2": centred(scikit(data_range=2.0)),
        "[-1, 1], Gaussian, range 2": centred(scikit(data_range=2.0, **gaussian)),
        "[-1, 1], 7×7, range 1": centred(scikit(data_range=1.0)),
        "whole image": whole,
        "a sheet of all": sheet,
        "a flattened image a row": flattened,
    }


def ssim_variants(truth_NHW: np.ndarray, rebuilt_NHW: np.ndarray) -> dict[str, float]:
    """The mean SSIM of images in [0, 1] in every variant, by its name; the first is the one that other tables show."""
    truth, rebuilt = (np.asarray(x, np.float64) for x in (truth_NHW, rebuilt_NHW))
    return {name: round(measure(truth, rebuilt), 4) for name, measure in variants().items()}


def known_reconstructions(data: str | Path | None) -> dict:
    """The mean image and linear codes of test digits: MSE and SSIM in every variant, a row a number of floats."""
    root = Path(data) if data else None
    mean_P, basis_PC = components(root)
    digits = load_digits("test", root=root)
    spread = max(1, len(digits.images_NHWK) // IMAGES)
    truth_NHW = digits.images_NHWK[::spread][:IMAGES, ..., 0] / 255.0
    pixels_NP = truth_NHW.reshape(len(truth_NHW), -1) - mean_P
    rows = []
    for floats in CODES:
        rebuilt_NP = pixels_NP @ basis_PC[:, :floats] @ basis_PC[:, :floats].T + mean_P
        rebuilt_NHW = rebuilt_NP.clip(0, 1).reshape(truth_NHW.shape)
        mse = float(np.square(rebuilt_NHW - truth_NHW).mean())
        rows.append({"floats": floats, "mse": mse, "ssim": ssim_variants(truth_NHW, rebuilt_NHW)})
    made = {"command": "python -m engine ssim --record", "revision": revision()}
    return {"images": len(truth_NHW), "data": digits.origin, "rows": rows, **made}


def components(root: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """Mean [P] and leading components [P, C] of training digits."""
    import torch

    covariance = Covariance(28 * 28)
    for block in torch.from_numpy(load_digits("train", root=root).images_NHWK).split(4096):
        covariance.add(block.flatten(1).float() / 255)
    mean, matrix = covariance.result()
    return mean.double().numpy(), torch.linalg.eigh(matrix).eigenvectors.flip(1)[:, : max(CODES)].double().numpy()
