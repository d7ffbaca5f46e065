"""A link to a page as it was pasted: with the full stop, the bracket or the quotation mark behind
it.

Programs that make links of words take such a sign along. It leads to the clean address, where what
stands before it has the form of a signature; so nobody learns anything by it, and it counts as no
guess. Whatever else is wrong with a link is told as ever.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from maildesk.desk.threads.links import SIGNATURE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# the pages behind a signature; then what closes a sentence, a bracket, a quotation or a mark-up
_PASTED = re.compile(
    r"(/(?:ticket|survey|unsubscribe|mine/in)/)([0-9A-Za-z-]{1,100})"
    r"([\s.,;:!?)\]}>\"'`´*_~|\\…·»«›‹“”„‘’‚。、，）」』】》\u200b\ufeff&/-]{1,20})\Z"
)
# as above, in the number behind the page of the stars
ENDS = "\t\n\r .,;:!?)]}>\"'`*_…»›“”’"


class Pasted:
    """Before all pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead on from a pasted address; else answer as ever."""
        to = clean(scope["path"]) if scope["method"] in ("GET", "HEAD") else ""
        if not to:
            await self._app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        headers = {"Location": f"{to}?{query}" if query else to}
        answer = Response(
            status_code=303, headers={**headers, "Cache-Control": "private, no-store"}
        )
        await answer(scope, receive, send)


def clean(path: str) -> str:
    """The address that is meant by a pasted one; "" for any other."""
    found = _PASTED.fullmatch(path)
    if found is None or found[3] == "/" or not SIGNATURE.fullmatch(found[2]):
        return ""
    return found[1] + found[2]
