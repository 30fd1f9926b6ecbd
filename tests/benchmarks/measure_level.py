"""Where the level of `reconstruct` goes: what the decoder asks for, and what is heard.

Unseen clips of each kind, through the codes of the int8 bundle and back with the phase
of the original. `asked`: the error of the energy in the spectrum that the decoder asks
for. `heard`: the same of the sound. Frames that overlap and do not agree cancel each
other in part, so that the sound is quieter. `given back`: the sound with gains, by
frame and band, that bring its power to what was asked for.

    VQKERAS_DATA=... python tests/benchmarks/measure_level.py --kind 4
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import replace

import numpy as np

from edge_runtime.bundle.shipped import load_model
from edge_runtime.edit.decoded import textured_magnitude
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.load import load_engine
from edge_runtime.spectrogram.stft import istft, stft
from edge_runtime.stage_times import StageTimes
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.general_clips import read_clip
from vqkeras.evaluation.held_out import held_out_clips
from vqkeras.presets.preset import load_preset

# Bands that gains are of, in bins, and frames that they are smoothed over.
EDGES = np.unique([0, *np.geomspace(4, 1024, 17).round().astype(int), 1025])
FRAMES = 5
TEXTURES = {"smooth": 0.0, "texture": 1.0}


def energy_db(values):
    return 10.0 * np.log10(np.square(np.abs(values), dtype=np.float64).sum() + 1e-20)


def given_back(asked, heard):
    """The spectrum `heard` with the power of `asked`, at most twice its magnitude."""
    gains = np.ones(asked.shape)
    for low, high in itertools.pairwise(EDGES):
        powers = [
            np.convolve(
                np.square(np.abs(each[:, low:high])).sum(axis=1),
                np.full(FRAMES, 1.0 / FRAMES),
                "same",
            )
            for each in (asked, heard)
        ]
        gain = np.sqrt((powers[0] + 1e-14) / (powers[1] + 1e-14))
        gains[:, low:high] = np.clip(gain, 0.5, 2.0)[:, np.newaxis]
    return heard * gains


def errors_of(codec, audio):
    """Changes of level, in dB: of each texture asked, heard, given back."""
    settings = codec.settings
    analysis = codec.analyse(audio)
    decoded = codec.decode(analysis.codemap, len(analysis.spectrogram))
    phase = np.exp(1j * np.angle(analysis.spectrum))
    frames = {"n_fft": settings.n_fft, "hop_length": settings.hop_length}

    def sound_of(spectrum):
        return istft(spectrum, hop_length=settings.hop_length, length=len(audio))

    changes = []
    for texture in TEXTURES.values():
        asked = phase * textured_magnitude(
            decoded, settings, texture=texture, seed=0, first_frame=0
        )
        heard = sound_of(asked)
        mended = sound_of(given_back(asked, stft(heard, **frames)))
        changes += [
            energy_db(asked) - energy_db(analysis.spectrum),
            energy_db(heard) - energy_db(audio),
            energy_db(mended) - energy_db(audio),
        ]
    return changes


def main() -> None:
    """Print a line for each kind: mean size of the error, and mean with its sign."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kind", type=int, default=4, help="clips of each kind")
    options = parser.parse_args()
    bundle = load_model("general")
    codec = SoundCodec(bundle, load_engine(bundle), StageTimes())
    data = load_preset("general").config.data
    notes = [name for name in data.notes_dirs if "nsynth" in name]
    clips = held_out_clips(replace(data, notes_dirs=notes), bundle)
    names = [f"{t} {n}" for t in TEXTURES for n in ("asked", "heard", "given back")]
    print(f"{'kind':14} " + "  ".join(f"{name:>19}" for name in names))
    for kind, of_kind in sorted(clips.items()):
        changes = np.array(
            [
                errors_of(codec, read_clip(of_kind[i], bundle.settings.sample_rate))
                for i in evenly_spaced(len(of_kind), options.kind)
            ]
        )
        cells = zip(np.abs(changes).mean(axis=0), changes.mean(axis=0), strict=True)
        text = (f"{size:.2f} ({signed:+.2f}) dB" for size, signed in cells)
        print(f"{kind:14} " + "  ".join(f"{each:>19}" for each in text))


if __name__ == "__main__":
    main()
