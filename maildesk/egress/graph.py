"""The courier for tenants that have SMTP AUTH switched off: one POST of the whole message to
Microsoft Graph (learn.microsoft.com/graph/api/user-sendmail, outlook-send-mime-message).

Graph knows no envelope. It writes to whoever stands in To, Cc and Bcc, and from the mailbox that
is posted to. We send one mail for each recipient, so To names that one alone here, and Cc goes;
delivery reports come to the mailbox itself. Its refusals become the replies that Exchange gives
over SMTP, so that whoever reads outcomes need not know the difference.
"""

from __future__ import annotations

import base64
import json
import re
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal
from urllib.parse import quote

import httpx2

from maildesk.config.settings import Relay
from maildesk.egress.outcome import Outcome, may_stand_in_an_envelope
from maildesk.egress.stream import Streamed
from maildesk.errors import MaildeskError, PermanentFailure
from maildesk.log import log
from maildesk.mail.mime.headers import split
from maildesk.mail.submission.refusals import Blame
from maildesk.oauth.sasl import Token

LARGEST = 4 * 1024 * 1024 // 4 * 3  # octets of a mail: Graph takes 4 MB of base64 in a request
ANSWER = 64 * 1024  # octets of an answer that are looked at
LONGEST_WAIT = 3600.0  # seconds that a Retry-After can make us wait
_FIELD = re.compile(rb"^([!-9;-~]+):.*\r?\n(?:[ \t].*\r?\n)*", re.MULTILINE)
# what says who gets it, and what our own changes here would break (Exchange signs anew)
_LEFT_OUT = frozenset((b"to", b"cc", b"bcc", b"dkim-signature", b"return-path"))
# Graph's codes, what Exchange says over SMTP, and whose matter it is: "" is the mail's
Reply = tuple[int, str, Blame | Literal[""]]
_REPLIES: Mapping[str, Reply] = {
    "errorinvalidrecipients": (550, "5.1.3", ""),
    "errorinvalidrecipient": (550, "5.1.3", ""),
    "errormessagesizeexceeded": (552, "5.3.4", ""),
    "errorattachmentsizelimitexceeded": (552, "5.3.4", ""),
    "errormessagesubmissionblocked": (550, "5.1.8", "account"),
    "errorsendasdenied": (554, "5.2.252", "sender"),
    "erroraccessdenied": (550, "5.7.60", "log_in"),
    "authorization_requestdenied": (550, "5.7.60", "log_in"),
    "erroraccountsuspend": (550, "5.7.705", "account"),
    "errorexceededmessagelimit": (450, "4.7.705", "quota"),
    "errorquotaexceeded": (452, "4.2.2", "quota"),
    "errorinvaliduser": (535, "5.7.8", "log_in"),
    "resourcenotfound": (535, "5.7.8", "log_in"),
    "mailboxnotenabledforrestapi": (535, "5.7.8", "log_in"),
    "mailboxnothostedinexchangeonline": (535, "5.7.8", "log_in"),
    "invalidauthenticationtoken": (535, "5.7.3", "log_in"),
    "errormailboxstorenotavailable": (451, "4.3.2", "server"),
    "applicationthrottled": (451, "4.7.500", "rate"),
    "toomanyrequests": (451, "4.7.500", "rate"),
}
_BY_STATUS: Mapping[int, Reply] = {
    400: (554, "5.6.0", ""),
    401: (535, "5.7.3", "log_in"),
    403: (550, "5.7.60", "log_in"),
    404: (535, "5.7.8", "log_in"),
    413: (552, "5.3.4", ""),
}
_THROTTLED: Reply = (451, "4.7.500", "rate")
_IN_TROUBLE: Reply = (451, "4.3.2", "server")
_STALE = "5.7.3"


