"""The few words and forms that depend on a language and are not in a template: dates, states, sizes.

A language that is not in the table below is written with numbers (ISO 8601)
and the desk's own words, so that templates in any language work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Language:
    """How one language writes things. A format uses weekday, day, month, short, year, time and zone."""

    code: str
    days: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    long: str = "{iso} {time} {zone}"
    brief: str = "{iso} {time}"
    date: str = "{iso}"
    decimal: str = "."
    units: tuple[tuple[str, str], ...] = (("d", "d"), ("h", "h"), ("min", "min"))
    joint: str = " "
    words: Mapping[str, str] | None = None
    zones: Mapping[str, str] | None = None
    reasons: tuple[tuple[re.Pattern[str], str], ...] = ()

    def moment(self, at: datetime, form: str) -> str:
        """The moment in the zone it carries."""
        return form.format(
            weekday=self.days[at.weekday()] if self.days else "",
            month=self.months[at.month - 1] if self.months else "",
            day=at.day,
            short=self.months[at.month - 1][:3] if self.months else "",
            year=at.year,
            time=f"{at.hour:02d}:{at.minute:02d}",
            zone=(self.zones or {}).get(at.tzname() or "", at.tzname() or ""),
            iso=f"{at.year:04d}-{at.month:02d}-{at.day:02d}",
            number=f"{at.month:02d}",
        ).strip()

    def period(self, length: timedelta) -> str:
        """The two largest units of a period, in words."""
        minutes = max(0, round(length.total_seconds() / 60))
        counts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
        named = [f"{n} {unit[n != 1]}" for n, unit in zip(counts, self.units, strict=True) if n]
        return self.joint.join(named[:2]) or f"0 {self.units[-1][1]}"

    def size(self, octets: int) -> str:
        """A file's size, to two digits or so."""
        for unit, step in (("MB", 1_000_000), ("KB", 1_000)):
            if octets >= step:
                number = octets / step
                return f"{number:.1f}".replace(".", self.decimal) + f" {unit}" if number < 10 else f"{number:.0f} {unit}"
        return f"{octets} B"

    def word(self, name: str) -> str:
        """The desk's word for a state, a priority, a clock; unknown ones are shown as they are."""
        return (self.words or {}).get(name, name.replace("_", " "))

    def why(self, reason: str) -> str:
        """Why the desk refused a file or a command. What the table does not know stays as it is."""
        return "; ".join(self._reason(one) for one in reason.split("; "))

    def _reason(self, reason: str) -> str:
        for pattern, words in self.reasons:
            if found := pattern.fullmatch(reason):
                return found.expand(words)
        return reason


