"""The help centre as it is looked at. What is public may be kept by browsers and proxies, for a
little while, and has no cookie; what somebody looks for, and the form that says whether an article
helped, are kept nowhere.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from maildesk.pipeline.pages import articles as centre
from maildesk.pipeline.pages.article_pictures import picture_of
from maildesk.pipeline.pages.articles import Reader
from maildesk.pipeline.pages.visitors import BROWSER, browser_of, new_browser
from maildesk.store.desk import article_votes
from maildesk.web import forms, reading
from maildesk.web.clients import asking
from maildesk.web.languages import spoken_by
from maildesk.web.limits import Tries
from maildesk.web.portal.suggesting import SAID

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.desk.articles.article import Article
    from maildesk.store.desk.article_votes import Said
    from maildesk.web.pages import Desk

KEPT = "public, max-age=300"
VOTES = 30  # of one network in ten minutes


class Articles:
    """What is asked of the help centre."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._votes = Tries(VOTES, 600.0, time.monotonic)

    async def start(self, request: Request) -> Response:
        """All categories, or what was looked for."""
        reader, query = self.reader(request), request.query_params.get("q", "").strip()
        if query:
            page = await self._desk.do(centre.found, self._desk.policy, reader, query)
            return await self._centre(request, reader, page)
        return _kept(request, await self._first(request, reader))

    async def category(self, request: Request) -> Response:
        """One category."""
        reader, slug = self.reader(request), request.path_params["category"]
        asked = request.query_params.get("page", "1")
        number = int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
        page = await self._desk.do(centre.category, self._desk.policy, reader, slug, max(0, number))
        if page is not None:
            return _kept(request, await self._centre(request, reader, page))
        one = self._desk.policy.articles.article(slug, reader.languages)
        if one is not None:
            return led_to(reader.path(centre.article_path(one)))
        return await self._none(request, reader)

    async def article(self, request: Request) -> Response:
        """One article."""
        reader, slug = self.reader(request), request.path_params["slug"]
        one = self._desk.policy.articles.article(slug, reader.languages)
        if one is None:
            if centre.is_category(self._desk.policy, slug):
                return led_to(reader.path(f"{centre.BASE}{slug}/"))
            return await self._none(request, reader)
        public = self._desk.services.settings.web.public_url
        page = await self._desk.do(centre.page_of, self._desk.policy, reader, one, public)
        language = reader.languages[0]
        return _kept(
            request, await self._desk.page(request, "article", language=language, page=page)
        )

    async def picture(self, request: Request) -> Response:
        """A picture of an article."""
        name = request.path_params["name"]
        if name not in self._desk.policy.articles.public_pictures:
            raise HTTPException(404)
        found = await self._desk.do(picture_of, self._desk.services.desk, name)
        if found is None:
            raise HTTPException(404)
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        answer = Response(found.octets, media_type=found.content_type, headers=headers)
        return _kept(request, answer)

    async def asked(self, request: Request) -> Response:
        """The form that says whether an article helped: looking at it says nothing yet."""
        reader, one = await self._article(request)
        say = request.query_params.get("say", "")
        return await self._form(request, reader, one, say if say in SAID else "yes")

    async def said(self, request: Request) -> Response:
        """Count what the form says."""
        reading.refuse_other_sites(request)
        reader, one = await self._article(request)
        network = asking(request)
        if not self._votes.has_more(network):
            raise HTTPException(429)
        self._votes.count(network)
        async with request.form(max_files=0, max_fields=6, max_part_size=2_000) as form:
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        path, ring = _form_path(one), self._desk.services.ring
        browser, say = browser_of(request.cookies), fields.get("say", "")
        once = forms.read(ring, browser, path, fields.get("form", ""))
        if once is None or once.is_old or say not in SAID:
            chosen = say if say in SAID else "yes"
            return await self._form(request, reader, one, chosen, notice="form_old", status=422)
        await self._desk.do(self._count, once.unique, one, SAID[say])
        return led_to(reader.path(f"{path}/thanks", say=say))

    async def thanks(self, request: Request) -> Response:
        """What is told somebody who has said it."""
        reader, one = await self._article(request)
        say = request.query_params.get("say", "")
        page = centre.Asked(
            title=one.title,
            href=reader.path(centre.article_path(one)),
            home=reader.path(centre.BASE),
            is_thanks=True,
            say=say if say in SAID else "yes",
        )
        return await self._desk.page(
            request, "article_helpful", language=reader.languages[0], page=page
        )

    def reader(self, request: Request) -> Reader:
        """Which languages they read."""
        policy = self._desk.policy
        wanted = request.query_params.get("in", "").lower()
        asked = next((one for one in policy.languages if one.lower() == wanted), "")
        best = asked or spoken_by(request.headers.get("accept-language", ""), policy)
        return Reader(tuple(dict.fromkeys((best, *policy.languages))), asked)

    async def _article(self, request: Request) -> tuple[Reader, Article]:
        reader = self.reader(request)
        one = self._desk.policy.articles.article(request.path_params["slug"], reader.languages)
        if one is None:
            raise HTTPException(404)
        return reader, one

    async def _form(
        self,
        request: Request,
        reader: Reader,
        one: Article,
        say: str,
        *,
        notice: str = "",
        status: int = 200,
    ) -> Response:
        browser, path = browser_of(request.cookies) or new_browser(), _form_path(one)
        page = centre.Asked(
            title=one.title,
            href=reader.path(centre.article_path(one)),
            home=reader.path(centre.BASE),
            action=reader.path(path),
            once=forms.made(self._desk.services.ring, browser, path),
            say=say,
            notice=notice,
        )
        answer = await self._desk.page(
            request, "article_helpful", status=status, language=reader.languages[0], page=page
        )
        if browser_of(request.cookies) != browser:
            web = self._desk.services.settings.web
            public = web.public_url.partition("://")[2].partition(":")[0]
            is_secure = web.is_secure and request.url.hostname == public
            more: dict[str, Any] = {"httponly": True, "samesite": "lax", "path": "/articles"}
            answer.set_cookie(BROWSER, browser, secure=is_secure, **more)
        return answer

    async def _centre(
        self, request: Request, reader: Reader, page: centre.Centre, status: int = 200
    ) -> Response:
        language = reader.languages[0]
        return await self._desk.page(
            request, "articles", status=status, language=language, page=page
        )

    async def _none(self, request: Request, reader: Reader) -> Response:
        return await self._first(request, reader, "no_article", 404)

    async def _first(
        self, request: Request, reader: Reader, notice: str = "", status: int = 200
    ) -> Response:
        page = await self._desk.do(centre.centre, self._desk.policy, reader, notice)
        return await self._centre(request, reader, page, status)

    def _count(self, once: str, one: Article, said: Said) -> None:
        services = self._desk.services
        with services.db.write() as conn:
            article_votes.count(conn, once, one.slug, one.language, said, services.now())


def _form_path(one: Article) -> str:
    return f"{centre.article_path(one)}/helpful"


def led_to(path: str) -> Response:
    """Go on there; whatever was typed stands in the head as an address has it."""
    return Response(status_code=303, headers={"Location": quote(path, safe="/%?=&+")})


def _kept(request: Request, answer: Response) -> Response:
    """An answer that may be kept, or word that it is the same (RFC 9110, 13)."""
    tag = f'"{sha256(bytes(answer.body)).hexdigest()[:20]}"'
    headers = {"Cache-Control": KEPT, "ETag": tag, "Vary": "Accept-Language", "X-Robots-Tag": "all"}
    asked = request.headers.get("if-none-match", "")
    if asked and (tag in asked or asked.strip() == "*"):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
