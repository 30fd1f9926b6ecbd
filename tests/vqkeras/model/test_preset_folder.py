"""A model by name: loaded, saved and loaded again; what is damaged or missing."""

import json
import re
import shutil
import socket
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from edge_runtime.bundle.shipped import MODELS_FOLDER
from edge_runtime.errors import MissingDependencyError, UsageError
from vqkeras import VQVAE
from vqkeras.model.preset_folder import PresetFolder, seal_preset
from vqkeras.model.preset_names import PRESETS_FOLDER, preset_names
from vqkeras.model.preset_place import PresetError, place_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
NAME = "general"


@pytest.fixture(scope="module")
def model():
    return VQVAE.from_preset(NAME)


@pytest.fixture
def copied(tmp_path):
    """A folder that may be damaged."""
    return shutil.copytree(PRESETS_FOLDER / NAME, tmp_path / "copied")


def spectrogram_for(model):
    shape = 2, 24, model.spectrogram.num_bins, model.spectrogram.num_channels
    return np.random.default_rng(0).random(shape, np.float32)


def test_it_knows_the_sound_it_sees(model):
    assert model.spectrogram.sample_rate == 44100
    assert model.preset.name == NAME


def test_there_and_back_nothing_changes(model, tmp_path):
    folder = tmp_path / "mine"
    model.save_to_preset(folder)
    again = VQVAE.from_preset(folder)
    for one, other in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    seen = spectrogram_for(model)
    np.testing.assert_array_equal(
        model.encode_codemap(seen), again.encode_codemap(seen)
    )
    np.testing.assert_array_equal(model(seen), again(seen))
    assert again.spectrogram == model.spectrogram
    assert again.preset.model_config == model.preset.model_config
    metadata = again.preset.metadata
    assert metadata["name"] == "mine" and metadata["from_preset"]["name"] == NAME
    assert metadata["credits"] == model.preset.metadata["credits"]
    with pytest.raises(UsageError, match="exists and is not empty"):
        model.save_to_preset(folder)


def test_each_name_loads_without_a_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("A network was asked for.")

    monkeypatch.setattr(socket, "socket", refuse)
    names = preset_names()
    assert {"general", "nsynth_light", "nsynth_live"} <= set(names)
    for name in names:
        loaded = VQVAE.from_preset(name)
        loaded.preset.check()
        metadata = loaded.preset.metadata
        assert loaded.quantizer.codebook.shape[0] == metadata["codebook_size"]
        # No kernel: it says more of a machine than of a model.
        platform = metadata["versions"]["platform"]
        assert re.fullmatch(r"\w+-\w+(-with-glibc[\d.]+)?", platform)


def test_no_optimizer_and_no_python_objects_travel(model):
    import h5py

    with h5py.File(PRESETS_FOLDER / NAME / "model.weights.h5") as file:
        assert "optimizer" not in file
        kinds = set()
        file.visititems(lambda _, item: kinds.add(getattr(item, "dtype", None)))
    numbers = {"None", "float16", "float32", "int32", "bool"}
    assert {str(kind) for kind in kinds} <= numbers


