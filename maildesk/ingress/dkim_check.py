"""A look at the DKIM signatures of mail that came in (RFC 6376), for a desk whose mail server does
not look at them."""

from __future__ import annotations

from collections.abc import Callable

import dkim as dkimpy

from maildesk.log import log

PATIENCE = 5  # seconds for the DNS
MOST = 3  # signatures looked at: who puts on more means harm

Lookup = Callable[..., bytes | None]


def signing_domain(raw: bytes, lookup: Lookup | None = None, *, sender: str = "") -> str:
    """The domain of a signature that verifies, in lower case; empty where none does or the
    DNS does not answer.

    Lists and gateways sign, too, and break what others signed: one of the `sender` (the domain in
    From) counts before others. A signature over a part of the body (l=) is none: anybody may have
    written the rest (RFC 6376, 8.2).
    """
    known = {"dnsfunc": lookup} if lookup else {}
    others = ""
    for index in range(MOST):
        try:
            signature = dkimpy.DKIM(raw, timeout=PATIENCE)  # type: ignore[no-untyped-call]
            if index >= sum(name.lower() == b"dkim-signature" for name, _ in signature.headers):
                break
            if signature.verify(idx=index, **known) and b"l" not in signature.signature_fields:  # type: ignore[no-untyped-call]
                domain = bytes(signature.domain or b"").decode("ascii", "replace").lower()
                if not sender or sender == domain or sender.endswith(f".{domain}"):
                    return domain
                others = others or domain
        except (dkimpy.DKIMException, IndexError, ValueError, OSError) as problem:
            log.info("dkim_not_verified", why=str(problem)[:120])
        except Exception as problem:
            # a stranger's signature and a stranger's DNS: anything may come of it
            log.warning("dkim_not_verified", why=f"{type(problem).__name__}: {problem}"[:120])
    return others
