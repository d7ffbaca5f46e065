"""A page of each kind, as the pictures of the guides show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from maildesk.config.example import example_root
from maildesk.config.policy import load_policy
from maildesk.config.templates.pages import Pages
from maildesk.pipeline.pages import articles
from maildesk.pipeline.pages.mine.views import Leaving, MinePage, Row, Tab
from maildesk.pipeline.pages.portal import PortalPage
from maildesk.pipeline.pages.ratings import RatingPage, Stands
from maildesk.pipeline.pages.views import Asking, FileOnPage, Form, Item, TicketPage
from maildesk.web.pages import coloured


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


_ASKED = """Hello,

since this morning the label printer only blinks, and we have to ship forty parcels today. We \
changed the roll and switched it off and on again.

Kim"""
_ANSWERED = """Hello Kim,

please hold the feed button for five seconds until it blinks twice: it then measures the new roll. \
A picture of the button is attached."""

TICKET = TicketPage(
    reference="TKT-4711",
    subject="The label printer prints nothing",
    state="resolved",
    opened_at=_at(26, 8, 12),
    address="kim@customer.example",
    items=(
        Item(
            _at(26, 8, 12),
            number=1,
            who="Kim Novak",
            is_mine=True,
            text=_ASKED,
            files=(
                FileOnPage("blink.mp4", 2_400_000, "#"),
                FileOnPage("roll.jpg", 310_000, "#"),
            ),
        ),
        Item(
            _at(26, 9, 3),
            number=2,
            who="Ben Okafor",
            is_ours=True,
            text=_ANSWERED,
            files=(FileOnPage("feed-button.png", 84_000, "#"),),
        ),
        Item(_at(26, 9, 40), number=3, who="Kim Novak", is_mine=True, text="It prints again!"),
        Item(_at(26, 9, 52), event="resolved"),
    ),
    last_at=_at(26, 9, 3),
    form=Form("#", "", "reopen"),
    most=20 * 2**20,
    most_of_one=10 * 2**20,
    download="#",
)
NOW = _at(27, 15, 0)
FORM = PortalPage(
    once="",
    bits=0,
    name="Kim Novak",
    address="kim@customer.example",
    asks={"name": "shown", "category": "shown"},
    categories=("account", "billing", "technical"),
    most=20 * 2**20,
    most_of_one=10 * 2**20,
)


def _row(number: int, subject: str, state: str, day: int) -> Row:
    return Row(f"TKT-{number}", subject, state, "#", _at(day, 8, 12), _at(day, 9, 3))


MINE = MinePage(
    address="kim@customer.example",
    rows=(
        _row(4711, "The label printer prints nothing", "waiting", 26),
        _row(4650, "Which rolls fit the new printer?", "ours", 20),
        _row(4402, "Invoice 2026-1187 is there twice", "resolved", 4),
    ),
    tabs=(
        Tab("all", "#", 3, is_current=True),
        Tab("yours", "#", 1),
        Tab("ours", "#", 1),
        Tab("resolved", "#", 1),
        Tab("closed", "#", 0),
    ),
    lists=(),
    shown="own",
    state="",
    leaving=Leaving("#", ""),
    writes=True,
)
SURVEY = RatingPage(
    reference=TICKET.reference,
    subject=TICKET.subject,
    answered_by="Ben Okafor",
    address=TICKET.address,
    stands=Stands(),
    action="#",
    chosen=4,
    ticket="#",
)
FIND = Asking("/find", "", "", "TKT-0123")


def _article() -> articles.ArticlePage:
    """One of the example desk's."""
    policy, reader = load_policy(example_root()), articles.Reader(("en", "de"))
    found = policy.articles.article("reset-password", reader.languages)
    assert found is not None
    return articles.page_of(policy, reader, found, "")


def _centre() -> articles.Centre:
    """All of them."""
    return articles.centre(load_policy(example_root()), articles.Reader(("en", "de")))


SAMPLES: dict[str, Any] = {
    "ticket": TICKET,
    "start": FORM,
    "mine": MINE,
    "survey": SURVEY,
    "article": _article(),
    "articles": _centre(),
    "find": FIND,
    "widget": replace(FORM, once="#"),
}


def html_of(name: str, language: str = "en", shown: object = None) -> str:
    """The HTML of a page, of its sample unless something else is shown; its style sheet is in it.
    Nothing runs that could change it."""
    policy = load_policy(example_root())
    pages, _ = Pages.load(None, policy.wording)
    links = ("articles_title", "/articles/"), ("mine_title", "/mine")
    desk = {
        "name": policy.desk_name,
        "website": policy.website,
        "addresses": (policy.addresses[0].address,),
        "has_form": True,
        "links": tuple({"href": href, "words": words} for words, href in links),
    }
    known = {"desk": desk, "style": "#style", "script": "", "downloaded": False, "told": ""}
    page = SAMPLES[name] if shown is None else shown
    html = pages.render(name, language, **known, now=NOW, page=page)
    css = coloured(policy.colour) + pages.style
    return html.replace('<link rel="stylesheet" href="#style">', f"<style>{css}</style>")
