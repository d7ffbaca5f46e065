"""Which parts are the body and which are files."""

from __future__ import annotations

from maildesk.mail.mime import bodies, tree
from tests.corpus.odd import HELLO, PDF, attached, mixed, part

PAGE = part(b"text/html", b"<p>page</p>")


def read(raw: bytes) -> bodies.Bodies:
    root, leaves, _ = tree.read(raw)
    return bodies.read(root, leaves)


def test_two_dresses_of_one_text_are_one_block() -> None:
    found = read(mixed(HELLO, PAGE, subtype=b"alternative"))

    assert [(block.text.strip(), block.html.strip()) for block in found.blocks] == [
        ("Hello from the body", "<p>page</p>")
    ]
    assert found.files == []


def test_what_stands_one_after_the_other_are_two_blocks() -> None:
    assert len(read(mixed(HELLO, PAGE)).blocks) == 2


def test_an_attached_text_is_a_file() -> None:
    found = read(mixed(HELLO, part(b"text/plain", b"log", b"Content-Disposition: attachment")))

    assert [file.filename for file in found.files] == ["attachment-1.txt"]


def test_a_thousand_and_one_files_are_a_thousand() -> None:
    found = read(mixed(HELLO, *(attached(b"f%d.pdf" % n, PDF) for n in range(1001))))

    assert len(found.files) == bodies.FILE_LIMIT
    assert found.defects == ["too many attachments"]
