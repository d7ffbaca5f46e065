"""Help articles beside the web form: those that are like what is being typed.

The browser asks while somebody writes; what they type goes there and is kept nowhere. Of an article
that was opened it is written down which form it was opened beside; once the form is sent, that is
taken back: the rest has spared a request. Whether it helped may be said right there, too.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.pages import articles as centre
from maildesk.pipeline.pages.articles import Entry, Reader
from maildesk.store.desk import article_votes
from maildesk.store.desk.article_votes import Said
from maildesk.web import reading
from maildesk.web.clients import asking
from maildesk.web.limits import Tries

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from maildesk.desk.articles.article import Article
    from maildesk.web.forms import Once
    from maildesk.web.pages import Desk

    Reads = Callable[[Request, Mapping[str, str]], Once | None]
    Handler = Callable[[Request], Awaitable[Response]]

SAID = {"yes": Said.HELPED, "no": Said.NOT_HELPED}
ASKS, OPENS = 300, 30  # of one network in ten minutes
_LONGEST_SUBJECT, _LONGEST_TEXT = 200, 4_000  # characters that are looked at


class Suggesting:
    """What is asked of it. `once` reads the form that it is beside, `language` is the one that this
    is shown in; what is counted for a network is shared with `other`."""

    def __init__(
        self,
        desk: Desk,
        once: Reads,
        language: Callable[[Request], str],
        other: Suggesting | None = None,
    ) -> None:
        self._desk, self._once, self._language = desk, once, language
        self._asks: Tries = other._asks if other else Tries(ASKS, 600.0, time.monotonic)
        self._opens: Tries = other._opens if other else Tries(OPENS, 600.0, time.monotonic)

    def routes(self, path: str, there: Callable[[Handler], Handler]) -> list[Route]:
        """The paths below that of the form; `there`: each as far as there is that form."""
        each = {"": self.suggest, "/opened": self.opened, "/helped": self.helped}
        return [
            Route(f"{path}{name}", there(does), methods=["POST"]) for name, does in each.items()
        ]

    async def suggest(self, request: Request) -> Response:
        """The titles and addresses of what may help, as JSON."""
        fields = await self._fields(request, self._asks)
        asked = fields.get("subject", ""), fields.get("text", "")
        found = await self._desk.do(self.entries, self.reader(request), *asked)
        shown = [
            {"title": one.title, "href": one.href, "beginning": one.beginning} for one in found
        ]
        return JSONResponse({"articles": shown})

    async def opened(self, request: Request) -> Response:
        """An article was opened beside this form."""
        _, form, one = await self._opened(request)
        await self._desk.do(self._open, form, one.slug, one.language)
        return Response(status_code=204)

    async def helped(self, request: Request) -> Response:
        """Whether it helped, as was said beside the form."""
        fields, form, one = await self._opened(request)
        said = SAID.get(fields.get("say", ""))
        if said is None:
            raise HTTPException(422)
        await self._desk.do(self._say, form, one, said)
        return Response(status_code=204)

    async def sent(self, unique: str) -> None:
        """The form was sent after all. Nothing that fails here may be in its way."""
        try:
            await self._desk.do(self._send, unique)
        except TransientFailure as problem:
            log.warning("article_still_counted", why=str(problem)[:200])

    def entries(self, reader: Reader, subject: str, text: str) -> tuple[Entry, ...]:
        """What may help with this; it is public, and in their language."""
        return centre.suggested(
            self._desk.policy, reader, subject[:_LONGEST_SUBJECT], text[:_LONGEST_TEXT]
        )

    def reader(self, request: Request) -> Reader:
        """Which language they read: the one of the form, which may ask for it by its address."""
        language = self._language(request)
        return Reader((language,), language if request.query_params.get("language") else "")

    async def _opened(self, request: Request) -> tuple[dict[str, str], str, Article]:
        """The fields, what the form is known by, and the article; 404 where one of them is none."""
        fields = await self._fields(request, self._opens)
        once, slug = self._once(request, fields), fields.get("slug", "")
        one = self._desk.policy.articles.article(slug, self.reader(request).languages)
        if once is None or one is None:
            raise HTTPException(404)
        return fields, once.unique, one

    async def _fields(self, request: Request, tries: Tries) -> dict[str, str]:
        reading.refuse_other_sites(request)
        network = asking(request)
        if not tries.has_more(network):
            raise HTTPException(429)
        tries.count(network)
        async with request.form(max_files=0, max_fields=6, max_part_size=64 * 1024) as form:
            return {name: value for name, value in form.multi_items() if isinstance(value, str)}

    def _open(self, form: str, slug: str, language: str) -> None:
        services = self._desk.services
        with services.db.write(durable=False) as conn:
            article_votes.opened(conn, form, slug, language, services.now())

    def _say(self, form: str, one: Article, said: Said) -> None:
        """Write it down; it stays when the form is sent, and is as it was said last."""
        services, once = self._desk.services, f"said.{form}.{one.slug.lower()}"
        with services.db.write() as conn:
            article_votes.count(conn, once, one.slug, one.language, said, services.now())

    def _send(self, form: str) -> None:
        db, articles = self._desk.services.db, self._desk.policy.articles.articles
        slugs = {one.slug for one in articles}
        with db.read() as conn:
            opened = article_votes.opened_beside(conn, form, slugs)
        if opened:  # seldom, and whoever writes waits for those who do
            with db.write(durable=False) as conn:
                article_votes.was_sent(conn, opened)
