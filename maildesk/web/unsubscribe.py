"""One click ends mails of campaigns, or questions for stars (RFC 8058).

A mail program posts to the link by itself, without a cookie and without a person at a page; so the
link is the whole proof, and nothing but POST does anything: whoever looks at links before a person
does (GET, HEAD) sees a page with a button. The click is spooled as the mail that the other way of
List-Unsubscribe would have sent.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from maildesk.desk.customers.unsubscribing import WORD
from maildesk.desk.threads.links import Purpose
from maildesk.desk.verbs.table import NO_SURVEYS
from maildesk.pipeline.pages.leaving import FIELD, ONE_CLICK, PURPOSES
from maildesk.pipeline.pages.views import Asking
from maildesk.pipeline.pages.visitors import Visitor, masked, visitor
from maildesk.web import replies
from maildesk.web.clients import asking, peer_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.pipeline.pages.visitors import Refused
    from maildesk.web.pages import Desk

_LONGEST = 1000  # octets that a form of one field may have


class Unsubscribing:
    """The page with the button, and what it does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(self, request: Request) -> Response:
        """What the button would do; nothing is done."""
        who = await self._who(request)
        page = Asking(request.url.path, "", masked(who.address), notice=_kind(who))
        language = who.ticket.language
        return await self._desk.page(request, "unsubscribe", language=language, page=page)

    async def leave(self, request: Request) -> Response:
        """The click. Twice is as good as once."""
        who = await self._who(request)
        if not await _is_click(request):
            raise HTTPException(400)
        services, policy = self._desk.services, self._desk.policy
        is_campaign = _kind(who) == "campaigns"
        verbs = policy.wording.of(who.ticket.language).verbs
        again = f"{who.token}\n{services.now():%Y-%m-%d}"  # on another day it may be news
        await self._desk.do(
            replies.sent,
            services,
            self._desk.intake,
            who,
            WORD if is_campaign else f"#{verbs[NO_SURVEYS][0]}",
            (),
            unique=sha256(again.encode()).hexdigest()[:16],
            client=peer_of(request),
            purpose=Purpose.REQUESTER if is_campaign else Purpose.NO_SURVEYS,
        )
        told, language = f"left_{_kind(who)}", who.ticket.language
        return await self._desk.page(request, "told", language=language, told=told)

    async def _who(self, request: Request) -> Visitor:
        """Whose link it is. Guessing is limited."""
        network = asking(request)
        if not self._desk.guesses.has_more(network):
            raise HTTPException(429)
        found = await self._desk.do(self._visitor, str(request.path_params["token"]))
        if not isinstance(found, Visitor):
            self._desk.guesses.count(network)
            raise HTTPException(404)
        return found

    def _visitor(self, token: str) -> Visitor | Refused:
        services = self._desk.services
        with services.db.read() as conn:
            policy = self._desk.policy
            return visitor(services, conn, policy, token, {}, expired=True, purposes=PURPOSES)


def _kind(who: Visitor) -> str:
    """What the link ends, as the pages' words call it."""
    return "campaigns" if who.token[:1].lower() == Purpose.NO_CAMPAIGNS.value else "surveys"


async def _is_click(request: Request) -> bool:
    """Whether the body is what RFC 8058 (3.1) has, as either kind of form."""
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length) > _LONGEST:
        raise HTTPException(413 if length.isdigit() else 411)
    try:
        async with request.form(max_files=0, max_fields=5) as form:
            return form.get(FIELD) == ONE_CLICK
    except ClientDisconnect:
        return False
