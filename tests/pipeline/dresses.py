"""How mail programs dress an answer that stands between the lines of the mail it answers."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import count

Dress = Callable[..., EmailMessage]
_BLOCKS = ("p", "div", "tr", "h1", "table", "br")


class _WithLinks(HTMLParser):
    """A page as text with its links behind their words, as Gmail, Thunderbird and
    Outlook print it."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self._href = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "head", "title")
        if tag in _BLOCKS:
            self.out.append("\n")
        if tag == "a":
            self._href = dict(attrs).get("href") or ""
        if tag == "td":
            self.out.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "head", "title")
        if tag == "a":
            self.out.append(f" <{self._href}> ")
        if tag in _BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.out.append(re.sub(r"\s+", " ", data))


def printed(html: str) -> str:
    """The page as text, its links shown."""
    reader = _WithLinks()
    reader.feed(_body(html))
    lines = (line.strip() for line in "".join(reader.out).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def html_of(mail: EmailMessage) -> str:
    """Its page."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def gmail(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Gmail: both parts, the text with the links of the page, the page in a blockquote that the
    answer breaks."""
    quoted = "\n".join(f"> {line}".rstrip() for line in printed(html_of(notice)).splitlines())
    head = f"On Fri, 20 Nov 2026 at 11:00, {notice['From']} wrote:"
    text = f"{head}\n\n{_between(quoted, after, f'{answer}', '> ')}\n\n{end}\n"
    inner = _body(html_of(notice))
    broken = inner.replace(
        after,
        f"{after}</div></blockquote><div>{answer}</div><blockquote class='gmail_quote'><div>",
        1,
    )
    html = (
        f"<div class='gmail_quote'><div class='gmail_attr'>{_escaped(head)}</div><blockquote "
        f"class='gmail_quote'><div>{broken}"
    )
    return _mail(text, html + f"</div></blockquote></div><div>{end}</div>")


def thunderbird(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Thunderbird, composing plain text: the page as text, every line marked."""
    quoted = "\n".join(f"> {line}".rstrip() for line in printed(html_of(notice)).splitlines())
    return _mail(
        f"Am 20.11.26 um 11:00 schrieb Kim:\n{_between(quoted, after, answer, '> ')}\n\n{end}\n", ""
    )


def plain(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """mutt and its kind: the text part, every line marked."""
    body = notice.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}".rstrip() for line in str(body.get_content()).splitlines())
    return _mail(
        (
            f"On Fri, Nov 20, 2026 at 11:00:00AM +0100, Kim wrote:\n"
            f"{_between(quoted, after, answer, '> ')}\n\n{end}\n"
        ),
        "",
    )


def apple(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Apple Mail: both parts, `type="cite"`."""
    quoted = "\n".join(f"> {line}".rstrip() for line in printed(html_of(notice)).splitlines())
    inner = _body(html_of(notice)).replace(
        after, f"{after}</div></blockquote>{answer}<blockquote type='cite'><div>", 1
    )
    html = (
        f"<blockquote type='cite'><div>On 20. Nov 2026, at 11:00, Kim "
        f"wrote:</div><div>{inner}</div></blockquote>{end}"
    )
    return _mail(
        (
            f"\n> On 20. Nov 2026, at 11:00, Kim wrote:\n> \n"
            f"{_between(quoted, after, answer, '> ')}\n\n{end}\n"
        ),
        html,
    )


def outlook(
    notice: EmailMessage,
    after: str,
    answer: str,
    end: str,
    above: str = "See my answers below in red.",
) -> EmailMessage:
    """Outlook for Windows: nothing is marked below its header block, in neither part."""
    fields = {"From": str(notice["From"]), "Sent": "Friday, November 20, 2026 11:00 AM"}
    fields |= {"To": str(notice["To"]), "Subject": str(notice["Subject"])}
    block = "\n".join(f"{name}: {value}" for name, value in fields.items())
    text = (
        f"{above}\n\n{block}\n\n{_between(printed(html_of(notice)), after, answer, '')}\n\n{end}\n"
    )
    rows = "<br>".join(f"<b>{name}:</b> {_escaped(value)}" for name, value in fields.items())
    inner = _body(html_of(notice)).replace(
        after, f"{after}<p class=MsoNormal style='color:red'>{answer}</p>", 1
    )
    html = (
        f"<p class=MsoNormal>{above}</p><div style='border:none;border-top:solid #E1E1E1 "
        f"1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
    )
    return _mail(
        text, f"{html}<p class=MsoNormal>{rows}</p></div>{inner}<p class=MsoNormal>{end}</p>"
    )


def unmarked(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """A program that marks nothing and introduces nothing, and takes out our
    line "answer above"."""
    text = "\n".join(line for line in printed(html_of(notice)).splitlines() if "##" not in line)
    return _mail(f"{_between(text, after, answer, '')}\n\n{end}\n", "")


def in_the_table(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Apple Mail and Thunderbird with HTML alone: a quote cannot be opened within a table, so the
    answer lies in it."""
    inner = _body(html_of(notice)).replace(after, f"{after}</div><div>{answer}</div><div>", 1)
    page = (
        f"<blockquote type='cite'><div>On 20. Nov 2026, at 11:00, Kim "
        f"wrote:</div><div>{inner}</div></blockquote><p>{end}</p>"
    )
    made = EmailMessage()
    made.set_content(f"<html><body>{page}</body></html>", subtype="html")
    return made


def wrapped(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Programs that wrap a line after they have marked it: what is left over bears no mark."""
    lines = []
    for line in printed(html_of(notice)).splitlines():
        first, *rest = textwrap.wrap(line, 70, break_long_words=False) or [""]
        lines += [f"> {first}".rstrip(), *rest]
    quoted = "\n".join(lines)
    return _mail(
        (
            f"On Fri, 20 Nov 2026 at 11:00, Kim wrote:\n{_between(quoted, after, answer, '> ')}\n\n"
            f"{end}\n"
        ),
        "",
    )


def initials(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Gnus and The Bat!: the initials of the one who is quoted stand before the mark."""
    quoted = "\n".join(f"ES> {line}".rstrip() for line in printed(html_of(notice)).splitlines())
    return _mail(
        (
            f"On Fri, 20 Nov 2026 at 11:00, Kim wrote:\n"
            f"{_between(quoted, after, answer, 'ES> ')}\n\n"
            f"{end}\n"
        ),
        "",
    )


def indented(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """A program that indents what it quotes, below its "On … wrote:"."""
    body = notice.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"    {line}".rstrip() for line in str(body.get_content()).splitlines())
    return _mail(
        (
            f"On Fri, 20 Nov 2026 at 11:00, Kim <k@x.example> wrote:\n\n"
            f"{_between(quoted, after, answer, '    ')}\n\n{end}\n"
        ),
        "",
    )


def numbered(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """w3m and lynx: the buttons in one line, with numbers for their links, which
    are listed below."""
    page, links = _body(html_of(notice)), re.findall(r'href="([^"]+)"', html_of(notice))
    numbers = count(1)
    text = printed(
        re.sub(
            r"<a [^>]*>(.*?)</a>",
            lambda found: f"[{next(numbers)}]{found[1]}",
            page,
            flags=re.DOTALL,
        )
    )
    text += "\n\nReferences\n\n" + "\n".join(
        f"  {number}. {link}" for number, link in enumerate(links, 1)
    )
    quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return _mail(
        (
            f"On Fri, 20 Nov 2026 at 11:00, Kim wrote:\n{_between(quoted, after, answer, '> ')}\n\n"
            f"{end}\n"
        ),
        "",
    )


def thunderbird_page(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Thunderbird, composing HTML and sending nothing else: the quote split where
    the answer stands."""
    head = (
        f"<div class='moz-cite-prefix'>Am 20.11.26 um 11:00 schrieb "
        f"{_escaped(str(notice['From']))}:<br></div>"
    )
    above, below = _split(_body(html_of(notice)), after)
    quote = "<blockquote type='cite' cite='mid:x@y'>"
    page = (
        f"{head}{quote}{above}</blockquote><p>{answer}</p>{quote}{below}</blockquote><p>{end}</p>"
    )
    return _page(page)


def gmail_page(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """Gmail's page alone, as some gateways leave it."""
    head = f"Am Fr., 20. Nov. 2026 um 11:00&nbsp;Uhr schrieb {_escaped(str(notice['From']))}:<br>"
    above, below = _split(_body(html_of(notice)), after)
    quote = (
        "<blockquote class='gmail_quote' style='margin:0px 0px 0px 0.8ex;border-left:1px "
        "solid rgb(204,204,204)'>"
    )
    page = (
        f"<div class='gmail_quote'><div dir='ltr' "
        f"class='gmail_attr'>{head}</div>{quote}{above}</blockquote><div>{answer}</div>"
    )
    return _page(f"<div dir='ltr'>{page}{quote}{below}</blockquote></div></div><div>{end}</div>")


def within_the_cell(notice: EmailMessage, after: str, answer: str, end: str) -> EmailMessage:
    """A program that cannot open the quote within a table: the answer stands in it, as
    if it were quoted."""
    inner = _body(html_of(notice)).replace(after, f"{after}</p><p>{answer}</p><p>", 1)
    head = "<div class='moz-cite-prefix'>Am 20.11.26 um 11:00 schrieb Kim:<br></div>"
    return _page(f"{head}<blockquote type='cite' cite='mid:x@y'>{inner}</blockquote><p>{end}</p>")


DRESSES: dict[str, Dress] = {
    "Gmail": gmail,
    "Thunderbird": thunderbird,
    "mutt": plain,
    "Apple Mail": apple,
    "Outlook": outlook,
    "nothing marked": unmarked,
    "Thunderbird's page": thunderbird_page,
    "Gmail's page": gmail_page,
    "within the cell": within_the_cell,
    "in the table": in_the_table,
    "wrapped": wrapped,
    "initials": initials,
    "indented": indented,
    "numbered links": numbered,
}


def _between(text: str, after: str, answer: str, mark: str) -> str:
    before, found, rest = text.partition(f"{mark}{after}")
    assert found, "the words to answer stand in the notification"
    return f"{before}{found}\n\n{answer}\n\n{rest.lstrip()}"


def _body(html: str) -> str:
    """What a program shows of the page: not its preview, which is hidden."""
    return re.sub(
        r"^.*<body[^>]*>|<div[^>]*display:\s*none[^>]*>.*?</div>|</body>.*$",
        "",
        html,
        flags=re.DOTALL,
    )


def _split(page: str, after: str) -> tuple[str, str]:
    """The page in two, each with all its elements closed."""
    at = page.index(after) + len(after)
    reader = _Open()
    reader.feed(page[:at])
    closing = "".join(f"</{tag}>" for tag, _ in reversed(reader.open))
    return page[:at] + closing, "".join(start for _, start in reader.open) + page[at:]


class _Open(HTMLParser):
    """Which elements are open at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "img", "hr", "meta", "input", "col"):
            self.open.append((tag, self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass


def _page(html: str) -> EmailMessage:
    made = EmailMessage()
    made.set_content(f"<html><body>{html}</body></html>", subtype="html")
    return made


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _mail(text: str, html: str) -> EmailMessage:
    made = EmailMessage()
    made.set_content(text)
    if html:
        made.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    return made
