"""Template sets: what a desk may override, what a mistake looks like, and what a
template cannot do."""

# ruff: noqa: E501 - a template on one line shows best what is wrong with it

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from markupsafe import Markup

from maildesk.config.templates.engine import Templates
from maildesk.config.templates.words import language_named
from maildesk.desk.mails.registry import MAILS
from maildesk.desk.mails.sample import SAMPLE, sample_for
from maildesk.desk.mails.views import DeskView, MessageView, PersonView, TicketView
from maildesk.errors import BadPolicy, Mistake
from maildesk.mail.reply.phrases import MARKER_BEGIN, MARKER_END

BUILTIN = Templates.load(None)
TICKET = SAMPLE["ticket"]
assert isinstance(TICKET, TicketView)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "mail" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def mistakes_of(folder: Path) -> tuple[Mistake, ...]:
    with pytest.raises(BadPolicy) as caught:
        Templates.load(folder)
    return caught.value.mistakes


def failure(folder: Path, body: str, **values: object) -> Mistake:
    """The one mistake of a template with this body, found while loading or while rendering."""
    write(folder, "en/mine.txt", f"Subject: x\n\n{body}\n")
    try:
        Templates.load(folder).render("mine", "en", {**SAMPLE, **values})
    except BadPolicy as problem:
        return problem.mistakes[0]
    raise AssertionError("it rendered")


def test_every_built_in_template_is_there_in_every_language_and_renders() -> None:
    assert BUILTIN.check() == []
    assert BUILTIN.languages() == ("de", "en", "fr")
    # they repeat or answer nothing
    own = ("acknowledgement_neutral", "outreach", "brought_in", "form_code")
    held = ("agent_unknown_command", "agent_stale", "agent_no_file", "agent_mixes")
    keys = ("page_code", "page_link")  # they say first what they bring, and for which request
    for name in BUILTIN.names():
        english, *others = (
            BUILTIN.render(name, language, sample_for(name)) for language in ("en", "de", "fr")
        )
        assert english.text not in {one.text for one in others}, name
        assert english.html.startswith("<!DOCTYPE html>"), name
        for one in (english, *others):
            subject = str(sample_for(name)["subject"])
            assert one.subject == subject or name in (*own, *held, *keys), name
            if name in held:  # they stand out in a list
                assert one.subject.endswith(f": {subject}") and one.subject != subject
            if name in keys:
                assert re.fullmatch(r"[^:]+TKT-0042[^:]*: Label printer [^\[]+", one.subject)
            assert not re.search(r"\{[{%#]|jinja\d|var\(--", one.text + one.html), name
            assert "None" not in one.text
            assert len(one.html) < 24_000, "Gmail clips mails beyond 102 KB, phones feel it sooner"


def test_mails_about_a_request_lead_to_its_page() -> None:
    none = {"acknowledgement_neutral", "attachment_refused", "brought_in", "outreach"}
    none |= {"survey_thanks", "form_code", "page_code", "page_log_in"}  # of no request, or on it
    to_customers = [mail for mail in MAILS.values() if not mail.is_to_agents]
    assert {mail.name for mail in to_customers if not mail.link} == none
    for name in {mail.name for mail in to_customers} - none:
        for language in ("en", "de", "fr"):
            given = sample_for(name)
            has = BUILTIN.render(name, language, given)
            assert str(given["tracking"]) in has.text, (name, language)
            assert f'href="{given["tracking"]}"' in has.html, (name, language)
            given = {**given, "tracking": ""}
            assert "https://desk.example/t/" not in BUILTIN.render(name, language, given).text


def test_no_mail_loads_anything_from_anywhere() -> None:
    for name in BUILTIN.names():
        html = BUILTIN.render(name, "en", sample_for(name)).html
        assert not re.search(r"<(img|link|script|iframe)\b|url\(|@import", html), name


