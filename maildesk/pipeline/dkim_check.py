"""The desk's own look at a DKIM signature (RFC 6376), where no mail server before it says Authentication-Results."""

from __future__ import annotations

from collections.abc import Callable

import dkim as dkimpy

from maildesk.log import log

PATIENCE = 5  # seconds for the DNS
MOST = 3  # signatures looked at: who puts on more means harm

Lookup = Callable[..., bytes | None]


def signing_domain(raw: bytes, lookup: Lookup | None = None) -> str:
    """The domain of the first signature that verifies, in lower case; empty where none does or the DNS does not answer."""
    known = {"dnsfunc": lookup} if lookup else {}
    for index in range(MOST):
        try:
            signature = dkimpy.DKIM(raw, timeout=PATIENCE)  # type: ignore[no-untyped-call]
            if signature.verify(idx=index, **known):  # type: ignore[no-untyped-call]
                return bytes(signature.domain or b"").decode("ascii", "replace").lower()
        except (dkimpy.DKIMException, IndexError, ValueError, OSError) as problem:
            log.info("dkim_not_verified", why=str(problem)[:120])
            return ""
        except Exception as problem:  # a stranger's signature and a stranger's DNS: anything may come of it
            log.warning("dkim_not_verified", why=f"{type(problem).__name__}: {problem}"[:120])
            return ""
    return ""
