"""Which folder holds spam and which keeps what was sent: by attribute before name."""

from __future__ import annotations

import pytest

from maildesk.ingress.imap.names import JUNK, SENT, Listed, folder_with, is_junk, listed, resolved


def folders(*told: tuple[str, str]) -> tuple[Listed, ...]:
    return listed(
        [(tuple(flag.encode() for flag in flags.split()), b"/", name) for name, flags in told]
    )


def test_an_attribute_counts_before_a_name() -> None:
    there = folders(("INBOX", ""), ("Sent", ""), ("Gesendet", "\\HasNoChildren \\Sent"))
    assert folder_with(SENT, there) == "Gesendet"


@pytest.mark.parametrize(
    "name", ["Sent", "INBOX/Sent Items", "Gesendete Elemente", "Éléments envoyés", "SENT-MAIL"]
)
def test_without_attributes_the_usual_names_are_known(name: str) -> None:
    assert folder_with(SENT, folders(("INBOX", ""), (name, ""))) == name


def test_of_two_names_the_one_nearest_to_the_root_counts() -> None:
    assert folder_with(JUNK, folders(("Archive/2020/Junk", ""), ("Junk", ""))) == "Junk"


def test_a_folder_that_holds_no_mail_is_none() -> None:
    assert folder_with(SENT, folders(("Sent", "\\Noselect"))) == ""


def test_spam_folders_are_known_by_attribute_or_name() -> None:
    there = folders(("INBOX", ""), ("Müll", "\\Junk"), ("Spamverdacht", ""), ("Support", ""))
    assert [one.name for one in there if is_junk(one.name, there)] == ["Müll", "Spamverdacht"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("Support", "Support"), ("\\Junk", "Müll"), ("\\junk", "Müll"), ("\\Archive", "Old"),
     ("\\Drafts", "")],
)  # fmt: skip
def test_what_begins_with_a_backslash_is_an_attribute(wanted: str, found: str) -> None:
    there = folders(("INBOX", ""), ("Müll", "\\Junk"), ("Old", "\\Archive"))
    assert resolved(wanted, there) == found
