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


def test_two_plain_texts_of_one_alternative_are_both_read() -> None:
    other = part(b"text/plain", b"Number KX-1")
    found = read(mixed(HELLO, other, PAGE, subtype=b"alternative"))

    assert [block.text for block in found.blocks] == ["Hello from the body\n\nNumber KX-1"]
    assert found.files == []


def test_the_same_words_twice_in_one_alternative_are_read_once() -> None:
    twice = part(b"text/plain", b"Hello   from\nthe body")
    pages = (PAGE, part(b"text/html", b"<p><b>page</b></p>"))
    (block,) = read(mixed(HELLO, twice, *pages, subtype=b"alternative")).blocks

    assert block.text.strip() == "Hello from the body"
    assert block.html.strip() == "<p><b>page</b></p>"


def test_two_pages_of_one_alternative_that_differ_are_both_read() -> None:
    other = part(b"text/html", b"<p>another</p>")
    (block,) = read(mixed(PAGE, other, subtype=b"alternative")).blocks

    assert "page" in block.html
    assert "another" in block.html


def test_what_stands_one_after_the_other_are_two_blocks() -> None:
    assert len(read(mixed(HELLO, PAGE)).blocks) == 2


def test_an_attached_text_is_a_file() -> None:
    found = read(mixed(HELLO, part(b"text/plain", b"log", b"Content-Disposition: attachment")))

    assert [file.filename for file in found.files] == ["attachment-1.txt"]


def test_a_thousand_and_one_files_are_a_thousand() -> None:
    found = read(mixed(HELLO, *(attached(b"f%d.pdf" % n, PDF) for n in range(1001))))

    assert len(found.files) == bodies.FILE_LIMIT
    assert found.defects == ["too many attachments"]
