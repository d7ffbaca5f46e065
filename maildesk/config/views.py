"""`views:` of desk.yaml: each is a query that can be followed, or a mistake with its place and the
nearest right word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from maildesk.config.mistakes import shown
from maildesk.config.yaml import Document
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import mistakes_in
from maildesk.desk.policy import Agent, Policy
from maildesk.errors import Mistake

_SOMEBODY = Agent("Somebody", "somebody@desk.invalid")  # `me` is whoever looks at the view
_THEN = datetime(2026, 1, 1, tzinfo=UTC)


def check_views(policy: Policy, document: Document) -> list[Mistake]:
    """Every mistake in the queries of the desk's views."""
    found = []
    for name, query in policy.views.items():
        bad = mistakes_in(query, Asker(policy, _THEN, _SOMEBODY))
        line, column = document.at(("views", name))
        for one in bad.mistakes if bad is not None else ():
            wrong = query[one.position : one.position + one.length]
            close = one.problem.nearest
            problem = replace(one.problem, nearest="")  # a mistake has a place of its own for it
            said = f"{shown(wrong)} in {shown(query)}: {policy.wording.english.say(problem)}"
            what = f"a query for the view {name}"
            found.append(Mistake("desk.yaml", line, column, what, said, close))
    return found
