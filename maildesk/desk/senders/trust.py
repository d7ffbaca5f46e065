"""How a sender is believed: verdicts of *named* servers only, and of those the topmost alone (RFC
8601, 5)."""

from __future__ import annotations

from maildesk.desk.senders.entries import Trust
from maildesk.mail.message import Message
from maildesk.mail.owners import is_named

# a verdict, no password
_PASS = "pass"  # noqa: S105


def is_authenticated(message: Message, trust: Trust, signed_by: str = "") -> bool:
    """Whether the domain in From is genuine: the named server says so (DMARC, or DKIM with an
    aligned domain).

    `signed_by` is the domain whose DKIM signature the desk has verified itself.
    """
    if message.sender is None or len(message.senders) != 1:
        return False
    if signed_by and (
        signed_by == message.sender.domain or message.sender.domain.endswith("." + signed_by)
    ):
        return True
    return any(_is_aligned_pass(words, message.sender.domain) for words in _results(message, trust))


def has_aligned_path(message: Message, trust: Trust) -> bool:
    """Whether the named server says that the envelope's sender is genuine (SPF) and is of the
    domain in From (RFC 7489, 3.1.2)."""
    if message.sender is None or len(message.senders) != 1:
        return False
    return any(_is_path_pass(words, message.sender.domain) for words in _results(message, trust))


def signing_domains(message: Message, trust: Trust) -> tuple[str, ...]:
    """The domains whose DKIM signatures the named server found good, whatever stands in From."""
    passed = [one for one in _results(message, trust) if one and one[0].lower() == "dkim=pass"]
    return tuple(domain for one in passed if (domain := _property(one, "header.d")))


def is_submitted(message: Message, trust: Trust) -> bool:
    """Whether who handed it in had logged in, by the named server's word (RFC 8601, 2.7.4)."""
    results = _results(message, trust)
    return any(words and words[0].lower() == "auth=pass" for words in results)


def _is_path_pass(words: list[str], domain: str) -> bool:
    if not words or words[0].lower() != "spf=pass":
        return False
    path = _property(words, "smtp.mailfrom").rpartition("@")[2]
    return bool(path) and (path == domain or (domain.endswith("." + path) and "." in path))


def _results(message: Message, trust: Trust) -> list[list[str]]:
    """The results of the topmost Authentication-Results, where it is the named server's, each in
    its words."""
    value = message.header("authentication-results")
    if not trust.authserv_id or authserv_id(value).lower() != trust.authserv_id.lower():
        return []
    return [result.split() for result in bare(value).split(";")[1:]]


def authserv_id(value: str) -> str:
    """The server that this Authentication-Results is of (RFC 8601, 2.2), as written; "" where it
    names none."""
    return next(iter(bare(value).partition(";")[0].split(maxsplit=1)[:1]), "")


def _is_aligned_pass(words: list[str], domain: str) -> bool:
    if not words:
        return False
    method, _, verdict = words[0].lower().partition("=")
    if verdict != _PASS:
        return False
    if method == "dmarc":
        return _property(words, "header.from") in ("", domain)
    signed = _property(words, "header.d")
    return method == "dkim" and bool(signed) and (signed == domain or domain.endswith("." + signed))


def _property(words: list[str], name: str) -> str:
    return next(
        (w.partition("=")[2].lower() for w in words[1:] if w.lower().startswith(name + "=")), ""
    )


def bare(value: str) -> str:
    """The value without its (comments), nested or not, and "quoted strings" (RFC 5322, 3.2): both
    may hold a stranger's words."""
    kept, depth, quoted, escaped = [], 0, False, False
    for c in value:
        if escaped:
            escaped = False
        elif c == "\\":
            escaped = True
        elif quoted or (c == '"' and not depth):
            quoted = quoted != (c == '"')
        elif c == "(":
            depth += 1
        elif c == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(c)
    return "".join(kept)


def is_listed(address: str, entries: tuple[str, ...]) -> bool:
    """Whether an allow or block list names this address or its `@domain`."""
    return any(is_named(address, entry) for entry in entries)


def spam_verdict(message: Message, trust: Trust) -> str:
    """The named filter's verdict where it says spam, else nothing. Headers of any other filter are
    decoration."""
    headers = _SPAM_HEADERS.get(trust.spam_filter.lower(), ())
    for name in headers:
        value = message.header(name).strip().lower()
        if value.startswith(("yes", "true", "spam", "reject", "add header")):
            return f"{name}: {value[:120]}"
    return ""


_SPAM_HEADERS = {
    "rspamd": ("x-spam", "x-spam-flag", "x-spamd-result", "x-rspamd-action"),
    "spamassassin": ("x-spam-flag", "x-spam-status"),
    "amavis": ("x-spam-flag",),
}
