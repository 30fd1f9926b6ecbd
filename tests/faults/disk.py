"""A disk on which one call fails: the library `disk.c`, built and put before libc."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")
_LIBRARY = "VQKERAS_TEST_DISK"


def can_fail():
    """Whether there is a compiler, and a system that lets libc be stood before."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def run_before_libc(module, arguments):
    """Run `python -m module` again with the library, or go on if this is that run.

    Returns:
        Its exit code, or `None` in the run itself.
    """
    if _LIBRARY in os.environ:
        return None
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "disk.so"
        build = ["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"]
        subprocess.run(build, check=True)
        environment = {
            **os.environ,
            _LIBRARY: str(library),
            "LD_PRELOAD": str(library),
            "OMP_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(command, env=environment).returncode


class Disk:
    """The library in this process."""

    def __init__(self):
        self._library = ctypes.CDLL(os.environ[_LIBRARY])
        self._library.disk_what.restype = ctypes.c_char_p
        self._library.disk_disarm.restype = ctypes.c_long
        self._library.disk_early.restype = ctypes.c_long
        self.calls = 0

    @contextmanager
    def failing(self, folder, number, error):
        """Let a call that touches files below a folder fail; -1 for none."""
        path = os.fsencode(os.path.realpath(folder))
        self._library.disk_arm(path, ctypes.c_long(number), error)
        try:
            yield
        finally:
            self.calls = self._library.disk_disarm()

    def keep_journal(self, folder, journal):
        """Keep a file in `journal` for each below `folder` that is not on the disk."""
        self._library.disk_keep_journal(os.fsencode(os.path.realpath(journal)))
        path = os.fsencode(os.path.realpath(folder))
        self._library.disk_arm(path, ctypes.c_long(-1), 0)

    @property
    def failed(self):
        """Which call has failed; an empty word if none."""
        return self._library.disk_what().decode()

    @property
    def early(self):
        """Files that took another's place before their content was on the disk."""
        return self._library.disk_early()
