"""The morning digest: what waits for an agent, what is late, what nobody has, and what happened.

Only what they may see, as the database has it when the mail is written. Where all of it is nothing,
there is no mail, unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maildesk.desk.filters.values import both
from maildesk.desk.filters.visibility import seen_by
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import Context, DigestList, NewsView
from maildesk.desk.notices import digest
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses, answers, buttons
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import agent_view, desk_view
from maildesk.store.notices import agent_timers, digests
from maildesk.store.queries import ticket_queries

if TYPE_CHECKING:
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.notices.notice_effects import SendDigest
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

MAIL = mail_of("agent_digest")
MOST = 12  # tickets of one list
_LONGEST = timedelta(days=7)  # that it looks back
_TAPS = {
    digest.WAITS: ("reply", "show"),
    digest.LATE: ("show", "reply"),
    digest.FREE: ("take", "show"),
}


def letters(change: TicketChange, effect: SendDigest) -> list[Draft]:
    """The digest of this agent; none where they are gone, or it would say nothing."""
    policy, message = change.policy, change.message
    agent = policy.agent(effect.agent)
    if agent is None:
        return []
    desk, language = policy.addresses[0], policy.wording.of(agent.language)
    found = tuple(_lists(change, agent))
    news = _news(change, agent, _since(change, agent, effect), language)
    is_empty = not (found or news.new or news.resolved or news.ratings or news.doubtful)
    if is_empty and not (effect.asked or change.policy.notices_of(agent).digest_empty):
        return []
    totals = {one.name: one.total for one in found}
    counted = {name: str(totals.get(name, 0)) for name in _TAPS}
    context = Context(
        desk=desk_view(policy, desk),
        subject=language.sentence("digest_subject", **counted),
        person=agent_view(agent),
        lists=found,
        news=news,
    )
    spec = LetterSpec(
        mail=MAIL,
        language=agent.language,
        context=context.mapping(),
        addresses=addresses.of_notice(desk, "digest", desk.address),
        to=(Mailbox(agent.name, agent.address),),
        recipient=agent.address,
        references=(message.message_id,) if message and message.message_id else (),
    )
    return [write_letter(change, spec)]


def _since(change: TicketChange, agent: Agent, effect: SendDigest) -> datetime:
    """The digest before, but no more than a week ago; of the first one, when that would have
    come."""
    last = effect.since or agent_timers.last_rang(
        change.conn, agent.address, agent_timers.DIGEST, change.now
    )
    since = last or digest.time_before(agent, change.policy, change.now)
    return max(since, change.now - _LONGEST)


def _lists(change: TicketChange, agent: Agent) -> Iterator[DigestList]:
    """Each list that has any tickets; of those that stand in one before, none."""
    policy, seen = change.policy, seen_by(agent, change.policy)
    shown: set[int] = set()
    for name, query in digest.lists(agent, policy, change.now):
        page = ticket_queries.find(change.conn, query, seen, policy, limit=MOST + len(shown))
        others = [one for one in page.tickets if one.id not in shown]
        again = len(page.tickets) - len(others)
        total = len(page.tickets)
        if page.is_cut:
            counts = ticket_queries.counts(change.conn, query.filter, seen, policy)
            total = sum(counts.by_status.values())
        total -= again
        shown |= {one.id for one in others[:MOST]}
        lines = tuple(
            replace(
                answers.line(change, agent, one),
                actions=buttons.beside(change, one, agent, _TAPS[name]),
            )
            for one in others[:MOST]
        )
        if lines:
            yield DigestList(name, lines, total, total - len(lines))


def _news(change: TicketChange, agent: Agent, since: datetime, language: Language) -> NewsView:
    policy = change.policy
    seen = both(digest.concerns(agent, policy), seen_by(agent, policy))
    found = digests.news(change.conn, seen, policy, since)
    average = ""
    if found.scores:
        mean = sum(found.scores) / len(found.scores)
        average = f"{mean:.1f}".removesuffix(".0").replace(".", language.decimal)
    at = since.astimezone(policy.zone_of(agent))
    ratings = len(found.scores)
    return NewsView(at, found.new, found.resolved, ratings, average, found.doubtful)
