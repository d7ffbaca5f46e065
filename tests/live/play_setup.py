"""`maildesk setup` at a web hoster, on real Postfix and Dovecot: from nothing to the first ticket.
`make postfix` plays this; it needs root."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maildesk.config.environment import load_settings
from maildesk.config.policy import load_policy
from tests.servers.dovecot import Dovecot
from tests.setup.box import ANA, SUPPORT, Box, make_hosters_box

Boxes = Callable[[str], Box]


@pytest.fixture
def box(tmp_path: Path, dovecot: Dovecot) -> Iterator[Boxes]:
    """Makes one; with "+" the hoster delivers sub-addresses, and lets a log-in send as its own."""
    made: list[Box] = []

    def make(delimiter: str) -> Box:
        made.append(make_hosters_box(tmp_path, dovecot, delimiter=delimiter))
        return made[-1]

    yield make
    for one in made:
        print(one.submission.log())
        one.remove()


@pytest.mark.parametrize("delimiter", ["+", ""], ids=["sub-addresses", "without"])
def test_from_nothing_to_a_ticket_that_is_told(box: Boxes, delimiter: str) -> None:
    here = box(delimiter)
    done = here.run(*here.options("--wait", "20", "--json"))
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["ticket"]["reference"] == "TKT-0001"
    assert told["sub_addresses"] is bool(delimiter)
    assert told["envelope"] == ("sub-address" if delimiter else "plain")
    assert load_policy(here.desk).has_sub_addresses(SUPPORT) is bool(delimiter)
    assert load_settings(here.desk).relay.envelope == told["envelope"]
    found = [mail for mail in here.mails_of(ANA) if "[TKT-0001]" in str(mail["Subject"])]
    assert found, done.stderr
    assert ("+" in str(found[-1]["Reply-To"])) is bool(delimiter)
    if not delimiter:
        assert "not owned by user" in here.submission.log()
