"""Cache of results on disk: a second call makes only what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from edge_runtime.output_file import output_file


class Kept:
    """A folder of results, each a JSON file with what it was made from.

    Args:
        folder: Where they lie; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def result(
        self,
        name: str,
        source: dict[str, Any],
        make: Callable[[], dict[str, Any]],
        *,
        files: Sequence[Path] = (),
    ) -> dict[str, Any]:
        """A result: the one kept if it still holds, else a new one.

        It holds if it was made from the same `source` and its `files` are there.

        Args:
            name: Name of the result; may have slashes.
            source: What the result depends on, as plain values.
            make: Makes the result, of plain values, and writes the files.
            files: Files, such as figures, that `make` writes. Defaults to none.

        Returns:
            The result, as it reads back from JSON.
        """
        path = self.folder / f"{name}.json"
        source = json.loads(json.dumps(source))
        if path.exists() and all(file.exists() for file in files):
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["source"] == source:
                return kept["result"]
        # Text of the result, so that a fresh one is what a kept one will be.
        text = json.dumps({"source": source, "result": make()}, indent=1)
        path.parent.mkdir(parents=True, exist_ok=True)
        with output_file(path, force=True) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")
        return json.loads(text)["result"]
