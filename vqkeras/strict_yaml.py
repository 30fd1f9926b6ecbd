"""YAML of configs, read strictly: what is ambiguous or endless is refused."""

from __future__ import annotations

from typing import Any

import yaml

_DEEPEST = 20
_MOST_CHARACTERS = 1 << 20


class StrictYamlError(ValueError):
    """A text that is no YAML of a config. The message does not name the file."""


def strict_yaml(text: str) -> Any:
    """Content of a YAML text.

    Args:
        text: One document.

    Raises:
        StrictYamlError: If it is no YAML, names a part to use again (`&`, `*`: a part
            can contain itself), is nested more than 20 levels deep, has a key twice, or
            is longer than a million characters.

    Example:

    >>> strict_yaml("a: 1\\nb: [2, 3]")
    {'a': 1, 'b': [2, 3]}
    """
    if len(text) > _MOST_CHARACTERS:
        raise StrictYamlError(f"it has {len(text)} characters, a config has thousands")
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is not None:
            _check_keys(node, "")
        return yaml.safe_load(text)
    except StrictYamlError:
        raise
    except (yaml.YAMLError, ValueError) as error:  # of 2026-99-99
        raise StrictYamlError(" ".join(str(error).split())) from error


def _check_events(text: str) -> None:
    """Before anything is built: how deep it is, and that no part is used again."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise StrictYamlError(
                f"line {line} names a part to use it again, which a config may not"
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise StrictYamlError(
                    f"line {line} lies more than {_DEEPEST} levels deep"
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_keys(node: yaml.Node, at: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            _check_keys(part, at)
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        name = str(key.value)
        if name in seen:
            raise StrictYamlError(
                f"it has {at}{name} twice, the second time in line "
                f"{key.start_mark.line + 1}. Keep one"
            )
        seen.add(name)
        _check_keys(value, f"{at}{name}.")
