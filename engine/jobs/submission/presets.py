"""Presets of the Train tab: a training for half a minute, one for five, the paper's scale, and the user's own clips."""

from __future__ import annotations

import json
from dataclasses import dataclass

from engine.config import TrainConfig, load_config, with_settings


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A config with a title and what to expect of it."""

    key: str
    title: str
    about: str
    own: bool
    """whether it needs the user's own files"""
    config: TrainConfig
    small: bool = False
    """own files: for pictures of a few pixels a side, such as digits"""


def presets() -> list[Preset]:
    """All presets, the quickest first; their seconds are those of two CPU cores."""
    return [
        Preset(
            key="digits-30s",
            title="Quick",
            about="128 digits in 1,024 floats, all levels at once: better than the paper's figures before it is done",
            own=False,
            config=changed(
                "digits-128-quick", name="digits-30s", joint_steps=220, probe_every=20, **{"digits.fit_images": 2048}
            ),
        ),
        Preset(
            key="own-video",
            title="Fitted, 16 frames a memory",
            about="the same kind as video-16 and as small, its transform and zones fitted to just these pictures",
            own=True,
            config=changed("video-16", name="own-video", data="own", **{"own.clips_per_video": 120}),
        ),
        Preset(
            key="own-64",
            title="Fitted, 64 frames a memory",
            about="the same kind as video-64: four times as many frames in as many floats, a quarter of the bytes",
            own=True,
            config=changed("video-64", name="own-64", data="own", **{"own.clips_per_video": 40}),
        ),
        Preset(
            key="own-small",
            title="Learned, 128 small pictures a memory",
            about="a tree like digits-128-equal for just these pictures of 28 pixels a side; it learns them by heart",
            own=True,
            small=True,
            config=changed(
                "digits-128-quick",
                name="own-small",
                data="own",
                joint_steps=220,
                probe_every=20,
                **{"own.clips_per_video": 64},
            ),
        ),
        Preset(
            key="digits-5min",
            title="Thorough",
            about="every level alone, then all together with warped digits and an averaged tree",
            own=False,
            config=changed(
                "digits-128-equal", name="digits-5min", local_steps=60, joint_steps=2400, again_steps=0, batch=256
            ),
        ),
        Preset(
            key="student-5min",
            title="A student of digits-128-equal",
            about="one step a leaf at constant cost, taught to follow the teacher's memory",
            own=False,
            config=changed("digits-128-equal-student", name="student-5min", joint_steps=900, batch=256),
        ),
        Preset(
            key="lantern-5min",
            title="A memory that predicts",
            about="32 frames of a dark room in 64 floats, judged by what they foresee of it: skill by lag, live",
            own=False,
            config=changed("lantern-64", name="lantern-5min", joint_steps=6000, probe_every=100),
        ),
        Preset(
            key="paper",
            title="The paper's scale",
            about="61 million parameters, dense sweepers, level by level with the latent pair loss; wants a GPU",
            own=False,
            config=load_config("dense-128"),
        ),
    ]


def changed(bundled: str, **settings: object) -> TrainConfig:
    """A bundled config with some settings changed, by their dotted keys."""
    return with_settings(load_config(bundled), [f"{key}={json.dumps(value)}" for key, value in settings.items()])
