"""Delay, real-time factor and overruns of the live effect, one channel.

Half of all cells are regenerated all the time, the most that its default does. First
the engine alone, in blocks as a sound card gives them: processor time per duration of
the sound, once regenerating and once bypassed. Then the whole path behind a clock at
the pace of a sound card, in its own thread, counting blocks that were late. Exits with
1 if a target is missed. A machine with other work on all cores measures that work.

    OMP_NUM_THREADS=1 python tests/benchmarks/bench_live.py [--model X.tflite]
        [--rate 48000]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import default_bundle_path
from edge_runtime.engines.load import load_engine
from edge_runtime.live.card_rate import at_card_rate
from edge_runtime.live.file_effect import FileClock
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import prompt_lookahead
from edge_runtime.live.session import stream_session
from edge_runtime.live.streaming_inpainter import LIVE, STREAM_PRIOR
from edge_runtime.live.transport import Transport
from edge_runtime.priors.choice import every_prior

TARGET_DELAY_S, TARGET_FACTOR = 0.1, 0.25
MEASURED_S = 20
SAME_STOP_BLOCKS = 10


def make_effect(bundle, rate, **parameters):
    engine = load_engine(bundle)
    asked = {"prior": STREAM_PRIOR} | parameters
    session = stream_session(
        bundle,
        engine,
        LiveParameters(**asked),
        channels=1,
        priors=every_prior(bundle, engine, LIVE),
        phase="original",
        lookahead=prompt_lookahead(bundle),
    )
    return at_card_rate(
        session.effect,
        model_rate=bundle.settings.sample_rate,
        card_rate=rate,
        channels=1,
    )


def note(sample_rate):
    """Two seconds of a decaying note with some noise, `(samples, 1)`."""
    moments = np.arange(2 * sample_rate) / sample_rate
    partials = sum(np.sin(2 * np.pi * 220 * k * moments) / k for k in range(1, 9))
    noise = np.random.default_rng(0).normal(scale=0.01, size=len(moments))
    audio = 0.3 * partials * np.exp(-2 * moments) + noise
    return audio.astype(np.float32)[:, np.newaxis]


def real_time_factor(effect, blocks, sample_rate):
    """Processor time per duration, after two seconds to warm up."""
    for block in blocks:
        effect.process(block)
    rounds = max(1, round(MEASURED_S * sample_rate / sum(map(len, blocks))))
    start = time.process_time()
    for _ in range(rounds):
        for block in blocks:
            effect.process(block)
    busy = time.process_time() - start
    return busy * sample_rate / (rounds * sum(map(len, blocks)))


def overruns(effect, blocks, sample_rate, *, buffer, minutes):
    """Late blocks at the pace of a sound card, stretches of them, pause, all blocks.

    The pause is the longest that the clock itself was held up, in s, beyond a block.
    """
    transport = Transport(
        effect.process,
        sample_rate=sample_rate,
        channels=1,
        delay=effect.delay,
        block=len(blocks[0]),
        buffer=buffer,
    )
    count = round(minutes * 60 * sample_rate / len(blocks[0]))
    clock = FileClock(transport.callback, sample_rate)
    late = []  # number of the block at which each was noticed
    pause, before = 0.0, time.monotonic()
    with transport:
        for number in range(count):
            clock.process(blocks[number % len(blocks)])
            late += [number] * (transport.overruns - len(late))
            now = time.monotonic()
            pause = max(pause, now - before - len(blocks[0]) / sample_rate)
            before = now
    transport.check()
    # One stop of the whole machine makes many blocks late at once.
    stretches = int(np.sum(np.diff([-SAME_STOP_BLOCKS, *late]) >= SAME_STOP_BLOCKS))
    return len(late), stretches, pause, count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, metavar="X.tflite")
    parser.add_argument("--block", type=int, default=512)
    parser.add_argument("--buffer", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=int, help="of the card, in Hz (the model's)")
    options = parser.parse_args()
    bundle = read_bundle(options.model or default_bundle_path())
    rate = options.rate or bundle.settings.sample_rate
    audio = note(rate)
    whole = len(audio) // options.block * options.block
    blocks = np.split(audio[:whole], whole // options.block)

    effect = make_effect(bundle, rate)
    delay = effect.delay / rate
    print(f"{bundle.name}: at {rate} Hz algorithmic delay {1000 * delay:.0f} ms")
    factor = real_time_factor(effect, blocks, rate)
    idle = real_time_factor(make_effect(bundle, rate, bypass=True), blocks, rate)
    print(f"real-time factor {factor:.3f}, bypassed {idle:.4f}")
    late, stretches, pause, count = overruns(
        make_effect(bundle, rate),
        blocks,
        rate,
        buffer=options.buffer,
        minutes=options.minutes,
    )
    print(
        f"late blocks: {late} of {count} in {options.minutes:g} minutes, "
        f"in {stretches} stretches; the clock itself was held up to {pause:.2f} s"
    )
    met = delay <= TARGET_DELAY_S and factor <= TARGET_FACTOR and late == 0
    print("targets met" if met else "TARGETS MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
