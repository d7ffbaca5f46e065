"""What came of looking for a server, by name: an answer, or why there was none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from maildesk.setup.servers import Server


class Outcome(StrEnum):
    """Each is a word for programs; `WORDS` says it to people."""

    FOUND = "found"
    NOT_THERE = "not_there"
    NOT_OFFERED = "not_offered"
    DNS_FAILED = "dns_failed"
    DNS_SILENT = "dns_silent"
    DNS_LIES = "dns_lies"
    TOO_LARGE = "too_large"
    FORBIDDEN_XML = "forbidden_xml"
    NOT_XML = "not_xml"
    NO_SERVERS = "no_servers"
    REDIRECTED = "redirected"
    CERTIFICATE = "certificate"
    REFUSED = "refused"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    WRONG_PROTOCOL = "wrong_protocol"
    NO_STARTTLS = "no_starttls"


WORDS: dict[Outcome, str] = {
    Outcome.FOUND: "found",
    Outcome.NOT_THERE: "there is none",
    Outcome.NOT_OFFERED: "the domain says that it does not offer this",
    Outcome.DNS_FAILED: "the domain's DNS servers do not answer as they should",
    Outcome.DNS_SILENT: "DNS says nothing in time",
    Outcome.DNS_LIES: "DNS names something that is no host",
    Outcome.TOO_LARGE: "the document is too large to be one",
    Outcome.FORBIDDEN_XML: "the document defines entities, which is not allowed",
    Outcome.NOT_XML: "the document is no XML",
    Outcome.NO_SERVERS: "the document names no IMAP server and no relay with TLS",
    Outcome.REDIRECTED: "it leads away from https",
    Outcome.CERTIFICATE: "its certificate is not believed",
    Outcome.REFUSED: "it refuses",
    Outcome.SILENT: "it says nothing in time",
    Outcome.UNREACHABLE: "nobody is there",
    Outcome.WRONG_PROTOCOL: "something else answers there",
    Outcome.NO_STARTTLS: "it offers no STARTTLS",
}


@dataclass(frozen=True)
class Told:
    """What one source said: the servers that it names, or why it names none.

    `source` is where it was looked, `more` what was said there, both for people.
    """

    source: str
    outcome: Outcome
    servers: tuple[Server, ...] = ()
    more: str = ""

    def __str__(self) -> str:
        if self.servers:
            return f"{self.source}: {'; '.join(map(str, self.servers))}"
        return f"{self.source}: {WORDS[self.outcome]}{f' ({self.more})' if self.more else ''}"
