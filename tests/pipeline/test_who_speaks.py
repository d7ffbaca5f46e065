"""Who may join and who may speak: what stands in a file, comes from somebody else or proves nothing changes nothing."""

from __future__ import annotations

import pytest

from tests.pipeline.place import Place, mail

BEN = "ben@desk.example"


def by_ben(place: Place, parts: str, content_type: str = "multipart/mixed; boundary=b") -> None:
    """Ben answers his last notification with a mail of this body."""
    last = place.letters(BEN)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail(parts, From=BEN, To=to, MIME_Version="1.0", Content_Type=content_type), BEN, to)


FILE = "--b\r\nContent-Type: text/plain; name=c.txt\r\nContent-Disposition: attachment; filename=c.txt\r\n\r\n#close\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        FILE + "--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\n\r\n" + FILE + "--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n" + FILE + "--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n#close\r\n--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\n#note\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n#close\r\n--b--",
    ],
)
def test_a_file_commands_nothing(place: Place, parts: str) -> None:
    place.receive(mail())
    by_ben(place, parts)
    assert place.row("tickets", 1).status != "closed"
    assert "#close" not in "".join(letter.as_string() for letter in place.letters("kim@customer.example"))
