"""Scores that are given on a page: which of them is the customer's, as far as that can be told.

Programs that look at mail before people do open every link in it, and some press the button they
find there: right after the mail has gone out, or seconds before or after its reader. They do so
from a network of their own. So a score by page says which network it came from, and what comes
from another within an hour of the score that stands is doubtful: agents see it, nothing counts it.

    by mail, or from a network where this person once typed a code
    that was mailed to them                                           theirs: it counts
    from another, pressed sooner than anybody reads                   counts until one comes that
                                                                      was not
    from another                                                      the first counts
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from itertools import takewhile

from maildesk.desk.facts import Entry
from maildesk.desk.pages.page_score import AT_ONCE, BY_PAGE, PageScore
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Status

CHANGED_WITHIN = timedelta(days=1)  # of the first
DOUBTED_WITHIN = timedelta(hours=1)  # of the one that stands
MOST = 20  # scores of one survey
SCORED, DOUBTFUL = "scored", "score_doubtful"


class Weight(Enum):
    """What becomes of one more score."""

    COUNTS = "counts"
    REPLACES = "replaces"  # and the one that stood is doubtful
    DOUBTFUL = "doubtful"
    LATE = "late"  # not counted any more


def given(history: Sequence[Entry], policy: Policy) -> list[Entry]:
    """The scores that counted since the ticket was last resolved, oldest first."""
    return [entry for entry in came(history, policy) if entry.what == SCORED]


def came(history: Sequence[Entry], policy: Policy) -> list[Entry]:
    """All that came since then, the doubtful ones as well."""
    resolved = [name for name, one in policy.statuses.items() if one is Status.RESOLVED]
    since = takewhile(
        lambda entry: not (entry.what == "status" and entry.detail.get("to") in resolved),
        reversed(history),
    )
    return [entry for entry in since if entry.what in (SCORED, DOUBTFUL)][::-1]


def doubtful(history: Iterable[Entry]) -> list[Entry]:
    """Those that nothing counts, oldest first."""
    return [entry for entry in history if entry.what == DOUBTFUL]


def news(before: Sequence[Entry], score: int, comment: str) -> dict[str, object]:
    """What agents are told of one that counts, after those before it; words that they know are not
    told again, and nothing is where nothing is new."""
    if not before:
        return {"score": score, "comment": comment}
    former = before[-1].detail
    known = bool(comment) and former.get("comment") == comment[:500]  # as the history keeps it
    was = int(former["score"])
    changed = {} if was == score else {"score_before": was}
    if known and not changed:
        return {}
    return {"score": score, "comment": "" if known else comment, **changed}


def may_change(before: Sequence[Entry], now: datetime) -> bool:
    """Whether there is time for one more on the page."""
    return not before or (now - before[0].at <= CHANGED_WITHIN and len(before) < MOST)


def weighed(
    before: Sequence[Entry], page: PageScore | None, now: datetime, resolved_at: datetime | None
) -> Weight:
    """What becomes of a score, beside those that were `given` before it. By mail it is corrected
    once, on the page as often as one likes, both within a day."""
    if not before:
        return Weight.COUNTS
    if not may_change(before, now):
        return Weight.LATE
    if page is None:
        by_mail = sum(BY_PAGE not in one.detail for one in before)
        return Weight.COUNTS if by_mail < 2 else Weight.LATE
    return _of_page(before[-1], page, now, resolved_at)


def _of_page(stands: Entry, page: PageScore, now: datetime, resolved_at: datetime | None) -> Weight:
    network = stands.detail.get(BY_PAGE, "")
    if network == page.network or now - stands.at > DOUBTED_WITHIN:
        return Weight.COUNTS
    is_theirs = not network or network in page.theirs
    if page.network in page.theirs:
        return Weight.COUNTS if is_theirs else Weight.REPLACES
    was_at_once = AT_ONCE in stands.detail
    if was_at_once and not is_theirs and not page.was_at_once(resolved_at, now):
        return Weight.REPLACES
    return Weight.DOUBTFUL
