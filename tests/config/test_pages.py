"""Pages of a desk's own: over the built-in ones file by file, and a mistake in one is told and
costs no customer the page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.check import check
from maildesk.config.connections.web import Web
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy
from maildesk.config.templates.files import builtin_root
from maildesk.config.templates.pages import Pages, page_files
from maildesk.config.templates.words import read_wording
from maildesk.desk.policy import Policy
from maildesk.errors import BadPolicy
from tests.web.samples import FORM

WORDING = read_wording()[0]
LAMP = replace(FORM, subject="Lamp 7")
SHOWN = {
    "desk": {"name": "Desk <b>", "website": "", "addresses": ("a@desk.example",), "links": ()},
    "style": "/style.css",
    "script": "/script.js",
    "page": None,
    "told": "unknown",
    "downloaded": False,
}


def own(folder: Path, name: str, text: str) -> Path:
    file = folder / "templates" / "web" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder / "templates"


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_language_has_words_for_all_that_pages_say(language: str) -> None:
    pages, mistakes = Pages.load(None, WORDING)
    assert mistakes == []
    assert pages._found.words[language].keys() == pages._found.words["en"].keys()
    folder = builtin_root().parent / "web"
    texts = "".join((folder / name).read_text(encoding="utf-8") for name in page_files())
    said = set(re.findall(r'"(\w+)"\|say', texts))
    assert "start_title" in said <= pages._found.words[language].keys()
    assert "start title" not in pages.render("start", language, **SHOWN)


@pytest.mark.parametrize(
    ("language", "account"), [("de", "Konto und Anmeldung"), ("fr", "Compte et connexion")]
)
def test_the_example_desk_s_categories_are_called_in_each_language(
    tmp_path: Path, language: str, account: str
) -> None:
    copy_example(tmp_path)
    policy, pages = load_policy(tmp_path), Pages.load(None, WORDING)[0]
    form = pages.render("start", language, **{**SHOWN, "page": replace(FORM, **_of(policy))})
    called = dict(re.findall(r'<option value="(\w+)">([^<]+)</option>', form))
    assert list(called) == [*policy.categories, *policy.priorities]
    assert called["account"] == account
    assert not {name for name, said in called.items() if said.lower() == name} - {"normal"}


def _of(policy: Policy) -> dict[str, Any]:
    return {"categories": policy.categories, "priorities": policy.priorities}


def test_what_is_put_into_words_is_escaped() -> None:
    pages, _ = Pages.load(None, WORDING)
    assert pages.say("en", "page_for", address="<i>") == "This page is for &lt;i&gt;."
    assert "Desk &lt;b&gt;" in pages.render("told", "en", **SHOWN)


def test_a_desk_replaces_one_page_and_some_words(tmp_path: Path) -> None:
    copy_example(tmp_path)
    own(tmp_path, "de/_words.yaml", "start_title: Na, wo drückt der Schuh?\n")
    root = own(tmp_path, "start.html", '<p>{{ "start_title"|say }} {{ desk.name }}</p>\n')
    pages, mistakes = Pages.load(root, WORDING)
    assert mistakes == [] == check(tmp_path)
    assert (
        pages.render("start", "de", **SHOWN) == "<p>Na, wo drückt der Schuh? Desk &lt;b&gt;</p>\n"
    )
    assert pages.render("start", "en", **SHOWN) == "<p>Your requests Desk &lt;b&gt;</p>\n"
    assert "Diese Seite gibt es nicht" in pages.render("told", "de", **SHOWN)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("start.html", "{% if %}", "start.html:1"),
        ("start.html", "{{ deks.name }}", "a variable of pages"),
        ("strat.html", "x", "start.html"),
        ("de/_words.yaml", "start_title: [", "_words.yaml"),
        ("en/_words.yaml", "start_titel: x\n", "_words.yaml:1"),
    ],
)
def test_a_mistake_is_told_and_the_built_in_page_stays(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    copy_example(tmp_path)
    root = own(tmp_path, name, text)
    assert told in "\n".join(map(str, check(tmp_path)))
    assert "Your requests" in Pages.load(root, WORDING)[0].render("start", "en", **SHOWN)


def test_of_a_page_s_values_nothing_is_seen_that_is_not_meant_to_be(tmp_path: Path) -> None:
    for asked, may in (
        ("page.subject", True),
        ("page.__class__", False),
        ("page.__dataclass_fields__", False),
        ("page.nothing", False),
        ("page.wrong.clear()", False),
    ):
        text = '{% extends "_page.html" %}{% block main %}{{ ' + asked + " }}{% endblock %}"
        pages, mistakes = Pages.load(own(tmp_path, "start.html", text), WORDING)
        if may:
            assert "Lamp 7" in pages.render("start", "en", **SHOWN | {"page": LAMP})
            continue
        with pytest.raises(BadPolicy):
            if mistakes:
                raise BadPolicy(mistakes)
            pages.render("start", "en", **SHOWN | {"page": LAMP})


def test_a_name_of_words_that_no_page_says_is_told_with_the_nearest(tmp_path: Path) -> None:
    copy_example(tmp_path)
    own(tmp_path, "en/_words.yaml", "start_title: Yours\nportal_leed: x\n")
    (told,) = check(tmp_path)
    assert told.file == "templates/web/en/_words.yaml"
    assert (told.line, told.found, told.suggestion) == (2, "portal_leed", "portal_lead")
    own(tmp_path, "en/_words.yaml", "language_it: Italiano\nmine: x\nour_1: y\n")
    own(tmp_path, "sent.html", """{{ "mine"|say }} {{ ('our_' ~ 1)|say }}""")
    assert check(tmp_path) == []


def test_a_wrong_name_of_words_costs_no_other(tmp_path: Path) -> None:
    copy_example(tmp_path)
    root = own(tmp_path, "en/_words.yaml", "start_title: Yours\nportal_leed: x\n")
    assert "<h1>Yours</h1>" in Pages.load(root, WORDING)[0].render("start", "en", **SHOWN)


@pytest.mark.parametrize(
    "written",
    [
        "listen: 127.0.0.1",
        "listen: 127.0.0.1:99999",
        "listen: ::1:80",
        "listen: 'a b:80'",
        "public_url: help.example.org",
        "public_url: ftp://help.example.org",
        "public_url: https://help.example.org/desk",
        "public_url: 'https://a@help.example.org'",
        "proxies: [proxy.example]",
        "public_ulr: https://help.example.org",
    ],
)
def test_settings_that_cannot_be_are_mistakes(tmp_path: Path, written: str) -> None:
    copy_example(tmp_path)
    (tmp_path / "settings.yaml").write_text(f"web: {{{written}}}\n", encoding="utf-8")
    with pytest.raises(BadPolicy):
        load_settings(tmp_path)


def test_settings_are_read_as_they_are_written() -> None:
    assert Web().place == ("127.0.0.1", 8080)
    assert Web.model_validate({"listen": "[::]:80"}).place == ("::", 80)
    assert Web.model_validate({"listen": 9000}).listen == "127.0.0.1:9000"
    assert [Web.model_validate({"listen": one}).listen for one in (False, "no", "")] == [""] * 3
    web = Web.model_validate({"public_url": "HTTPS://Help.Example.org:8443/"})
    assert (web.public_url, web.is_secure) == ("https://help.example.org:8443", True)
    assert "help.example.org" in web.names
