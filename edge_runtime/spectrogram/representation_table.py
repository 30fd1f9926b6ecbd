"""All representations by name: one file and one row each."""

from __future__ import annotations

from edge_runtime.spectrogram.log_magnitude import LogMagnitude
from edge_runtime.spectrogram.log_mel import LogMel
from edge_runtime.spectrogram.magnitude_if import MagnitudeIF
from edge_runtime.spectrogram.representation import Representation
from edge_runtime.spectrogram.warped import Warped

REPRESENTATIONS: dict[str, Representation] = {
    "log_magnitude": LogMagnitude(),
    "log_mel": LogMel(),
    "magnitude_if": MagnitudeIF(),
    "warped": Warped(),
}
