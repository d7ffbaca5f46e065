"""Two desks at one mailbox: noticed, and told, against a real server."""

from __future__ import annotations

import pytest

from maildesk.ingress.imap.folder import DONE
from tests.ingress.imap.imap_desk import Desk, door_open, mail, settings
from tests.servers.imap import Imap, ImapAccount


def looked(desk: Desk, before: float) -> None:
    """The door has looked what is the matter: it asks the clock for that."""
    desk.wait_until(lambda: desk.now > before)


@pytest.mark.parametrize("after", ["move", "flag"])
def test_a_desk_that_takes_the_same_mail_is_noticed_and_told(
    imap_server: Imap, imap_account: ImapAccount, after: str
) -> None:
    """The other one is quicker: the message is moved, or marked, before this desk does so."""
    desk = Desk()
    move = {"move_to": "Done"} if after == "move" else {}
    with imap_server.logged_in(imap_account) as other:
        other.create_folder("Elsewhere")

        def takes(_raw: bytes) -> None:
            other.select_folder(imap_account.folder)
            uids = other.search()
            if after == "move":
                other.move(uids, "Elsewhere")
            else:
                other.add_flags(uids, ["\\Seen", DONE])

        imap_server.append(imap_account, mail(1))
        with door_open(settings(imap_account, after=after, alarm_after="5s", **move), desk):
            desk.wait_for(1)
            desk.hinder = takes
            for number in (2, 3):
                imap_server.append(imap_account, mail(number))
                desk.wait_for(number)
            assert desk.alarms_of_parts == [], "once or twice may be a person"
            for number in (4, 5):
                before = desk.now
                imap_server.append(imap_account, mail(number))
                desk.wait_for(number)
                looked(desk, before)
            desk.wait_until(lambda: bool(desk.alarms_of_parts))
    ((_, is_well, words),) = desk.alarms_of_parts
    assert not is_well
    assert "another desk" in words


def test_what_bears_an_earlier_desks_mark_is_no_sign(
    imap_server: Imap, imap_account: ImapAccount
) -> None:
    desk = Desk()
    imap_server.append(imap_account, *map(mail, range(1, 6)))
    with imap_server.logged_in(imap_account) as other:
        other.select_folder(imap_account.folder)
        other.add_flags(other.search(), ["\\Seen", DONE])
    with door_open(settings(imap_account), desk):
        desk.wait_for(5)
        imap_server.append(imap_account, mail(6))
        desk.wait_for(6)
    assert desk.alarms_of_parts == []
