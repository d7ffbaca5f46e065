"""Pages as answers: which language, which look, which templates are in force.

Templates are loaded anew when the desk's files change. A page of the desk's own that cannot be
shown is logged, and the built-in one shown in its place: a customer must not pay for a mistake.
"""

from __future__ import annotations

import time
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import anyio
import anyio.to_thread
from starlette.responses import HTMLResponse, Response

from maildesk.config.policy import TEMPLATES
from maildesk.config.templates.pages import Pages
from maildesk.desk.mails.shown.contrast import INK, READABLE, WHITE, contrast, ink_of, readable_on
from maildesk.errors import BadPolicy
from maildesk.log import log
from maildesk.pipeline.pages.mine.sessions import PATH as MINE
from maildesk.pipeline.pages.mine.sessions import is_offered
from maildesk.web.languages import spoken_by
from maildesk.web.limits import Tries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from maildesk.desk.policy import Policy
    from maildesk.intake import Intake
    from maildesk.pipeline.services import Services

Value = TypeVar("Value")
GUESSES = 30  # links and codes that are none, from one network in ten minutes
MAILS = 5  # that pages send to one address because one network asked, in an hour
HANDS = 4  # threads that read and write for pages
NIGHT = "#1a1e22"  # the paper of dark pages


class Desk:
    """What every page has at hand."""

    def __init__(self, services: Services, intake: Intake) -> None:
        self.services, self.intake = services, intake
        self.guesses = Tries(GUESSES, 600.0, time.monotonic)
        self.mails = Tries(MAILS, 3600.0, time.monotonic)
        self._hands = anyio.CapacityLimiter(HANDS)
        self._loaded: tuple[str, Pages] | None = None
        self._look: tuple[Pages, _Look] | None = None

    @property
    def policy(self) -> Policy:
        """In force at this moment."""
        return self.services.keeper.current.policy

    @property
    def pages(self) -> Pages:
        """The templates that belong to it."""
        policy = self.policy
        if self._loaded is None or self._loaded[0] != policy.fingerprint:
            own = self.services.desk / TEMPLATES
            found, mistakes = Pages.load(own if own.is_dir() else None, policy.wording)
            for one in mistakes:
                log.warning("page_left_out", why=str(one))
            self._loaded = (policy.fingerprint, found)
        return self._loaded[1]

    async def do(self, work: Callable[..., Value], *args: Any, **more: Any) -> Value:
        """What blocks, in a thread."""
        return await anyio.to_thread.run_sync(partial(work, *args, **more), limiter=self._hands)

    async def page(
        self, request: Request, name: str, *, status: int = 200, language: str = "", **shown: Any
    ) -> Response:
        """This page, in the language of whoever asks unless another is named."""
        wanted = language or spoken_by(request.headers.get("accept-language", ""), self.policy)
        html = await self.do(self.html, name, wanted, **shown)
        return HTMLResponse(html, status)

    def html(self, name: str, language: str, **shown: Any) -> str:
        """The page as text."""
        policy = self.policy
        variables = {
            "desk": {
                "name": policy.desk_name,
                "website": policy.website,
                "addresses": _addresses(policy, language),
                "has_form": policy.portal.enabled,
                "links": self._links(),
            },
            "style": f"/style.css?{self.look.style}",
            "script": f"/script.js?{self.look.script}",
            "now": self.services.now(),
            "page": None,
            "told": "",
            "downloaded": False,
        } | shown
        try:
            return self.pages.render(name, language, **variables)
        except BadPolicy as problem:
            log.error("page_left_out", why="; ".join(map(str, problem.mistakes)))
            return Pages.load(None, policy.wording)[0].render(name, language, **variables)

    @property
    def finds(self) -> bool:
        """Whether a link to a request can be mailed."""
        return bool(self.services.settings.web.public_url)

    def _links(self) -> tuple[Mapping[str, str], ...]:
        """Where the head of every page leads, beside the form behind the desk's name."""
        found = []
        if any(one.is_public for one in self.policy.articles.articles):
            found.append({"href": "/articles/", "words": "articles_title"})
        if is_offered(self.services, self.policy):
            found.append({"href": MINE, "words": "mine_title"})
        elif self.finds:
            found.append({"href": "/find", "words": "nav_find"})
        return tuple(found)

    def keep(
        self,
        request: Request,
        answer: Response,
        name: str,
        value: str,
        *,
        path: str,
        seconds: int | None = None,
    ) -> None:
        """A cookie for the pages below a path, out of reach of scripts and other sites."""
        if request.cookies.get(name) == value:
            return
        web = self.services.settings.web
        public = web.public_url.partition("://")[2].partition(":")[0]
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path=path,
            # a name with this prefix is kept only so (RFC 6265bis, 4.1.3.2)
            secure=web.is_secure and (name.startswith("__Host-") or request.url.hostname == public),
            httponly=True,
            samesite="lax",
        )

    def script(self) -> Response:
        """The script, which may be kept as the style sheet may."""
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(self.pages.script, media_type="text/javascript", headers=kept)

    def style(self) -> Response:
        """The style sheet, which may be kept: its address changes with it."""
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(self.look.css, media_type="text/css", headers=kept)

    def css(self) -> str:
        """The same as text."""
        return self.look.css

    @property
    def look(self) -> _Look:
        """The style sheet and the script, and what they are known by; made anew with the pages."""
        pages = self.pages
        if self._look is None or self._look[0] is not pages:
            css = coloured(self.policy.colour) + pages.style
            self._look = (pages, _Look(css, _known_by(css), _known_by(pages.script)))
        return self._look[1]


class _Look(NamedTuple):
    """The style sheet, and digests of it and of the script: their addresses change with them."""

    css: str
    style: str
    script: str


def _known_by(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _addresses(policy: Policy, language: str) -> tuple[str, ...]:
    """Where the desk is written to, that of the reader's language first."""
    usual, wanted = policy.default_language, language.lower()
    found = sorted(policy.addresses, key=lambda one: (one.language or usual).lower() != wanted)
    return tuple(one.address for one in found)


def coloured(colour: str) -> str:
    """The desk's colour as pages use it: to stand on, in words on white, in words at night."""
    night = colour
    while len(night) == 7 and contrast(night, NIGHT) < READABLE + 1:
        channels = (int(night[at : at + 2], 16) for at in (1, 3, 5))
        night = "#" + "".join(f"{min(255, channel + 12):02x}" for channel in channels)
    on_night = WHITE if contrast(WHITE, night) >= contrast(INK, night) else INK
    by_day = f"--accent:{colour};--on-accent:{readable_on(colour)};--accent-ink:{ink_of(colour)}"
    by_night = f"--accent:{night};--on-accent:{on_night};--accent-ink:{night}"
    return f":root{{{by_day}}}@media (prefers-color-scheme:dark){{:root{{{by_night}}}}}\n"
