"""Rows go to the CSV file and to TensorBoard with seconds on the axis."""

import math

import pytest

from vqkeras.energy.time_series import TimeSeries, read_time_series

METHOD = "estimated:cpu-time"


def row(seconds, power_w=5.0):
    return {
        "seconds": seconds,
        "power_w": power_w,
        "energy_wh": seconds * 5.0 / 3600,
        "emissions_g": seconds,
    }


def scalars(folder, tag):
    from tensorboard.backend.event_processing.event_accumulator import (
        EventAccumulator,
    )

    events = EventAccumulator(str(folder))
    events.Reload()
    assert METHOD in events.SummaryMetadata(tag).summary_description
    return {e.step: float(e.tensor_proto.float_val[0]) for e in events.Tensors(tag)}


def test_a_resumed_series_goes_on(tmp_path):
    for start in (0.0, 2.0):
        series = TimeSeries(tmp_path, METHOD)
        series.add(row(start + 0.25))
        series.add(row(start + 1.5, power_w=math.nan))
        series.close()
    read = read_time_series(tmp_path)
    assert read["seconds"] == [0.25, 1.5, 2.25, 3.5]
    assert read["power_w"] == pytest.approx([5.0, math.nan, 5.0, math.nan], nan_ok=True)
    assert read["emissions_g"] == pytest.approx(read["seconds"])


def test_tensorboard_steps_are_seconds(tmp_path):
    series = TimeSeries(tmp_path, METHOD)
    for seconds in (0.4, 1.2, 1.9, 3.1):  # two within one second: the first is kept
        series.add(row(seconds, power_w=10 * seconds))
    series.close()
    folder = tmp_path / "tensorboard" / "energy"
    power = scalars(folder, "energy/power_w")
    assert power == pytest.approx({0: 4.0, 1: 12.0, 3: 31.0})
    emissions = scalars(folder, "energy/emissions_g")
    assert emissions == pytest.approx({0: 0.4, 1: 1.2, 3: 3.1})


def test_rows_reach_the_file_before_the_end(tmp_path):
    series = TimeSeries(tmp_path, METHOD)
    series.add(row(1.0))
    assert read_time_series(tmp_path)["seconds"] == []
    series.add(row(12.0))
    assert read_time_series(tmp_path)["seconds"] == [1.0, 12.0]
    series.close()


def test_a_line_cut_short_by_a_kill_is_left_out(tmp_path):
    series = TimeSeries(tmp_path, METHOD)
    series.add(row(1.0))
    series.close()
    with (tmp_path / "energy_samples.csv").open("a") as file:
        file.write("2.0,5.")
    assert read_time_series(tmp_path)["seconds"] == [1.0]
    series = TimeSeries(tmp_path, METHOD)
    series.add(row(2.5))
    series.close()
    assert read_time_series(tmp_path)["seconds"] == [1.0, 2.5]


def test_a_run_without_samples_has_an_empty_series(tmp_path):
    assert read_time_series(tmp_path)["seconds"] == []
