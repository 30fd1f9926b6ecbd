"""The sealed zip: exact content back, stable bytes, unreadable content refused."""

import io
import zipfile

import numpy as np
import pytest

from edge_runtime.bundle.sealed_zip import (
    array_sha256,
    arrays_of,
    files_of,
    is_sealed,
    npz_of,
    seal,
    sha256,
)


@pytest.mark.parametrize("head", [b"", b"head", b"PK\5\6" * 20])
def test_round_trip(head):
    files = {"a.json": b"{}", "b.bin": bytes(1000)}
    content = seal(head, files)
    assert content.startswith(head) and is_sealed(content)
    assert files_of(content, list(files)) == files
    assert seal(head, files) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.comment == sha256(content[:-64]).encode()


def test_unsealed():
    assert not is_sealed(b"") and not is_sealed(bytes(500))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", b"plain zip")
    assert not is_sealed(buffer.getvalue())


def test_rightly_sealed_but_unreadable():
    content = seal(b"", {"name": b"value"})
    broken = content.replace(b"PK\1\2", b"XX\1\2")[:-64]
    with pytest.raises(ValueError, match="zip is unreadable"):
        files_of(broken + sha256(broken).encode(), ["a"])


def test_npz_is_numpys(tmp_path):
    arrays = {"z": np.arange(6).reshape(2, 3), "a": np.float32([1.5])}
    content = npz_of(arrays)
    assert content == npz_of(dict(reversed(arrays.items())))
    path = tmp_path / "arrays.npz"
    path.write_bytes(content)
    with np.load(path, allow_pickle=False) as archive:
        for name, array in arrays.items():
            np.testing.assert_array_equal(archive[name], array)
            np.testing.assert_array_equal(arrays_of(content)[name], array)
    assert arrays_of(npz_of({})) == {}


@pytest.mark.parametrize("content", [b"", b"text", b"PK\3\4 nothing"])
def test_no_npz(content):
    with pytest.raises(ValueError, match=r"unreadable arrays|pickle|cannot be loaded"):
        arrays_of(content)


def test_checksum_covers_type_and_shape():
    array = np.arange(6, dtype=np.int32)
    digests = {
        array_sha256(array),
        array_sha256(array.reshape(2, 3)),
        array_sha256(array.view(np.uint32)),
        array_sha256(array[::-1]),
    }
    assert len(digests) == 4
    assert array_sha256(np.asfortranarray(array.reshape(2, 3))) in digests
