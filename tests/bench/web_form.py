"""The web form and the help centre, measured: posts that are spooled before they are answered, and
searches in a hundred articles."""

from __future__ import annotations

import re
import time
from functools import partial
from pathlib import Path

from tests.bench.browsing import Ask, Timed, Visitor, crowd, timed
from tests.bench.desk import Desk
from tests.web.talk import multipart

ARTICLES = 100
SEARCH = "/articles/?q=label+printer+blinks"
_PORTAL = "\nportal: {proof: no, per_network: 1000000, per_address: 1000000}\n"
_ARTICLE = """---
title: {title}
category: {category}
language: en
keywords: [{word}, device]
---
{text}
"""
_WORDS = (
    "label",
    "printer",
    "paper",
    "toner",
    "network",
    "invoice",
    "refund",
    "password",
    "blinks",
)
_CATEGORIES = ("general", "account", "billing", "technical")
_FIELD = re.compile(r'name="form" value="([^"]+)"')


def prepare(folder: Path) -> None:
    """A desk folder with articles, and a form that no limit closes."""
    with (folder / "desk.yaml").open("a", encoding="utf-8") as file:
        file.write(_PORTAL)
    (folder / "articles").mkdir()
    for n in range(ARTICLES):
        words = [_WORDS[(n + at * (1 + n % 5)) % len(_WORDS)] for at in range(6)]
        text = " ".join(f"The {one} of the device: look at its {words[0]}." for one in words * 12)
        title = f"The {words[0]} and the {words[1]}, number {n}"
        article = _ARTICLE.format(
            title=title, category=_CATEGORIES[n % 4], word=words[3], text=text
        )
        (folder / "articles" / f"article-{n}.md").write_text(article, encoding="utf-8")


async def searches(port: int, *, asks: int, visitors: int) -> Timed:
    """So many searches in the help centre."""
    found = await (await Visitor().open(port)).get(SEARCH)
    assert b"/articles/article-" in found, found[:2000]
    return await crowd(port, SEARCH, asks=asks, visitors=visitors)


async def posts(port: int, *, asks: int, visitors: int, desk: Desk | None = None) -> Timed:
    """So many requests of the web form, each with a form of its own that was shown before; of a
    `desk` AssertionError unless each was spooled by the time of its answer."""
    before = _spooled(desk)
    sent: list[Ask] = []
    visitor = await Visitor().open(port)
    for n in range(asks):
        cookie, page = await visitor.form("/")
        form = _FIELD.search(page.decode())
        fields = {"form": form[1] if form else "", "bits": "0", "subject": f"The printer, {n}"}
        fields |= {"name": "Kim Novak", "address": f"kim@form{time.monotonic_ns()}.example"}
        body, kind = multipart({**fields, "text": "It only blinks.\r\n" * 12}, ())
        sent.append(partial(Visitor.post, path="/", cookie=cookie, kind=kind, body=body))
    visitor.close()
    found = await timed(port, sent, visitors=visitors)
    assert _spooled(desk) - before == (asks if desk else 0)
    return found


def _spooled(desk: Desk | None) -> int:
    return int(desk.query("SELECT count(*) FROM spool WHERE via = 'form'")[0][0]) if desk else 0
