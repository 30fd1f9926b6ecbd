import re

import pytest

from edge_runtime.errors import UsageError
from vqkeras.datasets.config import DataConfig


def test_the_default_needs_no_download():
    assert DataConfig().name == "synthetic"


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"name": "cifar"}, "Unknown data.name 'cifar'. Expected one of mnist, nsynth"),
        ({"name": "folder"}, "data.name=folder needs data.dir"),
        ({"name": "mnist", "extra_dir": "x"}, "data.extra_dir goes with"),
        ({"name": "mnist", "families": ["bass"]}, "data.families selects notes"),
        ({"name": "folder", "dir": "x", "velocities": [1]}, "data.velocities selects"),
        ({"families": ["violin"]}, "Unknown data.families 'violin'"),
        ({"sources": ["real"]}, "Unknown data.sources 'real'"),
        ({"pitch_range": (60, 40)}, "lowest and the highest pitch. Received: [60, 40]"),
        ({"pitch_range": (0, 128)}, "MIDI numbers in [0, 127]. Received: 128"),
        ({"velocities": [-1]}, "MIDI numbers in [0, 127]. Received: -1"),
        ({"test_share": 0.0}, "data.test_share must lie in (0, 1). Received: 0.0"),
        ({"validation_share": 1.0}, "data.validation_share must lie in [0, 1)"),
        ({"test_share": 0.6, "validation_share": 0.4}, "leave something to train on"),
        ({"limit": 0}, "data.limit must be 1 or more. Received: 0"),
        ({"crop_frames": -4}, "data.crop_frames must be 1 or more. Received: -4"),
        ({"gain_db": (3.0, -3.0)}, "data.gain_db is the least and the greatest gain"),
        ({"gain_db": (0.0, 90.0)}, "in [-80, 40] dB. Received: [0.0, 90.0]"),
        ({"pitch_semitones": 13.0}, "data.pitch_semitones must lie in [0, 12]"),
        ({"mask_share": -0.1}, "data.mask_share must lie in [0, 1). Received: -0.1"),
        ({"mix_share": 1.0}, "data.mix_share must lie in [0, 1). Received: 1.0"),
        ({"name": "mnist", "mix_share": 0.5}, "data.name=mnist has none"),
        ({"notes_dirs": ["x"]}, "data.notes_dirs goes with data.name=general only"),
        ({"name": "general", "sources": ["acoustic"]}, "data.sources selects notes"),
        ({"name": "general", "train_clips": 0}, "data.train_clips must be 1 or more"),
        ({"split_seed": -1}, "data.split_seed must be 0 or more. Received: -1"),
    ],
)
def test_fields_out_of_range_are_refused(fields, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        DataConfig(**fields)


def test_no_validation_is_allowed():
    assert DataConfig("mnist", validation_share=0.0).validation_share == 0.0
