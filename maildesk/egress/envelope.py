"""The envelope's sender (RFC 5321, 4.4): the one place where it is made out of a mail and a relay.

A mail is written down with a return path of its own, a sub-address that only its recipient's server
sees, so that a delivery report finds it; notices have the null reverse-path. A relay that lets a
log-in send as itself alone takes neither. With `envelope: plain` the desk's own address stands
there.

It is made as the mail leaves: what waits goes out as the settings have become meanwhile.
"""

from __future__ import annotations

from typing import Literal

Envelope = Literal["sub-address", "plain"]


def envelope_sender(envelope: Envelope, mail_from: str, address: str) -> str:
    """Who sends a mail of this desk address that was written down with this reverse-path."""
    if envelope == "plain" and address:
        return address
    return mail_from
