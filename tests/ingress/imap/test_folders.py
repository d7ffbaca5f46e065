"""Several folders of one mailbox: a spam folder, one that is added later, one that goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from maildesk.ingress.imap.door import ImapDoor
from tests.ingress.imap.imap_desk import Desk, door_to, mail, running, settings
from tests.ingress.imap.test_door import wait_for
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def put(dovecot: Dovecot, dovecot_account: ImapAccount) -> Iterator[Callable[[str, int], None]]:
    """Puts a message into a folder, which is made where it is missing."""
    with dovecot.logged_in(dovecot_account) as client:

        def put(folder: str, number: int) -> None:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, mail(number))

        yield put


def door(account: ImapAccount, desk: Desk, *folders: str) -> ImapDoor:
    changes = {"folders": list(folders), "poll": "1s", "idle": False}
    return door_to(settings(account, **changes), desk)


@pytest.mark.parametrize(("wanted", "name"), [("\\Junk", "Verdacht"), ("Spam", "Spam")])
def test_what_lies_in_the_spam_folder_is_suspected(
    dovecot_account: ImapAccount,
    desk: Desk,
    put: Callable[[str, int], None],
    wanted: str,
    name: str,
) -> None:
    put("INBOX", 1)
    put(name, 2)
    with running(door(dovecot_account, desk, "INBOX", wanted)):
        desk.wait_for(2)
        put(name, 3)
        desk.wait_for(3)
    assert desk.subjects == ["question 1", "question 2", "question 3"]
    why = f"it lay in the folder {name}"
    assert [envelope.suspected for _, envelope, _ in desk.accepted] == ["", why, why]
    assert set(desk.records.cursors) == {"INBOX", name}


def test_a_folder_that_is_added_later_has_a_beginning_of_its_own(
    dovecot_account: ImapAccount, desk: Desk, put: Callable[[str, int], None]
) -> None:
    put("INBOX", 1)
    put("Support", 2)
    with running(door(dovecot_account, desk, "INBOX")):
        desk.wait_for(1)
    changes = {"folders": ["INBOX", "Support"], "start": "now", "poll": "1s"}
    with running(door_to(settings(dovecot_account, **changes), desk)):
        desk.wait_until(lambda: "Support" in desk.records.cursors)
        put("Support", 3)
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 3"]
    assert desk.records.cursors["Support"].left_alone == 1


def test_a_folder_that_is_missing_keeps_the_others_from_nothing(
    dovecot: Dovecot,
    dovecot_account: ImapAccount,
    desk: Desk,
    put: Callable[[str, int], None],
) -> None:
    put("INBOX", 1)
    one = door(dovecot_account, desk, "INBOX", "Support")
    with running(one):
        desk.wait_for(1)
        wait_for(lambda: bool(one.trouble))
        assert 'the folder "Support" is not there' in one.trouble
        assert "there are INBOX" in one.trouble
        put("INBOX", 2)
        desk.wait_for(2)
        put("Support", 3)
        desk.wait_for(3)
        wait_for(lambda: not one.trouble)
    assert desk.alarms == []


def test_no_folder_with_the_attribute_is_said(dovecot_account: ImapAccount, desk: Desk) -> None:
    one = door(dovecot_account, desk, "INBOX", "\\Archive")
    with running(one):
        desk.wait_until(lambda: bool(desk.records.cursors))
        assert one.trouble == "support: folder_missing: no folder has the attribute \\Archive"


def test_the_first_folder_was_renamed_and_the_alarm_names_those_that_are_there(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, put: Callable[[str, int], None]
) -> None:
    put("Support", 1)
    one = door(dovecot_account, desk, "Support")
    with running(one):
        desk.wait_for(1)
        with dovecot.logged_in(dovecot_account) as client:
            client.rename_folder("Support", "Hilfe")
        desk.wait_until(lambda: len(desk.alarms) == 1)
        assert one.trouble.startswith('support: folder_missing: the folder "Support" is not there')
        with dovecot.logged_in(dovecot_account) as client:
            client.rename_folder("Hilfe", "Support")
        desk.wait_until(lambda: len(desk.alarms) == 2)
    assert "there are Hilfe, INBOX" in desk.alarms[0][2] or "Hilfe" in desk.alarms[0][2]
    assert max(desk.waits) >= 60
    assert desk.subjects == ["question 1"]
