"""Sounds to shards of spectrograms, by any engine; a killed run goes on."""

from vqkeras.prepare.preparing import Outcome, prepare

__all__ = ["Outcome", "prepare"]
