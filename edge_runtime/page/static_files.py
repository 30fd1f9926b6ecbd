"""The page's files, read once: a path in a request only ever looks into a dict."""

from __future__ import annotations

import hashlib
from pathlib import Path

from edge_runtime.page.answer import Answer

STATIC_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def read_static_files(folder: Path = STATIC_FOLDER) -> dict[str, Answer]:
    """Answers by path in it; browsers ask each time whether theirs is still right."""
    return {
        path.relative_to(folder).as_posix(): _answer(
            path.read_bytes(), _TYPES[path.suffix]
        )
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES
    }


def _answer(content: bytes, media_type: str) -> Answer:
    tag = hashlib.sha256(content).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    return Answer(content, media_type, headers=headers)