class GraphCourier:
    """Posts mails to one mailbox, for one thread."""

    def __init__(
        self,
        relay: Relay,
        token: Token,
        *,
        learn_size: Callable[[int | None], None] = lambda _octets: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._token, self._clock = token, clock
        self._quiet_until = 0.0  # Graph wants to hear nothing before
        self._url = f"{relay.graph_url}/users/{quote(relay.username)}/sendMail"
        self._http = httpx2.Client(
            timeout=relay.timeout.total_seconds(), follow_redirects=False, verify=_trusted(relay)
        )
        learn_size(LARGEST)

    def send(
        self,
        mail_from: str,  # noqa: ARG002 - Graph cannot be told
        rcpt_to: Sequence[str],
        raw: bytes | Streamed,
    ) -> list[Outcome]:
        """Hand it over, once for each recipient; one outcome each. Never raises for what Graph or
        the network does."""
        return [self._to_one(address, raw) for address in rcpt_to]

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _to_one(self, address: str, raw: bytes | Streamed) -> Outcome:
        if not (address and may_stand_in_an_envelope(address)):
            return Outcome(address, "failed", 0, "5.1.3", "not a usable address")
        if (left := self._quiet_until - self._clock()) > 0:
            words = f"Graph wants no mail for {left:.0f} s"
            return Outcome(address, "stopped", 451, "4.7.500", words, "rate")
        size = len(raw) if isinstance(raw, bytes) else raw.size
        if size > LARGEST:
            words = f"Graph takes {LARGEST} octets a mail, and this one has {size}"
            return Outcome(address, "failed", 552, "5.3.4", words)
        try:
            whole = raw if isinstance(raw, bytes) else b"".join(raw)
        except PermanentFailure as gone:
            log.error("not_sent", to=address, why=str(gone))
            return Outcome(address, "deferred", 0, "4.3.0", "a file of the mail cannot be read")
        try:
            token = self._token("")
            outcome = self._posted(address, for_one(whole, address), token)
            if outcome.enhanced == _STALE:  # fine until now; once more with another
                again = self._token(token)
                outcome = self._posted(address, for_one(whole, address), again)
        except MaildeskError as problem:
            log.warning("no_relay", host="Microsoft Graph", status="4.7.0", reason=str(problem))
            return Outcome(address, "stopped", 0, "4.7.0", str(problem)[:500], "log_in")
        return outcome

    def _posted(self, address: str, raw: bytes, token: str) -> Outcome:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/plain"}
        try:
            with self._http.stream(
                "POST", self._url, content=base64.b64encode(raw), headers=headers
            ) as answer:
                body = b""
                for piece in answer.iter_raw():
                    body += piece
                    if len(body) > ANSWER:
                        break
                outcome = _outcome(address, answer.status_code, answer.headers, body)
                if outcome.code == 451:
                    self._quiet_until = self._clock() + _wait(answer.headers)
                return outcome
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            return Outcome(address, "stopped", 0, "4.4.1", "Graph cannot be reached", "server")
        except (httpx2.WriteError, httpx2.WriteTimeout):
            # without the whole request nothing is sent
            return Outcome(address, "deferred", 0, "4.4.2", "the connection broke on the way")
        except httpx2.HTTPError:
            return Outcome(address, "uncertain", 0, "4.4.2", "Graph's answer was lost")


def for_one(raw: bytes, address: str) -> bytes:
    """The mail as it goes to this address alone: To names it, by the name that stood there."""
    head_end = split(raw)[1]
    head, body = raw[:head_end], raw[head_end:]
    wanted = address.lower().encode()
    shown = next(
        (one for one in _mailboxes(head) if _addr(one).lower() == wanted), address.encode()
    )
    kept = _FIELD.sub(lambda m: b"" if m[1].lower() in _LEFT_OUT else m[0], head)
    return b"To: " + shown.strip() + b"\r\n" + kept + body


def _mailboxes(head: bytes) -> list[bytes]:
    """What stands in To and Cc, each by itself, as it is written."""
    found: list[bytes] = []
    for field in _FIELD.finditer(head):
        if field[1].lower() in (b"to", b"cc"):
            value = re.sub(rb"\r?\n", b"", field[0].partition(b":")[2])
            found += re.findall(rb'(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+', value)
    return found


def _addr(mailbox: bytes) -> bytes:
    angle = re.search(rb"<([^<>]*)>\s*\Z", mailbox)
    return angle[1] if angle else mailbox.strip()


def _outcome(address: str, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """202 is sent; all else is said as Exchange would over SMTP."""
    if status in (200, 202):
        return Outcome(address, "sent", 250, "2.0.0", f"HTTP {status} from Graph")
    error = _error(body)
    name, words = str(error.get("code", "")), str(error.get("message", ""))
    reply = _REPLIES.get(name.lower()) or _BY_STATUS.get(status, _IN_TROUBLE)
    if status == 429:
        reply = _THROTTLED
    elif status >= 500 and reply[0] // 100 != 4:
        reply = _IN_TROUBLE
    code, enhanced, whose = reply
    said = " ".join(f"{name} {words}".split()) or f"HTTP {status}"
    wait = _wait(headers) if code == 451 else 0
    text = f"{said}; Retry-After: {wait:.0f}" if wait else said
    if whose:
        return Outcome(address, "stopped", code, enhanced, text[:500], whose)
    return Outcome(address, "failed", code, enhanced, text[:500], stage="content")


def _wait(headers: Mapping[str, str]) -> float:
    """The seconds of Retry-After, which Graph says as a number; 0 without."""
    said = headers.get("retry-after", "").strip()
    return min(float(said), LONGEST_WAIT) if said.isascii() and said.isdigit() else 0.0


def _error(body: bytes) -> Mapping[str, Any]:
    with suppress(ValueError, AttributeError):
        found = json.loads(body).get("error")
        if isinstance(found, dict):
            return found
    return {}


def _trusted(relay: Relay) -> Any:
    return ssl.create_default_context(cafile=relay.ca_file) if relay.ca_file else True
