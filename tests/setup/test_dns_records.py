"""SRV and MX records: what a domain names, and DNS that is lame, silent or lies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.setup import dns_records
from maildesk.setup.outcomes import Told
from maildesk.setup.providers import provider_of
from tests.servers.names import GARBAGE, LAME, SILENT
from tests.setup.conftest import DOMAIN, Surroundings

IMAPS = f"_imaps._tcp.{DOMAIN}"


def ask(around: Surroundings) -> Told:
    world = replace(around.world, dns_patience=0.6)
    return dns_records.services(DOMAIN, dns_records.SERVICES[0], world)


def test_servers_come_in_the_order_of_their_priority(around: Surroundings) -> None:
    around.names.tell(
        IMAPS, "SRV", "20 0 993 backup.company.example.", "10 1 993 small.company.example.",
        "10 60 1993 imap.company.example.",
    )  # fmt: skip
    told = ask(around)
    assert [(s.host, s.port, s.tls) for s in told.servers] == [
        ("imap.company.example", 1993, "implicit"),
        ("small.company.example", 993, "implicit"),
        ("backup.company.example", 993, "implicit"),
    ]
    assert not any(one.is_foreign for one in told.servers)


def test_all_four_services_are_known() -> None:
    assert [(label, use, tls) for label, use, tls in dns_records.SERVICES] == [
        ("_imaps._tcp", "imap", "implicit"),
        ("_submissions._tcp", "smtp", "implicit"),
        ("_imap._tcp", "imap", "starttls"),
        ("_submission._tcp", "smtp", "starttls"),
    ]


def test_a_host_of_another_domain_is_marked(around: Surroundings) -> None:
    around.names.tell(IMAPS, "SRV", "0 1 993 imap.hoster.example.")
    (server,) = ask(around).servers
    assert server.is_foreign


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ((), "not_there"),
        (("0 0 0 .",), "not_offered"),
        ((LAME,), "dns_failed"),
        ((GARBAGE,), "dns_silent"),
        ((SILENT,), "dns_silent"),
        (("0 1 993 127.0.0.1.",), "dns_lies"),
        (("0 1 0 imap.company.example.",), "dns_lies"),
        ((r"0 1 993 \027[31m.company.example.",), "dns_lies"),
        ((r"0 1 993 a\032b.company.example.",), "dns_lies"),
    ],
)
def test_dns_that_does_not_answer_as_it_should_is_told_by_name(
    around: Surroundings, values: tuple[str, ...], outcome: str
) -> None:
    if values:
        around.names.tell(IMAPS, "SRV", *values)
    told = ask(around)
    assert (told.outcome, told.servers) == (outcome, ())
    assert "\x1b" not in str(told)


@pytest.mark.parametrize(
    ("exchange", "name", "oauth"),
    [
        ("company-example.mail.protection.outlook.com.", "Microsoft 365", "microsoft"),
        ("company-example.i-v1.mx.microsoft.", "Microsoft 365", "microsoft"),
        ("aspmx.l.google.com.", "Google Workspace", "google"),
        ("smtp.google.com.", "Google Workspace", "google"),
        ("mx00.kundenserver.de.", "IONOS", ""),
        ("in1-smtp.messagingengine.com.", "Fastmail", ""),
    ],
)
def test_a_provider_is_known_by_its_mx(
    around: Surroundings, exchange: str, name: str, oauth: str
) -> None:
    around.names.tell(DOMAIN, "MX", f"10 {exchange}")
    exchanges, told = dns_records.exchanges(DOMAIN, around.world)
    provider = provider_of(exchanges)
    assert told.outcome == "found" and provider is not None
    assert (provider.name, provider.oauth) == (name, oauth)
    imap, smtp = provider.servers
    assert imap.auth == smtp.auth == ("oauth" if oauth else "password")


def test_a_name_that_only_looks_like_a_providers_is_nobodys() -> None:
    assert provider_of(("mail.protection.outlook.com.evil.example", "notgoogle.com")) is None


@pytest.mark.parametrize(("value", "outcome"), [("0 .", "not_offered"), ("0 1.2.3.4.", "dns_lies")])
def test_a_domain_that_takes_no_mail_says_so(
    around: Surroundings, value: str, outcome: str
) -> None:
    around.names.tell(DOMAIN, "MX", value)
    exchanges, told = dns_records.exchanges(DOMAIN, around.world)
    assert (exchanges, told.outcome) == ((), outcome)
