"""An article behind the link to a ticket, as the acknowledgement names it: it can be read there,
and one press closes the request that it has solved.

Looking closes nothing. Who may only read, because the link may have been forwarded, is mailed a
code first, as on the page of the ticket; the article is in everybody's hands anyway, so whoever has
an old link is led to where all can read it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from maildesk.desk.ticket import Status
from maildesk.pipeline.pages import articles as centre
from maildesk.pipeline.pages import close
from maildesk.pipeline.pages.articles import Reader
from maildesk.pipeline.pages.visitors import BROWSER, browser_of, new_browser
from maildesk.store.desk import article_votes
from maildesk.store.desk.article_votes import Said
from maildesk.web import forms
from maildesk.web.articles.pages import led_to

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.desk.articles.article import Article
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.web.tracking import Tracking
    from maildesk.web.writing import Writing


class Solved:
    """What is asked of such a page."""

    def __init__(self, tracking: Tracking, writing: Writing) -> None:
        self._tracking, self._writing, self._desk = tracking, writing, tracking.desk

    async def page(self, request: Request) -> Response:
        """The article, and below it whether it solved the request."""
        who = await self._tracking.who(request)
        if isinstance(who, Response):
            return led_to(f"{centre.BASE}{request.path_params['slug']}")
        one = self._article(request, who)
        if one is None:
            return led_to(centre.BASE)
        return await self._shown(request, who, one)

    async def solved(self, request: Request) -> Response:
        """Close the request, or ask first who it is."""
        name = f"article/{request.path_params['slug']}"
        who, _, _, once = await self._writing.read(request, f"{name}/solved")
        if isinstance(who, Response):
            return who
        one = self._article(request, who)
        if one is None:
            return led_to(who.base)
        if once is None or once.is_old:
            return await self._shown(request, who, one, notice="form_old", status=422)
        if not self._tracking.may_write(who):
            return await self._writing.mailed_code(request, who, f"{name}/confirm")
        return await self._closed(who, one, once.unique)

    async def confirm(self, request: Request) -> Response:
        """Take the code, and close the request."""
        then = f"article/{request.path_params['slug']}/confirm"
        who, fields, _, once = await self._writing.read(request, then)
        if isinstance(who, Response):
            return who
        one = self._article(request, who)
        if one is None:
            return led_to(who.base)
        if once is None:
            return await self._shown(request, who, one, notice="form_old", status=422)
        if (wrong := await self._writing.typed(request, who, fields, then)) is not None:
            return wrong
        answer = await self._closed(who, one, once.unique)
        return self._writing.remembered(request, who, answer)

    async def back(self, request: Request) -> Response:
        """A form's address that is only looked at, after going back or forth: the page."""
        return led_to(request.scope["path"].rpartition("/")[0])

    def _article(self, request: Request, who: Visitor) -> Article | None:
        languages = (who.ticket.language, *self._desk.policy.languages)
        return self._desk.policy.articles.article(request.path_params["slug"], languages)

    async def _shown(
        self, request: Request, who: Visitor, one: Article, *, notice: str = "", status: int = 200
    ) -> Response:
        policy, services = self._desk.policy, self._desk.services
        browser = browser_of(request.cookies) or new_browser()
        language = who.ticket.language
        reader = Reader((language, *policy.languages), one.language)
        public = services.settings.web.public_url
        page = await self._desk.do(centre.page_of, policy, reader, one, public)
        path = f"{who.base}/article/{one.slug}/solved"
        is_over = not await self._desk.do(self._may_close, who)
        page = replace(
            page,
            others=(),
            solved=path,
            once=forms.made(services.ring, browser, path),
            reference=who.ticket.reference,
            back=who.base,
            is_over=is_over,
            is_closed=who.ticket.behaviour is Status.CLOSED,
            asks_code=not self._tracking.may_write(who),
            notice=notice,
        )
        answer = await self._desk.page(
            request, "article", status=status, language=language, page=page
        )
        self._tracking.keep(request, answer, BROWSER, browser)
        return answer

    def _may_close(self, who: Visitor) -> bool:
        with self._desk.services.db.read() as conn:
            return close.may_close(conn, self._desk.policy, who.ticket, who.person)

    async def _closed(self, who: Visitor, one: Article, once: str) -> Response:
        is_closed = who.ticket.behaviour is Status.CLOSED
        if not is_closed:
            is_closed = await self._desk.do(self._close, who, one, once)
        return led_to(f"{who.base}?done={'closed' if is_closed else 'closed_not'}")

    def _close(self, who: Visitor, one: Article, once: str) -> bool:
        services = self._desk.services
        if not close.close(services, who.ticket.id, who.person, has_words=False):
            return False
        with services.db.write() as conn:
            said = Said.SOLVED
            article_votes.count(conn, once, one.slug, one.language, said, services.now())
        return True
