"""What nobody sees is taken out of names, subjects and file names; what scripts and
pictures need stays."""

from __future__ import annotations

import pytest

from maildesk.mail.compose.encode import addr_spec, one_line
from maildesk.mail.invisible import isolated, seen
from maildesk.mail.mime.headers import addresses
from maildesk.mail.parse import parse

SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        *((f"invoice{chr(sign)}fdp.exe", "invoicefdp.exe") for sign in (*range(0x202A, 0x202F),
            *range(0x2066, 0x206A))),
        *((f"a{chr(sign)}b", "ab") for sign in (0x200E, 0x200F, 0x61C, 0x200B, 0x200C, 0x200D,
            0x2060, 0xFEFF, 0xAD, 0x3164, 27)),
        ("a\U000e0041\U000e0042b", "ab"),
        ("a\u200d\u200d\u200d", "a"),
        ("\u202e\u202e", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian parts a word's halves so
        ("می\u200cخواهم\u200c", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3", "👩\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3"),
        (SCOTLAND, SCOTLAND),
        ("辻\U000e0100", "辻\U000e0100"),
        ("a\ufe0f\ufe0f\ufe0f", "a\ufe0f"),
        ("plain, Grüße, 日本語", "plain, Grüße, 日本語"),
    ],
)  # fmt: skip
def test_what_is_not_seen_is_taken_out(line: str, left: str) -> None:
    assert seen(line) == left


def test_a_line_from_the_right_is_kept_apart_and_any_other_is_as_it_was() -> None:
    assert isolated("שלום 12") == "\u2068שלום 12\u2069"
    assert isolated("Grüße") == "Grüße"
    assert isolated(isolated("שלום")) == isolated("שלום")
    assert one_line(isolated("שלום")) == "שלום"  # no header needs it


def test_a_mails_names_and_subjects_have_none() -> None:
    raw = (
        "From: =?utf-8?Q?Ben=E2=80=AE_Okafor?= <eve@evil.example>\r\n"
        "To: \u2066Kim\u2069 <kim@customer.example>\r\n"
        "Subject: Fwd: pay\u202e now\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "-------- Forwarded Message --------\r\nSubject: in\u202evoice\r\n"
        "From: A\u202ena <ana@harbour.example>\r\n\r\nSee.\r\n"
    )
    message = parse(raw.encode())

    assert message.sender is not None and message.sender.name == "Ben Okafor"
    assert message.to[0].name == "Kim"
    assert message.subject == "Fwd: pay now"
    assert message.forwarded is not None and message.forwarded.sender is not None
    assert "\u202e" not in message.forwarded.subject + message.forwarded.sender.name


def test_an_address_with_what_nobody_sees_is_nobodys() -> None:
    (box,) = addresses(["Ben <ben\u200b@desk.example>".encode()])
    assert addr_spec(box.address) == ""


@pytest.mark.parametrize(
    "hostile", ["\u200d", "م\u200c", "🏴\U000e0067", "\u202e", "a\ufe0f", "م\u200d\u200d"]
)
def test_many_of_them_are_no_trap(hostile: str) -> None:
    assert len(seen(hostile * 100_000)) <= len(hostile) * 100_000
