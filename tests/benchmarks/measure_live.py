"""How near a stream comes to a file: its codes, and what becomes of noise.

Every cell is regenerated. For white noise of several levels, and the example sounds:
the share of the played cells whose code is that of the whole file; then, by phase, with
texture and without, how much louder each part of the band comes out than it went in,
and by how many dB magnitudes vary from frame to frame, which is 5.57 for noise.

    python tests/benchmarks/measure_live.py [--model X.tflite] [--lookahead CELLS]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from edge_runtime.audio.examples import EXAMPLES, example_sound
from edge_runtime.audio.resample import resample
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import default_bundle_path
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.load import load_engine
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import prompt_lookahead
from edge_runtime.live.streaming_inpainter import LIVE, STREAM_PRIOR, StreamingInpainter
from edge_runtime.priors.choice import every_prior
from edge_runtime.spectrogram.stft import stft
from edge_runtime.stage_times import StageTimes

SECONDS, EDGE_S = 3, 0.5
NOISE_DB = (-40, -30, -20, -14)
# Parts of the band, in shares of it, after the whole.
PARTS = ((0.008, 0.98), (0.008, 0.125), (0.125, 0.25), (0.25, 0.5), (0.5, 0.98))


def sounds(rate):
    """Names and samples, `(samples,)`."""
    length = SECONDS * rate
    for level_db in NOISE_DB:
        noise = np.random.default_rng(0).normal(size=length)
        yield f"noise {level_db} dB", np.float32(noise * 10 ** (level_db / 20))
    for name in EXAMPLES:
        sound = example_sound(name)
        yield name, resample(sound.to_float()[:, 0], sound.sample_rate, rate)[:length]


def levels_of(sound, settings):
    """Level of each part of the band in dB, and deviation of the magnitudes in dB."""
    edge = round(EDGE_S * settings.sample_rate)
    spectrum = stft(
        sound[edge:-edge], n_fft=settings.n_fft, hop_length=settings.hop_length
    )
    power = np.square(np.abs(spectrum))
    bins = power.shape[1] - 1
    parts = [
        power[:, round(low * bins) : round(high * bins)].mean() for low, high in PARTS
    ]
    whole = power[:, round(PARTS[0][0] * bins) : round(PARTS[0][1] * bins)]
    deviation = np.std(10.0 * np.log10(whole + 1e-12), axis=0).mean()
    return 10.0 * np.log10(parts), deviation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, metavar="X.tflite")
    parser.add_argument("--lookahead", type=int, metavar="CELLS")
    options = parser.parse_args()
    bundle = read_bundle(options.model or default_bundle_path())
    engine, settings = load_engine(bundle), bundle.settings
    lookahead = options.lookahead
    if lookahead is None:
        lookahead = prompt_lookahead(bundle)
    priors = every_prior(bundle, engine, LIVE)
    for name, sound in sounds(settings.sample_rate):
        codec = SoundCodec(bundle, engine, StageTimes())
        whole = codec.analyse(sound).codemap
        before, deviation = levels_of(sound, settings)
        print(f"{name}: deviation {deviation:.2f} dB")
        for phase in ("original", "continued"):
            for texture in (0.0, 1.0):
                stream = StreamingInpainter(
                    bundle,
                    engine=engine,
                    priors=priors,
                    parameters=LiveParameters(
                        prior=STREAM_PRIOR, density=1.0, texture=texture
                    ),
                    phase=phase,
                    lookahead=lookahead,
                )
                played = {}
                codes = stream._codec.codes
                stream._codec.codes = lambda column, codes=codes, played=played: (
                    played.setdefault(column, codes(column))
                )
                output = stream.process(np.pad(sound, (0, stream.delay)))
                after, deviation = levels_of(output[stream.delay :], settings)
                columns = range(2, len(whole) - 4)
                same = np.mean([np.mean(played[n] == whole[n]) for n in columns])
                changes = " ".join(f"{change:+5.1f}" for change in after - before)
                print(
                    f"  {phase:9} texture {texture:.0f}: codes {same:6.1%}, "
                    f"level {changes} dB, deviation {deviation:.2f} dB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
