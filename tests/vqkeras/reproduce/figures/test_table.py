"""Figures: the right panels with the right values; every one can be written."""

import numpy as np
import pytest

from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from vqkeras.drawing import save
from vqkeras.evaluation.spectrograms_figure import shown_notes, spectrograms_figure
from vqkeras.reproduce.figures.channels import (
    kept_channels,
    kept_channels_figure,
    mixed_images,
    mixed_images_figure,
)
from vqkeras.reproduce.figures.inpainting import inpainters, inpainting_figure
from vqkeras.reproduce.figures.loss import PAPER_LOSS, largest_jump, loss_figure
from vqkeras.reproduce.figures.naive_bayes import naive_bayes_figure
from vqkeras.reproduce.figures.pipeline import pipeline_figure
from vqkeras.reproduce.figures.reconstructions import (
    one_of_each_label,
    reconstructions_figure,
)


def titles(figure):
    return [axis.get_title() for axis in figure.axes]


def drawn(figure, panel):
    return np.ma.filled(figure.axes[panel].images[0].get_array(), np.nan)


def examples_of(codec, count):
    return np.stack([codec.run.dataset.test[index] for index in range(count)])


def centre(shape=(8, 8)):
    mask = np.zeros(shape, bool)
    mask[3:5, 3:5] = True
    return mask


