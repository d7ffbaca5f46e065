"""The page at `/`: the form, what is wrong with it, and what came of it.

What is sent is spooled before the page says so. A robot that fills every field is told the same as
a person, and nothing comes of it. What was typed is never lost: a form that is refused comes back
with the words in it.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from maildesk.desk.pages import identity
from maildesk.desk.pages.form import DOOR, PROVED_DOOR
from maildesk.desk.pages.portal import CATEGORY, NAME, NO, REQUIRED
from maildesk.desk.senders.trust import is_listed
from maildesk.log import log
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.pages.mine import sessions
from maildesk.pipeline.pages.mine.listed import filed
from maildesk.pipeline.pages.portal import Field, PortalPage
from maildesk.pipeline.pages.visitors import browser_of, new_browser
from maildesk.web import forms, reading
from maildesk.web.clients import asking, peer_of
from maildesk.web.guard import WITH_SCRIPT
from maildesk.web.languages import spoken_by
from maildesk.web.limits import Tries
from maildesk.web.portal import proof
from maildesk.web.portal import typed as words
from maildesk.web.portal.codes import COOKIE, PROVED, SENT, Codes
from maildesk.web.portal.suggesting import Suggesting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from maildesk.desk.policy import Policy
    from maildesk.pipeline.pages.articles import Entry
    from maildesk.pipeline.pages.mine.views import Row
    from maildesk.web.pages import Desk
    from maildesk.web.portal.typed import Typed

TRAP = "website"  # the field that no person sees
HOUR = 3600.0
SUGGESTED = "/suggested"
_MOST_KNOWN = 10_000  # forms that were sent
_LOOKS, _PAUSE, _LONGEST = 30, 0.1, 40  # how long its page waits for a request, and its name


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was let in to their own requests."""

    customer: sessions.Customer
    name: str

    @property
    def address(self) -> str:
        """The one that was proved."""
        return self.customer.address

    def is_at(self, address: str) -> bool:
        """Whether this address is theirs."""
        return self.customer.is_at(address)


