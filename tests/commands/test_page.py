"""`parse --html` and `ticket show --html`: one page to open in a browser, that is safe to open."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from maildesk.commands import mail, tickets
from tests.pipeline.letters.files.test_passed_on import PAGE, TRACKER, letter
from tests.pipeline.place import Place

COMMANDS = typer.Typer()
COMMANDS.command()(mail.parse)
COMMANDS.add_typer(tickets.app, name="ticket")
ATTACK = (
    "<script>alert(1)</script><img src=x onerror=alert(1)><div "
    "style='position:fixed;top:0'>over</div><base href='https://evil.example'>"
)
MAY_STAND_ALONE = {"meta", "img", "br", "hr", "wbr", "col"}


class Elements(HTMLParser):
    """Every element of a page, and whether each is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        if tag not in MAY_STAND_ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.all if name == tag]


def run(*words: object) -> Result:
    return CliRunner().invoke(COMMANDS, [str(word) for word in words])


def page_in(file: Path) -> str:
    """The page, which is whole, fetches nothing and runs nothing."""
    page = file.read_text(encoding="utf-8")
    elements = Elements(page)
    (rule,) = [
        m["content"]
        for m in elements.named("meta")
        if m.get("http-equiv") == "Content-Security-Policy"
    ]
    assert rule.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert all(str(image["src"]).startswith("data:image/") for image in elements.named("img"))
    assert not {"script", "base", "iframe", "form", "link"} & {name for name, _ in elements.all}
    assert not [
        name for _, attributes in elements.all for name in attributes if name.startswith("on")
    ]
    assert "position:fixed" not in page
    return page


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A desk that has not been written to."""
    made = Place(tmp_path / "desk")
    yield made
    made.services.db.close()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A message in a file."""
    file = tmp_path / "mail.eml"
    file.write_bytes(
        letter(
            PAGE + TRACKER + ATTACK, Cc="Lee <lee@customer.example>", Subject="Labels <b>blank</b>"
        )
    )
    return file


def test_one_message_becomes_a_page_with_its_pictures_in_it(kept: Path, tmp_path: Path) -> None:
    done = run("parse", kept, "--html", tmp_path / "page.html")
    assert done.exit_code == 0 and "page.html" in done.stdout
    page = page_in(tmp_path / "page.html")
    assert "The <b>second</b> label is blank." in page
    assert page.count('src="data:image/png;base64,') == 2
    assert "track.example" not in page
    assert "1 picture from elsewhere was held back" in page
    assert (
        "Labels &lt;b&gt;blank&lt;/b&gt;" in page and "Cc: Lee &lt;lee@customer.example&gt;" in page
    )
    assert "Files: image001.png (1 KB), screen.png (29 KB)" in page


def test_a_plain_message_becomes_a_page_of_its_text(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(
        b"From: a@b.example\n\nHello <script>x</script> https://shop.example/?a=1&b=2\n"
    )
    assert run("parse", tmp_path / "mail.eml", "--html", tmp_path / "page.html").exit_code == 0
    page = page_in(tmp_path / "page.html")
    assert "Hello &lt;script&gt;" in page and 'href="https://shop.example/?a=1&amp;b=2"' in page


def test_a_conversation_becomes_a_page(place: Place, tmp_path: Path) -> None:
    place.receive(letter(PAGE + TRACKER + ATTACK))
    place.answer("ben@desk.example", "Which <roll> is it?")
    place.answer("ben@desk.example", "#note\nShe <b>pays</b> late.")
    last = place.letters("kim@customer.example")[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    quote = (
        "<div class='gmail_quote'>On Fri, 20 Nov 2026 at 10:00, Support wrote:<blockquote>Which "
        "roll is it?</blockquote></div>"
    )
    place.receive(
        letter("<p>The <i>long</i> one.</p>" + quote, pictures=False, To=to),
        "kim@customer.example",
        to,
    )
    done = run(
        "ticket", "show", "TKT-0001", "--desk", place.folder, "--html", tmp_path / "page.html"
    )
    assert done.exit_code == 0, done.output
    page = page_in(tmp_path / "page.html")
    question, answer, note, reply = page.split("<article")[1:]
    assert "<b>second</b>" in question and question.count("data:image/png") == 2
    assert 'class="out"' in answer and "Which &lt;roll&gt; is it?" in answer
    assert (
        'class="note"' in note
        and "She &lt;b&gt;pays&lt;/b&gt; late." in note
        and "#note" not in note
    )
    new, _, folded = reply.partition("<details>")
    assert "<i>long</i>" in new and "Which roll" not in new and "Which roll is it?" in folded


def test_a_message_whose_raw_form_is_gone_is_shown_as_its_text(
    place: Place, tmp_path: Path
) -> None:
    place.receive(letter())
    with place.services.db.write() as conn:
        conn.exec_driver_sql("UPDATE messages SET digest = x'00'")
    assert (
        run(
            "ticket", "show", "TKT-0001", "--desk", place.folder, "--html", tmp_path / "page.html"
        ).exit_code
        == 0
    )
    assert "The second label is blank." in page_in(tmp_path / "page.html")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("parse", "{mail}", "--html", "{here}/none/page.html"),
            1,
            "page.html cannot be written: No such file or directory",
        ),
        (("parse", "{mail}", "--html", "{here}"), 1, "cannot be written: Is a directory"),
        (
            ("parse", "{here}/none.eml", "--html", "{here}/page.html"),
            1,
            "none.eml cannot be read: No such file or directory",
        ),
        (
            ("parse", "{here}/empty.eml", "--html", "{here}/page.html"),
            1,
            "empty.eml is no message: the message is empty",
        ),
        (
            ("parse", "{mail}", "{mail}", "--html", "{here}/page.html"),
            2,
            "--html takes one message",
        ),
        (("parse", "{here}", "--html", "{here}/page.html"), 2, "--html takes one message"),
        (("parse", "{mail}", "--json", "--html", "{here}/page.html"), 2, "no --json"),
        (
            ("ticket", "show", "TKT-7", "--desk", "{desk}", "--html", "{here}/page.html"),
            1,
            "there is no ticket TKT-7",
        ),
        (
            ("ticket", "show", "TKT-7", "--desk", "{desk}", "--json", "--html", "{here}/page.html"),
            2,
            "not both",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    kept: Path, place: Place, words: tuple[str, ...], code: int, said: str
) -> None:
    (kept.parent / "empty.eml").write_bytes(b"\n")
    done = run(*(word.format(mail=kept, here=kept.parent, desk=place.folder) for word in words))
    assert done.exit_code == code
    assert said in done.stderr and "Traceback" not in done.output
    assert not (kept.parent / "page.html").exists()
