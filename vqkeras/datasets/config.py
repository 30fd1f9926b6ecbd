"""Which data a run learns from, and how it is divided. Imports no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from edge_runtime.errors import UsageError

# NSynth's own names, in the order of its `instrument_family` numbers (Engel et al.
# 2017, https://magenta.tensorflow.org/datasets/nsynth).
FAMILIES = (
    "bass",
    "brass",
    "flute",
    "guitar",
    "keyboard",
    "mallet",
    "organ",
    "reed",
    "string",
    "synth_lead",
    "vocal",
)
SOURCES = ("acoustic", "electronic", "synthetic")
Name = Literal["mnist", "nsynth", "folder", "general", "shards", "synthetic"]
_NOTE_FILTERS = ("families", "sources", "pitch_range", "velocities")


@dataclass(frozen=True)
class DataConfig:
    """One data set: where it is, what of it is used, how it is divided.

    Attributes:
        name: `"mnist"`: handwritten digits; `"nsynth"`: real notes; `"folder"`:
            anybody's own audio; `"general"`: many kinds of sound, named in a
            `manifest.csv`; `"shards"`: what `python -m vqkeras.prepare` made of any
            of them; `"synthetic"`: notes computed here, which need no download.
        dir: Folder of the data. Defaults to `None`: the folder of its name in
            `$VQKERAS_DATA` where that exists, else a download of `"mnist"` and
            `"nsynth"`. Required for `"folder"` and `"shards"`. To prepare a folder it
            may also be what fsspec opens, such as `s3://bucket/sounds`.
        extra_dir: For `"nsynth"`: a second folder in NSynth's layout, whose notes all
            join the training split (`python -m vqkeras.datasets.soundfont` makes one).
        notes_dirs: For `"general"`: folders in NSynth's layout, whose notes are one
            more kind of sound. Names of environment variables are replaced.
        train_clips: For `"general"`: clips drawn to learn from.
        cache_dir: Folder for computed spectrograms; it may be deleted at any time.
            Defaults to `None`: `$XDG_CACHE_HOME/vqkeras` or `~/.cache/vqkeras`.
        families: Instrument families to keep, NSynth's names. Defaults to all.
        sources: Instrument sources to keep: `"acoustic"`, `"electronic"`,
            `"synthetic"`. Defaults to all.
        pitch_range: Lowest and highest MIDI pitch to keep. Defaults to all.
        velocities: MIDI velocities to keep. Defaults to all.
        limit: Most examples in each of the three splits, spread evenly over it.
            Defaults to all.
        test_share: Share of the instruments (or files) that only the test hears, in
            (0, 1). Data with an official test split ignores it.
        validation_share: Share for validation, in [0, 1). With 0 there is no
            validation split, and MNIST trains on all of its 60,000 images.
        split_seed: Seed of the division.
        crop_frames: Frames of a training example, cut at a random time. Defaults to
            the whole spectrogram.
        gain_db: Least and greatest random change of level of training examples, in dB;
            half of them are changed. Defaults to none.
        pitch_semitones: Greatest random change of pitch of training examples, in
            [0, 12]; half of them are changed. Of `"general"` the speed changes too.
        mix_share: Share of training examples that are two sounds at once, in [0, 1).
        mask_share: Share of training examples of which a span of frames and a band of
            bins fall silent, in [0, 1).

    Raises:
        UsageError: If a field is out of range; the message names it.
    """

    name: Name = "synthetic"
    dir: str | None = None
    extra_dir: str | None = None
    notes_dirs: list[str] | None = None
    train_clips: int = 4096
    cache_dir: str | None = None
    families: list[str] | None = None
    sources: list[str] | None = None
    pitch_range: tuple[int, int] | None = None
    velocities: list[int] | None = None
    limit: int | None = None
    test_share: float = 0.2
    validation_share: float = 0.1
    split_seed: int = 0
    crop_frames: int | None = None
    gain_db: tuple[float, float] | None = None
    pitch_semitones: float = 0.0
    mix_share: float = 0.0
    mask_share: float = 0.0

    def __post_init__(self) -> None:
        _check_choice("name", self.name, get_args(Name))
        if self.name in ("folder", "shards") and self.dir is None:
            raise UsageError(
                f"data.name={self.name} needs data.dir: the folder to read."
            )
        # A config that was prepared from says of shards what it said of their data.
        if self.extra_dir is not None and self.name not in ("nsynth", "shards"):
            raise UsageError(
                "data.extra_dir goes with data.name=nsynth only. "
                f"Received: data.name={self.name}."
            )
        if self.notes_dirs is not None and self.name not in ("general", "shards"):
            raise UsageError(
                "data.notes_dirs goes with data.name=general only. "
                f"Received: data.name={self.name}."
            )
        self._check_note_filters()
        self._check_shares()
        self._check_augmentation()
        for field in ("limit", "crop_frames", "train_clips"):
            value = getattr(self, field)
            if value is not None and value < 1:
                raise UsageError(f"data.{field} must be 1 or more. Received: {value}.")
        if self.split_seed < 0:
            raise UsageError(
                f"data.split_seed must be 0 or more. Received: {self.split_seed}."
            )

    def _check_note_filters(self) -> None:
        if self.name in ("mnist", "folder", "general"):
            for field in _NOTE_FILTERS:
                if getattr(self, field) is not None:
                    raise UsageError(
                        f"data.{field} selects notes: it goes with data.name=nsynth or "
                        f"synthetic. Received: data.name={self.name}."
                    )
        for family in self.families or ():
            _check_choice("families", family, FAMILIES)
        for source in self.sources or ():
            _check_choice("sources", source, SOURCES)
        for value in (*(self.pitch_range or ()), *(self.velocities or ())):
            if not 0 <= value <= 127:
                raise UsageError(
                    "data.pitch_range and data.velocities are MIDI numbers in "
                    f"[0, 127]. Received: {value}."
                )
        if self.pitch_range is not None and self.pitch_range[0] > self.pitch_range[1]:
            raise UsageError(
                "data.pitch_range is the lowest and the highest pitch. "
                f"Received: {list(self.pitch_range)}."
            )

    def _check_augmentation(self) -> None:
        if self.gain_db is not None and not (
            -80.0 <= self.gain_db[0] <= self.gain_db[1] <= 40.0
        ):
            raise UsageError(
                "data.gain_db is the least and the greatest gain, in [-80, 40] dB. "
                f"Received: {list(self.gain_db)}."
            )
        if not 0.0 <= self.pitch_semitones <= 12.0:
            raise UsageError(
                "data.pitch_semitones must lie in [0, 12]. "
                f"Received: {self.pitch_semitones}."
            )
        for name in ("mix_share", "mask_share"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise UsageError(
                    f"data.{name} must lie in [0, 1). Received: {getattr(self, name)}."
                )
        if self.name == "mnist" and self.is_augmented:
            raise UsageError(
                "data.gain_db, pitch_semitones, mix_share and mask_share change "
                "sounds; data.name=mnist has none. Leave them out."
            )

    @property
    def is_augmented(self) -> bool:
        """Whether training examples are changed at random."""
        changes = self.pitch_semitones or self.mix_share or self.mask_share
        return self.gain_db is not None or bool(changes)

    def _check_shares(self) -> None:
        if not 0.0 < self.test_share < 1.0:
            raise UsageError(
                f"data.test_share must lie in (0, 1). Received: {self.test_share}."
            )
        if not 0.0 <= self.validation_share < 1.0:
            raise UsageError(
                "data.validation_share must lie in [0, 1). "
                f"Received: {self.validation_share}."
            )
        if self.test_share + self.validation_share >= 1.0:
            raise UsageError(
                "data.test_share and data.validation_share must leave something to "
                f"train on. Received: {self.test_share} + {self.validation_share}."
            )


def _check_choice(field: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise UsageError(
            f"Unknown data.{field} {value!r}. Expected one of {', '.join(choices)}."
        )
