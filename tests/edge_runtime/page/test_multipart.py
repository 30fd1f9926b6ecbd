"""Forms: what comes in comes out, and broken ones are refused."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge_runtime.page.answer import Refusal
from edge_runtime.page.multipart import parse_multipart

TYPE = "multipart/form-data; boundary=limit"


def form(*parts, boundary=b"limit"):
    lines = [
        b"--%b\r\nContent-Disposition: form-data; name=%b\r\n\r\n%b\r\n"
        % (boundary, b'"' + name + b'"', content)
        for name, content in parts
    ]
    return b"".join(lines) + b"--%b--\r\n" % boundary


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_come_through(first, second):
    assume(b"--limit" not in first + second)
    parts = parse_multipart(TYPE, form((b"a", first), (b"b", second)))
    assert parts == {"a": first, "b": second}


def test_file_names_and_types_are_ignored():
    body = (
        b'--limit\r\ncontent-disposition: form-data; filename="../../etc/x"; '
        b'name="sound"\r\nContent-Type: audio/wav\r\n\r\nabc\r\n--limit--'
    )
    assert parse_multipart(TYPE, body) == {"sound": b"abc"}


@pytest.mark.parametrize("boundary", ['"a b"', "", "x" * 71])
def test_a_boundary_must_be_one(boundary):
    with pytest.raises(Refusal) as refused:
        parse_multipart(f"multipart/form-data; boundary={boundary}", b"")
    assert refused.value.status == 415


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "no last boundary"),
        (form((b"a", b"1"))[:-8], "no last boundary"),
        (form((b"a", b"1"), (b"a", b"2")), "two parts called 'a'"),
        (form(*((b"%d" % i, b"") for i in range(9))), "more than 8 parts"),
        (b"--limit\r\n\r\nx\r\n--limit--", "has no name"),
        (
            b'--limit\r\nContent-Disposition: form-data; name="a"\r\n--limit--',
            "no name",
        ),
    ],
)
def test_broken_forms_are_refused(body, message):
    with pytest.raises(Refusal, match=message) as refused:
        parse_multipart(TYPE, body)
    assert refused.value.status == 400


def test_a_minute_of_noise_is_read_quickly_and_right():
    noise = np.random.default_rng(0).bytes(1 << 20)
    assert parse_multipart(TYPE, form((b"sound", noise)))["sound"] == noise
