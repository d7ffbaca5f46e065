"""Machine-readable delivery reports, in spite of those who write them."""

from __future__ import annotations

import pytest

from maildesk.mail.automatic.dsn import address_in, recipients_of, status_in, statuses_in


def test_a_new_recipient_begins_a_new_group() -> None:
    first = (
        "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@x\nAction: failed\nStatus: 5.1.1\n"
    )
    text = first + "\nFinal-Recipient: rfc822; b@x\nAction: delayed\nStatus: 4.2.2\n"

    assert [(r.final_recipient, r.action, r.status) for r in recipients_of(text)] == [
        ("a@x", "failed", "5.1.1"),
        ("b@x", "delayed", "4.2.2"),
    ]


def test_the_order_of_the_fields_does_not_matter() -> None:
    first = (
        "Original-Recipient: rfc822;all@x\nAction: expanded\nFinal-Recipient: rfc822;all@x\n"
        "Status: 2.0.0\n"
    )
    second = (
        "Status: 2.1.9\nFinal-Recipient: rfc822;b@x\nOriginal-Recipient: rfc822;b+3Dc+2Bd@x\n"
        "Action: relayed\n"
    )

    assert [
        (r.final_recipient, r.action, r.status, r.original_recipient)
        for r in recipients_of(f"{first}\n{second}")
    ] == [
        ("all@x", "expanded", "2.0.0", "all@x"),
        ("b@x", "relayed", "2.1.9", "b=c+d@x"),
    ]


def test_what_stands_before_the_recipient_is_the_recipients() -> None:
    first = (
        "Diagnostic-Code: smtp; 550 no\nFinal-Recipient: rfc822; a@x\nStatus: 5.1.1\n"
        "Action: failed\n"
    )
    second = (
        "Diagnostic-Code: smtp; 552 full\nFinal-Recipient: rfc822; b@x\nStatus: 5.2.2\n"
        "Action: failed\n"
    )

    assert [
        (r.final_recipient, r.diagnostic)
        for r in recipients_of(f"Reporting-MTA: dns; mx\n\n{first}\n{second}")
    ] == [
        ("a@x", "550 no"),
        ("b@x", "552 full"),
    ]


def test_indented_fields_are_fields() -> None:
    (report,) = recipients_of(
        "Reporting-MTA: dns; mx\n\n  Final-Recipient: rfc822; a@x\n  Action: failed\n"
        "  Status: 5.1.1\n"
    )

    assert (report.final_recipient, report.status) == ("a@x", "5.1.1")


def test_a_status_in_words_is_the_diagnostic() -> None:
    (report,) = recipients_of("Final-Recipient: rfc822; a@x\nStatus: 250 taken\n")

    assert (report.action, report.diagnostic) == ("delivered", "250 taken")


def test_a_diagnostic_is_unfolded() -> None:
    (report,) = recipients_of(
        "Final-Recipient: rfc822; a@x\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550\n  no such\n user\n"
    )

    assert report.diagnostic == "550 no such user"


@pytest.mark.parametrize(
    ("action", "status", "read"),
    [
        ("Failure", "5.0.0", "failed"),
        ("", "4.0.0", "delayed"),
        ("", "2.0.0", "delivered"),
        ("what", "", "failed"),
    ],
)
def test_an_action_is_known_by_its_misspellings_or_by_the_status(
    action: str, status: str, read: str
) -> None:
    (report,) = recipients_of(f"Final-Recipient: rfc822; a@x\nAction: {action}\nStatus: {status}\n")

    assert report.action == read


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("rfc822; ana@x.example", "ana@x.example"),
        ("RFC822;<ana@x.example>", "ana@x.example"),
        ("ana@x.example", "ana@x.example"),
        ("rfc822; ana", "ana"),
        ("rfc822; Ana Lind <ana@x.example> (gone)", "ana@x.example"),
        ('rfc822; "ana lind"@x.example', '"ana lind"@x.example'),
        ("utf-8; änne@bücher.example", "änne@bücher.example"),
        (r"utf-8; \x{E4}nne@b\x{FC}cher.example", "änne@bücher.example"),
        ("", ""),
    ],
)
def test_an_address_is_found_in_its_field(value: str, address: str) -> None:
    assert address_in(value) == address


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("5.1.1 (bad)", "5.1.1"),
        ("550-5.7.26 no", "5.7.26"),
        ("192.5.1.1", ""),
        ("5.1.1.9", ""),
        ("v4.2", ""),
    ],
)
def test_a_status_is_told_from_an_address(text: str, status: str) -> None:
    assert status_in(text) == status


def test_every_status_comes_once() -> None:
    assert statuses_in("5.1.1 then 4.2.2 then 5.1.1") == ["5.1.1", "4.2.2"]


def test_a_text_without_recipients_has_no_reports() -> None:
    assert recipients_of("Reporting-MTA: dns; mx\n") == []
