"""The registry of mails: whole, and true of the templates."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from maildesk.config.models import AgentSection, AgentsFile
from maildesk.config.notices.heard import events
from maildesk.config.templates.engine import Templates
from maildesk.config.templates.files import builtin_root
from maildesk.config.templates.words import read_wording
from maildesk.desk.mails.mail import EVENTS, Asks, Mail, To
from maildesk.desk.mails.registry import MAILS, mail_of
from maildesk.desk.mails.sample import sample_for
from maildesk.desk.mails.views import Context
from maildesk.desk.policy import Agent

BUILTIN = Templates.load(None)
SHARED = re.compile(r"""\{%-?\s*(?:extends|include)\s+"([^"]+)""")
VARIABLES = frozenset(one.name for one in fields(Context))
every_mail = pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)


def sources(file: str) -> str:
    """What stands in this English template file and in those that it extends or includes."""
    beside = builtin_root() / "en" / file
    path = beside if beside.exists() else builtin_root() / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text + "".join(map(sources, SHARED.findall(text)))


def test_every_template_has_its_entry_and_every_entry_its_templates() -> None:
    assert set(MAILS) == set(BUILTIN.names())
    assert [mail.name for mail in MAILS.values()] == list(MAILS)


@every_mail
def test_what_an_entry_says_that_it_shows_is_shown(mail: Mail) -> None:
    assert mail.shows <= VARIABLES
    written = sources(f"{mail.name}.txt") + sources(f"{mail.name}.html")
    unused = {name for name in mail.shows if not re.search(rf"\b{name}\b", written)}
    assert unused == set()


@every_mail
def test_a_mail_shows_its_buttons_and_they_have_words_in_every_language(mail: Mail) -> None:
    assert bool(mail.buttons) is bool(re.search(r"\bactions\b", sources(f"{mail.name}.html")))
    for language in read_wording()[0].values():
        assert set(mail.buttons) <= set(language.buttons)
        assert mail.called in language.words, (mail.name, language.code)


@every_mail
def test_a_mail_says_where_a_plain_reply_goes_if_it_goes_anywhere(mail: Mail) -> None:
    if mail.plain_reply:
        text = BUILTIN.render(mail.name, "en", sample_for(mail.name)).text
        assert ("becomes a NOTE" in text) is (mail.plain_reply == "note")
        goes = "can go to nobody yet" if mail.name == "agent_rule" else "goes to Ana Lopez"
        assert (goes in text) is (mail.plain_reply == "reply")
    else:
        assert "Your reply to this mail" not in sources(f"{mail.name}.txt")


def test_only_mails_to_agents_may_be_chosen_by_agents() -> None:
    assert {mail.to for mail in MAILS.values() if mail.event} == {To.AGENTS}
    assert {mail.event for mail in MAILS.values() if mail.event} == set(EVENTS)
    ben = AgentSection(name="Ben", address="ben@desk.example")
    assert events(ben, AgentsFile(agents=[ben])) == frozenset(EVENTS)
    assert Agent("Ben", "ben@desk.example").notify == frozenset(EVENTS)


def test_whoever_is_not_known_is_greeted_in_words_of_their_own_and_a_ticket_only_once() -> None:
    greetings = [mail for mail in MAILS.values() if mail.once == "acknowledgement"]
    assert {mail.neutral for mail in greetings if mail.neutral} == {"acknowledgement_neutral"}
    assert all(not MAILS[mail.neutral].neutral for mail in greetings if mail.neutral)


def test_every_mail_that_asks_says_what() -> None:
    assert {mail.asks for mail in MAILS.values()} == set(get_args(Asks))


def test_no_failure_of_a_mail_that_tells_of_failures_is_told_by_one() -> None:
    silent = {mail.name for mail in MAILS.values() if not mail.failure_told}
    campaigns = {"outreach"}  # whose hundred bounces are no hundred mails to agents
    assert silent - campaigns == {"agent_undelivered", "admin_alarm"}


def test_a_template_of_a_desks_own_is_an_ordinary_mail_to_whom_its_name_says() -> None:
    ours, theirs = mail_of("agent_promised"), mail_of("promised")
    assert (ours.to, ours.plain_reply, ours.event) == (To.AGENTS, "reply", None)
    assert "take" in ours.buttons
    assert (theirs.to, theirs.buttons, theirs.once) == (To.CUSTOMER, (), "")
    assert mail_of("promised", To.AGENTS).buttons == ours.buttons, "a rule notifies with it"
    assert mail_of("agent_new") is MAILS["agent_new"]


def test_the_guides_table_is_made_from_the_registry() -> None:
    """`deploy/mails.py` writes it."""
    script = Path(__file__).resolve().parents[3] / "deploy" / "mails.py"
    made = runpy.run_path(str(script))
    text = made["GUIDE"].read_text(encoding="utf-8")
    assert made["written"](text) == text
