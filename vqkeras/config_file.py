"""Configs as YAML files and command-line overrides. Imports no TensorFlow."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from jsonargparse import (  # type: ignore[attr-defined]  # the first, by a star
    ActionConfigFile,
    ArgumentError,
    ArgumentParser,
    Namespace,
)

from edge_runtime.errors import UsageError
from edge_runtime.output_file import output_file
from vqkeras.config import Config
from vqkeras.model.architectures import architecture_of, without_former_fields
from vqkeras.model.model_config import ModelConfig
from vqkeras.strict_yaml import StrictYamlError, strict_yaml

T = TypeVar("T")


def parse_arguments(
    parser: ArgumentParser, arguments: Sequence[str]
) -> tuple[Namespace, Config]:
    """Parse a command line that holds a config beside what the parser knows.

    Adds to the parser `--config FILE` and one dotted option per field, such as
    `--data.dir DIR`; of the model those of the architecture that is asked for.

    Args:
        parser: Made with `exit_on_error=False`.
        arguments: The command line, without the program.

    Returns:
        The other arguments, and the checked config.

    Raises:
        UsageError: If anything is unknown, of the wrong type or out of range.
    """
    for _, _, value in _options_of(arguments):
        _check_inline(value)
    arguments, model = _with_architecture(arguments)
    return _parse(parser, arguments, Config, model)


def parse_fields(
    parser: ArgumentParser, arguments: Sequence[str], kind: type[T]
) -> tuple[Namespace, T]:
    """Parse a command line that holds the fields of another dataclass than `Config`.

    Args:
        parser: Made with `exit_on_error=False`; gets `--config FILE` and one dotted
            option per field.
        arguments: The command line, without the program.
        kind: The dataclass.

    Returns:
        The other arguments, and the checked dataclass.

    Raises:
        UsageError: As of `parse_arguments`.
    """
    return _parse(parser, arguments, kind, None)


def _parse(
    parser: ArgumentParser,
    arguments: Sequence[str],
    kind: type[T],
    model: type[ModelConfig] | None,
) -> tuple[Namespace, T]:
    parser.add_argument(
        "--config", action=ActionConfigFile, help="YAML file, one of configs/ or yours."
    )
    if model is None:
        parser.add_class_arguments(kind)
    else:
        parser.add_class_arguments(kind, skip={"model"})
        parser.add_class_arguments(model, "model")
    try:
        namespace = parser.parse_args(arguments)
        values = parser.instantiate(namespace)
        names = [part.name for part in dataclasses.fields(cast(Any, kind))]
        return namespace, kind(**{name: values[name] for name in names})
    except UsageError:
        raise
    except (ArgumentError, ValueError, TypeError) as error:
        _check_keys_of(arguments, kind, model)
        raise UsageError(_one_line(str(error))) from error


def load_config(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read a config file.

    Args:
        path: YAML file.
        overrides: Command-line options that win over the file, such as
            `["--training.epochs", "3"]`. Defaults to none.

    Returns:
        The checked config.

    Raises:
        UsageError: If the file is missing, or anything in it is unknown, of the wrong
            type or out of range.
    """
    parser = ArgumentParser(exit_on_error=False)
    return parse_arguments(parser, ["--config", str(path), *overrides])[1]


def save_config(config: Any, path: Path) -> None:
    """Write a config with every field, so that it explains itself."""
    text = yaml.safe_dump(plain(config), sort_keys=False)
    with output_file(path, force=True) as temporary:
        temporary.write_text(text, encoding="utf-8")


def changed(config: Any) -> dict[str, Any]:
    """Of a config and its parts, what is not at its default, as plain values.

    What this says stays the same when the config, or a part of it, gets another field.

    Args:
        config: A dataclass. A part that is of another class than its default names its
            class under `"type"`. An architecture is always said, for it decides which
            fields there are.

    Example:

    >>> from vqkeras.config import TrainingConfig
    >>> changed(TrainingConfig(epochs=3))
    {'epochs': 3}
    """
    found = {}
    for part in dataclasses.fields(config):
        value, default = getattr(config, part.name), part.default
        if part.default_factory is not dataclasses.MISSING:
            default = part.default_factory()
        if not dataclasses.is_dataclass(value):
            if plain(value) != plain(default) or part.name == "architecture":
                found[part.name] = plain(value)
        elif type(value) is not type(default):
            found[part.name] = {"type": type(value).__name__, **changed(value)}
        elif value != default:
            found[part.name] = changed(value)
    return found


