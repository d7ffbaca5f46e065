"""The page of a ticket, as it is looked at: the conversation, its files, the whole as a file.

Looking changes nothing: mail scanners and previews fetch every link there is.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from maildesk.config.templates.filters import paragraphs
from maildesk.desk.threads import links
from maildesk.desk.ticket import Status
from maildesk.pipeline.pages import conversation
from maildesk.pipeline.pages.close import may_close
from maildesk.pipeline.pages.files import file_of
from maildesk.pipeline.pages.mine.sessions import PATH as MINE
from maildesk.pipeline.pages.mine.sessions import is_offered
from maildesk.pipeline.pages.views import Asking, Form, Item, TicketPage
from maildesk.pipeline.pages.visitors import (
    BROWSER,
    Refused,
    Visitor,
    browser_of,
    masked,
    new_browser,
    visitor,
)
from maildesk.store.desk import tickets
from maildesk.web import forms
from maildesk.web.clients import asking
from maildesk.web.files import disposition, handed_out
from maildesk.web.guard import WITH_SCRIPT
from maildesk.web.languages import spoken_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from maildesk.desk.policy import Policy
    from maildesk.web.pages import Desk

DONE = ("sent", "sent_soon", "closed", "closed_not", "confirmed")  # what a page may be told it did
Found = TypeVar("Found")
_NUMBER = re.compile(r"[0-9]{1,15}")


class _Look:
    """What a request says of how it wants the page."""

    def __init__(self, request: Request, notice: str = "") -> None:
        self.request, self.notice = request, notice
        self.browser = browser_of(request.cookies) or new_browser()
        before = request.query_params.get("before", "")
        is_number = before.isascii() and before.isdigit() and len(before) < 16
        self.before = int(before) if is_number else 0

    def language(self, policy: Policy) -> str:
        """The one that their browser asks for."""
        return spoken_by(self.request.headers.get("accept-language", ""), policy)


class _Shown(NamedTuple):
    """A page that is made, and the browser that its form is bound to."""

    html: str
    browser: str
    has_script: bool


class Tracking:
    """What is asked of the page of a ticket."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def page(self, request: Request) -> Response:
        """The page."""
        done = request.query_params.get("done", "")
        look = _Look(request, done if done in DONE else "")
        found = await self._asked(request, partial(self._looked_at, look))
        return found if isinstance(found, Response) else self._answer(request, found)

    async def back(self, request: Request) -> Response:
        """A form's address that is only looked at, after going back or forth: its page."""
        token = _token(request)
        if not links.SIGNATURE.fullmatch(token):
            raise HTTPException(404)
        return Response(status_code=303, headers={"Location": f"/ticket/{token}"})

    async def file(self, request: Request) -> Response:
        """A file, to be saved."""
        who = await self.who(request)
        if isinstance(who, Response):
            return who
        if not self.may_read(who):
            raise HTTPException(404)
        message, index = (_number(request.path_params[name]) for name in ("message", "index"))
        found = await self.desk.do(self._file, who, message, index)
        if found is None:
            raise HTTPException(404)
        asked = (request.headers.get(name, "") for name in ("range", "if-range", "if-none-match"))
        return handed_out(found, *asked)

    async def download(self, request: Request) -> Response:
        """The whole conversation as one file."""
        who = await self.who(request)
        if isinstance(who, Response):
            return who
        if not self.may_read(who):
            raise HTTPException(404)
        html = await self.desk.do(self._whole, who)
        name = f"{who.ticket.reference or 'conversation'}.html"
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
        headers = {"Content-Disposition": disposition(name), "Content-Security-Policy": policy}
        return HTMLResponse(html, headers=headers)

    async def who(self, request: Request, *, expired: bool = False) -> Visitor | Response:
        """Whose page it is, or what is told somebody without one. Guessing is limited."""
        return await self._asked(request, partial(self._visitor, request, expired))

    async def _asked(
        self, request: Request, look: Callable[[], Found | Refused]
    ) -> Found | Response:
        """What this finds, or what is told somebody without a page. Guessing is limited."""
        network = asking(request)
        if not self.desk.guesses.has_more(network):
            raise HTTPException(429)
        found = await self.desk.do(look)
        if found is Refused.UNKNOWN:
            self.desk.guesses.count(network)
            raise HTTPException(404)
        if found is Refused.EXPIRED:
            return await self._ended(request)
        assert not isinstance(found, Refused)
        return found

    def may_read(self, who: Visitor) -> bool:
        """Whether this browser may see the conversation."""
        return who.is_proved or self.desk.policy.tracking.may_read

    def may_write(self, who: Visitor) -> bool:
        """Whether it may write."""
        tracking = self.desk.policy.tracking
        return not who.is_looking_on and (
            who.is_proved or (tracking.may_write and tracking.may_read)
        )

    async def shown(
        self, request: Request, who: Visitor, *, status: int = 200, **more: Any
    ) -> Response:
        """The page of this ticket. `notice`, `text` and `is_refusal`: what came of a form."""
        shown = await self.desk.do(self._html, _Look(request), who, **more)
        return self._answer(request, shown, status)

    def _answer(self, request: Request, shown: _Shown, status: int = 200) -> Response:
        answer = HTMLResponse(shown.html, status)
        if shown.has_script:
            answer.headers["Content-Security-Policy"] = WITH_SCRIPT
        self.keep(request, answer, BROWSER, shown.browser)
        return answer

    def keep(
        self, request: Request, answer: Response, name: str, value: str, seconds: int | None = None
    ) -> None:
        """A cookie for the pages of tickets, out of reach of scripts and other sites."""
        self.desk.keep(request, answer, name, value, path="/ticket", seconds=seconds)

    async def _ended(self, request: Request) -> Response:
        found = await self.desk.do(self._visitor, request, True)
        if not isinstance(found, Visitor):
            raise HTTPException(404)
        browser = browser_of(request.cookies) or new_browser()
        path = f"{found.base}/renew"
        once = forms.made(self.desk.services.ring, browser, path)
        page = Asking(path, once, masked(found.address))
        language = found.ticket.language
        answer = await self.desk.page(request, "expired", status=410, language=language, page=page)
        self.keep(request, answer, BROWSER, browser)
        return answer

    def _visitor(self, request: Request, expired: bool) -> Visitor | Refused:
        services = self.desk.services
        with services.db.read() as conn:
            policy, token = self.desk.policy, _token(request)
            return visitor(services, conn, policy, token, request.cookies, expired=expired)

    def _looked_at(self, look: _Look) -> _Shown | Refused:
        """The page as it is looked at: all of it in one thread, for to pass a page from one to
        another costs as much as to make it."""
        who = self._visitor(look.request, False)
        return who if isinstance(who, Refused) else self._html(look, who, notice=look.notice)

    def _html(self, look: _Look, who: Visitor, **more: Any) -> _Shown:
        page = self._page(who, look.browser, look.before, **more)
        language = who.ticket.language or look.language(self.desk.policy)
        html = self.desk.html("ticket", language, page=page)
        return _Shown(html, look.browser, page.form is not None and page.form.kind != "code")

    def _file(self, who: Visitor, message: int, index: int) -> Any:
        services = self.desk.services
        with services.db.read() as conn:
            return file_of(services, conn, self.desk.policy, who, message, index)

    def _page(
        self,
        who: Visitor,
        browser: str,
        before: int,
        *,
        notice: str = "",
        text: str = "",
        is_refusal: bool = False,
        has_lost_files: bool = False,
        wrong_files: str = "",
        refused: str = "",
    ) -> TicketPage:
        policy, ticket, services = self.desk.policy, who.ticket, self.desk.services
        page = TicketPage(
            reference=ticket.reference,
            subject=ticket.reference,
            state="",
            opened_at=ticket.created_at.astimezone(policy.tz),
            address=who.address if who.is_proved else masked(who.address),
            items=(),
            form=None if who.is_looking_on else self._form(who, browser, text, is_wrong=is_refusal),
            looks_on=conversation.shown_name(who.person) if who.is_looking_on else "",
            notice=notice,
            is_refusal=is_refusal or notice == "closed_not",
            has_lost_files=has_lost_files,
            refused=refused,
            wrong={"files": wrong_files} if wrong_files else {},
            most=policy.attachments.max_total,
            most_of_one=policy.attachments.max_size,
            all_requests=MINE if is_offered(services, policy) else "",
        )
        if not self.may_read(who):
            return page
        with services.db.read() as conn:
            heard = conversation.messages_of(services, conn, who)
            history = tickets.entries(conn, ticket.id)
            rows, ratings = conversation.told(heard, history)
            shown, earlier, is_earlier = conversation.newest(rows, before)
            items = conversation.items_of(services, conn, policy, who, shown, ratings)
            steps = conversation.steps_of(history, policy, who)
        away = conversation.fitting(items)
        shown, items, earlier = shown[away:], items[away:], earlier + away
        first = items[0].at if earlier and items else None
        last = items[-1].at if is_earlier and items else None
        steps = [
            one for one in steps if (not first or one.at >= first) and (not last or one.at <= last)
        ]
        answered = [row.at for row in rows if row.direction == "out"]
        return replace(
            page,
            subject=conversation.shown_subject(ticket),
            state=conversation.state_of(ticket),
            items=conversation.in_order(items, steps),
            last_at=answered[-1].astimezone(policy.tz) if answered else None,
            earlier=f"{who.base}?before={shown[0].id}" if earlier else "",
            earlier_count=earlier,
            later=who.base if is_earlier else "",
            download=f"{who.base}/download",
        )

    def _form(self, who: Visitor, browser: str, text: str, *, is_wrong: bool) -> Form:
        policy, ring = self.desk.policy, self.desk.services.ring
        if not self.may_write(who):
            path = f"{who.base}/code"
            return Form(path, forms.made(ring, browser, path), "code")
        path = f"{who.base}/reply"
        with self.desk.services.db.read() as conn:
            closes = may_close(conn, policy, who.ticket, who.person)
        return Form(
            path,
            forms.made(ring, browser, path),
            self._kind(who, policy),
            closes=closes,
            text=text,
            is_wrong=is_wrong,
        )

    def _kind(self, who: Visitor, policy: Policy) -> str:
        """What a message does as the ticket stands."""
        ticket, now = who.ticket, self.desk.services.now()
        if ticket.behaviour is Status.CLOSED and ticket.closed_at is not None:
            is_late = now - ticket.closed_at > policy.periods.reopen_within
            return "follow" if is_late else "reopen"
        return "reopen" if ticket.behaviour in (Status.RESOLVED, Status.CLOSED) else "reply"

    def _whole(self, who: Visitor) -> str:
        policy, services = self.desk.policy, self.desk.services
        with services.db.read() as conn:
            history = tickets.entries(conn, who.ticket.id)
            rows, ratings = conversation.told(
                conversation.messages_of(services, conn, who), history
            )
            items = conversation.items_of(services, conn, policy, who, rows, ratings, whole=True)
            steps = conversation.steps_of(history, policy, who)
        answered = [item.at for item in items if item.is_ours]
        mark = f"letter-{secrets.token_hex(8)}-"  # nobody can have written it
        page = TicketPage(
            reference=who.ticket.reference,
            subject=conversation.shown_subject(who.ticket),
            state=conversation.state_of(who.ticket),
            opened_at=who.ticket.created_at.astimezone(policy.tz),
            address=who.address if who.is_proved else masked(who.address),
            items=conversation.in_order((_placed(one, mark) for one in items), steps),
            last_at=answered[-1] if answered else None,
            looks_on=conversation.shown_name(who.person) if who.is_looking_on else "",
        )
        css, language = Markup(self.desk.css()), who.ticket.language  # noqa: S704 - a file of ours
        html = self.desk.html("ticket", language, page=page, style=css, downloaded=True)
        words = {str(item.number): str(item.html or paragraphs(item.text)) for item in items}
        return re.sub(rf"{mark}(\d+)", lambda found: words[found[1]], html)


def _placed(item: Item, mark: str) -> Item:
    """The same with a mark in place of its words: these may be longer than a template may print."""
    return replace(item, text="", html=type(item.html)(f"{mark}{item.number}"))


def _number(written: str) -> int:
    """A number of a message or a file; one that none has for anything else."""
    return int(written) if _NUMBER.fullmatch(written) else -1


def _token(request: Request) -> str:
    return str(request.path_params["token"])
