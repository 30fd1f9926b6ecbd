import os
import warnings

import pytest

from export.tflite.quiet import quiet


def test_drops_native_output_and_warnings(capfd):
    with quiet():
        os.write(2, b"native chatter\n")
        warnings.warn("python chatter", stacklevel=1)
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"


def test_can_be_switched_off(capfd):
    with quiet(enabled=False):
        os.write(2, b"native chatter\n")
    assert capfd.readouterr().err == "native chatter\n"


def test_restores_the_stream_after_an_error(capfd):
    with pytest.raises(KeyError), quiet():
        raise KeyError("inside")
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"
