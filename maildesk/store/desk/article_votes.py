"""What readers said of an article: a row for each form that was sent, whoever sent it.

The form is known by what it carries once, so that one which is sent twice counts once, and as it
was sent last. Nothing of the reader is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from sqlalchemy import Column, Connection, Index, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.rows.metadata import metadata


class Said(Enum):
    """What somebody said of an article."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"
    SOLVED = "solved"  # and closed their request by it
    SPARED = "spared"  # opened it while they wrote a request, and sent none


article_votes = Table(
    "article_votes",
    metadata,
    Column("once", Words, primary_key=True),
    Column("slug", Words, nullable=False),  # in small letters
    Column("language", Words, nullable=False),
    Column("said", Words, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_article_votes_slug", article_votes.c.slug, article_votes.c.language)


_AT_ONCE = 500  # keys in one statement


def count(conn: Connection, once: str, slug: str, language: str, said: Said, now: datetime) -> None:
    """Write down what was said by this form."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    row = {"slug": slug.lower(), "language": language, "said": said.value, "at": now}
    write = make(article_votes).values(once=once, **row)
    conn.execute(write.on_conflict_do_update(index_elements=["once"], set_=row))


def opened(conn: Connection, form: str, slug: str, language: str, now: datetime) -> None:
    """Write down that this article was opened while somebody wrote this form."""
    count(conn, f"{form}.{slug.lower()}", slug, language, Said.SPARED, now)


def opened_beside(conn: Connection, form: str, slugs: Iterable[str]) -> list[str]:
    """What is written down of these articles for this form. Each is asked for by its whole key: the
    beginning of one is looked for in all there are."""
    keys = [f"{form}.{slug.lower()}" for slug in slugs]
    found: list[str] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = article_votes.c.once.in_(keys[start : start + _AT_ONCE])
        found += conn.execute(select(article_votes.c.once).where(some)).scalars()
    return found


def was_sent(conn: Connection, opened: Sequence[str]) -> None:
    """The form was sent: what was opened while it was written has spared nothing."""
    conn.execute(delete(article_votes).where(article_votes.c.once.in_(opened)))


def counts(conn: Connection) -> dict[tuple[str, str], Counter[Said]]:
    """How often what was said of each article, by slug and language."""
    c = article_votes.c
    rows = conn.execute(
        select(c.slug, c.language, c.said, func.count()).group_by(c.slug, c.language, c.said)
    )
    found: dict[tuple[str, str], Counter[Said]] = {}
    for slug, language, said, times in rows:
        found.setdefault((slug, language), Counter())[Said(said)] = times
    return found
