"""Every shipped config: it loads, and each field has the type it declares."""

import dataclasses
import types
import typing
from pathlib import Path

import pytest
import yaml

from vqkeras.config_file import load_config

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


def has_type(value, kind):
    """Whether a value is what a field declares; an int is no float, a str no number."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(type(value))
        return isinstance(value, kind) and all(
            has_type(getattr(value, name), hint) for name, hint in hints.items()
        )
    if origin is typing.Literal:
        return value in arguments
    if origin in (types.UnionType, typing.Union):
        return any(has_type(value, argument) for argument in arguments)
    if origin in (list, tuple):
        if type(value) is not origin:
            return False
        if origin is tuple and arguments[-1] is not Ellipsis:
            return list(map(type, value)) == list(arguments)
        return all(has_type(part, arguments[0]) for part in value)
    return type(value) is kind


def test_the_check_of_types_finds_a_number_read_as_text():
    assert not has_type(yaml.safe_load("3e-4"), float)
    assert has_type((1, 2), tuple[int, ...])
    assert not has_type((1, "2"), tuple[int, ...])
    assert not has_type(True, int)


def test_there_are_configs():
    names = {path.stem for path in CONFIGS}
    assert {"synthetic_demo", "mnist_paper", "nsynth_small"} <= names


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_config_loads_with_declared_types(path):
    config = load_config(path)
    assert has_type(config, type(config))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_config_is_named_after_its_file_and_says_only_what_differs(path):
    assert load_config(path).name == path.stem
    assert len(path.read_text().splitlines()) <= 40
    # Plain PyYAML must read the same numbers, for whoever opens the file with it.
    for group in yaml.safe_load(path.read_text()).values():
        if isinstance(group, dict):
            assert not any(
                isinstance(value, str) and value[:1].isdigit()
                for value in group.values()
            )
