from functools import partial

import numpy as np
import pytest

from edge_runtime.bundle.codebook import codes_of
from edge_runtime.engines.litert_engine import LiteRTEngine
from export.parity import covered, measure_parity


class LateEngine:
    """Keras itself, with latents of the first map frame replaced by one codeword."""

    def __init__(self, model, shift):
        self.model, self.shift = model, shift
        self.codeword = model.quantizer.codebook.numpy()[3]

    def encode(self, spectrogram):
        latents = self.model.encoder(spectrogram, training=False).numpy()
        latents[:, 0] = self.codeword
        return latents

    def decode(self, codemap):
        return self.model.decode_codemap(codemap).numpy() + self.shift


def _parity(model, engine, examples, *, floor_db):
    lookup = partial(codes_of, codebook=model.quantizer.codebook.numpy())
    return measure_parity(model, engine, examples, codes_of=lookup, floor_db=floor_db)


def test_float_export_has_parity(tiny_model, flatbuffers, examples):
    engine = LiteRTEngine(flatbuffers["float32"])
    targets = [examples(seed, 22) for seed in range(100, 105)]
    report = _parity(tiny_model, engine, targets, floor_db=-80.0)
    assert report.examples == 5
    assert report.equal_codes == report.equal_codes_sounding == 1.0
    assert report.nmse_exported == pytest.approx(report.nmse_float, rel=1e-5)
    assert report.latents_max_difference < 1e-5
    assert report.decoded_max_difference < 1e-5


def test_int8_export_keeps_most_codes(tiny_model, flatbuffers, examples):
    engine = LiteRTEngine(flatbuffers["int8"])
    targets = [examples(seed) for seed in range(100, 120)]
    report = _parity(tiny_model, engine, targets, floor_db=-80.0)
    assert 0.9 <= report.equal_codes < 1.0
    assert report.nmse_exported == pytest.approx(report.nmse_float, rel=0.03)
    assert 0.0 < report.latents_mean_difference < report.latents_max_difference


def test_measures_against_plain_numpy(tiny_model, examples):
    """Every figure once more, written out."""
    shift = np.float32(0.25)
    targets = [examples(seed) for seed in range(3)]
    report = _parity(tiny_model, LateEngine(tiny_model, shift), targets, floor_db=None)
    batch = np.concatenate(targets)
    latents = tiny_model.encoder(batch, training=False).numpy()
    codes = tiny_model.encode_codemap(batch).numpy()
    changed = codes.copy()
    changed[:, 0] = 3
    variance = np.var(batch.astype(np.float64))
    decoded = tiny_model.decode_codemap(codes).numpy()
    worse = tiny_model.decode_codemap(changed).numpy() + shift

    def nmse(output):
        return np.mean((np.clip(output, 0, 1) - batch) ** 2) / variance

    difference = np.abs(latents - tiny_model.quantizer.codebook.numpy()[3])
    difference[:, 1:] = 0
    assert report.equal_codes == pytest.approx(np.mean(codes == changed))
    assert report.equal_codes_sounding is None
    assert report.nmse_float == pytest.approx(nmse(decoded), rel=1e-5)
    assert report.nmse_exported == pytest.approx(nmse(worse), rel=1e-5)
    assert report.latents_max_difference == pytest.approx(difference.max(), rel=1e-5)
    assert report.latents_mean_difference == pytest.approx(difference.mean(), rel=1e-5)
    assert report.decoded_max_difference == pytest.approx(0.25, rel=1e-5)
    assert report.decoded_mean_difference == pytest.approx(0.25, rel=1e-5)


def test_silent_cells_are_left_out_of_the_sounding_share(tiny_model, examples):
    """All changed cells are silent, so every sounding cell keeps its code."""
    target = examples(9)
    target[:, :4] = 0.0
    engine = LateEngine(tiny_model, 0.0)
    report = _parity(tiny_model, engine, [target], floor_db=-80.0)
    assert report.equal_codes < 1.0
    assert report.equal_codes_sounding == 1.0


def test_exported_latents_are_looked_up_in_the_exported_codebook(tiny_model, examples):
    engine = LateEngine(tiny_model, 0.0)
    shuffled = np.roll(tiny_model.quantizer.codebook.numpy(), 1, axis=0)
    lookup = partial(codes_of, codebook=shuffled)
    report = measure_parity(
        tiny_model, engine, [examples(2)], codes_of=lookup, floor_db=None
    )
    assert report.equal_codes == 0.0


def test_covered_pads_the_end_with_silence(tiny_model, examples):
    padded = covered(examples(1, 21), tiny_model.encoder)
    assert padded.shape == (1, 24, 32, 1)
    np.testing.assert_array_equal(padded[:, :21], examples(1, 21))
    assert not padded[:, 21:].any()


def test_covered_pads_a_second_channel_with_its_middle(tiny_model, examples):
    both = np.repeat(examples(1, 21), 2, axis=3)
    padded = covered(both, tiny_model.encoder)
    np.testing.assert_array_equal(padded[:, :21], both)
    assert (padded[:, 21:] == [0.0, 0.5]).all()


def test_refuses_no_examples_and_another_shape(tiny_model, examples):
    engine = LateEngine(tiny_model, 0.0)
    with pytest.raises(ValueError, match="at least one example"):
        _parity(tiny_model, engine, [], floor_db=None)
    engine.decode = lambda codemap: np.zeros((1, 4, 32, 1), np.float32)
    with pytest.raises(ValueError, match=r"Received: \(1, 4, 32, 1\), expected"):
        _parity(tiny_model, engine, [examples(0)], floor_db=None)
