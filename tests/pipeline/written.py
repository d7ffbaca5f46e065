"""An agent's answer to a notification, or a new mail (`blank`), as mail programs write it: what
they do to the first lines, to addresses, to typed signs, where their own line stands, how the
notification lies below, and in which encoding it travels."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from email import policy
from email.message import EmailMessage
from functools import lru_cache
from hashlib import sha256
from html import escape

from tests.pipeline.dresses import html_of, printed

Program = Callable[[EmailMessage, str, Sequence[str]], bytes]
_ADDRESS = re.compile(r"[\w.]+@[\w.]*\w")
QP, BASE64 = "quoted-printable", "base64"
SIGNED = ("Ben Okafor", "Desk example, second line support", "+44 20 7946 0000")


def mutt(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Plain text above, the text of the notification marked below."""
    return _sent(notice, sender, "\n".join([*lines, "", _head(notice), _marked(_plain(notice))]))


def gmail(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Gmail in a browser: both parts, the first line bare in the page, each further one a <div>."""
    first, *rest = lines
    html = f'<div dir="ltr">{_linked(first)}{"".join(f"<div>{_shown(one)}</div>" for one in rest)}'
    quoted = f'<blockquote class="gmail_quote" style="margin:0">{_page(notice)}</blockquote>'
    below = '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class='
    below += f'"gmail_attr">{escape(_head(notice))}<br></div>{quoted}</div>'
    text = "\n".join([*lines, "", _head(notice), "", _marked(_print_of(notice))])
    return _sent(notice, sender, text, f"{html}</div>{_if_answer(notice, below)}", cte=QP)


def gmail_phone(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Gmail on a phone: capitals that the keyboard put there, dir="auto"."""
    html = "".join(f'<div dir="auto">{_shown(_capital(one))}</div>' for one in lines)
    below = f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{_head(notice)}<br>'
    below += f'</div><blockquote class="gmail_quote">{_page(notice)}</blockquote></div>'
    written = map(_capital, lines)
    text = "\n".join([*written, "", _head(notice), "", _marked(_print_of(notice))])
    return _sent(notice, sender, text, html + _if_answer(notice, below), cte=BASE64)


def outlook(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Outlook for Windows: Word's paragraphs, typed signs corrected, a signature without delimiter,
    its header block, nothing marked; addresses twice in the text."""
    typed = [_corrected(one) for one in lines]
    rows = [*typed, "", *SIGNED, ""]
    block = _block(notice)
    bold = _bold(notice)
    html = '<div class="WordSection1">' + "".join(
        f'<p class="MsoNormal">{_shown(one)}<o:p></o:p></p>' for one in rows
    )
    below = (
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    )
    below += f'<p class="MsoNormal">{bold}<o:p></o:p></p></div></div>{_page(notice)}'
    html += f"{_if_answer(notice, below)}</div>"
    heads = [f"{name}: {value}" for name, value in block]
    twice = [_ADDRESS.sub(lambda one: f"{one[0]}<mailto:{one[0]}>", line) for line in rows]
    text = "\r\n".join([*twice, *heads, "", _print_of(notice)])
    return _sent(notice, sender, text, html, charset="windows-1252", cte=QP)


def outlook_new(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """The new Outlook for Windows: `elementToProof`, a signature that is marked, the quote in a
    container; the page alone, in base64."""
    html = "".join(
        f'<div class="elementToProof" style="font-family: Aptos">{_shown(one)}</div>'
        for one in [*lines, ""]
    )
    html += '<div id="Signature" class="elementToProof">'
    html += f"{''.join(f'<p>{one}</p>' for one in SIGNED)}</div>"
    below = '<div id="mail-editor-reference-message-container"><hr style="width: 98%">'
    below += f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{_bold(notice)}</font></div>'
    below += f"{_page(notice)}</div>"
    return _sent(notice, sender, "", html + _if_answer(notice, below), cte=BASE64)


def outlook_web(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Outlook in a browser: `elementToProof`, a rule, its header block."""
    html = "".join(
        f'<div class="elementToProof" style="font-family: Aptos">{_shown(one)}</div>'
        for one in [*lines, ""]
    )
    below = '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
    below += f'<div id="divRplyFwdMsg" dir="ltr"><font>{_bold(notice)}</font></div>{_page(notice)}'
    heads = [f"{name}: {value}" for name, value in _block(notice)]
    rule = _if_answer(notice, "_" * 32)
    text = "\n".join([*lines, "", rule, *heads, "", _print_of(notice)])
    return _sent(notice, sender, text, html + _if_answer(notice, below))


def outlook_phone(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Outlook on a phone: its own line below the words, the page alone."""
    html = "".join(f'<div dir="ltr">{_shown(_capital(one))}</div>' for one in [*lines, ""])
    html += '<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for'
    html += " iOS</a></div>"
    below = '<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg">'
    below += f"{_bold(notice)}</div>{_page(notice)}"
    return _sent(notice, sender, "", html + _if_answer(notice, below), cte=BASE64)


def apple(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Apple Mail on a Mac: typed signs corrected, a quote with type="cite" that begins with its
    introduction."""
    typed = [_corrected(one) for one in lines]
    html = '<body style="overflow-wrap: break-word; line-break: after-white-space;">'
    html += "".join(f"<div>{_shown(one)}</div>" for one in typed)
    below = f'<br><blockquote type="cite"><div>{escape(_head(notice))}</div><br>'
    below += f"<div>{_page(notice)}</div></blockquote>"
    html += f"{_if_answer(notice, below)}</body>"
    quoted = _marked(f"{_head(notice)}\n\n{_print_of(notice)}".strip())
    return _sent(notice, sender, "\n".join([*typed, "", quoted]), html, cte=QP)


def iphone(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """An iPhone: capitals, lines that are broken with <br>, "Sent from my iPhone"."""
    typed = [_corrected(_capital(one)) for one in lines]
    html = '<body dir="auto">' + "<br>".join(map(_linked, typed))
    html += '<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div>'
    below = f'<div dir="ltr"><br><blockquote type="cite">{escape(_head(notice))}<br><br>'
    below += f'</blockquote></div><blockquote type="cite">{_page(notice)}</blockquote>'
    html += f"{_if_answer(notice, below)}</body>"
    quoted = _marked(f"{_head(notice)}\n\n{_print_of(notice)}".strip())
    text = "\n".join([*typed, "", "Sent from my iPhone", "", quoted])
    return _sent(notice, sender, text, html, cte=QP)


def thunderbird(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Thunderbird composing HTML: paragraphs, a signature with its delimiter, its quote."""
    html = "".join(f"<p>{_shown(one)}</p>" for one in lines if one)
    html += f'<div class="moz-signature">-- <br>{"<br>".join(SIGNED)}</div>'
    below = f'<div class="moz-cite-prefix">{escape(_head(notice))}<br></div>'
    below += f'<blockquote type="cite" cite="mid:{_id(notice)}">{_page(notice)}</blockquote>'
    text = "\n".join([*lines, "", "-- ", *SIGNED, "", _head(notice), _marked(_plain(notice))])
    return _sent(notice, sender, text, html + _if_answer(notice, below))


def thunderbird_below(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Thunderbird composing plain text, the answer below the quote, as it does by default:
    format=flowed (RFC 3676)."""
    quoted = _if_answer(notice, f"{_head(notice)}\n{_marked(_plain(notice))}\n\n")
    text = quoted + "\n".join(map(_flowed, [*lines, ""]))
    return _sent(notice, sender, text, flowed=True)


def samsung(notice: EmailMessage, sender: str, lines: Sequence[str]) -> bytes:
    """Samsung's program: the page alone, no-break spaces, "Original message" in grey."""
    rows = [_linked(_capital(one)).replace(" ", "&nbsp;", 1) for one in lines]
    html = "".join(f"<div>{one or '<br>'}</div>" for one in rows)
    html += '<div><br></div><div id="composer_signature" dir="auto"><div style="font-size:12px">'
    html += "Sent from my Galaxy</div></div>"
    below = '<div><br></div><div style="font-size:100%;color:#000">'
    below += "<!-- originalMessage --><div>-------- Original message --------</div>"
    below += "".join(f"<div>{name}: {escape(value)} </div>" for name, value in _block(notice))
    below += f"</div>{_page(notice)}"
    return _sent(notice, sender, "", html + _if_answer(notice, below), cte=QP)


PROGRAMS: dict[str, Program] = {
    "Gmail": gmail,
    "Gmail on a phone": gmail_phone,
    "Outlook": outlook,
    "the new Outlook": outlook_new,
    "Outlook in a browser": outlook_web,
    "Outlook on a phone": outlook_phone,
    "Apple Mail": apple,
    "an iPhone": iphone,
    "Thunderbird": thunderbird,
    "Thunderbird, below": thunderbird_below,
    "Samsung": samsung,
}


def blank(to: str, subject: str) -> EmailMessage:
    """Instead of a notification: the mail is a new one."""
    made = EmailMessage()
    made["Reply-To"], made["Subject"] = to, subject
    return made


def _if_answer(notice: EmailMessage, below: str) -> str:
    """What stands below an answer, and below no new mail."""
    return below if notice["Message-ID"] else ""


def _head(notice: EmailMessage) -> str:
    return _if_answer(notice, f"On Fri, 20 Nov 2026 at 11:00, {notice['From']} wrote:")


def _block(notice: EmailMessage) -> list[tuple[str, str]]:
    if not notice["Message-ID"]:
        return []
    return [
        ("From", str(notice["From"])),
        ("Sent", "Friday, November 20, 2026 11:00 AM"),
        ("To", str(notice["To"])),
        ("Subject", str(notice["Subject"])),
    ]


def _bold(notice: EmailMessage) -> str:
    return "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in _block(notice))


def _plain(notice: EmailMessage) -> str:
    body = notice.get_body(("plain",)) if notice["Message-ID"] else None
    return str(body.get_content()) if body is not None else ""


def _page(notice: EmailMessage) -> str:
    if not notice["Message-ID"]:
        return ""
    body = html_of(notice).partition("<body")[2].partition(">")[2]
    return body.rpartition("</body>")[0]


def _print_of(notice: EmailMessage) -> str:
    return _printed(html_of(notice)) if notice["Message-ID"] else ""


@lru_cache(maxsize=1)
def _printed(html: str) -> str:
    return printed(html)


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _linked(line: str) -> str:
    """With links where addresses stand."""
    return _ADDRESS.sub(lambda one: f'<a href="mailto:{one[0]}">{one[0]}</a>', escape(line, False))


def _shown(line: str) -> str:
    return _linked(line) or "<br>"


def _capital(line: str) -> str:
    """The first letter large, as a phone's keyboard has it."""
    return re.sub(r"\A(\W*)(\w)", lambda found: f"{found[1]}{found[2].upper()}", line)


def _corrected(line: str) -> str:
    """Typed quotation marks, apostrophes and dashes as Word and macOS make them."""
    line = re.sub(r'"([^"]*)"', "\u201c\\1\u201d", line).replace("'", "\u2019")
    return re.sub(r"(?<= )-(?=\w)", "\u2013", line)


def _flowed(line: str) -> str:
    """Its soft breaks; what looks like a quote or an envelope is moved by a space."""
    stuffed = f" {line}" if line.startswith((" ", ">", "From ")) else line
    return " \n".join(textwrap.wrap(stuffed, 70, break_long_words=False)) or ""


def _id(mail: EmailMessage) -> str:
    return str(mail["Message-ID"]).strip().strip("<>")


def _sent(
    notice: EmailMessage,
    sender: str,
    text: str,
    html: str = "",
    charset: str = "utf-8",
    *,
    cte: str = "",
    flowed: bool = False,
) -> bytes:
    made = EmailMessage(policy=policy.SMTP)
    made["From"] = sender
    made["To"] = str(notice["Reply-To"])
    made["Subject"] = str(notice["Subject"])
    if notice["Message-ID"]:
        made.replace_header("Subject", re.sub(r"\A(?:Re: )?", "Re: ", str(notice["Subject"])))
        made["In-Reply-To"] = f"<{_id(notice)}>"
        made["References"] = f"{notice['References'] or ''} <{_id(notice)}>".strip()
    unique = sha256(f"{notice['Message-ID']}{text}{html}".encode()).hexdigest()[:24]
    made["Message-ID"] = f"<{unique}@desk.example>"
    page = f'<html><head><meta charset="utf-8"></head>{_in_body(html)}</html>' if html else ""
    if text:
        made.set_content(text, charset=_fits(text, charset), cte=cte or None)
    if flowed:
        made.set_param("format", "flowed")
    if page and text:
        made.add_alternative(page, subtype="html", charset=_fits(page, charset), cte=cte or None)
    elif page:
        made.set_content(page, subtype="html", charset=_fits(page, charset), cte=cte or None)
    return made.as_bytes()


def _in_body(html: str) -> str:
    return html if html.startswith("<body") else f"<body>{html}</body>"


def _fits(text: str, charset: str) -> str:
    """This charset, or UTF-8 where it cannot say all of it."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset
