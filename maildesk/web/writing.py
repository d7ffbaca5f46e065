"""What is done on the page of a ticket: a message, the end of it, a code, a new link.

Each comes by a form of ours, from the browser that it was shown to. What was typed is never lost: a
form that is refused comes back with the words in it, and the reason above them.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from maildesk.desk.pages import page_score
from maildesk.desk.ticket import Status
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.pages import close, mailed, proving
from maildesk.pipeline.pages.views import Asking
from maildesk.pipeline.pages.visitors import (
    Visitor,
    browser_of,
    masked,
    writer_cookie,
    writer_proof,
)
from maildesk.store.secrets import page_codes, proved_networks
from maildesk.web import forms, replies
from maildesk.web.clients import asking, network_of, peer_of
from maildesk.web.reading import (
    Files,
    TooMuch,
    are_too_much,
    form_of,
    refuse_other_sites,
    refused,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from maildesk.desk.mails.limits import AttachmentLimits
    from maildesk.web.tracking import Tracking

_LOOKS, _PAUSE = 30, 0.1  # how long a page waits for its message to be filed


class Writing:
    """The forms of the page."""

    def __init__(self, tracking: Tracking) -> None:
        self._tracking, self._desk = tracking, tracking.desk

    async def reply(self, request: Request) -> Response:
        """A message, and perhaps the end of it."""
        try:
            who, fields, files, once = await self.read(request, "reply")
        except TooMuch as much:
            return await self._too_much(request, much.fields)
        if isinstance(who, Response):
            return who
        text = fields.get("text", "").strip()
        if not self._tracking.may_write(who):
            return await self._tracking.shown(request, who, status=403)
        if once is None or once.is_old:
            return await self._again(request, who, "form_old", text, has_files=bool(files))
        wants_end = fields.get("do") == "close"
        if wants_end and not text and not files:
            return await self._closed(who, has_words=False)
        shown, limits = text[: replies.LONGEST], self._desk.policy.attachments
        if wrong := _refusal(text, files, limits):
            return await self._again(request, who, wrong, shown, has_files=bool(files))
        if named := refused(files, limits):
            more: dict[str, Any] = {"wrong_files": "file_refused", "refused": named}
            return await self._again(request, who, "portal_wrong", shown, has_files=True, **more)
        client = peer_of(request)
        services, intake = self._desk.services, self._desk.intake
        one = await self._desk.do(
            replies.sent, services, intake, who, text, files, unique=once.unique, client=client
        )
        is_filed = await self._is_filed(one)
        if wants_end and is_filed:
            return await self._closed(who, has_words=True)
        return _to(who, "sent" if is_filed else "sent_soon")

    async def _too_much(self, request: Request, fields: Mapping[str, str]) -> Response:
        """The page, with the words: the files were not even taken."""
        who = await self._tracking.who(request)
        if isinstance(who, Response):
            return who
        text = fields.get("text", "").strip()[: replies.LONGEST]
        return await self._again(request, who, "too_much", text, has_files=True, status=413)

    async def code(self, request: Request) -> Response:
        """Mail a code to the address that the link is for."""
        who, _, _, once = await self.read(request, "code")
        if isinstance(who, Response):
            return who
        if once is None or once.is_old:
            return await self._again(request, who, "form_old", "")
        return await self.mailed_code(request, who, "confirm")

    async def mailed_code(self, request: Request, who: Visitor, then: str) -> Response:
        """Mail it, and ask for it on a page whose form goes to `then`."""
        if not self._may_mail(request, who):
            return await self._again(request, who, "code_too_often", "", status=429)
        code, browser = f"{secrets.randbelow(10**6):06d}", browser_of(request.cookies)
        shown, person = f"{code[:3]} {code[3:]}", who.person
        is_mailed = await self._desk.do(
            mailed.mail_code,
            self._desk.services,
            who.ticket.id,
            person,
            shown,
            page_codes.digest_of(browser, code),
        )
        if not is_mailed:
            return await self._again(request, who, "code_too_often", "", status=429)
        return await self._asked(request, who, then)

    async def confirm(self, request: Request) -> Response:
        """Take the code, and let this browser write."""
        who, fields, _, once = await self.read(request, "confirm")
        if isinstance(who, Response):
            return who
        if once is None:
            return await self._again(request, who, "form_old", "")
        if (wrong := await self.typed(request, who, fields, "confirm")) is not None:
            return wrong
        return self.remembered(request, who, _to(who, "confirmed", "#answer"))

    async def typed(
        self, request: Request, who: Visitor, fields: dict[str, str], then: str
    ) -> Response | None:
        """What is shown to somebody who has typed a code that is none; None: it is the code."""
        typed = "".join(fields.get("code", "")[:40].split())
        digest = page_codes.digest_of(browser_of(request.cookies), typed)
        client = peer_of(request)
        if await self._desk.do(self._proves, who, digest, client):
            await self._desk.do(proving.prove, self._desk.services, who.ticket.id, who.person)
            return None
        self._desk.guesses.count(network_of(client))
        return await self._asked(request, who, then, notice="code_wrong", status=422)

    def remembered(self, request: Request, who: Visitor, answer: Response) -> Response:
        """The answer, by which the browser keeps that it may write."""
        remember = self._desk.policy.tracking.remember
        proof = writer_proof(self._desk.services, who, remember)
        name = writer_cookie(who.number, proof.partition("-")[2][:8])
        self._tracking.keep(request, answer, name, proof, int(remember.total_seconds()))
        return answer

    async def renew(self, request: Request) -> Response:
        """Mail a new link to the address that the old one was for."""
        who, _, _, once = await self.read(request, "renew", expired=True)
        if isinstance(who, Response):
            return who
        if once is not None and not once.is_old and self._may_mail(request, who):
            services = self._desk.services
            await self._desk.do(mailed.mail_link, services, who.ticket.id, who.person)
        language = who.ticket.language
        return await self._desk.page(request, "told", language=language, told="link_mailed")

    def _may_mail(self, request: Request, who: Visitor) -> bool:
        """Whether one mail more may go there because this network asks, which is counted: whoever
        got hold of a link shall not use up what its owner may ask for."""
        network = asking(request)
        asks = f"{network} {mailbox_of(who.address)}"
        may = self._desk.mails.has_more(asks)
        if may:
            self._desk.mails.count(asks)
        return may

    async def read(
        self, request: Request, name: str, *, expired: bool = False
    ) -> tuple[Visitor | Response, dict[str, str], Files, forms.Once | None]:
        """Who sends this form, what is in it, and whether it is one of ours."""
        refuse_other_sites(request)
        who = await self._tracking.who(request, expired=expired)
        if isinstance(who, Response):
            return who, {}, [], None
        if who.is_looking_on:
            raise HTTPException(403)
        fields, files = await form_of(request)
        path, ring = f"{who.base}/{name}", self._desk.services.ring
        once = forms.read(ring, browser_of(request.cookies), path, fields.get("form", ""))
        return who, fields, files, once

    async def _again(
        self,
        request: Request,
        who: Visitor,
        notice: str,
        text: str,
        *,
        has_files: bool = False,
        status: int = 422,
        **more: Any,
    ) -> Response:
        more |= {"notice": notice, "text": text, "is_refusal": True}
        more["has_lost_files"] = has_files
        return await self._tracking.shown(request, who, status=status, **more)

    async def _asked(
        self, request: Request, who: Visitor, then: str, *, notice: str = "", status: int = 200
    ) -> Response:
        path = f"{who.base}/{then}"
        # the form that asked for this one
        again = path.removesuffix("confirm") + ("code" if then == "confirm" else "solved")
        ring, browser = self._desk.services.ring, browser_of(request.cookies)
        once, once_again = (forms.made(ring, browser, one) for one in (path, again))
        about = (masked(who.address), who.ticket.reference, who.base, notice)
        page = Asking(path, once, *about, again=again, once_again=once_again)
        language = who.ticket.language
        return await self._desk.page(request, "code", status=status, language=language, page=page)

    async def _closed(self, who: Visitor, *, has_words: bool) -> Response:
        services, ticket = self._desk.services, who.ticket
        is_closed = ticket.behaviour is Status.CLOSED or await self._desk.do(
            close.close, services, ticket.id, who.person, has_words=has_words
        )
        return _to(who, "closed" if is_closed else "closed_not")

    async def _is_filed(self, one: replies.Sent) -> bool:
        """Whether the workers were quick; the page is shown anyway."""
        for _ in range(_LOOKS):
            if await self._desk.do(replies.is_filed, self._desk.services, one):
                return True
            await asyncio.sleep(_PAUSE)
        return False

    def _proves(self, who: Visitor, digest: bytes, client: str) -> bool:
        services, address = self._desk.services, mailbox_of(who.person.address)
        now, network = services.now(), page_score.network_of(client)
        with services.db.write() as conn:
            is_proved = page_codes.prove(conn, who.ticket.id, address, digest, now)
            if is_proved:  # scores from there are theirs
                proved_networks.remember(conn, address, network, now)
            return is_proved


def _refusal(text: str, files: Files, limits: AttachmentLimits) -> str:
    """Why this is not sent, or nothing."""
    if not text and not files:
        return "empty"
    if len(text) > replies.LONGEST:
        return "too_long"
    return "too_much" if are_too_much(files, limits) else ""


def _to(who: Visitor, done: str, at: str = "") -> Response:
    """See what came of it; reloading that page sends nothing again."""
    return Response(status_code=303, headers={"Location": f"{who.base}?done={done}{at}"})
