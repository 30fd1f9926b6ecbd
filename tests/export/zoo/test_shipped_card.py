"""The card of a shipped bundle, from its preset and itself."""

import pytest
import yaml

from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.errors import UserError
from export.zoo.shipped_card import main, shipped_card
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_names import PRESETS_FOLDER


def test_the_card_says_what_preset_and_bundle_know(tmp_path, capsys):
    out = tmp_path / "card.md"
    told = ["--of_prior", "resumed once"]
    assert main(["nsynth_light", "-o", str(out), *told]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    _, front, page = out.read_text(encoding="utf-8").split("---\n", 2)
    preset = (PRESETS_FOLDER / "nsynth_light" / "README.md").read_text("utf-8")
    assert yaml.safe_load(front) == yaml.safe_load(preset.split("---\n")[1])
    (prior,) = [line for line in page.splitlines() if line.startswith("| prior | ")]
    assert "; 40 min on AMD EPYC (2 threads), 4,200 steps (resumed once), " in prior
    assert "11.9 Wh" in prior and "1.18 bits a code in 64 unseen codemaps" in prior
    size = shipped_path("nsynth_light").stat().st_size
    assert f"\n| int8 | {size:,} bytes, " in page
    assert " of them the prior; 98.53% equal codes (96.54% of those that sound)" in page
    assert "\n## Limits\n\n- " in page and "Licence: CC BY 4.0." in page
    assert main(["nsynth_light", "-o", str(out)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_prior_that_only_one_of_both_has_is_one_line():
    preset = PresetFolder(PRESETS_FOLDER / "nsynth_live")
    with pytest.raises(UserError, match=r"only one has a prior\. Export the preset"):
        shipped_card(preset, shipped_path("nsynth_light"))
