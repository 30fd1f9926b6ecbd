"""The report: a table over runs, and the reason where totals differ."""

import json

import pytest

from edge_runtime.errors import UsageError, UserError
from vqkeras.energy.constants import preset_for
from vqkeras.energy.plot import energy_figure, save_figure
from vqkeras.energy.record import summary_of, write_run_energy
from vqkeras.energy.report import run_names, run_rows, table_text
from vqkeras.energy.report_folder import write_report
from vqkeras.energy.run_energy import DomainEnergy, RunEnergy


def share(energy_j, method, measures, gap_s=0.0, reason=""):
    return DomainEnergy(
        energy_j, 60.0 - gap_s, gap_s, 1.0, reason, method, measures, "factor two", ""
    )


@pytest.fixture
def runs(tmp_path):
    ours = RunEnergy(
        60.0,
        {"cpu:process": share(360.0, "estimated:cpu-time", "CPU seconds times 12 W")},
        {"nvidia": "no driver"},
    )
    theirs = RunEnergy(
        60.0,
        {
            "cpu:codecarbon": share(180.0, "estimated:codecarbon", "4 W per thread"),
            "ram:codecarbon": share(1200.0, "estimated:codecarbon", "a constant 20 W"),
        },
    )
    folders = []
    for name, energy in {"ours": ours, "theirs": theirs}.items():
        folder = tmp_path / name
        folder.mkdir()
        write_run_energy(folder, energy, summary_of(energy, preset_for(country="FRA")))
        (folder / "energy_samples.csv").write_text(
            "seconds,power_w,energy_wh,emissions_g\n1,6,0.1,0.01\n60,,0.2,0.02\n"
        )
        folders.append(folder)
    return folders


def test_rows_are_the_summaries(runs):
    rows = run_rows(runs)
    assert [row["run"] for row in rows] == ["ours", "theirs"]
    assert [row["energy_wh"] for row in rows] == pytest.approx([0.1, 1380 / 3600])
    assert [row["mean_power_w"] for row in rows] == pytest.approx([6.0, 23.0])
    assert "state" not in rows[0]


def test_table_shows_totals_side_by_side_and_why_they_differ(runs):
    text = table_text(run_rows(runs))
    assert "| ours | 1.00 | 0.1 | 6 | 0.0056 | estimated:cpu-time | none |" in text
    assert "| theirs | 1.00 | 0.3833 | 23 | 0.02147 | estimated:codecarbon |" in text
    assert "- ours: nvidia: no driver" in text
    assert "- cpu, ours: 0.1 Wh (6 W), estimated:cpu-time: CPU seconds tim" in text
    assert "- cpu, theirs: 0.05 Wh (3 W), estimated:codecarbon: 4 W per thr" in text
    assert "- memory, ours: not counted" in text
    assert "- memory, theirs: 0.3333 Wh (20 W), estimated:codecarbon: a const" in text
    assert "56 g/kWh (France; Ember" in text


def test_equal_methods_need_no_reason(runs):
    assert "The methods differ" not in table_text(run_rows(runs[:1]))


def test_gaps_and_unknown_totals_are_shown(tmp_path):
    lost = share(10.0, "measured:fake", "all", gap_s=20.0, reason="GPU is lost")
    write_run_energy(
        tmp_path,
        (energy := RunEnergy(60.0, {"gpu:0": lost})),
        summary_of(energy, preset_for()),
    )
    assert "gpu:0 20.0 s: GPU is lost" in table_text(run_rows([tmp_path]))
    write_run_energy(tmp_path, RunEnergy(), summary_of(RunEnergy(), preset_for()))
    assert "| unknown | unknown | unknown | none |" in table_text(run_rows([tmp_path]))


def test_runs_of_one_name_are_told_apart_by_their_paths(tmp_path):
    paths = [tmp_path / "a" / "run", tmp_path / "b" / "run"]
    assert run_names(paths) == [str(path) for path in paths]


def test_a_folder_without_a_summary_is_refused(tmp_path):
    with pytest.raises(UserError, match="has no energy.json"):
        run_rows([tmp_path])


def test_plot_has_power_above_emissions_one_line_per_run(runs, tmp_path):
    figure = energy_figure(runs, ["ours (estimated)", "theirs (estimated)"])
    power, emissions = figure.axes
    assert power.get_ylabel() == "power (W)"
    assert emissions.get_ylabel() == "emissions (g CO2e)"
    assert len(power.lines) == len(emissions.lines) == 2
    assert list(emissions.lines[0].get_ydata()) == [0.01, 0.02]
    save_figure(figure, tmp_path / "energy.png", force=False)
    assert (tmp_path / "energy.png").read_bytes().startswith(b"\x89PNG")


def test_the_report_as_a_folder_has_text_numbers_and_picture(runs, tmp_path):
    out = tmp_path / "report"
    (runs[0] / "config.yaml").write_text(
        "{name: a, data: {name: mnist}, training: {epochs: 3, seed: 7}}"
    )
    text = write_report(runs, out, force=False).read_text()
    assert "| ours | 1.00 | 0.1 | 6 | 0.0056 | estimated:cpu-time | none |" in text
    assert "- ours: `a` on mnist, up to 3 epochs, seed 7" in text
    assert "- theirs: no config" in text
    assert "![Power and emissions over time](energy.png)" in text
    assert "codecarbon" in text.partition("## Meters of this machine")[2]
    assert "tensorboard.png" not in text
    document = json.loads((out / "energy.json").read_text())
    assert document["runs"] == run_rows(runs)
    assert document["machine"]["training"][0]["method"].partition(":")[0] in (
        "measured",
        "estimated",
    )
    with pytest.raises(UsageError, match="exists"):
        write_report(runs, out, force=False)
    (out / "tensorboard.png").write_bytes(b"")
    write_report(runs, out, force=True)
    assert "![Energy beside the losses](tensorboard.png)" in text_of(out)
    with pytest.raises(UserError, match="Cannot make folder"):
        write_report(runs, out / "README.md", force=True)


def text_of(out):
    return (out / "README.md").read_text()


def test_an_unknown_picture_format_is_refused(runs, tmp_path):
    figure = energy_figure(runs[:1], ["ours"])
    with pytest.raises(UserError, match="Try .png"):
        save_figure(figure, tmp_path / "energy.wav", force=False)
