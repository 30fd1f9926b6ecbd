"""The model card gets its emissions entry and keeps everything else."""

import pytest
import yaml

from edge_runtime.errors import UserError
from vqkeras.energy.constants import preset_for
from vqkeras.energy.model_card import co2_eq_emissions, write_model_card
from vqkeras.energy.record import summary_of
from vqkeras.energy.run_energy import DomainEnergy, RunEnergy

GPU = DomainEnergy(3.6e6, 10.0, 0.0, 1.0, "", "measured:fake", "all", "none", "V100")


def front_matter(path):
    _, front, body = path.read_text().split("---\n", 2)
    return yaml.safe_load(front), body


def test_entry_has_grams_source_and_hardware():
    energy = RunEnergy(10.0, {"gpu:0": GPU})
    entry = co2_eq_emissions(summary_of(energy, preset_for(country="FRA")))
    assert entry["emissions"] == pytest.approx(56.0)
    assert "measured:fake" in entry["source"] and "Ember" in entry["source"]
    assert entry["geographical_location"] == "France"
    assert "V100" in entry["hardware_used"]


def test_unknown_emissions_are_left_out_with_the_reason():
    energy = RunEnergy(unavailable={"nvidia": "no driver"})
    entry = co2_eq_emissions(summary_of(energy, preset_for("paper")))
    assert "emissions" not in entry
    assert "emissions unknown: nvidia: no driver" in entry["source"]


def test_a_new_card_is_made(tmp_path):
    write_model_card(tmp_path, {"emissions": 1.5})
    header, body = front_matter(tmp_path / "model_card.md")
    assert header == {"co2_eq_emissions": {"emissions": 1.5}}
    assert f"# {tmp_path.name}" in body


def test_an_existing_card_keeps_its_text_and_its_other_fields(tmp_path):
    card = tmp_path / "model_card.md"
    card.write_text("---\nlicense: mit\n---\n# Flutes\n\nText\n---\nmore\n")
    write_model_card(tmp_path, {"emissions": 1.5})
    write_model_card(tmp_path, {"emissions": 2.5})
    header, body = front_matter(card)
    assert header == {"license": "mit", "co2_eq_emissions": {"emissions": 2.5}}
    assert body == "# Flutes\n\nText\n---\nmore\n"


def test_a_card_without_front_matter_gets_one(tmp_path):
    (tmp_path / "model_card.md").write_text("# Flutes\n")
    write_model_card(tmp_path, {"emissions": 1.5})
    header, body = front_matter(tmp_path / "model_card.md")
    assert header["co2_eq_emissions"]["emissions"] == 1.5
    assert body == "# Flutes\n"


def test_front_matter_that_is_no_yaml_is_refused(tmp_path):
    (tmp_path / "model_card.md").write_text("---\na: [\n---\n# Flutes\n")
    with pytest.raises(UserError, match="is not YAML"):
        write_model_card(tmp_path, {"emissions": 1.5})
