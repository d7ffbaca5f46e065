"""What admins are told: it goes to nobody else, and its failure is told to no agent."""

from __future__ import annotations

from maildesk.config.templates.engine import Templates
from maildesk.desk.mails.mail import To
from maildesk.desk.mails.of_admins import TO_ADMINS
from maildesk.desk.mails.sample import sample_for

BUILTIN = Templates.load(None)


def test_an_alarm_says_what_is_wrong_where_and_goes_round_in_no_circle() -> None:
    (alarm,) = TO_ADMINS
    assert (alarm.to, alarm.failure_told) == (To.ADMINS, False)
    text = BUILTIN.render(alarm.name, "en", sample_for(alarm.name)).text
    assert "imap.desk.example:993 authentication failed" in " ".join(text.split())
