"""One module a command: `options(parser)` declares it, `run(options)` gives (JSON value, text to print)."""

from engine.commands import (
    codecs,
    compare,
    compress,
    endless,
    evaluate,
    long,
    models,
    predict,
    probe,
    race,
    reconstruct,
    runs,
    similarity,
    train,
)

COMMANDS = {
    "models": models,
    "compress": compress,
    "reconstruct": reconstruct,
    "predict": predict,
    "probe": probe,
    "evaluate": evaluate,
    "train": train,
    "compare": compare,
    "codecs": codecs,
    "long": long,
    "endless": endless,
    "race": race,
    "ssim": similarity,
    "runs": runs,
}
