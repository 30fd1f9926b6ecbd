"""Who made a bundle: a signature beside it, and the keys to make and check one.

The seal within a bundle is a checksum that anybody can make anew. An Ed25519 signature
(RFC 8032) can only be made with a private key. It says that the file is the one that
the owner of that key has signed, and nothing of what the file does.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from edge_runtime.bundle.bundle_file import LARGEST_BUNDLE
from edge_runtime.errors import (
    BundleError,
    MissingDependencyError,
    UserError,
    how_to_install,
)
from edge_runtime.input_file import read_at_most
from edge_runtime.output_file import output_file, write_secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# So that no signature of something else can be taken for one of a bundle.
_PURPOSE = b"vqkeras bundle, version 1\n"
# Of key and signature files; a PEM key has some 120 bytes.
_MOST_BYTES = 4096


def signature_path(bundle: Path) -> Path:
    """Where the signature of a bundle lies: beside it.

    Example:

    >>> signature_path(Path("mine.tflite")).name
    'mine.tflite.sig'
    """
    return bundle.with_name(f"{bundle.name}.sig")


def public_path(key: Path) -> Path:
    """Where the public half of a key that is made goes: beside it."""
    return key.with_name(f"{key.stem}.pub.pem")


def sign(bundle: Path, key: Path, *, force: bool = False) -> Path:
    """Write a signature beside a bundle.

    Args:
        bundle: The file.
        key: Private Ed25519 key in PEM, without a passphrase, as `make_key` or
            `openssl genpkey -algorithm ed25519` makes it.
        force: Whether to replace a signature. Defaults to `False`.

    Returns:
        Path of the signature.

    Raises:
        MissingDependencyError: If cryptography is not installed.
        UserError: If a file cannot be read or written, or the key is none.
    """
    serialization, ed25519 = _cryptography()
    from cryptography.exceptions import UnsupportedAlgorithm

    content = _read(key, "key")
    try:
        private = serialization.load_pem_private_key(content, password=None)
    # TypeError: it has a passphrase
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(key, "a private Ed25519 key without a passphrase") from error
    if not isinstance(private, ed25519.Ed25519PrivateKey):
        raise _no_key(key, "a private Ed25519 key")
    signature = private.sign(_message(bundle))
    path = signature_path(bundle)
    with output_file(path, force=force) as temporary:
        temporary.write_bytes(base64.b64encode(signature) + b"\n")
    return path


def check_signature(bundle: Path, key: Path) -> None:
    """Refuse a bundle that the owner of a key has not signed as it is.

    Args:
        bundle: The file; its signature lies beside it.
        key: The signer's public key in PEM.

    Raises:
        MissingDependencyError: If cryptography is not installed.
        UserError: If the key cannot be read, or is none.
        BundleError: If there is no signature, or it is not right.
    """
    _cryptography()
    from cryptography.exceptions import InvalidSignature

    public = _public_key(key)
    path = signature_path(bundle)
    if not path.exists():
        raise BundleError(f"{bundle} is not signed: there is no {path}.")
    try:
        signature = base64.b64decode(_read(path, "signature").strip(), validate=True)
        public.verify(signature, _message(bundle))
    except (InvalidSignature, binascii.Error) as error:
        raise BundleError(
            f"{bundle} is not what the owner of {key} has signed. Do not use it; get "
            "it anew from its maker."
        ) from error


def make_key(key: Path) -> Path:
    """Make a private key that only its owner can read, and its public half beside it.

    Args:
        key: Where the private key goes; it must not be there.

    Returns:
        Path of the public key.

    Raises:
        MissingDependencyError: If cryptography is not installed.
        UserError: If a file is there already, or cannot be written.
    """
    serialization, ed25519 = _cryptography()
    private = ed25519.Ed25519PrivateKey.generate()
    content = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with output_file(public_path(key)) as temporary:
        temporary.write_bytes(
            private.public_key().public_bytes(
                serialization.Encoding.PEM,
                serialization.PublicFormat.SubjectPublicKeyInfo,
            )
        )
    try:
        write_secret(key, content)
    except OSError as error:
        public_path(key).unlink(missing_ok=True)
        raise UserError(f"Cannot write key {key}: {error.strerror}.") from error
    return public_path(key)


def _public_key(key: Path) -> Ed25519PublicKey:
    serialization, ed25519 = _cryptography()
    from cryptography.exceptions import UnsupportedAlgorithm

    content = _read(key, "key")
    try:
        public = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _no_key(key, "a public Ed25519 key, not the private half") from error
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise _no_key(key, "a public Ed25519 key")
    found: Ed25519PublicKey = public
    return found


def _message(bundle: Path) -> bytes:
    try:
        return _PURPOSE + read_at_most(bundle, LARGEST_BUNDLE)
    except OSError as error:
        raise BundleError(f"Cannot read model {bundle}: {error.strerror}.") from error


def _read(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        raise UserError(f"Cannot read {what} {path}: {error.strerror}.") from error


def _no_key(path: Path, expected: str) -> UserError:
    return UserError(f"{path} is no key that can be used. Expected {expected}, in PEM.")


def _cryptography() -> tuple[Any, ModuleType]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise MissingDependencyError(
            f"Signatures need cryptography. Install it with: {how_to_install('sign')}"
        ) from error
    return serialization, ed25519
