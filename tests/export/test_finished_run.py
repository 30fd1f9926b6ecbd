"""What can be exported: presets by name and from a folder."""

import shutil
from pathlib import Path

from export.finished_run import load_codec
from vqkeras.model.preset_names import PRESETS_FOLDER
from vqkeras.presets.codec_of import codec_of


def test_presets_are_found_by_name_and_in_a_folder(tmp_path):
    folder = shutil.copytree(PRESETS_FOLDER / "nsynth_live", tmp_path / "mine")
    assert load_codec(folder).folder == folder
    assert codec_of(str(folder)).folder == folder
    by_name = load_codec(Path("nsynth_live"))
    assert by_name.folder == PRESETS_FOLDER / "nsynth_live"
