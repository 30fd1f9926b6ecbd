"""Inputs that are nearly right: whole ones with something changed, by a seed."""

import random
import struct
from collections.abc import Callable, Sequence

_Change = Callable[[bytearray, random.Random], None]

# Sizes, counts and rates at which readers break.
NUMBERS = (
    *(0, 1, 2, 3, 7, 8, 15, 16, 17, 127, 128, 255, 256, 32767, 32768, 65535, 65536),
    *(0x7FFFF000, 0x7FFFFF00, 0x7FFFFFFF, 0x80000000, 0xFFFFFFDB, 0xFFFFFFFF),
)
TOKENS = (
    *("null", "true", "-1", "0", "1e308", "-1e308", "1e999", "NaN", "Infinity"),
    *(
        '""',
        '"\\u0000"',
        "[]",
        "{}",
        "[[]]",
        "18446744073709551616",
        "0.0.7",
        "..",
        "\0",
    ),
    *("&x", "*x", "<<: *x", "!!python/object:os.system", "a: b: c", "? ", "- ", "\t"),
    *("../../etc/passwd", "\x1b[2J", "é", "\udc80", "+", "-", "1_000", "٣"),
)


def mutated(seed: bytes, rng: random.Random) -> bytes:
    """A copy of a whole input with one to four changes, chosen by `rng`."""
    return _changed(seed, rng, _OF_BYTES)


def with_other_words(seed: bytes, rng: random.Random) -> bytes:
    """The same for text: words are changed rather than bytes."""
    return _changed(seed, rng, _OF_TEXT)


def _changed(seed: bytes, rng: random.Random, changes: Sequence[_Change]) -> bytes:
    content = bytearray(seed)
    for _ in range(rng.randint(1, 4)):
        rng.choice(changes)(content, rng)
    return bytes(content)


def _flip(content: bytearray, rng: random.Random) -> None:
    if content:
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def _number(content: bytearray, rng: random.Random) -> None:
    """Put an odd number where a field may be: readers look at even places."""
    form = rng.choice(("<H", "<I", ">H", ">I", "<Q"))
    size = struct.calcsize(form)
    if len(content) < size:
        return
    place = rng.randrange(0, min(len(content) - size, 256) + 1)
    limit = (1 << 8 * size) - 1
    struct.pack_into(form, content, place, min(rng.choice(NUMBERS), limit))


def _cut(content: bytearray, rng: random.Random) -> None:
    del content[rng.randrange(len(content) + 1) :]


def _drop(content: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(content) + 1)
    del content[start : start + rng.choice((1, 2, 4, 8, 64))]


def _again(content: bytearray, rng: random.Random) -> None:
    """Have a piece twice, such as a chunk or a part."""
    start = rng.randrange(len(content) + 1)
    piece = content[start : start + rng.choice((1, 4, 8, 24, 64))]
    place = rng.randrange(len(content) + 1)
    content[place:place] = piece


def _noise(content: bytearray, rng: random.Random) -> None:
    place = rng.randrange(len(content) + 1)
    content[place:place] = rng.randbytes(rng.choice((1, 3, 16)))


def _word(content: bytearray, rng: random.Random) -> None:
    """Put an odd word in the place of one."""
    words = content.split(b" ") if rng.random() < 0.5 else content.split(b",")
    token = rng.choice(TOKENS).encode("utf-8", "surrogatepass")
    place = rng.randrange(len(words))
    separator = b" " if b" " in content else b","
    words[place] = bytearray(token)
    content[:] = separator.join(words)


def _insert_word(content: bytearray, rng: random.Random) -> None:
    place = rng.randrange(len(content) + 1)
    content[place:place] = rng.choice(TOKENS).encode("utf-8", "surrogatepass")


def _nest(content: bytearray, rng: random.Random) -> None:
    depth = rng.choice((2, 30, 2000))
    left, right = rng.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"- ", b"")))
    content[:] = left * depth + content + right * depth


def _long(content: bytearray, rng: random.Random) -> None:
    place = rng.randrange(len(content) + 1)
    content[place:place] = rng.choice((b"9", b"a", b" ", b"\n")) * 5000


_OF_BYTES = (_flip, _flip, _number, _number, _number, _cut, _drop, _again, _noise)
_OF_TEXT = (_word, _word, _insert_word, _nest, _long, _flip, _cut, _drop, _again)
