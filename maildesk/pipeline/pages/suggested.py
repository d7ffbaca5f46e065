"""Help articles that a mail names: what may help the customer at once, and the agents with it.

A customer is named what is public and in their language, and only where the mail may say anything
of what they wrote. With a link to the page of their ticket the article stands on a page of its own
behind that: one press there closes the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.mails.shown.small_views import ArticleView
from maildesk.pipeline.pages.articles import article_path

if TYPE_CHECKING:
    from maildesk.desk.articles.article import Article
    from maildesk.pipeline.transaction import TicketChange


def for_customer(change: TicketChange, tracking: str) -> tuple[ArticleView, ...]:
    """What an acknowledgement names; `tracking` is the address of the ticket's page, if it has
    one."""
    library = change.policy.articles
    public, language = change.services.settings.web.public_url, change.subject.language
    if not public or not library.in_acknowledgement:
        return ()
    languages = tuple(dict.fromkeys((language, language.partition("-")[0])))
    found = library.suggested(
        *_asked(change), languages, most=library.in_acknowledgement, in_these_only=True
    )
    return tuple(
        ArticleView(one.title, _behind(tracking, one) if tracking else _public(public, one))
        for one in found
    )


def for_agents(change: TicketChange, language: str) -> tuple[ArticleView, ...]:
    """What a notification names: internal articles, too; in the customer's language rather than
    the agent's, for a link may be passed on."""
    library, public = change.policy.articles, change.services.settings.web.public_url
    found = library.suggested(
        *_asked(change),
        (change.subject.language, language),
        most=library.in_notifications,
        public_only=False,
    )
    return tuple(
        ArticleView(
            one.title,
            _public(public, one) if public and one.is_public else "",
            internal=not one.is_public,
            beginning=one.beginning,
            file=one.file,
        )
        for one in found
    )


def _asked(change: TicketChange) -> tuple[str, str]:
    """The subject and the words of whoever asks."""
    message = change.message
    return change.subject.subject, message.reply if message is not None else ""


def _public(public_url: str, one: Article) -> str:
    return f"{public_url}{article_path(one)}?in={one.language}"


def _behind(tracking: str, one: Article) -> str:
    return f"{tracking}{article_path(one).replace('/articles/', '/article/', 1)}"
