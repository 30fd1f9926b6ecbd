"""The head of a file of codes: what no encoder writes there is damage."""

import dataclasses
import zlib

import numpy as np
import pytest

from edge_runtime import load_model
from edge_runtime.__main__ import main
from edge_runtime.codes.codes_file import SoundCodes, write_codes
from tests.first_codes import first_format

INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        *(("texture", value, "texture") for value in (NAN, INF, -1.0, 1.001)),
        *(("peak", value, "peak") for value in (NAN, INF, -1.0, 0.999, 1e39)),
        *(("sample_rate", value, "Hz") for value in (99, 1_000_001, 2**32 - 1)),
    ],
)
def test_fields_that_no_encoder_writes_are_damage(
    first, field, value, message, tmp_path, capsys
):
    """Their checksum is right."""
    bundle, path = load_model("nsynth_light"), tmp_path / "a.vqc"
    codemap = np.zeros((1, 1, 128), np.int32)
    codes = SoundCodes(codemap, 4000, 16000, "PCM_16")
    codes = dataclasses.replace(codes, **{field: value})
    write_codes(path, codes, bundle)
    if first:
        content = first_format(codes, bundle)
        path.write_bytes(content + zlib.crc32(content).to_bytes(4, "little"))
    given = [str(path), "-o", str(tmp_path / "x.wav"), "--model", "nsynth_light"]
    assert main(["decode", *given]) == 4
    error = capsys.readouterr().err
    assert "a.vqc is unusable: " in error and message in error
    assert error.count("\n") == 1