def test_lines_of_text_mails_are_short_where_the_words_are_ours() -> None:
    for name in BUILTIN.names():
        for language in BUILTIN.languages():
            text = BUILTIN.render(
                name,
                language,
                {**sample_for(name), "text": "x", "conversation": ()}
                | dict.fromkeys(("message", "previous")),
            ).text
            long = [
                line
                for line in text.split("\n")
                if len(line) > 78 and "mailto:" not in line and "Label printer" not in line
            ]
            assert long == [], name


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_an_acknowledgement_has_the_reference_the_date_and_their_words_without_their_links(
    language: str,
) -> None:
    message = MessageView(
        PersonView("Eve", "eve@x.example"),
        datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        "Buy at https://evil.example/x now!",
    )
    one = BUILTIN.render("acknowledgement", language, {**SAMPLE, "message": message})
    for body in (one.text, one.html):
        assert "TKT-0042" in body
        assert "evil.example" not in body
        assert "Buy at […] now!" in body
    written = {
        "en": "Friday, 20 November 2026 at 13:42 UTC",
        "de": "Freitag, 20. November 2026, 13:42 Uhr UTC",
        "fr": "vendredi 20 novembre 2026 à 13\u00a0h\u00a042 UTC",
    }
    assert written[language] in one.text


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_notification_says_what_a_plain_reply_does_and_has_the_buttons(language: str) -> None:
    reply = BUILTIN.render("agent_new", language, sample_for("agent_new"))
    note = BUILTIN.render("agent_note", language, sample_for("agent_note"))
    goes = {
        "en": "goes to Ana Lopez, copy to Tom Reed.",
        "de": "geht an Ana Lopez, in Kopie an Tom Reed.",
        "fr": "sera envoyée à Ana Lopez, avec copie à Tom Reed.",
    }
    assert goes[language] in reply.text
    assert {"en": "NOTE", "de": "NOTIZ", "fr": "NOTE"}[language] in note.text
    assert reply.html.count('href="mailto:') == 5
    assert "We open at ten" in reply.text
    assert "We open at ten" in reply.html


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("purpose", ["reply", "note"])
def test_every_mail_an_agent_may_answer_says_where_the_answer_goes(
    language: str, purpose: str
) -> None:
    to_agents = [mail.name for mail in MAILS.values() if mail.plain_reply]
    sentence = {
        "en": ("goes to Ana", "NOTE"),
        "de": ("geht an Ana", "NOTIZ"),
        "fr": ("sera envoyée à Ana", "NOTE"),
    }[language]
    for name in to_agents:
        sample = {**sample_for(name), "purpose": purpose}
        text = BUILTIN.render(name, language, sample).text
        reached = sample["ticket"].reached  # type: ignore[attr-defined]
        assert (sentence[0] in text) is (purpose == "reply" and bool(reached)), name
        assert (sentence[1] in text) is (purpose == "note"), name
        assert text.startswith(MARKER_BEGIN), name


@pytest.mark.parametrize("name", ["acknowledgement", "reply", "agent_new", "agent_reply"])
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_marker_is_one_that_reply_cutting_knows(name: str, language: str) -> None:
    one = BUILTIN.render(name, language, sample_for(name))
    marked = [
        line
        for line in one.text.split("\n")
        if line.startswith(MARKER_BEGIN) and line.endswith(MARKER_END)
    ]
    assert len(marked) == 1
    assert marked[0] in one.html


def test_the_resolution_has_five_stars_and_in_the_text_a_number_to_reply_with() -> None:
    sample = {**sample_for("resolution"), "actions": ()}
    one = BUILTIN.render("resolution", "en", sample)
    assert "Reply with a number from 1 (poor) to 5 (great)" in one.text
    assert "mailto:" not in one.text
    assert one.html.count("★") == one.html.count('href="mailto:') == 5
    without = BUILTIN.render("resolution", "en", {**sample, "stars": ()})
    assert "mailto:" not in without.text + without.html
    assert "a number from" not in without.text