class Portal:
    """What is asked of it."""

    path, sent_path = "/", SENT

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.codes = Codes(desk, self._suggested)
        self.suggesting = Suggesting(desk, self.once, self.language)
        self.by_network = Tries(1, HOUR, time.monotonic)
        self.by_address = Tries(1, HOUR, time.monotonic)
        self._sent: OrderedDict[str, bytes] = OrderedDict()  # by the form's own unique words
        self._trapped = 0

    async def show(self, request: Request) -> Response:
        """The form; without one, where else the desk is reached."""
        if not self.desk.policy.portal.enabled:
            return await self.desk.page(request, "start")
        typed = await self.codes.typed(request)
        if typed is None:
            return await self.form(request, None)
        notice = "portal_again" if typed.has_files else ""
        return await self.form(request, replace(typed, has_files=False), notice=notice, status=200)

    async def done(self, request: Request) -> Response:
        """That it was sent."""
        page, asked = self._empty("", 0), request.query_params
        page = replace(page, is_proved=asked.get("done") == PROVED)
        who, unique = await self._let_in(request), asked.get("form", "")[:_LONGEST]
        found = await self._filed(who, unique) if who is not None and unique else None
        if found is not None:
            number, href = found.reference, found.href
            page = replace(page, is_proved=True, number=number, request=href)
        return await self.answer(request, page, 200, "sent")

    async def _filed(self, who: Known, unique: str) -> Row | None:
        """The request that somebody who was let in has sent, if the workers were quick."""
        for _ in range(_LOOKS):
            if (found := await self.desk.do(self._row, who, unique)) is not None:
                return found
            await asyncio.sleep(_PAUSE)
        return None

    def _row(self, who: Known, unique: str) -> Row | None:
        policy, services = self.desk.policy, self.desk.services
        with services.db.read() as conn:
            message_id = words.message_id(policy, unique)
            return filed(services, conn, policy, who.customer, message_id)

    async def send(self, request: Request) -> Response:
        """A request."""
        policy = self.desk.policy
        if not policy.portal.enabled:
            raise HTTPException(405)
        reading.refuse_other_sites(request)
        try:
            fields, files = await reading.form_of(request, len(policy.custom_fields))
        except reading.TooMuch as much:
            return await self._too_much(request, much.fields)
        typed = words.read(fields, policy, self.language(request))
        refused = reading.refused(files, policy.attachments)
        typed = replace(typed, has_files=bool(files), refused=refused)
        if fields.get(TRAP):
            self._trapped += 1
            log.warning("form_refused", why="a trap was filled", count=self._trapped)
            return self.sent(request)
        once = self.once(request, fields)
        known = self._sent.get(once.unique) if once is not None else None
        if known == typed.digest:
            return self.sent(request, once.unique if once else "")  # the same form, sent twice
        if once is None or once.is_old or known or _bits(fields) < self._bits(request):
            return await self.form(request, typed, notice="portal_old")
        if wrong := words.wrong_in(typed, files, policy):
            return await self.form(request, typed, notice="portal_wrong", wrong=wrong)
        believed = await self.believed(request, typed)
        if not self._may_send(request, typed, is_believed=believed is not None):
            log.warning("form_refused", why="too many requests", peer=peer_of(request))
            return await self.form(request, typed, notice="portal_often", status=429)
        whole = believed or replace(typed, copies=())  # nobody writes to others by a form
        if believed is None and not self._is_worked(fields) and not _is_blocked(typed, policy):
            return await self.by_code(request, whole, files, once.unique)
        services, intake = self.desk.services, self.desk.intake
        more = {"unique": once.unique, "client": peer_of(request)}
        more["via"] = DOOR if believed is None else PROVED_DOOR
        await self.desk.do(words.sent, services, intake, whole, files, **more)
        self._remember(request, typed, once.unique)
        await self.suggesting.sent(once.unique)
        return self.sent(request, once.unique if believed is not None else "")

    async def _too_much(self, request: Request, fields: Mapping[str, str]) -> Response:
        """The form once more: its files were not even taken."""
        typed = words.read(fields, self.desk.policy, self.language(request))
        typed, wrong = replace(typed, has_files=True), {"files": "portal_too_large"}
        return await self.form(request, typed, notice="portal_wrong", wrong=wrong, status=413)

    def language(self, request: Request) -> str:
        """The one that it is shown in."""
        return spoken_by(request.headers.get("accept-language", ""), self.desk.policy)

    def browser(self, request: Request) -> str:
        """What a form is bound to."""
        return browser_of(request.cookies, COOKIE) or new_browser()

    async def believed(self, request: Request, typed: Typed) -> Typed | None:
        """The request of an address that is proved already: of somebody who was let in to their
        own requests."""
        who = await self._let_in(request)
        return typed if who is not None and who.is_at(typed.address) else None

    async def _let_in(self, request: Request) -> Known | None:
        if not request.cookies.get(sessions.cookie(self.desk.services)):
            return None  # nobody's; no need to ask
        return await self.desk.do(self._known, request.cookies)

    def _known(self, cookies: Mapping[str, str]) -> Known | None:
        policy, services = self.desk.policy, self.desk.services
        with services.db.read() as conn:
            found = sessions.customer(services, conn, policy, cookies)
            return None if found is None else Known(found, sessions.name_of(conn, policy, found))

    def sent(self, request: Request, unique: str = "") -> Response:  # noqa: ARG002
        """Where it leads once it is sent; `unique`: what is believed, for its number to be said."""
        to = f"{SENT}?form={unique}" if unique else SENT
        return Response(status_code=303, headers={"Location": to})

    async def answer(self, request: Request, page: PortalPage, status: int, kind: str) -> Response:
        """The page: the form (`start`), or that it was sent."""
        answer = await self.desk.page(request, kind, status=status, page=page)
        if kind == "start":
            answer.headers["Content-Security-Policy"] = WITH_SCRIPT
        return answer

    def keep(self, request: Request, answer: Response, browser: str) -> None:
        """The cookie by which the browser is known."""
        self.desk.keep(request, answer, COOKIE, browser, path="/")

    async def by_code(
        self, request: Request, typed: Typed, files: reading.Files, unique: str
    ) -> Response:
        """Ask for a code; it is counted as if it were sent."""
        asked = await self.codes.ask(request, typed, files, unique)
        if asked is None:
            return await self.form(request, typed, notice="portal_often", status=429)
        self._count(request, typed)
        return asked

    async def _suggested(self, request: Request, typed: Typed) -> tuple[Entry, ...]:
        reader = self.suggesting.reader(request)
        return await self.desk.do(self.suggesting.entries, reader, typed.subject, typed.text)

    def once(self, request: Request, fields: Mapping[str, str]) -> forms.Once | None:
        """The form, if it is one of ours, and this browser's."""
        browser, ring = self.browser(request), self.desk.services.ring
        return forms.read(ring, browser, f"{self.path} {_bits(fields)}", fields.get("form", ""))

    def _is_worked(self, fields: Mapping[str, str]) -> bool:
        """Whether the browser has calculated; without scripts it has not."""
        form, number = fields.get("form", ""), fields.get("proof", "")
        return not self.desk.policy.portal.proof or proof.holds(form, _bits(fields), number)

    def _bits(self, request: Request) -> int:
        if not self.desk.policy.portal.proof:
            return 0
        return proof.bits_after(self.by_network.seen(asking(request)))

    def _may_send(self, request: Request, typed: Typed, *, is_believed: bool) -> bool:
        portal = self.desk.policy.portal
        is_room = self.by_network.seen(asking(request)) < portal.per_network
        seen = 0 if is_believed else self.by_address.seen(_typed_there(request, typed))
        return is_room and seen < portal.per_address

    def _count(self, request: Request, typed: Typed) -> None:
        self.by_network.count(asking(request))
        self.by_address.count(_typed_there(request, typed))

    def _remember(self, request: Request, typed: Typed, unique: str) -> None:
        self._count(request, typed)
        self._sent[unique] = typed.digest
        while len(self._sent) > _MOST_KNOWN:
            self._sent.popitem(last=False)

    async def form(
        self,
        request: Request,
        typed: Typed | None,
        *,
        notice: str = "",
        wrong: Mapping[str, str] | None = None,
        status: int = 422,
    ) -> Response:
        """The form, with what was typed and what is wrong with it."""
        browser = self.browser(request)
        bits = self._bits(request)
        once = forms.made(self.desk.services.ring, browser, f"{self.path} {bits}")
        page = self._page(typed, once, bits, notice, wrong or {})
        page = await self.known(request, page, is_new=typed is None)
        answer = await self.answer(request, page, status if notice else 200, "start")
        self.keep(request, answer, browser)
        return answer

    async def known(self, request: Request, page: PortalPage, *, is_new: bool) -> PortalPage:
        """The same with what is known of whoever was let in."""
        who = await self._let_in(request)
        if who is None:
            return page
        page = replace(page, is_known=True, own=who.customer.keys)
        return replace(page, name=who.name, address=who.address) if is_new else page

    def _empty(self, once: str, bits: int) -> PortalPage:
        policy = self.desk.policy
        portal, limits = policy.portal, policy.attachments
        is_greeted = policy.acknowledge and policy.strangers != "no"
        return PortalPage(
            once=once,
            bits=bits,
            asks={name: portal.wants(name) for name in (NAME, CATEGORY)},
            categories=policy.categories if portal.wants(CATEGORY) != NO else (),
            priorities=portal.priorities,
            most=limits.max_total,
            most_of_one=limits.max_size,
            is_greeted=is_greeted,
            identity=identity.read({}),
            suggests=SUGGESTED if any(one.is_public for one in policy.articles.articles) else "",
        )

    def _page(
        self, typed: Typed | None, once: str, bits: int, notice: str, wrong: Mapping[str, str]
    ) -> PortalPage:
        policy, page = self.desk.policy, self._empty(once, bits)
        chosen = typed.choices.fields if typed else {}
        own = tuple(
            Field(
                words.OWN + name,
                name,
                chosen.get(name, ""),
                policy.portal.wants(name) == REQUIRED,
            )
            for name in policy.custom_fields
            if policy.portal.wants(name) != NO
        )
        page = replace(page, fields=own, notice=notice, wrong=dict(wrong))
        if typed is None:
            return page
        return replace(
            page,
            subject=typed.subject,
            name=typed.name,
            address=typed.address,
            copies=", ".join(typed.copies),
            text=typed.text[:100_000],
            category=typed.choices.category,
            priority=typed.choices.priority,
            identity=typed.signed,
            has_lost_files=typed.has_files,
            refused=typed.refused,
        )


def _typed_there(request: Request, typed: Typed) -> str:
    """The address as this network typed it: what others do under it does not keep its owner from
    writing. How much they are mailed by that is limited as all mail is (`loops`)."""
    return f"{asking(request)} {mailbox_of(typed.address)}"


def _is_blocked(typed: Typed, policy: Policy) -> bool:
    """Whether it is held whoever has written it, as by mail: no code is mailed for that."""
    return is_listed(mailbox_of(typed.address), policy.trust.block)


def _bits(fields: Mapping[str, str]) -> int:
    written = fields.get("bits", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 3 else -1
