"""Numpy-only edge runtime: regenerates parts of a spectrogram with a bundled model."""

from edge_runtime.audio import AudioFile, read_audio, write_audio
from edge_runtime.bundle import (
    Bundle,
    default_bundle_path,
    load_model,
    read_bundle,
    write_bundle,
)
from edge_runtime.edit import (
    Edit,
    Inpainter,
    Reconstruction,
    reconstruct,
    transform_sound,
)
from edge_runtime.effects import EFFECTS, EffectCall
from edge_runtime.engines import (
    ENGINES,
    Engine,
    LiteRTEngine,
    NumpyEngine,
    load_engine,
)
from edge_runtime.errors import (
    AudioError,
    BundleError,
    MissingDependencyError,
    UsageError,
    UserError,
)
from edge_runtime.phase import phases_of
from edge_runtime.priors import (
    MarginalPrior,
    NaiveBayesPrior,
    Prior,
    PriorChoice,
    make_prior,
)
from edge_runtime.spectrogram import Region, SpectrogramSettings, parse_region

__all__ = [
    "EFFECTS",
    "ENGINES",
    "AudioError",
    "AudioFile",
    "Bundle",
    "BundleError",
    "Edit",
    "EffectCall",
    "Engine",
    "Inpainter",
    "LiteRTEngine",
    "MarginalPrior",
    "MissingDependencyError",
    "NaiveBayesPrior",
    "NumpyEngine",
    "Prior",
    "PriorChoice",
    "Reconstruction",
    "Region",
    "SpectrogramSettings",
    "UsageError",
    "UserError",
    "default_bundle_path",
    "load_engine",
    "load_model",
    "make_prior",
    "parse_region",
    "phases_of",
    "read_audio",
    "read_bundle",
    "reconstruct",
    "transform_sound",
    "write_audio",
    "write_bundle",
]