def test_what_a_customer_wrote_is_escaped_and_what_was_made_safe_is_not() -> None:
    hostile = replace(SAMPLE["message"], text="<script>alert(1)</script>\n{{ desk.name }}")  # type: ignore[type-var]
    html = BUILTIN.render("agent_new", "en", {**SAMPLE, "message": hostile}).html
    assert "<script>" not in html
    assert "{{ desk.name }}" in html
    safe = BUILTIN.render("reply", "en", {**SAMPLE, "html": Markup("<p><b>bold</b></p>")}).html
    assert "<b>bold</b>" in safe


def test_a_subject_cannot_begin_another_header() -> None:
    one = BUILTIN.render(
        "acknowledgement", "en", {**SAMPLE, "subject": "a\r\nBcc: eve@x.example\n\nb"}
    )
    assert one.subject == "a Bcc: eve@x.example b"


def test_styles_are_inlined_in_the_desks_colour_and_dark_mode_stays() -> None:
    html = BUILTIN.render(
        "acknowledgement", "en", {**SAMPLE, "desk": DeskView("D", "d@x.example", colour="#aa0044")}
    ).html
    assert "background-color: #aa0044" in html
    assert "prefers-color-scheme: dark" in html
    assert 'class="title" style="margin' in html


def test_language_falls_back_from_region_to_language_to_default() -> None:
    assert (
        BUILTIN.render("closed", "de-AT", SAMPLE).text
        == BUILTIN.render("closed", "de", SAMPLE).text
    )
    assert (
        BUILTIN.render("closed", "fi", SAMPLE).text == BUILTIN.render("closed", "en", SAMPLE).text
    )
    german = Templates.load(None, default_language="de")
    assert german.render("closed", "fi", SAMPLE).text == BUILTIN.render("closed", "de", SAMPLE).text


def test_a_desk_overrides_one_file_and_the_rest_stays(tmp_path: Path) -> None:
    write(
        tmp_path,
        "en/closed.txt",
        "Subject: Done: {{ subject }}\nImportance: low\nX-Desk: {{ desk.name }}\n\nAll done, {{ person.first_name }}.\n",
    )
    templates = Templates.load(tmp_path)
    one = templates.render("closed", "en", sample_for("closed"))
    assert one.subject.startswith("Done: Re: Label")
    assert one.headers == (("Importance", "low"), ("X-Desk", "Example Support"))
    assert one.text == "All done, Ana.\n"
    assert "All done, Ana." in one.html, "the HTML says what the text says"
    assert "closed" not in one.html.lower().replace("enclosed", "")
    assert templates.render("closed", "de", SAMPLE) == BUILTIN.render("closed", "de", SAMPLE)
    assert templates.render("reopened", "en", SAMPLE) == BUILTIN.render("reopened", "en", SAMPLE)


