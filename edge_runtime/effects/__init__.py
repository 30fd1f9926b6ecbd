"""Codemap effects: what else one can do to codes than predict them."""

from edge_runtime.effects.arguments import Choice, Number
from edge_runtime.effects.cells import erase, mix, noise, shuffle
from edge_runtime.effects.lines import freeze, shift
from edge_runtime.effects.table import EFFECTS, Effect, EffectCall, apply_effect
from edge_runtime.effects.vectors import gaussian_noise, keep_channels, mix_channels

__all__ = [
    "EFFECTS",
    "Choice",
    "Effect",
    "EffectCall",
    "Number",
    "apply_effect",
    "erase",
    "freeze",
    "gaussian_noise",
    "keep_channels",
    "mix",
    "mix_channels",
    "noise",
    "shift",
    "shuffle",
]
