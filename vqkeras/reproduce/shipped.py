"""Figure 6 of the models that ship: what each leaves of sounds that it never heard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.shipped import load_model
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.load import load_engine
from edge_runtime.spectrogram.features import magnitude_db_of
from edge_runtime.stage_times import StageTimes
from vqkeras.datasets.general_clips import Clip, read_clip
from vqkeras.datasets.location import data_dir
from vqkeras.drawing import save
from vqkeras.evaluation.held_out import held_out_clips
from vqkeras.evaluation.spectrograms_figure import ShownNote, spectrograms_figure
from vqkeras.presets.preset import Preset, load_preset

# The preset whose division of the data says what is unheard. Notes are those of NSynth,
# which it divides by the same seed and shares as the models of notes.
_DIVIDED_BY, _NOTES = "general", "$VQKERAS_DATA/nsynth"
# What is shown of each model, from left to right: the middle clip of a kind, or of as
# many parts of its clips as it is named.
SHOWN_KINDS = {
    "nsynth_light": ("notes",) * 4,
    "general": ("drums_loops", "speech", "polyphony", "notes"),
}
_COLUMNS = ("nmse", "lsd_db")


def shipped_models(names: Sequence[str], out: Path) -> list[dict[str, Any]]:
    """Draw each model's figure, and tell what it was measured at.

    Args:
        names: Keys of `SHOWN_KINDS`.
        out: Folder of the report, where `figure_06_<name>.png` go.

    Returns:
        Of each model `name`, `num_parameters`, `seed`, `minutes`, `num_test`,
        `sample_rate`, `bitrate_bps`, `nmse`, `lsd_db` and, as `patches`, the last two
        of k-means patches of the same cells, all from the files of its preset; and
        `shown_lsd_db` under the heading of each sound in the figure. Empty where
        `$VQKERAS_DATA` holds no folder `general`.

    Raises:
        UserError: If the data or a model cannot be used.
    """
    config = replace(load_preset(_DIVIDED_BY).config.data, notes_dirs=[_NOTES])
    if data_dir(config, "general") is None:
        return []
    rows = []
    for name in names:
        bundle = load_model(name)
        shown = _shown(SHOWN_KINDS[name], held_out_clips(config, bundle), bundle)
        save(spectrograms_figure(shown, bundle.settings), out / f"figure_06_{name}.png")
        distances = {sound.heading: sound.lsd_db for sound in shown}
        rows.append(_numbers(load_preset(name)) | {"shown_lsd_db": distances})
    return rows


def _shown(
    kinds: Sequence[str], clips: dict[str, list[Clip]], bundle: Bundle
) -> list[ShownNote]:
    codec = SoundCodec(bundle, load_engine(bundle), StageTimes())
    shown = []
    for place, kind in enumerate(kinds):
        of_kind, parts = clips[kind], kinds.count(kind)
        number = kinds[:place].count(kind)
        clip = of_kind[(2 * number + 1) * len(of_kind) // (2 * parts)]
        analysis = codec.analyse(read_clip(clip, bundle.settings.sample_rate))
        decoded = codec.decode(analysis.codemap, len(analysis.spectrogram))
        shown.append(
            ShownNote(
                f"{kind.replace('_', ' ')}: {Path(clip.parts[0].sound.name).stem}",
                magnitude_db_of(analysis.spectrogram, bundle.settings),
                magnitude_db_of(decoded.spectrogram, bundle.settings),
            )
        )
    return shown


def _numbers(preset: Preset) -> dict[str, Any]:
    text = (preset.folder / "figures.json").read_text(encoding="utf-8")
    figures, metadata = json.loads(text), preset.metadata
    patches = figures["baselines"]["kmeans_patches"]
    return {
        **{key: metadata[key] for key in ("name", "num_parameters", "seed", "minutes")},
        "sample_rate": preset.settings.sample_rate,
        "num_test": figures["num_examples"],
        "bitrate_bps": figures["bitrate_bps"],
        **{key: figures[key] for key in _COLUMNS},
        "patches": {key: patches[key] for key in _COLUMNS},
    }