def _reasons(table: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """One reason a line: as the desk says it in English, and in this language. A star is whatever stands there."""
    rows = [line.partition(" => ") for line in table.strip().splitlines()]
    return tuple(
        (re.compile(re.escape(said.strip()).replace(r"\*", "(.*)"), re.DOTALL), words.replace("*1", r"\1").replace("*2", r"\2"))
        for said, _, words in rows
    )


_ENGLISH = Language(
    code="en",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    long="{weekday}, {day} {month} {year} at {time} {zone}",
    brief="{day} {short} {year}, {time}",
    date="{day} {month} {year}",
    units=(("day", "days"), ("hour", "hours"), ("minute", "minutes")),
    joint=" and ",
    words={
        "in_progress": "in progress",
        "waiting": "waiting for the customer",
        "on_hold": "on hold",
        "first_response": "first response",
        "next_response": "next response",
    },
)
_GERMAN = Language(
    code="de",
    days=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    long="{weekday}, {day}. {month} {year}, {time} Uhr {zone}",
    brief="{day}.{number}.{year}, {time}",
    date="{day}. {month} {year}",
    decimal=",",
    units=(("Tag", "Tage"), ("Stunde", "Stunden"), ("Minute", "Minuten")),
    joint=" und ",
    zones={"CET": "MEZ", "CEST": "MESZ", "WET": "WEZ", "WEST": "WESZ", "EET": "OEZ", "EEST": "OESZ"},
    words={
        "open": "offen",
        "in_progress": "in Bearbeitung",
        "waiting": "wartet auf Kunden",
        "on_hold": "zurückgestellt",
        "resolved": "gelöst",
        "closed": "geschlossen",
        "low": "niedrig",
        "normal": "normal",
        "medium": "normal",
        "high": "hoch",
        "urgent": "dringend",
        "critical": "dringend",
        "question": "Frage",
        "incident": "Störung",
        "problem": "Problem",
        "task": "Aufgabe",
        "first_response": "erste Antwort",
        "next_response": "nächste Antwort",
        "resolution": "Lösung",
    },
    reasons=_reasons("""
        programs are not passed on => Programme geben wir nicht weiter
        mails of this desk are not passed on => Mails aus diesem Helpdesk geben wir nicht weiter
        larger than * => größer als *1
        commands stand in the first lines of the mail itself, not in a file or below one => \
Befehle stehen in den ersten Zeilen der Mail selbst, nicht in einer Datei und nicht darunter
        more than * in all => mehr als *1 zusammen
        the message that brought it cannot be read => die Nachricht, die sie brachte, lässt sich nicht lesen
        the mail server takes no more in one mail => mehr nimmt der Mailserver in einer Mail nicht an
        #send files on the first line of a reply brings it => #dateien schicken in der ersten Zeile einer Antwort bringt sie
        #send sends nothing but the files of the ticket: * => #schick schickt nur die Dateien des Tickets: #dateien schicken
        maildesk ticket files * writes it to a folder => maildesk ticket files *1 legt sie in einen Ordner
        #* is no command => den Befehl #*1 gibt es nicht
        did you mean *? => meinten Sie *1?
        is it a heading, or the command #*? Write it without the space, or #stop above it => \
eine Überschrift, oder der Befehl #*1? Schreiben Sie ihn ohne Leerzeichen, oder #stop darüber
        there is no agent "*" => niemand bei uns heißt „*1“
        "*" may be * or * => „*1“ passt auf mehrere
        there is no label "*" => das Label „*1“ gibt es nicht
        there is no field "*" => das Feld „*1“ gibt es nicht
        there is no priority "*" => die Priorität „*1“ gibt es nicht
        there is no category "*" => die Kategorie „*1“ gibt es nicht
        there is no type "*" => den Typ „*1“ gibt es nicht
        there is no queue "*" => den Bereich „*1“ gibt es nicht
        "*" is no address of somebody outside the desk => „*1“ ist keine Adresse von außerhalb
        * is an agent: use #assign => *1 gehört zu uns; dafür ist #assign da
        the requester cannot be taken out of their own ticket => wer gefragt hat, bleibt im Ticket
        #tag needs the labels: * => #tag braucht die Labels: *1
        #cc needs an address: * => #cc braucht eine Adresse: *1
        #letin needs an address: * => #letin braucht eine Adresse: *1
        #keepout needs an address: * => #keepout braucht eine Adresse: *1
        nobody waits to be let in => es wartet niemand darauf, ins Ticket aufgenommen zu werden
        #spent needs * => #spent braucht eine Dauer wie 15m oder 1h 30m
        #spent takes no more than 1000 hours at once => #spent nimmt höchstens 1000 Stunden auf einmal
        #subject needs the new subject => #subject braucht den neuen Betreff
        a ticket that is * cannot * => das geht bei diesem Ticket nicht, so wie es steht
        your mail has no words and no files: nothing was sent => in Ihrer Mail sind weder Worte noch Dateien
        your text is longer than a mail may have => Ihr Text ist länger, als eine Mail sein darf
        * mails were written in this ticket of late => in diesem Ticket wurden eben *1 Mails geschrieben
        two programs may be answering each other => vielleicht antworten zwei Programme einander
        it reads like an out of office => das liest sich wie eine Abwesenheitsnotiz
        if the customer is to have it, put #reply on its first line => soll die Kundschaft sie bekommen, beginnen Sie mit #reply
        it claims to come from you, and nothing proves it => sie gibt vor, von Ihnen zu kommen, und nichts belegt das
        * wrote to your reply address => *1 schrieb an Ihre Antwortadresse
        your reply address is too old to be believed => Ihre Antwortadresse ist zu alt, um noch zu gelten
        your reply addresses were renewed after this one was made => \
Ihre Antwortadressen wurden erneuert, nachdem diese vergeben war
        it came with your reply address, but nothing proves that you sent it => \
sie kam mit Ihrer Antwortadresse, aber nichts belegt, dass Sie sie geschickt haben
        it came from the network *, from which you never wrote => \
sie kam aus dem Netz *1, aus dem Sie noch nie geschrieben haben
        it claims to come from *, and nothing proves it => sie gibt vor, von *1 zu kommen, und nichts belegt das
        * wrote to the reply address of * => *1 schrieb an die Antwortadresse von *2
        *'s reply address is too old to be believed => die Antwortadresse von *1 ist zu alt, um noch zu gelten
        * renewed their reply addresses since this one was made => seit *1 alle Antwortadressen erneuert hat, gilt diese nicht mehr
        it came with the reply address of *, but nothing proves that * sent it => \
sie kam mit der Antwortadresse von *1, aber nichts belegt, dass *2 sie geschickt hat
        its commands reach people outside the desk, and nothing proves who sent it => \
ihre Befehle wirken nach außen, und nichts belegt, wer sie geschickt hat
        it answers a notification of *, and nothing proves who sent it => \
sie antwortet auf eine Benachrichtigung vom *1, und nichts belegt, wer sie geschickt hat
        it came from the network *, from which * never wrote => sie kam aus dem Netz *1, aus dem *2 noch nie geschrieben hat
        a notification => eine Benachrichtigung
        an acknowledgement => eine Eingangsbestätigung
        the news that it is solved => die Nachricht, dass es gelöst ist
        the news that it is closed => die Nachricht, dass es geschlossen ist
        the news that it is open again => die Nachricht, dass es wieder offen ist
        a reminder => eine Erinnerung
        thanks for a score => der Dank für eine Bewertung
        word of a file that was refused => der Hinweis auf eine abgelehnte Datei
        a mail of the desk => eine Mail des Helpdesks
        please send it as a file => bitte schicken Sie ihn als Datei
    """),
)
_LANGUAGES = {one.code: one for one in (_ENGLISH, _GERMAN)}


def language_named(code: str) -> Language:
    """The language of this tag; its first part decides (`de-AT` writes as `de`)."""
    base = code.lower().partition("-")[0]
    return _LANGUAGES.get(base) or Language(base)
