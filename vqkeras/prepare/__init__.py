"""Sounds to shards of spectrograms, by any engine; a killed run goes on."""

from typing import TYPE_CHECKING

from vqkeras.lazy import offers

if TYPE_CHECKING:
    from vqkeras.prepare.preparing import Outcome, prepare

__all__ = ["Outcome", "prepare"]

__getattr__, __dir__ = offers(
    __name__, {"Outcome": "preparing", "prepare": "preparing"}
)