@pytest.mark.parametrize("name", ["model.weights.h5", "config.yaml", "history.csv"])
def test_a_flipped_byte_is_found(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(PresetError, match="not the file that metadata.json") as caught:
        PresetFolder(copied).check()
    assert caught.value.exit_code == 4
    if name == "model.weights.h5":
        with pytest.raises(PresetError, match="Get the preset again"):
            VQVAE.from_preset(copied)


@pytest.mark.parametrize(("before", "after"), [("{", "["), ('"seed": 0', '"seed": 1')])
def test_damaged_metadata_is_found(copied, before, after):
    path = copied / "metadata.json"
    path.write_text(path.read_text().replace(before, after))
    with pytest.raises(PresetError, match=r"metadata.json is missing or damaged"):
        VQVAE.from_preset(copied)


def test_weights_of_another_architecture_are_one_line(copied):
    config = yaml.safe_load((copied / "config.yaml").read_text())
    config["model"]["codebook_dim"] = 7
    (copied / "config.yaml").write_text(yaml.safe_dump(config))
    seal_preset(copied, PresetFolder(copied).metadata, figures={})
    with pytest.raises(PresetError, match=r"Cannot load .*copied: [^\n]*$"):
        VQVAE.from_preset(copied)


def test_models_that_came_from_no_preset_are_not_saved(model, tmp_path):
    other = VQVAE(model.encoder, model.quantizer, model.decoder)
    assert other.spectrogram is None
    with pytest.raises(UsageError, match="came from no preset"):
        other.save_to_preset(tmp_path / "x")


def test_what_is_no_preset_is_refused(tmp_path):
    with pytest.raises(UsageError, match="'none' is unknown. .* of general"):
        place_of("none")
    with pytest.raises(UsageError, match="has no metadata.json"):
        place_of(tmp_path)


def test_the_hub_is_asked_when_it_is_needed(monkeypatch):
    asked = []

    def snapshot_download(name, *, revision, allow_patterns):
        asked.append((name, revision))
        assert "*.weights.h5" in allow_patterns and "*" not in allow_patterns
        if name == "user/gone":
            raise OSError("No such repository\nand more")
        return str(PRESETS_FOLDER / NAME)

    hub = SimpleNamespace(snapshot_download=snapshot_download)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    assert PresetFolder(place_of("hf://user/repo@v1")).name == NAME
    assert asked == [("user/repo", "v1")]
    with pytest.raises(PresetError, match="fetch hf://user/gone: No such repository$"):
        place_of("hf://user/gone")
    with pytest.raises(UsageError, match="Expected hf://user/repo"):
        place_of("hf://repo")
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingDependencyError, match=r"pip install '\.\[hub\]'"):
        place_of("hf://user/repo")


@pytest.mark.parametrize("name", preset_names())
def test_a_card_has_what_the_hub_reads(name):
    """Fields and types are those of huggingface_hub's `ModelCardData`."""
    text = (PRESETS_FOLDER / name / "README.md").read_text(encoding="utf-8")
    before, front, page = text.split("---\n", 2)
    assert before == "" and f"# {name}\n" in page
    assert "\n## Limits\n\n- " in page and "Licence: " in page
    card = yaml.safe_load(front)
    assert card["library_name"] == "vqkeras"
    kind, licence, data = (
        ("image-to-image", "cc-by-sa-3.0", "mnist")
        if name.startswith("mnist")
        else ("audio-to-audio", "cc-by-4.0", "nsynth")
    )
    assert (card["pipeline_tag"], card["license"]) == (kind, licence)
    assert all(isinstance(tag, str) for tag in card["tags"])
    parts = ["esc10", "groove", "librispeech", "ljspeech"]
    assert card["datasets"] == (parts if name == "general" else [data])
    emissions = dict(card["co2_eq_emissions"])
    assert emissions.pop("emissions") > 0  # g
    assert emissions.keys() == {"source", "training_type", "hardware_used"}
    assert all(isinstance(text, str) for text in emissions.values())
    (index,) = card["model-index"]
    (result,) = index["results"]
    assert index["name"] == name and result["task"] == {"type": card["pipeline_tag"]}
    assert {"type", "name"} <= result["dataset"].keys()
    figures = json.loads((PRESETS_FOLDER / name / "figures.json").read_text())
    values = {metric["type"]: metric["value"] for metric in result["metrics"]}
    assert "nmse" in values
    assert values == {measure: figures[measure] for measure in values}


@pytest.mark.parametrize(
    ("card", "names"),
    [
        ("general_card.md", ["general"]),
        ("model_card.md", ["nsynth_light", "nsynth_live"]),
    ],
)
def test_cards_of_bundles_say_what_those_of_their_presets_do(card, names):
    front = front_of(MODELS_FOLDER / card)
    limits = {limits_of(PRESETS_FOLDER / name / "README.md") for name in names}
    assert limits == {limits_of(MODELS_FOLDER / card)}
    presets = [front_of(PRESETS_FOLDER / name / "README.md") for name in names]
    indices = [index for preset in presets for index in preset["model-index"]]
    assert front["model-index"] == indices
    # Those of recovered presets count up to the best epoch alone.
    emissions = [each["co2_eq_emissions"]["emissions"] for each in [front, *presets]]
    assert emissions[0] > 0.999 * sum(emissions[1:])
    for field in ("license", "library_name", "pipeline_tag", "tags", "datasets"):
        assert front.get(field) == presets[0].get(field)


def limits_of(path):
    return path.read_text(encoding="utf-8").split("\n## Limits\n\n")[1].split("\n\n")[0]


def front_of(path):
    return yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
