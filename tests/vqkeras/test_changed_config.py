"""What a config says that is not its default: the key of what is kept of a training."""

import dataclasses

from vqkeras.config import Config
from vqkeras.config_file import changed
from vqkeras.datasets.config import DataConfig
from vqkeras.model.conv_architecture import ConvArchitecture


def test_what_is_changed_says_nothing_of_defaults():
    model = ConvArchitecture(strides=((2, 4), (2, 2)), codebook_size=48)
    config = Config("a", model=model, data=DataConfig(name="mnist"))
    assert changed(model) == {
        "architecture": "conv",
        "strides": [[2, 4], [2, 2]],
        "codebook_size": 48,
    }
    assert changed(config)["model"] == changed(model)
    assert "training" not in changed(config) and changed(config)["name"] == "a"


def test_another_field_at_its_default_changes_no_key():
    @dataclasses.dataclass(frozen=True)
    class Part:
        a: int = 1

    @dataclasses.dataclass(frozen=True)
    class Grown:
        a: int = 1
        b: int = 2

    def whole(part, default):
        kind = dataclasses.make_dataclass(
            "Whole",
            [("name", str), ("part", object, dataclasses.field(default=default))],
        )
        return kind("x", part)

    before, after = whole(Part(a=3), Part()), whole(Grown(a=3), Grown())
    assert changed(before) == changed(after) == {"name": "x", "part": {"a": 3}}
    assert changed(whole(Grown(), None))["part"] == {"type": "Grown"}
    assert changed(whole(Grown(b=5), Grown()))["part"] == {"b": 5}
