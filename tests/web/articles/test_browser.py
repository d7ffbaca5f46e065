"""The help centre in a real browser: on a phone without scripts, by keyboard, for screen readers,
light and dark, narrow and wide, in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from tests.servers.browser import Browser
from tests.web.articles.centre import help_centre
from tests.web.looking import NARROW, PHONE, looks_well
from tests.web.pages import Pages
from tests.web.places import running

LONG = """\
---
title: Donaudampfschifffahrtsgesellschaftskapitänsmützenständer abstauben
language: de
category: technical
---
> Ein Zitat

```
eine sehr lange Zeile mit Code, die nirgends umbrochen wird und breiter ist als ein schmaler Schirm
```

| eins | zwei | drei | vier | fünf | sechs |
| --- | --- | --- | --- | --- | --- |
| Donaudampfschiff | Donaudampfschiff | Donaudampfschiff | Donaudampfschiff | vier | x |

### Unten

1. Erstens
   * darunter
2. Zweitens

https://very.example/pathpathpathpathpathpathpathpathpathpathpathpathpathpathpathpathpathpath
"""
WITH_A_LONG_ONE = partial(help_centre, articles={"long.md": LONG})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running(tmp_path_factory.mktemp("browser"), WITH_A_LONG_ONE) as (_, found, _):
        yield found


def test_a_reader_on_a_phone_without_scripts_looks_reads_and_says_so(
    pages: Pages, chromium: Browser
) -> None:
    options = {"viewport": PHONE, "java_script_enabled": False, "locale": "de-DE"}
    with chromium.visit(**options) as visit:
        page = visit.new_page()
        page.goto(f"{pages.url}/articles/")
        page.get_by_label("Wonach suchen Sie?").fill("pasword vergesen")
        page.get_by_role("button", name="Suchen").click()
        page.get_by_role("link", name="Ein neues Passwort setzen").click()
        page.get_by_role("heading", level=1, name="Ein neues Passwort setzen").wait_for()
        page.get_by_role("link", name="English").click()
        page.get_by_role("heading", level=1, name="How to set a new password").wait_for()
        page.go_back()
        page.get_by_role("link", name="Nein").click()
        page.get_by_role("radio", name="Nein").wait_for()
        assert page.get_by_role("radio", name="Nein").is_checked()
        page.get_by_role("radio", name="Ja").check()
        page.get_by_role("button", name="Senden").click()
        page.get_by_text("Das freut uns.").wait_for()


def test_frequent_questions_unfold_by_keyboard(pages: Pages, chromium: Browser) -> None:
    with chromium.visit(locale="en-GB") as visit:
        page = visit.new_page()
        page.goto(f"{pages.url}/articles/account/")
        summary = page.locator("summary", has_text="How to set a new password")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        page.keyboard.press("Enter")
        page.get_by_text("Long beats strange").wait_for()
        summary.focus()
        page.keyboard.press("Tab")  # into the answer
        assert page.evaluate("document.activeElement.closest('details') !== null")


def test_the_words_of_an_article_run_nothing(pages: Pages, chromium: Browser) -> None:
    with chromium.visit() as visit:
        page = visit.new_page()
        said: list[str] = []
        page.on("dialog", lambda dialog: said.append(dialog.message))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("strange", "technical/", "?q=%3Cscript%3Ealert(1)%3C/script%3E"):
            page.goto(f"{pages.url}/articles/{path}")
            assert page.evaluate("document.scripts.length") == 0
        page.goto(f"{pages.url}/articles/strange")
        page.get_by_text("a", exact=True).first.click()
        assert said == []
        assert all(one.startswith(pages.url) for one in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(pages: Pages, chromium: Browser, scheme: str) -> None:
    options = {"color_scheme": scheme, "bypass_csp": True, "viewport": NARROW}
    with chromium.visit(**options) as visit:
        page = visit.new_page()
        shown = {
            "articles": "?in=en",
            "category": "account/?in=de",
            "found": "?q=passe&in=fr",
            "not-found": "?q=xyzzy&in=de",
            "unknown": "nowhere?in=fr",
            "article": "reset-password?in=en",
            "other-language": "invoices?in=fr",
            "strange": "strange",
            "long": "long?in=de",
            "helpful": "reset-password/helpful?say=no&in=fr",
            "thanks": "reset-password/helpful/thanks?say=no&in=de",
        }
        for name, path in shown.items():
            page.goto(f"{pages.url}/articles/{path}")
            looks_well(page, scheme, f"{name}-narrow")
        page.set_viewport_size({"width": 1280, "height": 800})
        for name in ("articles", "category", "found", "article", "long", "helpful"):
            page.goto(f"{pages.url}/articles/{shown[name]}")
            looks_well(page, scheme, f"{name}-wide")