def test_only_the_html_or_only_the_style_may_be_overridden(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.html", '<p class="x">Bye {{ person.first_name }}</p>')
    write(tmp_path, "_style.css", ".x { color: #123456 }")
    one = Templates.load(tmp_path).render("closed", "en", sample_for("closed"))
    assert one.text == BUILTIN.render("closed", "en", sample_for("closed")).text
    assert one.html == '<p class="x" style="color: #123456;">Bye Ana</p>'


def test_an_address_may_have_its_own(tmp_path: Path) -> None:
    write(tmp_path, "en/@Billing@desk.example/closed.txt", "Subject: x\n\nBilling says goodbye.\n")
    templates = Templates.load(tmp_path)
    assert (
        templates.render("closed", "en", SAMPLE, "billing@DESK.example").text
        == "Billing says goodbye.\n"
    )
    assert "Billing" not in templates.render("closed", "en", SAMPLE, "support@desk.example").text
    assert (
        "Tritt das Problem" in templates.render("closed", "de", SAMPLE, "billing@desk.example").text
    )


def test_a_template_of_the_desks_own_name_can_be_used_by_rules(tmp_path: Path) -> None:
    write(tmp_path, "en/holiday.txt", "Subject: Away\n\nWe are away until {{ opens_at|date }}.\n")
    templates = Templates.load(tmp_path)
    assert "holiday" in templates.names()
    assert templates.render("holiday", "de", SAMPLE).text == "We are away until 23 November 2026.\n"
    assert next(iter(templates.source("holiday", "en").values()))[0].parent.name == "en"


def test_an_unknown_template_names_the_nearest() -> None:
    with pytest.raises(BadPolicy) as caught:
        BUILTIN.render("acknowledgment", "en", SAMPLE)
    assert caught.value.mistakes[0].suggestion == "acknowledgement"


def test_mistakes_have_file_line_and_the_nearest_word_all_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        "en/closed.txt",
        "Subject: {{ tickt.reference }}\n\nHello\n{{ ticket.requester.nam }}\n{% if false %}{{ desk.colur }}{% endif %}\n",
    )
    write(
        tmp_path,
        "en/reply.txt",
        "Subject: x\n\n{% for m in ticket.messages %}\n{{ m.sender.adress }}\n{% endfor %}\n{{ text|paragraf }}\n",
    )
    write(tmp_path, "de/closed.txt", "Subjekt: x\n\ny\n")
    write(tmp_path, "de/reply.txt", "Subject: x\n\n{% if %}\n")
    write(tmp_path, "de/lonely.html", "<p>x</p>")
    found = {
        (Path(m.file).parent.name + "/" + Path(m.file).name, m.line, m.found, m.suggestion)
        for m in mistakes_of(tmp_path)
    }
    assert ("en/closed.txt", 1, "tickt", "ticket") in found
    assert ("en/closed.txt", 4, "nam", "name") in found
    assert ("en/closed.txt", 5, "colur", "colour") in found
    assert ("en/reply.txt", 6, "No filter named 'paragraf'.", "paragraphs") not in found, (
        "paragraphs is for HTML"
    )
    assert ("en/reply.txt", 6) in {(f, line) for f, line, _, _ in found}
    assert ("de/closed.txt", 1, "Subjekt: x", "Subject") in found
    assert ("de/reply.txt", 3) in {(f, line) for f, line, _, _ in found}
    assert ("de/lonely.html", 1) in {(f, line) for f, line, _, _ in found}


def test_a_loop_knows_what_it_loops_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        "en/closed.txt",
        "Subject: x\n\n{% for m in ticket.messages %}\n{{ m.sender.adress }}\n{% endfor %}\n",
    )
    [mistake] = mistakes_of(tmp_path)
    assert (mistake.line, mistake.found, mistake.suggestion) == (4, "adress", "address")


@pytest.mark.parametrize(
    "header",
    [
        "Bcc: eve@x.example",
        "From: {{ text }}",
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: None",
        "no header",
    ],
)
def test_a_template_may_not_set_headers_that_are_the_desks(tmp_path: Path, header: str) -> None:
    write(tmp_path, "en/closed.txt", f"Subject: x\n{header}\n\ny\n")
    [mistake] = mistakes_of(tmp_path)
    assert (mistake.line, mistake.found) == (2, header)


def test_a_file_that_is_not_utf_8_or_too_long_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.txt", "").write_bytes(b"Subject: x\n\nGr\xfc\xdfe\n")
    write(tmp_path, "en/reply.txt", "Subject: x\n\n" + "a" * 70_000)
    assert {(m.expected, m.line) for m in mistakes_of(tmp_path)} == {
        ("UTF-8", 3),
        ("at most 64 KB", 1),
    }


