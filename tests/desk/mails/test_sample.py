"""Samples: each template's own, over one ticket that they all tell of."""

from __future__ import annotations

from maildesk.desk.mails.registry import MAILS
from maildesk.desk.mails.sample import SAMPLE, sample_for, samples_for


def test_the_sample_of_a_mail_is_its_entrys_over_the_ticket() -> None:
    for mail in MAILS.values():
        sample = sample_for(mail.name)
        assert set(sample) == set(SAMPLE), mail.name
        assert {name: sample[name] for name in mail.sample} == mail.sample


def test_a_mail_to_agents_is_to_an_agent_and_says_what_a_reply_does() -> None:
    names = {mail.name: sample_for(mail.name) for mail in MAILS.values()}
    for mail in MAILS.values():
        address = getattr(names[mail.name]["person"], "address", "")
        assert address.endswith("@desk.example") is mail.is_to_agents, mail.name
    assert (names["agent_note"]["purpose"], names["agent_new"]["purpose"]) == ("note", "reply")


def test_a_template_of_a_desks_own_has_a_sample_too() -> None:
    assert sample_for("holiday")["actions"] == ()
    assert sample_for("agent_holiday")["actions"] == sample_for("agent_rule")["actions"]
    much, otherwise, little = samples_for("holiday")
    assert much["reason"] == otherwise["reason"] != little["reason"]
