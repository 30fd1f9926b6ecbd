"""How many of NSynth's notes keep their pitch through `reconstruct`.

Notes of `$VQKERAS_DATA/nsynth`, of instruments that no training heard, at each model's
rate, through the int8 bundle with the phase of the original: the share of those with a
clear pitch whose strongest partials stay within 20 cents, with the texture of noise and
without.

    VQKERAS_DATA=/path/to/data python tests/benchmarks/measure_pitch.py --notes 60
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from edge_runtime import AudioFile, load_model, reconstruct
from edge_runtime.engines.load import load_engine
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.general_clips import read_clip
from vqkeras.evaluation.held_out import held_out_clips
from vqkeras.evaluation.partials import pitch_kept
from vqkeras.presets.preset import load_preset


def shares(bundle, clips, textures):
    """Share of notes that keep their pitch with each texture, and of how many."""
    rate = bundle.settings.sample_rate
    engine = load_engine(bundle)
    kept = {texture: [] for texture in textures}
    for clip in clips:
        note = read_clip(clip, rate)
        sound = AudioFile(note[:, np.newaxis], rate, "FLOAT")
        for texture, found in kept.items():
            result = reconstruct(sound, bundle, engine=engine, texture=texture)
            found.append(pitch_kept(note, result.audio_file.to_float()[:, 0], rate))
    known = {t: [k for k in found if k is not None] for t, found in kept.items()}
    return {t: (np.mean(found), len(found)) for t, found in known.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", type=int, default=60)
    count = parser.parse_args().notes
    config = load_preset("general").config.data
    config = replace(config, notes_dirs=["$VQKERAS_DATA/nsynth"])
    for name, textures in (("general", (1.0, 0.0)), ("nsynth_light", (1.0,))):
        bundle = load_model(name)
        clips = held_out_clips(config, bundle)["notes"]
        chosen = [clips[place] for place in evenly_spaced(len(clips), count)]
        for texture, (share, number) in shares(bundle, chosen, textures).items():
            print(f"{name}, texture {texture:g}: {share:.1%} of {number} notes")


if __name__ == "__main__":
    main()
