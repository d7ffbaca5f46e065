"""Help articles beside the web form: those that are like what is being typed.

The browser asks while somebody writes; what they type goes there and is kept nowhere. Of an article
that was opened it is written down which form it was opened beside; once the form is sent, that is
taken back: the rest has spared a request.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.pages import articles as centre
from maildesk.pipeline.pages.articles import Entry, Reader
from maildesk.store.desk import article_votes
from maildesk.web import reading
from maildesk.web.clients import asking
from maildesk.web.languages import spoken_by
from maildesk.web.limits import Tries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from maildesk.web.forms import Once
    from maildesk.web.pages import Desk

    Reads = Callable[[Request, Mapping[str, str]], Once | None]

ASKS, OPENS = 300, 30  # of one network in ten minutes
_LONGEST_SUBJECT, _LONGEST_TEXT = 200, 4_000  # characters that are looked at


class Suggesting:
    """What is asked of it. `once` reads the form that it is beside."""

    def __init__(self, desk: Desk, once: Reads) -> None:
        self._desk, self._once = desk, once
        self._asks = Tries(ASKS, 600.0, time.monotonic)
        self._opens = Tries(OPENS, 600.0, time.monotonic)

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
        fields = await self._fields(request, self._opens)
        once, slug = self._once(request, fields), fields.get("slug", "")
        one = self._desk.policy.articles.article(slug, self.reader(request).languages)
        if once is None or one is None:
            raise HTTPException(404)
        await self._desk.do(self._open, once.unique, one.slug, one.language)
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
        """Which language they read."""
        return Reader((spoken_by(request.headers.get("accept-language", ""), self._desk.policy),))

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

    def _send(self, form: str) -> None:
        with self._desk.services.db.write(durable=False) as conn:
            article_votes.was_sent(conn, form)
