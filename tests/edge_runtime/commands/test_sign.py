"""Signatures of bundles: made, checked, and refused for one line's reason."""

import base64

import pytest

from edge_runtime.__main__ import main
from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.bundle.signature import signature_path


@pytest.fixture
def bundle(tmp_path):
    """A copy of a model that ships, and whether it is signed is nobody's matter."""
    path = tmp_path / "mine.tflite"
    path.write_bytes(shipped_path("nsynth_live").read_bytes())
    return path


@pytest.fixture
def signed(bundle, capsys):
    """The bundle with its signature, and its maker's keys."""
    pytest.importorskip("cryptography", reason="makes and checks signatures")
    key = bundle.with_name("my.pem")
    assert main(["sign", str(bundle), "--key", str(key)]) == 0
    said = capsys.readouterr().out
    assert (
        "my.pub.pem: give it to those who check" in said and "mine.tflite.sig" in said
    )
    return bundle


def verify(bundle, key):
    engine = ["--engine", "numpy"]
    return main(["verify", str(bundle), "--key", str(bundle.with_name(key)), *engine])


def test_what_was_signed_is_verified(signed, capsys):
    assert signed.with_name("my.pem").stat().st_mode & 0o777 == 0o600
    assert verify(signed, "my.pub.pem") == 0
    assert "signature: right" in capsys.readouterr().out


def test_a_changed_byte_is_found(signed, capsys):
    content = bytearray(signed.read_bytes())
    content[100] ^= 1
    signed.write_bytes(content)
    assert verify(signed, "my.pub.pem") == 4
    error = capsys.readouterr().err
    assert "is not what the owner of" in error and error.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"no base64!", b"AAAA", b"\xff" * 5000])
def test_odd_signatures_are_refused(signed, content, capsys):
    signature_path(signed).write_bytes(content)
    assert verify(signed, "my.pub.pem") == 4
    assert capsys.readouterr().err.count("\n") == 1


def test_another_key_did_not_sign_it(signed, capsys):
    other = signed.with_name("other.pem")
    assert main(["sign", str(signed), "--key", str(other)]) == 2  # it is signed
    assert not other.exists()
    assert main(["sign", str(signed), "--key", str(other), "--force"]) == 0
    assert verify(signed, "my.pub.pem") == 4
    assert verify(signed, "other.pub.pem") == 0


def test_a_signature_of_openssl_keys_is_bare(signed):
    """64 bytes in base64, over a line that says what it is for, and the file."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = load_pem_public_key(signed.with_name("my.pub.pem").read_bytes())
    signature = base64.b64decode(signature_path(signed).read_bytes())
    key.verify(signature, b"vqkeras bundle, version 1\n" + signed.read_bytes())


def test_an_unsigned_one_says_so(signed, capsys):
    signature_path(signed).unlink()
    assert verify(signed, "my.pub.pem") == 4
    assert "is not signed: there is no" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----", b"\0" * 99])
def test_keys_that_are_none(signed, content, capsys):
    odd = signed.with_name("odd.pem")
    odd.write_bytes(content)
    assert verify(signed, "odd.pem") == 1
    assert main(["sign", str(signed), "--key", str(odd), "--force"]) == 1
    assert capsys.readouterr().err.count("no key that can be used") == 2
    assert verify(signed, "my.pem") == 1  # the private half is not to be given away
    assert "not the private half" in capsys.readouterr().err
    assert verify(signed, "none.pem") == 1


def test_without_the_package_it_says_what_to_install(bundle, block_imports, capsys):
    block_imports("cryptography")
    assert main(["sign", str(bundle), "--key", str(bundle.with_name("k.pem"))]) == 3
    assert "pip install '.[sign]'" in capsys.readouterr().err
    assert verify(bundle, "k.pem") == 3


def test_what_is_damaged_is_not_signed(tmp_path, capsys):
    path = tmp_path / "odd.tflite"
    path.write_bytes(b"no model")
    assert main(["sign", str(path), "--key", str(tmp_path / "k.pem")]) == 4
    assert not (tmp_path / "k.pem").exists()


def test_a_key_of_an_unknown_algorithm_is_one_line(signed, capsys, monkeypatch):
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    def refuse(content, password=None):
        raise UnsupportedAlgorithm("unknown")

    for kind in ("public", "private"):
        monkeypatch.setattr(serialization, f"load_pem_{kind}_key", refuse)
    assert verify(signed, "my.pub.pem") == 1
    assert "is no key that can be used" in capsys.readouterr().err
    key = str(signed.with_name("my.pem"))
    assert main(["sign", str(signed), "--key", key, "--force"]) == 1
    assert "is no key that can be used" in capsys.readouterr().err
