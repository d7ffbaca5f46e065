"""A letter with its large files, read from where they lie."""

from __future__ import annotations

from collections.abc import Iterator

from maildesk.mail.compose.outgoing import Stretch
from maildesk.pipeline.letters.whole import Whole

KEPT = {b"one": b"0123456789", b"two": b"abcdef"}


def source(digest: bytes):  # type: ignore[no-untyped-def]
    def read(start: int, length: int) -> Iterator[bytes]:
        yield KEPT[digest][start : start + length]

    return read


def test_our_own_octets_and_the_files_come_in_their_order() -> None:
    shared = ((2, Stretch(b"one", 3, 4)), (4, Stretch(b"two", 0, 2)))
    whole = Whole(b"<<>>!", shared, {digest: source(digest) for digest in KEPT})
    assert b"".join(whole) == b"<<3456>>ab!"
    assert whole.size == len(b"<<3456>>ab!")


def test_a_letter_without_large_files_is_itself() -> None:
    assert b"".join(Whole(b"abc", (), {})) == b"abc"
