"""Whose matter a refusal is: what providers publish and what their servers say, step by step."""

from __future__ import annotations

import pytest

from maildesk.mail.submission.refusals import ABOUT_US, Stage, blame

OURS = [
    # Postfix, which says after RCPT what it has against the sender (smtpd_delay_reject)
    ("rcpt",
     "553 5.7.1 <support+r01-x@desk.example>: Sender address rejected: not owned by "
     "user support@desk.example", "sender"),
    ("rcpt", "553 5.7.1 <support@desk.example>: Sender address rejected: not logged in", "sender"),
    ("rcpt", "450 4.1.8 <a@b.invalid>: Sender address rejected: Domain not found", "sender"),
    ("rcpt",
     "550 5.1.0 <x@desk.example>: Sender address rejected: User unknown in relay "
     "recipient table", "sender"),
    ("rcpt", "554 5.7.1 <kim@customer.example>: Relay access denied", "host"),
    ("rcpt", "454 4.7.1 <kim@customer.example>: Relay access denied", "host"),
    ("rcpt", "504 5.5.2 <desk>: Helo command rejected: need fully-qualified hostname", "host"),
    ("rcpt", "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", "host"),
    ("mail", "450 4.7.1 Error: too much mail from 192.0.2.1", "rate"),
    ("rcpt", "450 4.7.1 Error: too many recipients from 192.0.2.1", "rate"),
    ("connect", "421 4.7.0 mx.example Error: too many connections from 192.0.2.1", "rate"),
    ("mail", "530 5.7.0 Must issue a STARTTLS command first", "tls"),
    ("mail", "530 5.7.1 Authentication required", "log_in"),
    ("log_in", "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "log_in"),
    # Microsoft
    ("content",
     "554 5.2.252 SendAsDenied; support@desk.example not allowed to send as "
     "support+r01@desk.example", "sender"),
    ("content",
     "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "sender"),
    ("content",
     "554 5.2.0 "
     "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", "sender"),
    ("log_in", "550 5.7.30 Basic authentication is not supported for Client Submission.", "log_in"),
    ("log_in",
     "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for "
     "the Tenant", "log_in"),
    ("log_in", "535 5.7.3 Authentication unsuccessful", "log_in"),
    ("mail", "530 5.7.57 Client not authenticated to send mail.", "log_in"),
    ("rcpt", "550 5.7.64 TenantAttribution; Relay Access Denied", "host"),
    ("content", "550 5.7.705 Access denied, tenant has exceeded threshold", "account"),
    ("content", "550 5.7.708 Access denied, traffic not accepted from this IP", "account"),
    ("content", "550 5.1.8 Access denied, bad outbound sender", "sender"),
    ("content",
     "550 5.1.90 Your message can't be sent because you've reached your daily limit", "quota"),
    ("content",
     "550 5.7.233 Your message can't be sent because your tenant exceeded its daily "
     "limit", "quota"),
    ("rcpt", "452 4.5.3 Too many recipients", "rate"),
    ("content", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", "rate"),
    ("connect", "451 4.7.500 Server busy. Please try again later from [192.0.2.1].", "rate"),
    ("mail",
     "421 4.4.2 Message submission rate for this client has exceeded the configured "
     "limit", "rate"),
    ("rcpt", "550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "host"),
    # Google
    ("log_in",
     "535 5.7.8 Username and Password not accepted. For more information, go to", "log_in"),
    ("log_in", "534 5.7.9 Application-specific password required.", "log_in"),
    ("log_in", "534 5.7.14 Please log in via your web browser", "log_in"),
    ("log_in", "454 4.7.0 Too many login attempts, please try again later.", "rate"),
    ("log_in", "454 4.7.0 Cannot authenticate due to temporary system problem.", "server"),
    ("content", "550 5.4.5 Daily user sending limit exceeded.", "quota"),
    ("rcpt", "550 5.4.5 Daily SMTP relay sending limit exceeded for customer.", "quota"),
    ("content", "421 4.7.0 Try again later, closing connection. (MAIL)", "rate"),
    ("content", "421 4.7.28 Gmail has detected an unusual rate of unsolicited mail", "rate"),
    ("rcpt", "550 5.7.0 Mail relay denied [192.0.2.1]. Invalid credentials for relay", "host"),
    ("content", "550 5.7.26 This mail is unauthenticated, which poses a security risk", "domain"),
    # Web hosters and sending services
    ("mail",
     "550 Requested action not taken: mailbox unavailable Sender address is not "
     "allowed.", "sender"),
    ("content",
     "450 Requested mail action not taken: mailbox unavailable. Mail send limit "
     "exceeded.", "quota"),
    ("rcpt",
     "550 Domain desk.example has exceeded the max emails per hour (125/100) allowed.", "quota"),
    ("rcpt", "550 relay not permitted", "host"),
    ("rcpt", "553 Relaying disallowed as support+x@desk.example", "sender"),
    ("content", "550 5.4.6 Unusual sending activity detected.", "account"),
    ("content",
     "554 Message rejected: Email address is not verified. The following identities "
     "failed the check", "sender"),
    ("content", "454 Throttling failure: Maximum sending rate exceeded.", "rate"),
    ("content", "454 Throttling failure: Daily message quota exceeded.", "quota"),
    ("content", "554 Transaction failed: Sending paused for this account.", "account"),
    ("content", "550 The from address does not match a verified Sender Identity.", "sender"),
    ("content", "451 Authentication failed: Maximum credits exceeded", "quota"),
    ("mail", "550 Unauthenticated senders not allowed", "log_in"),
    ("connect",
     "554 node4.provider.example: You have reached your daily relay quota - 203.0.113.5", "quota"),
    ("rcpt", "550 Absenderadresse nicht erlaubt", "sender"),
    ("rcpt", "550 Adresse de l'expéditeur refusée", "sender"),
    ("content", "552 5.7.0 Ihr Tageslimit ist erreicht", "quota"),
    # Without words of their own the step says it
    ("mail", "550 not from you", "sender"),
    ("mail", "550 5.7.1 no", "sender"),
    ("connect", "554 5.7.1 go away", "host"),
    ("connect", "421 4.3.2 going down", "server"),
    ("content", "421 4.3.2 going down", "server"),
    ("mail", "421 4.7.0 later", "rate"),
]  # fmt: skip

THEIRS = [
    ("rcpt",
     "550 5.1.1 <kim@customer.example>: Recipient address rejected: User unknown in "
     "virtual mailbox table"),
    ("rcpt", "550 unknown"),
    ("rcpt", "550 5.7.1 you are not wanted here"),
    ("rcpt", "450 4.2.1 The user you are trying to contact is receiving mail at a rate that"),
    ("rcpt",
     "550 5.2.1 The user you are trying to contact is receiving mail too quickly; rate "
     "limit"),
    ("rcpt", "452 4.2.2 user is over quota"),
    ("rcpt", "552 5.2.2 mailbox full"),
    ("rcpt", "450 4.7.1 Greylisting in action, please come back in 5 minutes"),
    ("mail", "451 4.7.1 greylisted"),
    ("mail", "552 5.3.4 Message size exceeds fixed maximum message size"),
    ("mail", "552 message too large"),
    ("mail", "553 5.6.7 no such characters"),
    ("mail", "451 4.3.0 later"),
    ("data", "554 5.3.0 never"),
    ("content", "552 5.3.4 only without attachments"),
    ("content",
     "552 5.7.0 This message was blocked because its content presents a potential "
     "security issue"),
    ("content", "554 5.7.1 spam"),
    ("content", "550 5.7.1 Message rejected: a link in it is listed by a DNSBL"),
    ("content", "550 5.7.1 DKIM authentication failed"),
    ("content", "451 4.3.0 later"),
    ("rcpt", "550 5.4.1 Recipient address rejected: Access denied"),
]  # fmt: skip


def asked(stage: Stage, reply: str) -> str:
    """The reply as `egress.outcome` takes it apart."""
    code, _, text = reply.partition(" ")
    enhanced, _, rest = text.partition(" ")
    if enhanced.count(".") != 2:
        enhanced, rest = "", text
    return blame(int(code), enhanced, rest, stage)


@pytest.mark.parametrize(("stage", "reply", "kind"), OURS)
def test_a_refusal_of_us_is_known_and_named(stage: Stage, reply: str, kind: str) -> None:
    assert asked(stage, reply) == kind
    assert kind in ABOUT_US


@pytest.mark.parametrize(("stage", "reply"), THEIRS)
def test_what_is_the_recipient_s_or_the_mail_s_is_not_ours(stage: Stage, reply: str) -> None:
    assert asked(stage, reply) not in ABOUT_US


def test_a_reply_of_any_length_is_read_at_once() -> None:
    assert blame(550, "", "x " * 500_000, "content") == "message"
