"""Signs that a machine wrote a message: its fields, its sender, its words, each
looked at once (RFC 3834).

A sign is not yet a verdict: `auto` weighs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from maildesk.mail.automatic import bounce_phrases, dsn, machine_phrases, notice_phrases, reports
from maildesk.mail.message import Mailbox
from maildesk.mail.mime import tree

FORWARDS = ("fwd:", "fw:", "wg:", "tr:", "rv:", "i:")
OPENING = 1_500  # characters at the beginning where a challenge says what it wants
FIRST_WORDS = 400  # characters in which a robot calls itself one
# people's mail programs write them, notices of failure do not
CLIENT_FIELDS = ("in-reply-to", "references", "user-agent")
LABEL = 12  # characters from which words are no accident, and within which a label ends
DECORATION = " *-=#_~+|!."  # lines and boxes that programs draw around their words
TEXT_LIMIT = 20_000  # characters of the text in which words are looked for
_SEPARATORS = str.maketrans("", "", ".-_= \"'")


@dataclass
class Clues:
    """What is known of a message before anyone decides; the fields are decoded, topmost first."""

    named: Mapping[str, tuple[str, ...]]
    sender: Mailbox | None
    text: str
    root: tree.Entity
    leaves: list[tree.Entity]

    def first(self, name: str) -> str:
        """The topmost field of this name in lower case, or an empty string."""
        values = self.named.get(name)
        return values[0].lower() if values else ""

    @cached_property
    def types(self) -> frozenset[str]:
        """The content types of the leaves."""
        return frozenset(leaf.content_type for leaf in self.leaves)

    @cached_property
    def subject(self) -> str:
        """The subject in lower case."""
        return self.first("subject")

    @cached_property
    def low(self) -> str:
        """The text in lower case, white space folded."""
        return " ".join(self.text[:TEXT_LIMIT].lower().split())

    @cached_property
    def null_path(self) -> bool:
        """Whether Return-Path says <>: no answer is wanted (RFC 5321, 4.5.5)."""
        # some write their daemon's address for it
        path = self.first("return-path").strip().strip("<>")
        return "return-path" in self.named and (
            not path or local_part(Mailbox("", path)) == "mailerdaemon"
        )

    @cached_property
    def submitted(self) -> str:
        """Auto-Submitted, unless it says no (RFC 3834, 5)."""
        value = self.first("auto-submitted")
        return "" if value.split(";")[0].split("(")[0].strip() == "no" else value[:60]

    @cached_property
    def by_daemon(self) -> bool:
        """Whether a mail server's own address sent it: only delivery reports come from there."""
        return is_daemon(self.sender or self._nobody)

    @cached_property
    def _nobody(self) -> Mailbox:
        """The sender of "MAILER-DAEMON <>": no address, and yet it says it all."""
        name, _, address = self.first("from").partition("<")
        return Mailbox(name.strip(' "'), address.strip("> ") or name.strip(' "'))

    @cached_property
    def by_postmaster(self) -> bool:
        """Whether a postmaster or nobody at all sent it: reports and letters come from there."""
        if (
            self.sender is None
            and "from" in self.named
            and self.first("from").strip() in ("", "<>")
        ):
            return True
        sender = self.sender or self._nobody
        local = local_part(sender)
        return (
            local in machine_phrases.POSTMASTERS
            or local.endswith("postmaster")
            or "postmaster" in sender.name.lower()
        )

    @cached_property
    def by_machine(self) -> bool:
        """Whether the sender is named like a server; its administrator may be, too."""
        if self.sender is None:
            return False
        return local_part(
            self.sender
        ) in machine_phrases.MACHINES or self.sender.name.lower().startswith(
            machine_phrases.MACHINE_NAMES
        )

    @cached_property
    def unanswered(self) -> bool:
        """Whether the sender's address says that nobody reads answers."""
        return self.sender is not None and takes_no_answers(self.sender)

    @cached_property
    def marked(self) -> bool:
        """Whether a program says that it wrote this, or its address does."""
        if self.submitted or self.first("precedence") in machine_phrases.PRECEDENCES:
            return True
        by_list = self.sender is not None and self.sender.key.partition("@")[0].endswith(
            machine_phrases.LIST_MANAGERS
        )
        return by_list or self.unanswered

    @cached_property
    def discussion(self) -> bool:
        """Whether a list of people, or a group address in front of this desk, passed on what
        somebody wrote."""
        if self.submitted or self.null_path:
            return False
        return self.first("precedence") == "list" or any(
            name in self.named for name in machine_phrases.DISCUSSION_FIELDS
        )

    @cached_property
    def vacation(self) -> bool:
        """Whether the subject is one that vacation programs write, or the program
        signed with its name.

        People write about absences, too: the words count as a label before a subject, as the whole
        of it, or in a message that answers one or opens with words of absence.
        """
        program = self.first("x-mailer") + self.first("delivered-to")
        if "vacation" in program or "autoresponder" in program:
            return True
        subject = self.subject.strip(" .!*")
        phrase = max(
            (phrase for phrase in machine_phrases.VACATION_SUBJECTS if phrase in subject),
            key=len,
            default="",
        )
        if not phrase:
            return False
        before, _, rest = subject.partition(phrase)
        whole = len(phrase) * 2 > len(subject) and len(rest) < LABEL and " " not in rest
        clear = not before.strip(" [(") or len(phrase) >= LABEL
        label = clear and (
            not rest
            or phrase[-1] == ":"
            or any(sign in rest[:LABEL] for sign in machine_phrases.LABEL_ENDS)
        )
        label = label or subject.startswith("auto: ")
        return whole or label or self.answers or self.away or self.calls_itself_automatic

    @cached_property
    def answers(self) -> bool:
        """Whether it answers a message, by its fields or by its subject."""
        return (
            "in-reply-to" in self.named
            or "references" in self.named
            or self.subject.startswith(machine_phrases.REPLY_PREFIXES)
        )

    @cached_property
    def calls_itself_automatic(self) -> bool:
        """Whether the text begins with the words of a program."""
        opening = self.low[:FIRST_WORDS]
        return any(phrase in opening for phrase in machine_phrases.AUTOMATIC_OPENINGS)

    @cached_property
    def away(self) -> bool:
        """Whether the text begins with words of absence; people write them, too."""
        opening = self.low[:FIRST_WORDS]
        return any(phrase in opening for phrase in machine_phrases.VACATION_OPENINGS)

    @cached_property
    def challenge(self) -> bool:
        """Whether a filter wants the sender to prove something: no report, and never to be answered
        by a machine."""
        if any(name.startswith(machine_phrases.CHALLENGE_FIELDS) for name in self.named):
            return True
        opening = self.low[:OPENING]
        if any(
            phrase in opening for phrase in machine_phrases.CHALLENGE_OPENINGS
        ) and not self.subject.startswith(FORWARDS):
            return True
        if not (self.null_path or self.marked or self.by_daemon):
            return False
        notice = " ".join(reports.notice_of(self.text)[0].lower().split())
        return any(phrase in notice for phrase in machine_phrases.CHALLENGE_TEXTS)

    @cached_property
    def refusal(self) -> bool:
        """Whether a mail filter refused the message in the shape of a read receipt (RFC 5429,
        2.1.2): nobody got it."""
        return "rejected" in self.submitted or any(
            phrase in self.low[:OPENING] for phrase in notice_phrases.REFUSED
        )

    @cached_property
    def failure(self) -> bool:
        """Whether it is a delivery report in prose: a machine sent it, and it says so in its
        subject or its text."""
        if "x-failed-recipients" in self.named or self.by_daemon:
            return not (self.vacation and not self.by_daemon)
        machine = (
            self.null_path
            or self.by_postmaster
            or self.marked
            or self.by_machine
            or self.opens_as_notice
        )
        if not machine or self.vacation:
            return False
        by_subject = any(phrase in self.subject for phrase in notice_phrases.BOUNCE_SUBJECTS)
        by_text = any(phrase in self.low for phrase in notice_phrases.BOUNCE_TEXTS)
        if self.null_path or self.by_postmaster:
            # a postmaster who asks for help
            letter = not self.null_path and self.low.startswith(machine_phrases.GREETINGS)
            return by_subject or (by_text and not letter) or self._tells_of_arrival
        return by_subject and by_text and self._about_mail and not self._acknowledges

    @property
    def _acknowledges(self) -> bool:
        """Whether it says first that a request arrived: then the failure is what the
        request was about."""
        return any(phrase in self.low[:FIRST_WORDS] for phrase in machine_phrases.ACKNOWLEDGEMENTS)

    @property
    def _about_mail(self) -> bool:
        """Whether what was not delivered is a message: parcels are not delivered, too, and robots
        tell of it."""
        if self.by_machine or self.opens_as_notice or self.types & dsn.RETURNED_TYPES:
            return True
        return any(word in self.low for word in notice_phrases.ABOUT_MAIL) or bool(
            dsn.statuses_in(self.text[:TEXT_LIMIT])
        )

    @property
    def _tells_of_arrival(self) -> bool:
        """Whether subject and text agree that a message arrived, or is late: less telling words
        than those of failure."""
        arrived = (
            self.subject.startswith(bounce_phrases.DELIVERED_SUBJECTS),
            bounce_phrases.DELIVERED,
        )
        late = (
            any(word in self.subject for word in bounce_phrases.DELAYED_SUBJECTS),
            bounce_phrases.DELAYED,
        )
        return any(
            by_subject and any(phrase in self.low for phrase in phrases)
            for by_subject, phrases in (arrived, late)
        )

    @cached_property
    def opens_as_notice(self) -> bool:
        """Whether the first words are those of a mail server, in a message that answers none and no
        mail client wrote."""
        if self.subject.startswith(FORWARDS) or any(name in self.named for name in CLIENT_FIELDS):
            return False
        return self.low[:200].lstrip(DECORATION).startswith(notice_phrases.NOTICE_OPENINGS)


def is_daemon(sender: Mailbox) -> bool:
    """Whether this is a mail server's own address."""
    return local_part(sender) in machine_phrases.DAEMONS or sender.name.lower().startswith(
        machine_phrases.DAEMON_NAMES
    )


def takes_no_answers(sender: Mailbox) -> bool:
    """Whether an address is one of those that are never answered."""
    local = sender.key.partition("@")[0]
    plain = local_part(sender)
    return (
        plain in machine_phrases.NEVER_ANSWERED
        or local.startswith(machine_phrases.NEVER_ANSWERED_STARTS)
        or local.endswith(machine_phrases.NEVER_ANSWERED_ENDS)
        or plain.startswith(("noreply", "donotreply"))
        or plain.endswith(("noreply", "donotreply"))
    )


def local_part(sender: Mailbox) -> str:
    """What stands before the @, without detail and separators."""
    return sender.key.partition("@")[0].partition("+")[0].translate(_SEPARATORS)
