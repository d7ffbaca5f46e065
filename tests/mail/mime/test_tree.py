"""The walk over the parts: slices of the raw octets, in order, whatever the boundaries do."""

from __future__ import annotations

import pytest

from maildesk.mail.mime.parameters import parse_parameters
from maildesk.mail.mime.tree import base64_decoded, read, transfer_decoded
from tests.corpus.odd import HELLO, PDF, attached, mixed


def test_leaves_come_in_the_order_of_the_walk() -> None:
    _, leaves, defects = read(mixed(HELLO, attached(b"a.pdf", PDF)))

    assert [(leaf.index, leaf.content_type) for leaf in leaves] == [
        (0, "text/plain"),
        (1, "application/octet-stream"),
    ]
    assert defects == []


def test_a_size_is_known_without_decoding() -> None:
    _, leaves, _ = read(mixed(attached(b"a.pdf", PDF)))

    assert leaves[0].size() == len(PDF) == len(leaves[0].content())


@pytest.mark.parametrize(
    ("value", "main", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("TEXT/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        ('a/b; name="x; y=\\"z\\""', "a/b", {"name": 'x; y="z"'}),
        ("a/b; name*0=one; name*1=two", "a/b", {"name": "onetwo"}),
        ("a/b; name*=utf-8'de'%C3%A4", "a/b", {"name": "ä"}),
        ('a/b; name="never closed', "a/b", {"name": "never closed"}),
        ("; x=y", "", {"x": "y"}),
    ],
)
def test_parameters_are_read(value: str, main: str, parameters: dict[str, str]) -> None:
    assert parse_parameters(value) == (main, parameters)


@pytest.mark.parametrize(
    ("octets", "decoded"),
    [(b"SGk=", b"Hi"), (b"SGk", b"Hi"), (b"S G\nk = ", b"Hi"), (b"SGkx\x00Q", b"Hi1"), (b"", b"")],
)
def test_base64_is_read_as_mail_clients_read_it(octets: bytes, decoded: bytes) -> None:
    assert base64_decoded(octets) == decoded


def test_an_unknown_transfer_encoding_leaves_the_octets_alone() -> None:
    assert transfer_decoded(b"=41", "x-mine") == b"=41"
