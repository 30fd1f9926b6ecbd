"""Every data set is credited, and so are notes that were rendered."""

from typing import get_args, get_type_hints

import pytest

from edge_runtime.errors import UserError
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.credits import CREDITS, credits_of


def test_every_data_set_is_credited():
    # Shards keep the credits of what they were prepared from.
    names = set(get_args(get_type_hints(DataConfig)["name"]))
    assert set(CREDITS) == names - {"shards"}
    nsynth = CREDITS["nsynth"]
    assert nsynth.licence == "CC BY 4.0"
    assert "Engel" in nsynth.attribution
    assert credits_of(DataConfig("mnist")) == CREDITS["mnist"]


def test_a_soundfont_is_credited_beside_the_notes(tmp_path):
    (tmp_path / "rendering.json").write_text('{"soundfont": "some.sf2"}')
    config = DataConfig("nsynth", extra_dir=str(tmp_path))
    assert credits_of(config).attribution.endswith("from the SoundFont some.sf2")


def test_many_kinds_name_their_makers_and_the_notes_beside_them(kinds, tmp_path):
    folder = kinds.fill(tmp_path / "general")
    for name in ("rendered", "nsynth"):
        (tmp_path / name).mkdir()
    (tmp_path / "rendered/rendering.json").write_text('{"soundfont": "some.sf2"}')
    config = DataConfig(
        "general",
        dir=str(folder),
        notes_dirs=[str(tmp_path / "rendered"), str(tmp_path / "nsynth")],
    )
    found = credits_of(config)
    assert len(found.names) == 12
    assert "SoundFont some.sf2" in found.attribution
    assert "on the NSynth dataset, Engel et al. 2017" in found.attribution
    with pytest.raises(UserError, match="does not exist"):
        credits_of(DataConfig("general", dir=str(tmp_path / "gone")))
