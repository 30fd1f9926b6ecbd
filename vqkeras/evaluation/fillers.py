"""What can fill a hole in a sound: truth, straight line, priors. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.result import Edit
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.load import load_engine
from edge_runtime.priors.choice import PriorChoice, make_prior, priors_of
from edge_runtime.priors.prior import Prior
from edge_runtime.priors.variation import USUAL_VARIATION
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.region import Region
from vqkeras.evaluation.hole_baselines import interpolated
from vqkeras.evaluation.lossless_model import lossless_inpainter, lossless_settings


class TrueCodes:
    """A prior that knows the answer: the best that any can do."""

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """The codes that are there."""
        return codemap


@dataclass(frozen=True)
class Models:
    """What regenerates.

    Attributes:
        bundle: The model that is judged.
        engine: What runs it.
    """

    bundle: Bundle
    engine: Engine

    @classmethod
    def of(cls, bundle: Bundle) -> Models:
        """The model with the engine that an edit takes."""
        return cls(bundle, load_engine(bundle))

    @cached_property
    def inpainter(self) -> Inpainter:
        """The model in the whole program."""
        return Inpainter(self.bundle, engine=self.engine)

    @cached_property
    def lossless(self) -> Inpainter:
        """The same program around magnitudes that are known."""
        return lossless_inpainter(self.bundle.settings)

    def prior(self, choice: PriorChoice) -> Prior:
        """What predicts hidden codes."""
        return make_prior(self.bundle, self.engine, choice)


# From the models, a sound, a region of it and a seed to the edit of that region.
_Fill = Callable[[Models, AudioFile, Region, int], Edit]


@dataclass(frozen=True)
class Filler:
    """One row of the table.

    Attributes:
        fill: Regenerates a region.
        help: What it is, for people.
        draws: Whether another seed gives another sound.
    """

    fill: _Fill
    help: str
    draws: bool = False

    def sound(
        self, models: Models, audio: NDArray[np.float32], region: Region, *, seed: int
    ) -> Edit:
        """Regenerate a region of a sound.

        Args:
            models: From `Models.of`.
            audio: Float32 array of shape `(samples,)`, at the model's rate.
            region: What to regenerate.
            seed: Of draws and of the texture.
        """
        rate = models.bundle.settings.sample_rate
        given = AudioFile(audio[:, np.newaxis], rate, "FLOAT")
        return self.fill(models, given, region, seed)


def _true_codes(texture: float) -> _Fill:
    def fill(models: Models, sound: AudioFile, region: Region, seed: int) -> Edit:
        return models.inpainter.inpaint(
            sound, region, prior=TrueCodes(), seed=seed, texture=texture
        )

    return fill


def _predicted(choice: PriorChoice) -> _Fill:
    def fill(models: Models, sound: AudioFile, region: Region, seed: int) -> Edit:
        prior = models.prior(choice)
        return models.inpainter.inpaint(sound, region, prior=prior, seed=seed)

    return fill


def _true_magnitudes(
    models: Models, sound: AudioFile, region: Region, seed: int
) -> Edit:
    levels = _levels(models, sound)
    return models.lossless.transform(sound, region, lambda codes, cells: levels)


def _straight_line(models: Models, sound: AudioFile, region: Region, seed: int) -> Edit:
    levels = _levels(models, sound)
    return models.lossless.transform(
        sound,
        region,
        lambda codes, cells: interpolated(levels[:, :, 0], cells)[:, :, np.newaxis],
    )


def _levels(models: Models, sound: AudioFile) -> NDArray[np.float32]:
    """Scaled decibels of the bins, `(frames, bins, 1)`."""
    settings = lossless_settings(models.bundle.settings)
    return spectrogram_of(sound.to_float()[:, 0], settings)


def _draws(choice: PriorChoice) -> bool:
    return choice.predict == "sample" or bool(choice.variation)


# The priors' ways to fill a hole. A variation below 1 keeps some true codes, as the
# page's takes do: `learned_usual` is what its users hear.
PRIOR_CHOICES = {
    "learned": PriorChoice("learned"),
    "learned_drawn": PriorChoice("learned", variation=1.0),
    "learned_usual": PriorChoice("learned", variation=USUAL_VARIATION),
    "naive_bayes": PriorChoice("naive_bayes"),
    "naive_bayes_drawn": PriorChoice("naive_bayes", predict="sample"),
}
FILLERS = {
    "true_magnitudes": Filler(_true_magnitudes, "the true magnitudes, new phase"),
    "true_codes_smooth": Filler(_true_codes(0.0), "the true codes, no texture"),
    "true_codes": Filler(_true_codes(1.0), "the true codes, with texture"),
    **{
        name: Filler(_predicted(choice), name, draws=_draws(choice))
        for name, choice in PRIOR_CHOICES.items()
    },
    "straight_line": Filler(_straight_line, "each bin's level, drawn straight"),
}


def guesses_of(bundle: Bundle) -> dict[str, PriorChoice]:
    """Those of `PRIOR_CHOICES` that a model has and that do not draw."""
    return {
        name: choice
        for name, choice in _choices_of(bundle).items()
        if not _draws(choice)
    }


def fillers_of(bundle: Bundle) -> dict[str, Filler]:
    """Those of `FILLERS` that a model has: not all models bring a prior."""
    missing = PRIOR_CHOICES.keys() - _choices_of(bundle).keys()
    return {name: each for name, each in FILLERS.items() if name not in missing}


def _choices_of(bundle: Bundle) -> dict[str, PriorChoice]:
    there = priors_of(bundle)
    choices = {n: each for n, each in PRIOR_CHOICES.items() if each.name in there}
    if "learned" in there:
        # Its draws are all but its guesses, and there are others to compare.
        del choices["naive_bayes_drawn"]
    return choices