def plain(config: Any) -> Any:
    """A config as dicts, lists and plain values, for YAML and JSON.

    Example:

    >>> from vqkeras.config import TrainingConfig
    >>> plain(TrainingConfig(epochs=3))["epochs"]
    3
    """
    if dataclasses.is_dataclass(config):
        return {
            part.name: plain(getattr(config, part.name))
            for part in dataclasses.fields(config)
        }
    if isinstance(config, list | tuple):
        return [plain(value) for value in config]
    return config


def _check_inline(value: str) -> None:
    """Refuse a value of the command line that the parser would never be done with."""
    if not value or not ("*" in value or "[" * 20 in value or "{" * 20 in value):
        return
    try:
        strict_yaml(value)
    except StrictYamlError as error:
        if "part to use" in str(error) or "levels deep" in str(error):
            raise UsageError(f"{value[:40]!r} is no value: {error}.") from error


def _with_architecture(
    arguments: Sequence[str],
) -> tuple[list[str], type[ModelConfig]]:
    """The command line, its configs brought up to date, and which model it means."""
    arguments = list(arguments)
    name = None
    for option, place, value in _options_of(arguments):
        if option == "--model.architecture":
            name = value
        elif option == "--config" and Path(value).is_file():
            content = _read(Path(value))
            model = content.get("model")
            if not isinstance(model, Mapping):
                continue
            name = model.get("architecture", name)
            kept = without_former_fields(model)
            if kept != model:
                content = {**content, "model": kept}
                _check_keys(content, Config, architecture_of(name), value)
                text = yaml.safe_dump(content, sort_keys=False)
                inline = arguments[place].startswith("--config=")
                arguments[place] = f"--config={text}" if inline else text
    return arguments, architecture_of(name)


def _options_of(arguments: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Name of each option, where its value stands, and the value."""
    for place, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        if equals:
            yield option, place, value
        elif place + 1 < len(arguments):
            yield option, place + 1, arguments[place + 1]
        else:
            yield option, place, ""


def _check_keys_of(
    arguments: Sequence[str], kind: type, model: type[ModelConfig] | None
) -> None:
    """Raise the error that lists the known keys, if an unknown one was given."""
    for option, _, value in _options_of(arguments):
        if option == "--config" and Path(value).is_file():
            _check_keys(_read(Path(value)), kind, model, value)
        elif option.startswith("--") and "." in option:
            *groups, key = option[2:].split(".")
            tree: Any = {key: None}
            for group in reversed(groups):
                tree = {group: tree}
            _check_keys(tree, kind, model, "the command line")


def _read(path: Path) -> Mapping[str, Any]:
    """What a YAML file holds."""
    try:
        content = strict_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}.") from error
    except (StrictYamlError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not YAML: {error}.") from error
    if not isinstance(content, Mapping):
        raise UsageError(f"{path} holds no config. Expected `key: value` lines.")
    return content


def _check_keys(
    content: Mapping[str, Any],
    kind: type,
    model: type[ModelConfig] | None,
    place: str,
    at: str = "",
) -> None:
    hints = typing.get_type_hints(kind)
    if kind is Config:
        hints["model"] = model
    for key, value in content.items():
        if key not in hints:
            raise UsageError(
                f"Unknown key {at}{key} in {place}. Known keys"
                f"{f' of {at[:-1]}' if at else ''}: {', '.join(hints)}."
            )
        for part in (hints[key], *typing.get_args(hints[key])):
            is_group = isinstance(part, type) and dataclasses.is_dataclass(part)
            if is_group and isinstance(value, Mapping):
                _check_keys(value, part, model, place, f"{at}{key}.")


def _one_line(message: str) -> str:
    """What jsonargparse says, as one line without its own vocabulary."""
    # Of a field that may be null, the first error is that of the other alternative.
    alternatives = re.search(
        r"Errors:\n\s*- (?:Problem with given class_path.*\n\s*)?(.*(?:\n\s+Exp.*)?)",
        message,
    )
    text = alternatives.group(1) if alternatives else message
    text = re.sub(r"Expected an? <class '([\w.]+)'>", r"Expected \1", text)
    text = re.sub(r"Expected an? typing\.Literal\[(.*?)\]", r"Expected one of \1", text)
    text = re.sub(r'Parser key "(.*?)":\s*', r"\1: ", text)
    return " ".join(text.split())
