"""What live use asks of a model: one codemap."""

from __future__ import annotations

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.errors import UsageError


def require_one_codemap(bundle: Bundle) -> None:
    """Refuse a hierarchical model: its coarse cells are complete too late to play.

    Raises:
        UsageError: If the model has a coarse codemap.
    """
    if bundle.hierarchy is not None:
        raise UsageError(
            f"Model {bundle.name!r} has a second, coarse codemap, too slow for live "
            "use. Choose a model of one codemap with --model."
        )
