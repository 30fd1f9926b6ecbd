"""The run folder's energy files survive a round trip and refuse damage."""

import json
import math

import pytest

from edge_runtime.errors import UserError
from vqkeras.energy.constants import preset_for
from vqkeras.energy.record import (
    append_epoch,
    drop_cut_line,
    machine_name,
    read_run_energy,
    read_summary,
    summary_of,
    write_run_energy,
)
from vqkeras.energy.run_energy import DomainEnergy, RunEnergy

GPU = DomainEnergy(
    360.0, 36.0, 4.0, 1.5, "GPU is lost", "measured:fake", "all", "none", "V100"
)
ENERGY = RunEnergy(40.0, {"gpu:0": GPU}, {"rapl": "not here"}, 41, 0.004)


def test_what_is_written_is_read(tmp_path):
    preset = preset_for(grid_g_per_kwh=500.0)
    write_run_energy(tmp_path, ENERGY, summary_of(ENERGY, preset))
    assert read_run_energy(tmp_path) == ENERGY


def test_summary_says_how_with_which_constants_and_what_is_missing():
    summary = summary_of(ENERGY, preset_for(grid_g_per_kwh=500.0))
    assert summary["energy_wh"] == pytest.approx(0.1)
    assert summary["emissions_g"] == pytest.approx(0.05)
    assert summary["mean_power_w"] == pytest.approx(10.0)
    assert summary["method"] == "measured:fake"
    assert summary["gaps"] == {"gpu:0": "4.0 s: GPU is lost"}
    assert summary["missing"] == summary["gaps"] | {"rapl": "not here"}
    assert summary["sampling_share"] == pytest.approx(0.0001)
    assert summary["grid_source"] == "given by the user"
    assert summary["hardware"].startswith("V100, ")


def test_unknown_energy_is_null_in_the_file(tmp_path):
    write_run_energy(tmp_path, RunEnergy(), summary_of(RunEnergy(), preset_for()))
    text = (tmp_path / "energy.json").read_text()
    assert "NaN" not in text
    assert read_summary(tmp_path)["energy_wh"] is None
    assert math.isnan(read_run_energy(tmp_path).energy_j)


def test_a_run_without_a_summary_has_used_nothing(tmp_path):
    assert read_run_energy(tmp_path) == RunEnergy()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"state": {}}', '{"state": {"domains": {"gpu": {"x": 1}}}}']
)
def test_damage_is_named_and_not_counted_over(tmp_path, text):
    (tmp_path / "energy.json").write_text(text)
    with pytest.raises(UserError, match="energy.json.*Move it away"):
        read_run_energy(tmp_path)


def test_one_line_per_epoch_though_a_kill_cut_one_short(tmp_path):
    append_epoch(tmp_path, {"epoch": 0, "power_w": math.nan})
    with (tmp_path / "energy.jsonl").open("a") as file:
        file.write('{"epoch": 1, "pow')
    drop_cut_line(tmp_path / "energy.jsonl")
    drop_cut_line(tmp_path / "missing.jsonl")
    append_epoch(tmp_path, {"epoch": 1, "power_w": 5.0})
    lines = (tmp_path / "energy.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"epoch": 0, "power_w": None},
        {"epoch": 1, "power_w": 5.0},
    ]


def test_the_machine_is_named_by_its_board_or_processor(tmp_path):
    cpu_info, board = tmp_path / "cpuinfo", tmp_path / "model"
    cpu_info.write_text("processor : 0\nmodel name\t: Fast Chip 9000\n")
    assert machine_name(cpu_info, board).startswith("Fast Chip 9000 (")
    board.write_text("Raspberry Pi 5 Model B Rev 1.0\0")
    assert machine_name(cpu_info, board).startswith("Raspberry Pi 5 Model B Rev 1.0 (")
    assert machine_name(tmp_path / "none", board).endswith("threads)")