def test_html_that_cannot_be_inlined_without_loss_names_the_tag(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.html", "<p>a</p>\n<p {% if text %}class='x'{% endif %}>b</p>")
    [mistake] = mistakes_of(tmp_path)
    assert mistake.line == 2


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ticket.__init__ }}",
        "{{ ticket._replace }}",
        "{{ 'x' * 10**9 }}",
        "{{ 10**10**8 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'x'.center(1000000000) }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ 'x'.replace('x', 'y') }}",
        "{{ range(1000000)|length }}",
        "{{ ''.join.__self__ }}",
        "{{ desk.name.encode() }}",
        "{{ ticket.messages.count(1) }}",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='xxxxxxxxxx') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x='xxxxxxxxxx') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=10) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
        "{% set ns = namespace(x=10) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x='xxxxxxxxxx') %}{% for i in range(100) %}{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}{% endfor %}",
        "{% set ns = namespace(x='xxxxxxxxxx') %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x]|join(ns.x) %}{% endfor %}",
        "{% set ns = namespace(x='xx') %}{% for i in range(100) %}{% set ns.x = ns.x|replace('x', 'xxxx') %}{% endfor %}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% for x in range(9) recursive %}{{ loop(range(9)) }}{% endfor %}",
        "{% include '../../../etc/passwd' %}",
        "{% include '_nowhere.txt' %}",
        "{% extends desk.name %}",
        "{{ ticket }}",
        "{{ answer_by }}",
        "{{ config }}",
        "{{ self.__init__ }}",
        "{{ cycler('a') }}",
        "{{ lipsum(5) }}",
    ],
)
def test_an_attack_is_a_mistake_with_a_line_and_takes_no_time(tmp_path: Path, attack: str) -> None:
    before = time.process_time()
    mistake = failure(tmp_path, "first line\n" + attack)
    assert mistake.file.endswith("mine.txt")
    assert mistake.line == 4
    assert time.process_time() - before < 4


def test_an_endless_text_is_cut_off(tmp_path: Path) -> None:
    mistake = failure(tmp_path, "{% for i in range(1000) %}" + "x" * 2000 + "{% endfor %}")
    assert mistake.expected == "a template that renders"


def test_harmless_methods_and_sums_are_fine(tmp_path: Path) -> None:
    write(
        tmp_path,
        "en/mine.txt",
        "Subject: x\n\n{{ desk.name.upper() }} {{ 2 * 3 + 1 }} {{ 7 % 4 }} {{ 'a' + 'b' }} {{ desk.name.split()[0] }}\n",
    )
    assert (
        Templates.load(tmp_path).render("mine", "en", SAMPLE).text
        == "EXAMPLE SUPPORT 7 3 ab Example\n"
    )


def test_a_value_that_fails_at_render_time_has_the_line_of_the_template(tmp_path: Path) -> None:
    mistake = failure(tmp_path, "one\ntwo\n{{ ticket.reference }}", ticket=None)
    assert (Path(mistake.file).name, mistake.line) == ("mine.txt", 5)


def test_periods_sizes_and_unknown_languages() -> None:
    english, german, finnish = language_named("en"), language_named("de-AT"), language_named("fi")
    assert english.period(timedelta(hours=25)) == "1 day and 1 hour"
    assert german.period(timedelta(minutes=90)) == "1 Stunde und 30 Minuten"
    assert english.period(timedelta(0)) == "0 minutes"
    assert (english.size(12_040), german.size(1_550_000)) == ("12 KB", "1,5 MB")
    # as desk.yaml counts: what is said of a limit is what was written there
    limits = [english.size(one * 1024 * 1024) for one in (1, 10, 20, 25)]
    assert limits == ["1 MB", "10 MB", "20 MB", "25 MB"]
    assert (
        finnish.moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), finnish.long)
        == "2026-01-02 03:04 UTC"
    )
    assert (english.word("in_progress"), german.word("urgent"), finnish.word("on_hold")) == (
        "in progress",
        "dringend",
        "on hold",
    )


def test_a_shared_part_may_draw_in_one_that_draws_in_none(tmp_path: Path) -> None:
    write(tmp_path, "en/_c.txt", "c {{ desk.name }}\n")
    write(tmp_path, "en/_b.txt", 'b {% include "_c.txt" %}')
    write(tmp_path, "en/mine.txt", 'Subject: x\n\na {% include "_b.txt" %}')
    text = Templates.load(tmp_path).render("mine", "en", SAMPLE).text
    assert text.split() == ["a", "b", "c", "Example", "Support"]
    write(tmp_path, "en/_c.txt", 'c {% include "_d.txt" %}')
    write(tmp_path, "en/_d.txt", "d\n")
    mistakes = mistakes_of(tmp_path)
    assert {m.found for m in mistakes} == {
        "a shared part may extend another, and include one that draws in none"
    }
