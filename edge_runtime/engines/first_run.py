"""The first run of a model that came from elsewhere: in a process of its own.

The interpreter is C++ that believes what a model says; one word changed in a model can
end the process that runs it. The seal of a bundle is a checksum: it shows accidents,
not intent. So a file that does not come with the package passes its self-test in a
child first, bounded in time and memory, once for each content. This is no sandbox: who
wants to run files of strangers should do so as a user that may do nothing else.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from edge_runtime.bundle.bundle_file import LARGEST_BUNDLE, read_bundle
from edge_runtime.bundle.sealed_zip import sha256
from edge_runtime.bundle.shipped import MODELS_FOLDER
from edge_runtime.errors import BundleError, UserError
from edge_runtime.input_file import read_at_most

_TIMEOUT_S = 120.0
# Bytes that the child may have beside what it maps of files; models of the package
# take a third of it. A larger file may have more.
_MEMORY = 400 << 20
_MEMORY_PER_BYTE = 4
_PROGRAM = "from edge_runtime.engines.first_run import child; child()"


def check_first_run(path: Path, engine: str) -> None:
    """Let a strange model pass its self-test in a child before it is run here.

    Args:
        path: The bundle; one that comes with the package needs no test.
        engine: What will run it, as for `load_engine`.

    Raises:
        BundleError: If it ends the child, takes too long or too much memory, or cannot
            be run.
    """
    if not sys.executable or path.resolve().is_relative_to(MODELS_FOLDER.resolve()):
        return
    try:
        digest = sha256(read_at_most(path, LARGEST_BUNDLE))
    except OSError as error:
        raise BundleError(f"Cannot read model {path}: {error.strerror}.") from error
    mark = _mark(digest, engine)
    if mark is not None and mark.exists():
        return
    fault = _fault(path, digest, engine)
    if fault is not None:
        raise BundleError(f"Model {path} is not usable. {fault}")
    if mark is not None:
        with contextlib.suppress(OSError):
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()


def _mark(digest: str, engine: str) -> Path | None:
    """The empty file that says that this content has run here."""
    root = os.environ.get("XDG_CACHE_HOME")
    try:
        folder = Path(root) if root else Path.home() / ".cache"
    except RuntimeError:
        return None
    return folder / "vqkeras" / "ran" / f"{digest}-{engine}"


def _fault(path: Path, digest: str, engine: str) -> str | None:
    # Found where this program found it, whatever the folder it was started in.
    package = str(Path(__file__).parents[2])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, os.fspath(path), digest, engine],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            # One thread: each takes memory of its own before it has done anything.
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
    except subprocess.TimeoutExpired:
        return f"It took more than {_TIMEOUT_S:g} s for its self-test."
    except OSError as error:
        return f"Its self-test cannot be started: {error.strerror}."
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        return f"It ended the process that ran its self-test ({name})."
    said = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode:
        return said[:500] or f"Its self-test ended with code {done.returncode}."
    return None


def child() -> None:
    """What the child does: read the bundle and run it on its recorded input."""
    from edge_runtime.engines.golden import check_golden
    from edge_runtime.engines.load import load_engine

    path, digest, engine = sys.argv[1:]
    try:
        _bound(_MEMORY + _MEMORY_PER_BYTE * os.stat(path).st_size)
        bundle = read_bundle(Path(path))
        if bundle.sha256 != digest:
            raise BundleError("It changed while it was read.")
        check_golden(bundle, load_engine(bundle, engine))
    except (UserError, OSError, MemoryError) as error:
        print(str(error) or "It needs too much memory.")
        sys.exit(4)


def _bound(memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
