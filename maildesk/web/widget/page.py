"""`/widget`, the web form for a frame, and `/widget.js`, which puts it there.

Only the sites that the settings name may frame it. In another site's page a browser sends no cookie
of ours, so the form is bound to the network that it was shown to, in place of the browser. What a
forged one could do is what anybody can who types: nothing here goes by a cookie, the form has no
authority that could be borrowed, and an identity stands in the form itself. A post that a browser
says another site made is refused as everywhere.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from maildesk.config.templates.pages import FRAME, WIDGET
from maildesk.desk.pages import identity
from maildesk.log import log
from maildesk.pipeline.pages.choices import one_line
from maildesk.web.clients import asking
from maildesk.web.guard import FRAMED, WITH_SCRIPT
from maildesk.web.languages import spoken_by
from maildesk.web.pages import coloured
from maildesk.web.portal.page import SUGGESTED, Portal
from maildesk.web.portal.suggesting import Suggesting
from maildesk.web.portal.typed import LONGEST_NAME

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.config.connections.widget import Widget as Settings
    from maildesk.pipeline.pages.portal import PortalPage
    from maildesk.web.portal.suggesting import Handler
    from maildesk.web.portal.typed import Typed
    from maildesk.web.reading import Files

PATH = "/widget"
_KEPT = "public, max-age=31536000, immutable"  # the address changes with it
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class Widget(Portal):
    """The web form once more, and what is other in a frame."""

    path, sent_path = PATH, f"{PATH}/sent"

    def __init__(self, portal: Portal) -> None:
        super().__init__(portal.desk)
        self.by_network, self.by_address = portal.by_network, portal.by_address
        self.suggesting = Suggesting(portal.desk, self.once, self.language, portal.suggesting)

    def routes(self) -> list[Route]:
        """Its paths."""
        return [
            Route("/widget.js", self.script),
            Route(f"{PATH}/frame.js", self.frame),
            Route(f"{PATH}/style.css", self.style),
            Route(PATH, self.show),
            Route(PATH, self.send, methods=["POST"]),
            Route(self.sent_path, self.done),
            *self.suggesting.routes(f"{PATH}{SUGGESTED}", self._there),
        ]

    def _there(self, handler: Handler) -> Handler:
        async def asked(request: Request) -> Response:
            self._is_there()
            return await handler(request)

        return asked

    async def show(self, request: Request) -> Response:
        """The form."""
        self._is_there()
        return await super().show(request)

    async def send(self, request: Request) -> Response:
        """A request."""
        self._is_there()
        return await super().send(request)

    async def done(self, request: Request) -> Response:
        """That it was sent."""
        self._is_there()
        return await super().done(request)

    async def script(self, request: Request) -> Response:
        """What the other site's page runs, for any site to load."""
        self._is_there()
        text = self.desk.pages.plain(WIDGET).replace('"$DESK"', self._desk_words())
        tag = f'"{sha256(text.encode()).hexdigest()[:16]}"'
        kept = {
            "Cache-Control": "public, max-age=3600",
            "ETag": tag,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",  # a module is fetched so (Fetch, 4.8)
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=kept)
        return Response(text, media_type="text/javascript", headers=kept)

    async def frame(self, request: Request) -> Response:  # noqa: ARG002
        """The script inside."""
        text = self.desk.pages.plain(FRAME)
        return Response(text, media_type="text/javascript", headers={"Cache-Control": _KEPT})

    async def style(self, request: Request) -> Response:
        """The style sheet, in the colour that was asked for."""
        css = coloured(self._colour(request)) + self.desk.pages.style
        return Response(css, media_type="text/css", headers={"Cache-Control": _KEPT})

    def browser(self, request: Request) -> str:
        """What the form is bound to, without a cookie."""
        return f"widget {asking(request)}"

    def language(self, request: Request) -> str:
        """The one that the page asks for, else what the browser likes."""
        asked, liked = request.query_params.get("language", "")[:20], "accept-language"
        return spoken_by(f"{asked},{request.headers.get(liked, '')}", self.desk.policy)

    async def believed(self, request: Request, typed: Typed) -> Typed | None:  # noqa: ARG002
        """The request as of whom the site's server signed; None where nothing is believed."""
        if not typed.signed[identity.IDENTITY]:
            return None
        key = self._settings.key
        if why := identity.refusal(key, typed.signed, typed.address, time.time()):
            log.warning("identity_refused", why=why)
            return None
        name = one_line(typed.signed[identity.NAME], LONGEST_NAME)
        return replace(typed, name=name or typed.name, copies=())

    async def known(self, request: Request, page: PortalPage, *, is_new: bool) -> PortalPage:  # noqa: ARG002
        """Nobody is, by a cookie."""
        return page

    async def by_code(self, request: Request, typed: Typed, files: Files, unique: str) -> Response:  # noqa: ARG002
        """A code needs a cookie: it is calculated anew, for the scripts run here."""
        return await self.form(request, typed, notice="portal_old")

    async def answer(self, request: Request, page: PortalPage, status: int, kind: str) -> Response:  # noqa: ARG002
        """The page, which names the sites that may frame it."""
        page = replace(page, action=self._with(request, PATH), frame=self._frame())
        if page.suggests:
            page = replace(page, suggests=self._with(request, f"{PATH}{SUGGESTED}"))
        more = {"page": page, "style": self._style(request)}
        language = self.language(request)
        answer = await self.desk.page(request, "widget", status=status, language=language, **more)
        named = f"frame-ancestors {self._settings.ancestors}"
        policy = WITH_SCRIPT.replace("frame-ancestors 'none'", named)
        answer.headers["Content-Security-Policy"] = policy
        request.scope[FRAMED] = True
        return answer

    def keep(self, request: Request, answer: Response, browser: str) -> None:
        """No cookie: the browser would not send it."""

    def sent(self, request: Request, unique: str = "") -> Response:  # noqa: ARG002
        """Where it leads once it is sent."""
        return Response(status_code=303, headers={"Location": self._with(request, self.sent_path)})

    @property
    def _settings(self) -> Settings:
        return self.desk.services.settings.web.widget

    def _is_there(self) -> None:
        if not self._settings.sites or not self.desk.policy.portal.enabled:
            raise HTTPException(404)

    def _colour(self, request: Request) -> str:
        asked = request.query_params.get("colour", "").lower()
        return asked if _COLOUR.fullmatch(asked) else self.desk.policy.colour

    def _with(self, request: Request, path: str) -> str:
        asked = {"language": self.language(request), "colour": self._colour(request)}
        return f"{path}?{urlencode(asked)}"

    def _style(self, request: Request) -> str:
        version = sha256(self.desk.pages.style.encode()).hexdigest()[:12]
        return f"{PATH}/style.css?{urlencode({'colour': self._colour(request), 'v': version})}"

    def _frame(self) -> str:
        return f"{PATH}/frame.js?{sha256(self.desk.pages.plain(FRAME).encode()).hexdigest()[:12]}"

    def _desk_words(self) -> str:
        """What the script says, in the desk's languages, its colour, and where the desk is; safe in
        a script."""
        policy, pages = self.desk.policy, self.desk.pages
        said: Mapping[str, object] = {
            "base": self.desk.services.settings.web.public_url,
            "colour": policy.colour,
            "language": policy.default_language.lower(),
            "words": {
                language.lower(): {
                    "open": pages.plain_words(language, "widget_open"),
                    "close": pages.plain_words(language, "widget_close"),
                    "title": pages.plain_words(language, "portal_title"),
                }
                for language in policy.languages
            },
        }
        return json.dumps(said)
