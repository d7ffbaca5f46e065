"""`maildesk articles`: the help articles, and what readers said of them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    one_of,
    opened,
    print_list,
    print_table,
)

_COUNTED = ("helped", "did not", "solved", "spared")


def articles(
    desk: DeskOption = None,
    category: Annotated[str, typer.Option(help="Those of this category.")] = "",
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List the help articles: how often each helped or did not, and how many requests were closed
    by it, or never sent."""
    from maildesk.store.desk import article_votes
    from maildesk.store.desk.article_votes import Said
    from maildesk.views.articles import article_list, by_name

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        if category:
            one_of(category, policy.categories, "category")
        counts = article_votes.counts(conn)
    found = [one for one in by_name(policy.articles.articles) if category in ("", one.category)]
    if as_json or as_csv:
        whole = article_list(found, counts)
        print_list(whole, "article_list", as_json=as_json, as_csv=as_csv)
        return
    lines = []
    for one in found:
        said = counts.get((one.slug.lower(), one.language), Counter())
        numbers = (said[what] for what in Said)
        seen = "public" if one.is_public else "internal"
        lines.append((one.slug, one.language, one.category, seen, *numbers, one.title))
    print_table(
        ("article", "language", "category", "for", *_COUNTED, "title"),
        lines,
        "There are no articles.",
    )
