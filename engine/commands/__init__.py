"""One module a command: `options(parser)` declares it, `run(options)` gives (JSON value, text to print)."""

from engine.commands import (
    codecs,
    compare,
    compress,
    evaluate,
    models,
    predict,
    probe,
    race,
    reconstruct,
    runs,
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
    "race": race,
    "runs": runs,
}
