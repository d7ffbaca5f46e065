"""Why no token was given: a provider's error becomes one of a few outcomes with a name.

Each outcome has a sentence that says what helps, in `sentences` of `_words.yaml` under
`oauth_` and its name. Microsoft tells its errors apart by AADSTS numbers in the description
(learn.microsoft.com/entra/identity-platform/reference-error-codes), Google by words in it, all
others by the codes of RFC 6749 (4.1.2.1, 5.2), RFC 8628 (3.5) and RFC 6750 (3.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from maildesk.errors import MaildeskError


class Outcome(StrEnum):
    """What came of asking for a token; the first few pass by themselves."""

    PENDING = "pending"  # nobody has agreed yet (RFC 8628)
    SLOW_DOWN = "slow_down"
    THROTTLED = "throttled"  # 429
    UNAVAILABLE = "unavailable"  # 5yz
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"  # an answer that is none: HTML, a redirect, megabytes
    NOT_AUTHORIZED = "not_authorized"  # nobody has ever agreed
    CODE_EXPIRED = "code_expired"
    DENIED = "denied"
    CONSENT_MISSING = "consent_missing"
    SECRET_WRONG = "secret_wrong"  # noqa: S105 - a name
    SECRET_EXPIRED = "secret_expired"  # noqa: S105
    APPLICATION_UNKNOWN = "application_unknown"
    TENANT_UNKNOWN = "tenant_unknown"
    PUBLIC_CLIENT_OFF = "public_client_off"
    DELEGATION_MISSING = "delegation_missing"
    ACCOUNT_UNKNOWN = "account_unknown"
    KEY_WRONG = "key_wrong"
    CLOCK_WRONG = "clock_wrong"
    SIGN_IN_NEEDED = "sign_in_needed"  # a second factor, a new password, a policy
    WITHDRAWN = "withdrawn"
    SCOPE_WRONG = "scope_wrong"
    NO_REFRESH_TOKEN = "no_refresh_token"  # noqa: S105
    SERVER_REFUSES = "server_refuses"  # a token that is new; it is the mail server that says so
    REFUSED = "refused"  # anything else


PASSES = frozenset((
    Outcome.PENDING, Outcome.SLOW_DOWN, Outcome.THROTTLED,
    Outcome.UNAVAILABLE, Outcome.UNREACHABLE, Outcome.UNREADABLE,
))  # fmt: skip
LONGEST = 300  # letters of a provider's words that are kept

_AADSTS = re.compile(r"AADSTS(\d{4,8})")
_MICROSOFT: Mapping[str, Outcome] = {
    "65001": Outcome.CONSENT_MISSING,
    "65004": Outcome.DENIED,  # the person declined
    "90094": Outcome.CONSENT_MISSING,  # an administrator has to
    "90008": Outcome.CONSENT_MISSING,
    "50105": Outcome.CONSENT_MISSING,  # the person is not assigned to the application
    "7000215": Outcome.SECRET_WRONG,
    "7000216": Outcome.SECRET_WRONG,
    "7000222": Outcome.SECRET_EXPIRED,
    "700016": Outcome.APPLICATION_UNKNOWN,
    "7000112": Outcome.APPLICATION_UNKNOWN,  # it is disabled
    "500011": Outcome.SCOPE_WRONG,  # no such resource in this directory
    "70011": Outcome.SCOPE_WRONG,
    "1002012": Outcome.SCOPE_WRONG,  # an application asks for .default
    "90002": Outcome.TENANT_UNKNOWN,
    "900023": Outcome.TENANT_UNKNOWN,
    "50020": Outcome.ACCOUNT_UNKNOWN,  # of another directory
    "50034": Outcome.ACCOUNT_UNKNOWN,
    "50057": Outcome.ACCOUNT_UNKNOWN,  # it is disabled
    "51004": Outcome.ACCOUNT_UNKNOWN,
    "7000218": Outcome.PUBLIC_CLIENT_OFF,
    "50076": Outcome.SIGN_IN_NEEDED,
    "50079": Outcome.SIGN_IN_NEEDED,
    "50158": Outcome.SIGN_IN_NEEDED,
    "53000": Outcome.SIGN_IN_NEEDED,
    "53003": Outcome.SIGN_IN_NEEDED,
    "50055": Outcome.SIGN_IN_NEEDED,  # the password has expired
    "50173": Outcome.WITHDRAWN,  # the password was changed
    "50132": Outcome.WITHDRAWN,
    "50133": Outcome.WITHDRAWN,
    "70000": Outcome.WITHDRAWN,
    "70008": Outcome.WITHDRAWN,
    "700082": Outcome.WITHDRAWN,  # unused for ninety days
    "700084": Outcome.WITHDRAWN,
    "700024": Outcome.CLOCK_WRONG,
    "700027": Outcome.KEY_WRONG,
    "70016": Outcome.PENDING,
    "70018": Outcome.CODE_EXPIRED,
    "70019": Outcome.CODE_EXPIRED,
    "70020": Outcome.CODE_EXPIRED,
    "90033": Outcome.UNAVAILABLE,
    "50196": Outcome.THROTTLED,  # asked in a loop
}
# by what the description says, in lower case; the first that fits
_IN_WORDS: tuple[tuple[str, Outcome], ...] = (
    ("invalid jwt signature", Outcome.KEY_WRONG),
    ("invalid email or user id", Outcome.ACCOUNT_UNKNOWN),
    ("account not found", Outcome.ACCOUNT_UNKNOWN),
    ("short-lived token", Outcome.CLOCK_WRONG),
    ("check your iat and exp", Outcome.CLOCK_WRONG),
    ("expired or revoked", Outcome.WITHDRAWN),
    ("invalid_rapt", Outcome.SIGN_IN_NEEDED),
)
_BY_CODE: Mapping[str, Outcome] = {
    "authorization_pending": Outcome.PENDING,
    "slow_down": Outcome.SLOW_DOWN,
    "expired_token": Outcome.CODE_EXPIRED,
    "bad_verification_code": Outcome.CODE_EXPIRED,
    "access_denied": Outcome.DENIED,
    "authorization_declined": Outcome.DENIED,
    "consent_required": Outcome.CONSENT_MISSING,
    "admin_policy_enforced": Outcome.CONSENT_MISSING,
    "interaction_required": Outcome.SIGN_IN_NEEDED,
    "login_required": Outcome.SIGN_IN_NEEDED,
    "invalid_grant": Outcome.WITHDRAWN,
    "invalid_client": Outcome.SECRET_WRONG,
    "deleted_client": Outcome.APPLICATION_UNKNOWN,
    "disabled_client": Outcome.APPLICATION_UNKNOWN,
    "unauthorized_client": Outcome.DELEGATION_MISSING,
    "invalid_scope": Outcome.SCOPE_WRONG,
    "invalid_resource": Outcome.SCOPE_WRONG,
    "temporarily_unavailable": Outcome.UNAVAILABLE,
    "server_error": Outcome.UNAVAILABLE,
    "rate_limit_exceeded": Outcome.THROTTLED,
    "too_many_requests": Outcome.THROTTLED,
}


class NoToken(MaildeskError):
    """There is no token, and why. `said` are the provider's own words, without a secret; `wait`
    are seconds that it wants us to be silent for."""

    def __init__(self, outcome: Outcome, said: str = "", wait: float = 0.0) -> None:
        self.outcome, self.said, self.wait = outcome, said, wait
        super().__init__(f"{outcome.value}: {said}" if said else outcome.value)

    @property
    def passes(self) -> bool:
        """Whether time alone may mend it."""
        return self.outcome in PASSES


def trouble(error: str, description: str, *, is_person: bool, secrets: Iterable[str]) -> NoToken:
    """The outcome of an error answer (RFC 6749, 5.2); `is_person`: somebody signs in, and no
    application as itself."""
    said = cleaned(f"{error}: {description}" if description else error, secrets)
    return NoToken(_outcome(error, description, is_person=is_person), said)


def _outcome(error: str, description: str, *, is_person: bool) -> Outcome:
    if found := _AADSTS.search(description):
        known = _MICROSOFT.get(found[1])
        if known is not None:
            return known
    lowered = description.lower()
    for words, outcome in _IN_WORDS:
        if words in lowered:
            return outcome
    outcome = _BY_CODE.get(error, Outcome.REFUSED)
    if outcome is Outcome.DELEGATION_MISSING and is_person:
        return Outcome.APPLICATION_UNKNOWN  # it may not use this way of granting
    return outcome


def cleaned(words: str, secrets: Iterable[str]) -> str:
    """A provider's words on one line, short, without what we told it in confidence."""
    for secret in secrets:
        if secret:
            words = words.replace(secret, "…")
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
