"""Passwords of agents, as agents.yaml has them: scrypt (RFC 7914) with a salt of its own, never in
plain text.

    scrypt$15$8$1$<salt>$<hash>         log2(N), r, p; base64

What is typed is prepared as SASLprep has it (RFC 4013), so that a letter means the same whichever
keyboard made it. To try a password takes 32 MB and a tenth of a second on purpose; whoever tries
one for an account that there is not waits as long.
"""

from __future__ import annotations

import base64
import hmac
import re
import stringprep
import unicodedata
from hashlib import scrypt

from pydantic import SecretStr

LOG_N, R, P = 15, 8, 1
_MOST_LOG_N, _MOST_R, _MOST_P = 17, 16, 4  # a line of a file must not stop the desk
_LENGTH = 32
LONGEST = 512  # letters of a password
SHORTEST = 10  # of one that is made here
_FORM = re.compile(
    r"scrypt\$(\d{1,2})\$(\d{1,2})\$(\d)\$([A-Za-z0-9+/]{16,64}={0,2})\$([A-Za-z0-9+/]{32,128}={0,2})"
)
_PROHIBITED = (
    *(stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3),
    *(stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6),
    *(stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9),
)


def prepared(text: str) -> str | None:
    """The letters as SASLprep has them; None where one of them may not stand there, or none
    does."""
    mapped = "".join(
        " " if stringprep.in_table_c12(c) else c for c in text if not stringprep.in_table_b1(c)
    )
    found = unicodedata.normalize("NFKC", mapped)
    wrong = any(is_in(c) for c in found for is_in in _PROHIBITED)
    return found if found and not wrong and len(found) <= LONGEST else None


def hashed(password: str, salt: bytes) -> str:
    """The line for agents.yaml. ValueError for a password that could not be typed everywhere."""
    letters = prepared(password)
    if letters is None:
        raise ValueError("a password without control characters")
    made = _scrypt(letters, salt, LOG_N, R, P)
    encoded = (base64.b64encode(one).decode() for one in (salt, made))
    return "$".join(("scrypt", str(LOG_N), str(R), str(P), *encoded))


def is_hash(text: str) -> bool:
    """Whether this is such a line, and one that can be tried in reasonable time."""
    found = _FORM.fullmatch(text)
    if found is None:
        return False
    log_n, r, p = map(int, found.groups()[:3])
    return 10 <= log_n <= _MOST_LOG_N and 1 <= r <= _MOST_R and 1 <= p <= _MOST_P


def password_hash(secret: SecretStr) -> SecretStr:
    """The line, or nothing; ValueError for anything else, as a password that somebody wrote there
    in plain text."""
    line = secret.get_secret_value()
    if line and not is_hash(line):
        raise ValueError("the line that `maildesk agents password` prints")
    return secret


def is_right(password: str, line: str) -> bool:
    """Whether this password has that hash; without a hash, no, after the same work."""
    found = _FORM.fullmatch(line) or _FORM.fullmatch(_NOBODYS)
    letters = prepared(password)
    assert found is not None
    log_n, r, p = map(int, found.groups()[:3])
    salt, wanted = (base64.b64decode(one) for one in found.groups()[3:])
    made = _scrypt(letters or " ", salt, log_n, r, p)
    is_same = hmac.compare_digest(made, wanted)
    return is_same and letters is not None and bool(line)


def _scrypt(letters: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    n = 2**log_n
    room = 128 * r * (n + p + 2) + 1024 * 1024
    return scrypt(letters.encode(), salt=salt, n=n, r=r, p=p, maxmem=room, dklen=_LENGTH)


_NOBODYS = "$".join(("scrypt", str(LOG_N), str(R), str(P), "A" * 22 + "==", "A" * 43 + "="))
