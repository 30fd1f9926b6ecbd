"""Numpy-only edge runtime: regenerates parts of a spectrogram with a bundled model."""

from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.bundle.bundle import Bundle, read_bundle, write_bundle
from edge_runtime.bundle.shipped import default_bundle_path, live_bundle_path
from edge_runtime.edit.inpainter import Edit, Inpainter
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.load import ENGINES, load_engine
from edge_runtime.engines.numpy_engine import NumpyEngine
from edge_runtime.errors import (
    AudioError,
    BundleError,
    MissingDependencyError,
    UsageError,
    UserError,
)
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.prior import Prior
from edge_runtime.spectrogram.region import Region, parse_region
from edge_runtime.spectrogram.settings import SpectrogramSettings

__all__ = [
    "ENGINES",
    "AudioError",
    "AudioFile",
    "Bundle",
    "BundleError",
    "Edit",
    "Engine",
    "Inpainter",
    "LiteRTEngine",
    "MarginalPrior",
    "MissingDependencyError",
    "NaiveBayesPrior",
    "NumpyEngine",
    "Prior",
    "Region",
    "SpectrogramSettings",
    "UsageError",
    "UserError",
    "default_bundle_path",
    "live_bundle_path",
    "load_engine",
    "parse_region",
    "read_audio",
    "read_bundle",
    "write_audio",
    "write_bundle",
]