def test_a_figure_is_written_whole_in_place_of_an_older_one(tmp_path, image_codec):
    path = tmp_path / "figure.png"
    path.write_text("old")
    save(reconstructions_figure(examples_of(image_codec, 2), {}), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [path]


def test_figure_4_has_both_curves_of_each_run_and_the_paper():
    rows = [
        {"epoch": 1.0, "reconstruction_loss": 0.01, "val_reconstruction_loss": 0.008},
        {"epoch": 2.0, "reconstruction_loss": 0.005, "val_reconstruction_loss": 0.004},
    ]
    (axis,) = loss_figure({"1,600 bits": rows, "343 bits": rows}).axes
    curves = {line.get_label(): list(line.get_ydata()) for line in axis.lines}
    assert curves["343 bits, held out"] == [0.008, 0.004]
    assert curves["1,600 bits, training"] == [0.01, 0.005]
    assert [PAPER_LOSS, PAPER_LOSS] in curves.values()
    assert axis.get_yscale() == "log"


def test_the_largest_jump_of_a_falling_curve_is_below_one():
    rows = [{"val_reconstruction_loss": value} for value in (4.0, 2.0, 1.0)]
    assert largest_jump(rows) == 0.5
    assert largest_jump(rows[:1]) == 0.0


def test_figure_5_shows_one_of_each_label():
    labels = [3, 1, 3, 0, 1]
    assert one_of_each_label([{"label": label} for label in labels]) == [3, 1, 0]


def test_figure_6_is_in_db_over_seconds_and_khz(note_codec):
    split, settings = note_codec.run.dataset.test, note_codec.run.config.spectrogram
    notes = shown_notes(note_codec, split, 2, "unseen")
    names = [note.heading.split("n-")[1] for note in notes]
    # Of different instruments.
    assert len({split.metadata[int(name)]["instrument_str"] for name in names}) == 2
    example = split[int(names[0])]
    output = note_codec.decode(note_codec.encode(example[None]))[0]
    expected = [magnitude_db_of(each, settings) for each in (example, output)]
    assert notes[0].lsd_db == pytest.approx(lsd_db(*expected))
    figure = spectrograms_figure(notes, settings)
    np.testing.assert_array_equal(drawn(figure, 0), expected[0].T)
    np.testing.assert_array_equal(drawn(figure, 2), expected[1].T)
    assert figure.axes[2].get_xlabel() == "Time (s)"
    assert figure.axes[0].get_ylabel() == "Frequency (kHz)"
    assert figure.axes[-1].get_ylabel() == "Level (dB re full scale)"
    assert figure.axes[0].images[0].get_clim() == (settings.floor_db, 0.0)
    # 30 frames of 2 ms, up to 4 kHz.
    assert figure.axes[0].images[0].get_extent() == pytest.approx(
        (-0.001, 0.059, -0.0625, 3.9375)
    )


def test_figure_7_keeps_fewer_channels_from_panel_to_panel(image_codec):
    example = examples_of(image_codec, 1)[0]
    images = kept_channels(image_codec, example)
    whole = image_codec.decode(image_codec.encode(example[None]))[0]
    np.testing.assert_allclose(images["zero"][0], whole, atol=1e-6)
    # One channel of two is gone; the level decodes from the first.
    assert len(images["zero"]) == len(images["mean"]) == 2
    is_level_kept = np.allclose(images["zero"][1], whole)
    assert is_level_kept or np.all(images["zero"][1] == 0.0)
    figure = kept_channels_figure(example, images)
    assert titles(figure)[:3] == ["input", "all 2 channels", "1 of 2 kept"]


def test_figure_8_mixes_two_images(image_codec):
    pair = examples_of(image_codec, 2)
    images = mixed_images(image_codec, pair)
    first, second = image_codec.decode(image_codec.encode(pair))
    np.testing.assert_allclose(images["mean vectors"], (first + second) / 2, atol=1e-6)
    by_mask = images["by a mask"]
    np.testing.assert_allclose(by_mask[:, :16], first[:, :16], atol=1e-6)
    np.testing.assert_allclose(by_mask[:, 16:], second[:, 16:], atol=1e-6)
    np.testing.assert_array_equal(images["mean of the pixels"], pair.mean(axis=0))
    assert titles(mixed_images_figure(pair, images))[:2] == ["first", "second"]


def test_figure_9_shows_every_step(image_codec, monkeypatch):
    image_codec.run.model = type(
        "Model", (), {"encoder": staticmethod(lambda inputs: inputs[:, ::4, ::4])}
    )
    example = examples_of(image_codec, 1)[0]
    figure = pipeline_figure(image_codec, example, centre())
    assert set(titles(figure)) >= {
        "input",
        "latents, channel 1 of 2",
        "codemap, 8 codes",
        "reconstruction",
        "cells hidden",
        "cells predicted",
        "inpainted",
    }
    hidden = figure.axes[5].images[0].get_array()
    assert np.all(hidden[centre()] == 1.0)
    assert not np.any(np.all(hidden[~centre()] == 1.0, axis=-1))


def test_figure_10_fills_the_box_only(image_codec):
    examples = examples_of(image_codec, 2)
    masks = np.stack([centre()] * 2)
    priors = {"commonest code": MarginalPrior(np.arange(8))}
    figure = inpainting_figure(image_codec, examples, masks, priors)
    assert titles(figure)[:4] == ["input", "hidden", "its own codes", "commonest code"]
    box = np.zeros((32, 32), bool)
    box[12:20, 12:20] = True
    assert np.array_equal(np.isnan(drawn(figure, 1)), box)
    truth, filled = drawn(figure, 2), drawn(figure, 3)
    assert np.all(filled[box] == 1.0)
    assert np.array_equal(filled[~box], truth[~box])
    assert [patch.get_bbox().bounds for patch in figure.axes[3].patches] == [
        (11.5, 11.5, 8.0, 8.0)
    ]


def test_figure_10_compares_the_papers_average_and_the_marginal():
    names = list(inpainters(8, np.arange(8)))
    assert names[0] == "naive Bayes"
    assert {"averaged codes\n(the paper's)", "commonest code"} <= set(names)


def test_the_naive_bayes_figure_draws_likeliest_codes_and_both_baselines():
    rows = [
        {
            "radius": radius,
            "neighbourhood": neighbourhood,
            "order": order,
            "predict": predict,
            "code_accuracy": 0.1 * radius,
        }
        for radius in (1, 2)
        for neighbourhood in ("both", "time")
        for order in ("independent", "autoregressive")
        for predict in ("argmax", "sample")
    ]
    baselines = [
        {"name": "marginal", "predict": "argmax", "code_accuracy": 0.3},
        {"name": "marginal", "predict": "sample", "code_accuracy": 0.2},
        {"name": "nearest_code", "code_accuracy": 0.6},
        {"name": "own_codes"},
    ]
    study = {"variants": rows, "baselines": baselines}
    (axis,) = naive_bayes_figure({"MNIST": study}).axes
    curves = {line.get_label(): list(line.get_ydata()) for line in axis.lines}
    assert curves["time, autoregressive"] == [0.1, 0.2]
    assert curves["commonest code"] == [0.3, 0.3]
    assert curves["nearest visible code"] == [0.6, 0.6]
    assert len(curves) == 6
