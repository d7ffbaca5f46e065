"""The page of the stars: a tap on one in the mail opens it with that star chosen.

Looking records nothing, whoever looks: mail scanners and previews fetch every link there is. A
score is sent with the page's own form, from the browser that it was shown to; whose it is, where
programs press the button as well, is for the desk to say (`desk.pages.scores`).
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from maildesk.desk.threads import links
from maildesk.desk.threads.links import SIGNATURE, Purpose
from maildesk.pipeline.pages import conversation, ratings
from maildesk.pipeline.pages.link import PATHS
from maildesk.pipeline.pages.ratings import LONGEST, RatingPage, Stands
from maildesk.pipeline.pages.visitors import (
    BROWSER,
    Refused,
    Visitor,
    browser_of,
    masked,
    new_browser,
    visitor,
)
from maildesk.web import forms, stars
from maildesk.web.clients import asking, network_of, peer_of
from maildesk.web.limits import Tries
from maildesk.web.pasted import ENDS
from maildesk.web.reading import form_of, refuse_other_sites

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.web.pages import Desk

DONE = ("rated", "rated_soon", "rated_doubtful", "rated_late")  # what a page may be told it did
RESOLUTION = "resolution"  # the mail that asks for stars, as `tracking: mails` says it
_STARS = ("1", "2", "3", "4", "5")
_MOST_SENT, _PERIOD = 20, 600.0  # scores from one network
_LOOKS, _PAUSE = 30, 0.1  # how long a page waits for its score to be filed


class Survey:
    """What is asked of the page, and its form."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sent = Tries(_MOST_SENT, _PERIOD, time.monotonic)

    async def page(self, request: Request) -> Response:
        """The page."""
        who = await self._who(request)
        if isinstance(who, Response):
            return who
        tapped, done = (request.query_params.get(name, "") for name in ("score", "done"))
        tapped = tapped.rstrip(ENDS)
        chosen = int(tapped) if tapped in _STARS else 0
        return await self._shown(request, who, chosen=chosen, notice=done if done in DONE else "")

    async def back(self, request: Request) -> Response:
        """The form's address that is only looked at, after going back or forth: its page."""
        token = str(request.path_params["token"])
        if not SIGNATURE.fullmatch(token):
            raise HTTPException(404)
        return Response(status_code=303, headers={"Location": f"/survey/{token}"})

    async def send(self, request: Request) -> Response:
        """A score, or another in its place."""
        refuse_other_sites(request)
        who = await self._who(request)
        if isinstance(who, Response):
            return who
        client = peer_of(request)
        if not self._sent.has_more(network_of(client)):
            raise HTTPException(429)
        fields, _ = await form_of(request)
        tapped, words = fields.get("score", ""), fields.get("words", "").strip()
        comment = words.replace("\r\n", "\n").replace("\r", "\n")
        score = int(tapped) if tapped in _STARS else 0
        ring, browser = self._desk.services.ring, browser_of(request.cookies)
        once = forms.read(ring, browser, f"{who.base}/send", fields.get("form", ""))
        wrong = _refusal(once, score, comment)
        if wrong or once is None:
            status = 403 if once is None else 422
            more: dict[str, Any] = {"chosen": score, "comment": comment[:LONGEST]}
            return await self._shown(request, who, status=status, notice=wrong, **more)
        if not (await self._desk.do(self._stands, who)).may_change:
            return _to(who, "rated_late")
        self._sent.count(network_of(client))
        services, intake = self._desk.services, self._desk.intake
        row = await self._desk.do(stars.rated, services, intake, who, score, comment, once, client)
        if not await self._is_filed(row):
            return _to(who, "rated_soon")
        is_doubtful = (await self._desk.do(self._stands, who)).may_be_a_program
        return _to(who, "rated_doubtful" if is_doubtful else "rated")

    async def _who(self, request: Request) -> Visitor | Response:
        """Whose page it is, or what is told somebody without one. Guessing is limited."""
        network = asking(request)
        if not self._desk.guesses.has_more(network):
            raise HTTPException(429)
        found = await self._desk.do(self._visitor, request, False)
        if found is Refused.UNKNOWN:
            self._desk.guesses.count(network)
            raise HTTPException(404)
        ended = found if isinstance(found, Visitor) else None
        if found is Refused.EXPIRED:
            late = await self._desk.do(self._visitor, request, True)
            ended = late if isinstance(late, Visitor) else None
        elif ended is not None and ended.ticket.is_requester(ended.address):
            return ended
        language = ended.ticket.language if ended is not None else ""
        return await self._desk.page(
            request, "told", status=410, language=language, told="survey_over"
        )

    async def _shown(
        self, request: Request, who: Visitor, *, status: int = 200, **more: Any
    ) -> Response:
        browser = browser_of(request.cookies) or new_browser()
        page = await self._desk.do(self._page, who, browser, **more)
        shown: dict[str, Any] = {"language": who.ticket.language, "page": page}
        answer = await self._desk.page(request, "survey", status=status, **shown)
        self._desk.keep(request, answer, BROWSER, browser, path="/survey")
        return answer

    def _page(
        self, who: Visitor, browser: str, *, chosen: int = 0, comment: str = "", notice: str = ""
    ) -> RatingPage:
        services, policy = self._desk.services, self._desk.policy
        path, may_read = f"{who.base}/send", policy.tracking.may_read
        with services.db.read() as conn:
            stands = ratings.stands(conn, policy, who, services.now())
            answered = ratings.answered_by(services, conn, policy, who) if may_read else ""
        is_refusal = bool(notice) and notice not in DONE
        kept = stands.comment if may_read and not is_refusal else ""
        return RatingPage(
            reference=who.ticket.reference,
            subject=conversation.shown_subject(who.ticket) if may_read else who.ticket.reference,
            answered_by=answered,
            address=masked(who.address),
            stands=stands,
            action=path if stands.may_change else "",
            once=forms.made(services.ring, browser, path),
            chosen=chosen or stands.score,
            comment=comment or kept,
            notice=notice,
            is_refusal=is_refusal,
            ticket=self._ticket(who),
        )

    def _ticket(self, who: Visitor) -> str:
        """The page of the request, where a link to it stood beside the stars or they are let in; it
        ends with the link that they came by."""
        tracking = self._desk.policy.tracking
        if not (who.is_proved or (tracking.may_read and tracking.is_in(RESOLUTION))):
            return ""
        ring, whose = self._desk.services.ring, (who.number, who.address, who.until)
        return PATHS[Purpose.PAGE] + links.signature(ring, links.ON_PAGES, Purpose.PAGE, *whose)

    def _stands(self, who: Visitor) -> Stands:
        services = self._desk.services
        with services.db.read() as conn:
            return ratings.stands(conn, self._desk.policy, who, services.now())

    def _visitor(self, request: Request, expired: bool) -> Visitor | Refused:
        services, token = self._desk.services, str(request.path_params["token"])
        with services.db.read() as conn:
            return visitor(
                services,
                conn,
                self._desk.policy,
                token,
                request.cookies,
                expired=expired,
                purposes=(Purpose.STARS,),
            )

    async def _is_filed(self, row: int) -> bool:
        """Whether the workers were quick; the page is shown anyway."""
        for _ in range(_LOOKS):
            if await self._desk.do(stars.is_done, self._desk.services, row):
                return True
            await asyncio.sleep(_PAUSE)
        return False


def _refusal(once: forms.Once | None, score: int, comment: str) -> str:
    """Why this is not sent, or nothing."""
    if once is None or once.is_old:
        return "rating_old"
    if not score:
        return "rating_none"
    return "rating_too_long" if len(comment) > LONGEST else ""


def _to(who: Visitor, done: str) -> Response:
    """See what came of it; reloading that page sends nothing again."""
    return Response(status_code=303, headers={"Location": f"{who.base}?done={done}"})
