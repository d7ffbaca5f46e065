"""Mails of one act that show the same are rendered once, and are what each alone would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.templates.alike import Alike
from maildesk.config.templates.engine import Templates
from maildesk.desk.mails.registry import MAILS
from maildesk.desk.mails.sample import sample_for
from maildesk.desk.mails.views import ActionView, PersonView

OURS = "support+aa17-0123456789a-0123456789abcdef@desk.example"
THEIRS = "support+aa17-zyxwvtsrqpn-zyxwvtsrqpnmkjhg@desk.example"
DEV = PersonView("Dev Patel", "dev@desk.example", "Dev")
TEMPLATES = Templates.load(None)


def led_to(address: str, sample: Mapping[str, Any]) -> dict[str, object]:
    """The sample with buttons that lead there."""
    actions = tuple(
        replace(one, mailto=f"mailto:{address}?subject=Re%3A&body={number}")
        for number, one in enumerate(sample["actions"])
    )
    return {**sample, "actions": actions}


def templates_with(folder: Path, html: str) -> Templates:
    """A set with this page for new tickets."""
    (folder / "mail/en").mkdir(parents=True)
    (folder / "mail/en/agent_new.txt").write_text("Subject: {{ subject }}\n\n{{ ticket.subject }}")
    (folder / "mail/en/agent_new.html").write_text(html)
    return Templates.load(folder)


def both(templates: Templates, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """The second of two pages of one act, and the same alone."""
    alike = Alike()
    templates.render("agent_new", "en", theirs, "", alike)
    return [templates.render("agent_new", "en", ours, "", one).html for one in (alike, Alike())]


@pytest.mark.parametrize("name", sorted(one.name for one in MAILS.values() if one.is_to_agents))
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_mail_beside_another_is_what_it_would_be_alone(name: str, language: str) -> None:
    sample, alike = sample_for(name), Alike()
    first, second = led_to(THEIRS, sample), led_to(OURS, sample) | {"person": DEV}
    TEMPLATES.render(name, language, first, "", alike)
    beside = TEMPLATES.render(name, language, second, "", alike)
    assert beside == TEMPLATES.render(name, language, second)
    assert THEIRS not in beside.html + beside.text


def test_the_words_of_two_agents_are_rendered_once() -> None:
    sample, alike = sample_for("agent_new"), Alike()
    first = TEMPLATES.render("agent_new", "en", led_to(THEIRS, sample), "", alike)
    other = led_to(OURS, sample) | {"person": DEV}
    second = TEMPLATES.render("agent_new", "en", other, "", alike)
    assert first.text == second.text
    assert first.html.replace(THEIRS, OURS) == second.html
    third = TEMPLATES.render("agent_new", "en", {**other, "purpose": "note"}, "", alike)
    assert third.html != second.html


def test_a_template_that_names_the_reader_is_rendered_for_each(tmp_path: Path) -> None:
    templates = templates_with(tmp_path, "<p>Hello {{ person.first_name }}</p>")
    sample = sample_for("agent_new")
    beside, alone = both(templates, {**sample, "person": DEV}, sample)
    assert beside == alone == "<p>Hello Dev</p>"


@pytest.mark.parametrize(
    "shown", ["action.mailto|upper", "action.mailto|urlencode", "action.mailto|replace('7', '8')"]
)
def test_links_that_are_not_printed_as_they_are_are_never_anothers(
    shown: str, tmp_path: Path
) -> None:
    page = f"{{% for action in actions %}}<p>{{{{ {shown} }}}}</p>{{% endfor %}}"
    templates = templates_with(tmp_path, page)
    sample = sample_for("agent_new")
    beside, alone = both(templates, led_to(OURS, sample), led_to(THEIRS, sample))
    assert beside == alone


def test_other_buttons_are_rendered_anew() -> None:
    sample = sample_for("agent_new")
    fewer = {**sample, "actions": (ActionView("Take", f"mailto:{OURS}", "take", primary=True),)}
    beside, alone = both(TEMPLATES, fewer, led_to(THEIRS, sample))
    assert beside == alone
