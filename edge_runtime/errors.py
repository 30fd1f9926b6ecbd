"""Errors a user can cause, each with the exit code its command returns.

A message is one line: what came, what was expected, what to do.
"""

from __future__ import annotations


def how_to_install(extra: str) -> str:
    """How to install an extra.

    Not by the package's name alone: on an index that may be anybody's.

    >>> how_to_install("live")
    "pip install '.[live]' in the repository, or the wheel's name in place of the dot"
    """
    place = "in the repository, or the wheel's name in place of the dot"
    return f"pip install '.[{extra}]' {place}"


class UserError(ValueError):
    """Something the user gave cannot be used. Exit code 1."""

    exit_code = 1


class UsageError(UserError):
    """An argument is wrong, whatever the files contain. Exit code 2."""

    exit_code = 2


class MissingDependencyError(UserError):
    """An optional package is missing; the message names the extra. Exit code 3."""

    exit_code = 3


class AudioError(UserError):
    """An audio file cannot be read or edited. Exit code 4."""

    exit_code = 4


class BundleError(UserError):
    """A model bundle cannot be used. Exit code 4."""

    exit_code = 4


class SessionError(UserError):
    """A saved session of the page cannot be used. Exit code 4."""

    exit_code = 4
