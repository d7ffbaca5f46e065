"""What of a signature tells who wrote: without programs' lines and legal notices, and not without
end."""

from __future__ import annotations

import pytest

from maildesk.mail.reply.contact import contact_in, contact_of

NOTICE = (
    "This e-mail is confidential and may be privileged. If you are not the intended recipient, "
    "please notify the sender and delete it."
)


@pytest.mark.parametrize(
    ("signature", "shown"),
    [
        ("-- \nKim Novak\n+49 30 1234", "Kim Novak\n+49 30 1234"),
        (
            "Mit freundlichen Grüßen\nJonas Weber\n\nKundennummer 4711",
            "Mit freundlichen Grüßen\nJonas Weber\n\nKundennummer 4711",
        ),
        ("Sent from my iPhone", ""),
        ("Best regards,\nKim\n\nSent from my iPhone", "Best regards,\nKim"),
        (f"Kim Novak\nHarbour Books\n\n{NOTICE}", "Kim Novak\nHarbour Books"),
        (NOTICE, ""),
        ("________\nKim\n-----\nRoom 4", "Kim\n\nRoom 4"),
        ("", ""),
    ],
)
def test_it_says_who_wrote(signature: str, shown: str) -> None:
    assert contact_in(signature) == shown


def test_a_long_one_is_cut_with_a_mark() -> None:
    shown = contact_in("\n".join(f"Line {n}" for n in range(40))).splitlines()
    assert len(shown) == 13
    assert shown[-1] == "[…]"
    assert len(contact_in("x" * 1000)) < 130


def test_it_is_found_in_a_whole_text_above_the_quote() -> None:
    text = (
        "It is broken.\n\nBest regards,\nKim Novak\nCustomer C-4711\n\n"
        "On Fri, 20 Nov 2026 at 10:00, Ben <ben@desk.example> wrote:\n> Which one?\n> -- \n> Ben\n"
    )
    assert contact_of(text) == "Best regards,\nKim Novak\nCustomer C-4711"
