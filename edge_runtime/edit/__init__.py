"""Edits: a sound in, an edited sound out."""

from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.reconstruction import Reconstruction, reconstruct
from edge_runtime.edit.result import Edit
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.edit.transform import transform_sound

__all__ = [
    "Edit",
    "Inpainter",
    "Reconstruction",
    "SoundCodec",
    "reconstruct",
    "transform_sound",
]
