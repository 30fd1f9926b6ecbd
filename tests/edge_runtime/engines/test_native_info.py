"""What native code writes to standard error, and what of it is shown."""

import os

import pytest

from edge_runtime.engines.native_info import without_native_info


def test_only_info_is_held_back(capfd):
    with without_native_info():
        os.write(2, b"INFO: hello\nERROR: op 7 is unknown\nINFO: bye\n")
    os.write(2, b"INFO: later\n")
    assert capfd.readouterr().err == "ERROR: op 7 is unknown\nINFO: later\n"


def test_standard_error_is_back_after_an_exception(capfd):
    with pytest.raises(KeyError), without_native_info():
        os.write(2, b"WARNING: careful\n")
        raise KeyError
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "WARNING: careful\nafter\n"
