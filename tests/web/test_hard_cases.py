"""Pages at their worst: with nothing in them, with words that end nowhere, with forty files, with
letters from the right; narrow and wide, by day and by night."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markupsafe import Markup

from maildesk.pipeline.pages.articles import Centre, Entry, Shelf
from maildesk.pipeline.pages.views import FileOnPage, Item
from tests.servers.browser import Browser
from tests.web.looking import NARROW, looks_well
from tests.web.samples import FIND, FORM, MINE, NOW, SAMPLES, SURVEY, TICKET, html_of

LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
FROM_THE_RIGHT = "طابعة الملصقات لا تطبع شيئًا"
ADDRESS = f"{'kim-' * 15}@{'customer-' * 6}.example"
FILES = tuple(
    FileOnPage(f"{number:02d} صورة {'long-name-' * (number % 9)}.jpg", 2_000 * number, "#")
    for number in range(40)
)
TEXTS = {"long": LONG, "right": FROM_THE_RIGHT, "mixed": f"{FROM_THE_RIGHT} TKT-4711 (2) {LONG}"}
MESSAGES = tuple(
    Item(NOW, number=1, who=text or "K", is_ours=is_ours, text=text and f"{text}\n\n1. {text}")
    for text in ("", *TEXTS.values())
    for is_ours in (False, True)
)
TABLE = Markup("<table><tr><th>{0}<th>{0}<th>{0}<th>{0}<tr><td>1<td>2<td>3<td>4</table>")
ARTICLE = Markup("<h2>{0}</h2><p>{0} <a href='#'>https://a.example/{0}</a></p><ol><li>{0}</ol>")


def _entry(text: str) -> Entry:
    return Entry(text, "#", text, "", html=ARTICLE.format(text))  # type: ignore[arg-type]


def _shelf(text: str) -> Shelf:
    return Shelf(text, "#", (_entry(text), _entry(text)), 40)


CASES = {
    "empty-ticket": ("ticket", replace(TICKET, subject=TICKET.reference, items=MESSAGES[:2])),
    "empty-mine": ("mine", replace(MINE, rows=(), state="all")),
    "empty-articles": ("articles", Centre("#", "")),
    "empty-found": ("articles", Centre("#", "", query=LONG, is_search=True)),
    "empty-article": ("article", replace(SAMPLES["article"], html=Markup(""))),
    "files": ("ticket", replace(TICKET, items=(Item(NOW, number=1, who="Kim", files=FILES),))),
    "words": ("ticket", replace(TICKET, subject=TEXTS["mixed"], items=MESSAGES, address=ADDRESS)),
    "form": (
        "start",
        replace(FORM, subject=LONG, name=FROM_THE_RIGHT, address=ADDRESS, text=TEXTS["mixed"]),
    ),
    "find": ("find", replace(FIND, number=LONG, address=ADDRESS, notice="find_old")),
}
for kind, words in TEXTS.items():
    rows = tuple(replace(one, subject=words) for one in MINE.rows)
    CASES |= {
        f"mine-{kind}": ("mine", replace(MINE, rows=rows, address=ADDRESS)),
        f"survey-{kind}": ("survey", replace(SURVEY, subject=words, answered_by=words)),
        f"shelves-{kind}": ("articles", Centre("#", "", shelves=(_shelf(words), _shelf(words)))),
        f"shelf-{kind}": (
            "articles",
            Centre("#", "", shelf=_shelf(words), questions=(_entry(words),), after="#"),
        ),
        f"article-{kind}": (
            "article",
            replace(
                SAMPLES["article"],
                title=words,
                category=words,
                html=(ARTICLE + TABLE).format(words),
                has_table=True,
            ),
        ),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(chromium: Browser, scheme: str) -> None:
    with chromium.visit(viewport=NARROW, color_scheme=scheme) as visit:
        page = visit.new_page()
        for name, (template, shown) in CASES.items():
            page.set_content(html_of(template, shown=shown))
            looks_well(page, scheme, f"hard-{name}")
        page.set_viewport_size({"width": 1280, "height": 800})
        for name, (template, shown) in CASES.items():
            page.set_content(html_of(template, shown=shown))
            looks_well(page, scheme, f"hard-{name}-wide")
