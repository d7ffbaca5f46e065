"""Delivery into a Maildir, as a mail client will read it."""

from __future__ import annotations

import mailbox
from pathlib import Path

from maildesk.egress.maildir import MaildirCourier

MAIL = b"From: support@desk.example\r\nSubject: Re: printer\r\n\r\nOff and on again.\r\n"


def test_a_mail_is_delivered_with_its_envelope_on_top(tmp_path: Path) -> None:
    courier = MaildirCourier(tmp_path / "sent")
    outcomes = courier.send(
        "support@desk.example", ["ana@customer.example", "ben@customer.example"], MAIL
    )
    assert [(o.recipient, o.kind, o.code, o.enhanced) for o in outcomes] == [
        ("ana@customer.example", "sent", 250, "2.0.0"),
        ("ben@customer.example", "sent", 250, "2.0.0"),
    ]
    (message,) = mailbox.Maildir(tmp_path / "sent", create=False)
    assert message["Return-Path"] == "<support@desk.example>"
    assert message.get_all("Delivered-To") == ["ana@customer.example", "ben@customer.example"]
    (file,) = (tmp_path / "sent" / "new").iterdir()
    assert file.read_bytes().endswith(b"\r\n" + MAIL)
    assert list((tmp_path / "sent" / "tmp").iterdir()) == []
    assert (tmp_path / "sent").stat().st_mode & 0o077 == 0, "its owner's alone"


def test_the_same_mail_twice_is_one_mail_and_another_is_another(tmp_path: Path) -> None:
    courier = MaildirCourier(tmp_path)
    for recipient, raw in (
        ("a@b", MAIL),
        ("a@b", MAIL),
        ("c@d", MAIL),
        ("a@b", MAIL + b"more\r\n"),
    ):
        assert courier.send("", [recipient], raw)[0].kind == "sent"
    assert len(list((tmp_path / "new").iterdir())) == 3


def test_a_folder_that_cannot_be_written_defers_and_later_works(tmp_path: Path) -> None:
    courier = MaildirCourier(tmp_path)
    (tmp_path / "new").rmdir()
    (outcome,) = courier.send("", ["a@b"], MAIL)
    assert (outcome.kind, outcome.enhanced) == ("deferred", "4.3.0")
    assert str(tmp_path) not in outcome.text
    assert list((tmp_path / "tmp").iterdir()) == []
    (tmp_path / "new").mkdir()
    assert courier.send("", ["a@b"], MAIL)[0].kind == "sent"


def test_an_address_cannot_write_header_lines(tmp_path: Path) -> None:
    courier = MaildirCourier(tmp_path)
    assert courier.send("", ["a@b\r\nX-Evil: yes"], MAIL)[0].kind == "failed"
    assert courier.send("a@b\nX-Evil: yes", ["a@b"], MAIL)[0].kind == "failed"
    assert list((tmp_path / "new").iterdir()) == []
