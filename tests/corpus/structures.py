"""Oddities of build: heads, boundaries, encodings, nesting, names and containers."""

# ruff: noqa: E501 (one oddity a line reads better than ten)

from __future__ import annotations

from tests.corpus.odd import (
    EXE,
    HEAD,
    HELLO,
    PDF,
    PNG,
    ZIP,
    Odd,
    attached,
    b64,
    mixed,
    part,
    plain,
    typed,
)

HTML = part(b"text/html; charset=utf-8", b"<p>Hello from the <b>page</b></p>")
INNER = b"From: Carl <carl@elsewhere.example>\nTo: ana@customer.example\nSubject: The inner one\nDate: Mon, 9 Nov 2026 10:00:00 +0000\n\nInner words\n"
UU = b"begin 644 notes.txt\n+:&5L;&\\@=V]R;&0 \n \nend\n"


LETTER = b"Content-Type: text/plain; charset=utf-8\n\nWords under seal\n"
RICH = rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 It is br\'f6ken\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}"


def element(tag: int, value: bytes, *, indefinite: bool = False) -> bytes:
    """One element of BER (X.690), its length of four octets or none at all."""
    if indefinite:
        return bytes((tag, 0x80)) + value + b"\x00\x00"
    return bytes((tag, 0x84)) + len(value).to_bytes(4, "big") + value


def signed(content: bytes, *, pieces: int = 0, indefinite: bool = False) -> bytes:
    """An opaque signature (RFC 5652, signed-data) around this content, without anybody's key."""

    def build(tag: int, *values: bytes) -> bytes:
        return element(tag, b"".join(values), indefinite=indefinite)

    digests = build(0x31, build(0x30, b"\x06\x09" + bytes.fromhex("608648016503040201")))
    step = max(1, -(-len(content) // max(1, pieces)))
    cut = [
        b"\x04\x84" + len(piece).to_bytes(4, "big") + piece
        for piece in (content[at : at + step] for at in range(0, len(content), step))
    ]
    octets = build(0x24, *cut) if pieces else element(0x04, content)
    inside = build(0x30, b"\x06\x09" + bytes.fromhex("2a864886f70d010701"), build(0xA0, octets))
    return build(
        0x30,
        b"\x06\x09" + bytes.fromhex("2a864886f70d010702"),
        build(0xA0, build(0x30, b"\x02\x01\x01", digests, inside, build(0x31))),
    )


def _tnef(rich: bytes = b"") -> bytes:
    """A small winmail.dat: one file with a title and its data, and a letter in rich
    text if there is one."""

    def block(level: int, name: int, value: bytes) -> bytes:
        return (
            bytes([level])
            + name.to_bytes(4, "little")
            + len(value).to_bytes(4, "little")
            + value
            + (sum(value) % 65536).to_bytes(2, "little")
        )

    stored = (
        (len(rich) + 12).to_bytes(4, "little")
        + len(rich).to_bytes(4, "little")
        + b"MELA"
        + bytes(4)
        + rich
    )
    told = (
        bytes((1, 0, 0, 0, 0x02, 0x01, 0x09, 0x10, 1, 0, 0, 0))
        + len(stored).to_bytes(4, "little")
        + stored
        + bytes(-len(stored) % 4)
    )
    return (
        b"\x78\x9f\x3e\x22\x01\x00" + block(1, 0x00089006, b"\x00\x00\x01\x00") + (block(1, 0x00069003, told) if rich else b"") + block(2, 0x00069002, bytes(14))
        + block(2, 0x00018010, b"report.pdf\x00") + block(2, 0x0006800F, PDF)
    )  # fmt: skip


STRUCTURES: tuple[Odd, ...] = (
    Odd("line-ends-crlf", plain(b"one\ntwo").replace(b"\n", b"\r\n"), subject="A question", text="one\ntwo"),
    Odd("line-ends-cr-alone", plain(b"one\ntwo").replace(b"\n", b"\r"), subject="A question", text="one\ntwo"),
    Odd("line-ends-cr-cr-lf", plain(b"one\ntwo").replace(b"\n", b"\r\r\n"), subject="A question", text="one\ntwo"),
    Odd("line-ends-mixed", plain(b"one\r\ntwo\rthree\nfour"), text="one\ntwo\nthree\nfour"),
    Odd("line-ends-cr-in-a-multipart-body", HEAD + b'Content-Type: multipart/mixed; boundary="cut"\n\n' + (HELLO + b"--cut--").replace(b"\n", b"\r"), text="Hello"),
    Odd("no-blank-line-before-the-parts", mixed(HELLO, part(b"image/png", b"x", b"Content-Disposition: attachment; filename=a.png")).replace(b"\n\n--cut", b"\n--cut", 1), text="Hello", files=("a.png",), defect="blank line"),
    Odd("line-of-white-space-before-the-parts", mixed(HELLO).replace(b"\n\n--cut", b"\n \n--cut", 1), text="Hello", files=(), defect="blank line"),
    Odd("line-of-white-space-first", b"\n      \n" + plain(b"hello"), subject="A question", text="hello"),
    Odd("text-attached-to-nothing", plain(b"hello", head=b"Content-Disposition: attachment; filename=letter.txt\n"), text="hello"),
    Odd("mbox-from-line-first", b"From ana@customer.example Tue Nov 10 09:30:00 2026\n" + plain(b"hello"), subject="A question", text="hello"),
    Odd("blank-lines-first", b"\n\r\n\n" + plain(b"hello"), subject="A question", text="hello"),
    Odd("rubbish-between-header-fields", plain(b"hello").replace(b"Subject:", b"this is no field\nSubject:"), subject="A question", defect="not a header field"),
    Odd("no-blank-line-before-the-body", HEAD + b"Subject: x\nHello there, this is the body\nand more\n", subject="x", text="Hello there", defect="body without"),
    Odd("no-header-at-all", b"Hello, my printer is on fire\n", text="printer is on fire"),
    Odd("header-only", HEAD + b"Subject: only a head\n", subject="only a head"),
    Odd("header-name-with-space-before-the-colon", plain(b"x").replace(b"Subject:", b"Subject :"), subject="A question"),
    Odd("header-names-in-capitals", plain(b"x").replace(b"Subject:", b"SUBJECT:").replace(b"From:", b"FROM:"), subject="A question", sender="ana@customer.example"),
    Odd("date-garbage", plain(b"x").replace(b"Tue, 10 Nov 2026 09:30:00 +0100", b"yesterday, about noon"), defect="unreadable date"),
    Odd("date-without-zone", plain(b"x").replace(b" +0100", b""), subject="A question"),
    Odd("message-id-missing", HEAD + b"Subject: x\n\nhello", text="hello", more={"message_id": ""}),
    Odd("message-id-without-brackets", plain(b"x").replace(b"<odd@customer.example>", b"odd@customer.example"), more={"message_id": "odd@customer.example"}),
    Odd("references-folded-and-doubled", plain(b"x", head=b"References: <a@x.example>\n\t<b@x.example> <a@x.example>\n"), more={"references": ("a@x.example", "b@x.example")}),
    Odd("in-reply-to-with-prose", plain(b"x", head=b"In-Reply-To: Your message of Monday <a@x.example>\n"), more={"in_reply_to": ("a@x.example",)}),
    Odd("from-missing", plain(b"x").replace(b"From: Ana Lind <ana@customer.example>\n", b""), sender="", may_answer=False),
    Odd("from-several", plain(b"x").replace(b"<ana@customer.example>", b"<ana@customer.example>, bo@customer.example"), sender="ana@customer.example"),
    Odd("from-comma-not-quoted", plain(b"x").replace(b"Ana Lind <", b"Lind, Ana <"), sender="ana@customer.example"),
    Odd("from-address-as-name", plain(b"x").replace(b"Ana Lind <", b"ana@customer.example <"), sender="ana@customer.example"),
    Odd("from-in-comment-style", plain(b"x").replace(b"Ana Lind <ana@customer.example>", b"ana@customer.example (Ana Lind)"), sender="ana@customer.example", sender_name="Ana Lind"),
    Odd("from-without-closing-bracket", plain(b"x").replace(b"customer.example>", b"customer.example", 1), sender="ana@customer.example"),
    Odd("to-a-group", plain(b"x").replace(b"support@desk.example", b"Team: a@desk.example, b@desk.example;"), more={"to_addresses": ("a@desk.example", "b@desk.example")}),
    Odd("to-undisclosed", plain(b"x").replace(b"support@desk.example", b"undisclosed-recipients:;"), more={"to_addresses": ()}),
    Odd("boundary-with-spaces", HEAD + b'Content-Type: multipart/mixed; boundary="cut here"\n\n--cut here\n\nHello\n--cut here--\n', text="Hello"),
    Odd("boundary-never-closed", mixed(HELLO, close=b""), text="Hello", defect="boundary not closed"),
    Odd("boundary-parameter-missing", typed(b"multipart/mixed", HELLO + b"--cut--\n"), text="Hello", defect="boundary guessed"),
    Odd("boundary-parameter-wrong", typed(b"multipart/mixed; boundary=other", HELLO + b"--cut--\n"), text="Hello", defect="boundary guessed"),
    Odd("boundary-guess-that-leads-nowhere", typed(b"multipart/mixed; boundary=other", b"text\r--cut\nContent-Type: text/plain\n\nHello"), text="Hello"),
    Odd("boundary-is-prefix-of-another", typed(b"multipart/mixed; boundary=cut", b"--cut\nContent-Type: multipart/alternative; boundary=cutter\n\n--cutter\n\nHello\n--cutter--\n--cut--\n"), text="Hello", lacks="cutter"),
    Odd("boundary-after-the-last-one", mixed(HELLO, b"--cut--\n", part(b"text/plain", b"and an afterthought")), text="afterthought"),
    Odd("multipart-that-is-plain-text", typed(b"multipart/mixed; boundary=cut", b"Just text, no parts\n"), text="Just text", defect="multipart without parts"),
    Odd("multipart-encoded-base64", typed(b"multipart/mixed; boundary=cut\nContent-Transfer-Encoding: base64", b64(HELLO + b"--cut--\n")), text="Hello"),
    Odd("part-without-head", typed(b"multipart/mixed; boundary=cut", b"--cut\n\nHello\n--cut--\n"), text="Hello"),
    Odd("nested-forty-levels", HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(40)) + b"\nHi\n", defect="nested too deeply"),
    Odd("base64-with-rubbish", plain(b"SGVs!!bG8g\n  dGhlcmU=\n\n(footer)", encoding="base64"), text="Hello there"),
    Odd("base64-cut-short", plain(b"SGVsbG8gdGhlcmUgYW5kIG1vcm", encoding="base64"), text="Hello there"),
    Odd("quoted-printable-broken", plain(b"50% =zz off=\nand =C3=A4", encoding="quoted-printable"), text="ä"),
    Odd("transfer-encoding-unknown", plain(b"Hello", encoding="x-special"), text="Hello"),
    Odd("transfer-encoding-with-comment", plain(b"SGVsbG8=", encoding="base64;"), text="Hello"),
    Odd("transfer-encoding-misspelt", plain(b"SGVsbG8=", encoding="Base-64"), text="Hello"),
    Odd("transfer-encoding-in-quotes", plain(b"SGVsbG8=", encoding='"base64" (really)'), text="Hello"),
    Odd("content-type-with-comment", typed(b"text/plain (the usual); charset=utf-8 (too)", b"Hello"), text="Hello"),
    Odd("content-type-empty", typed(b"", b"Hello"), text="Hello"),
    Odd("content-type-text-only", typed(b"text", b"Hello"), text="Hello"),
    Odd("content-type-twice", typed(b"text/plain\nContent-Type: text/html", b"Hello"), text="Hello"),
    Odd("html-only", typed(b"text/html; charset=utf-8", b"<p>Only a page</p>"), text="Only a page"),
    Odd("alternative-with-empty-text", mixed(part(b"text/plain", b""), HTML, subtype=b"alternative"), text="Hello from the page"),
    Odd("alternative-with-calendar", mixed(HELLO, part(b"text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\nEND:VCALENDAR"), subtype=b"alternative"), text="Hello", types=("text/calendar",)),
    Odd("alternative-with-amp", mixed(HELLO, part(b"text/x-amp-html", b"<html amp></html>"), HTML, subtype=b"alternative"), text="Hello from the body", files=()),
    Odd("mixed-text-picture-text", mixed(HELLO, attached(b"a.png", PNG, b"image/png"), part(b"text/plain", b"and a footer")), text="and a footer", files=("a.png",)),
    Odd("picture-shown-in-the-page", mixed(part(b"text/html", b'<p>Hi<img src="cid:logo@x"></p>'), part(b"image/png", b64(PNG), b"Content-Transfer-Encoding: base64", b"Content-ID: <logo@x>"), subtype=b"related"), types=("image/png",), more={"inline": (True,)}),
    Odd("picture-attached-with-an-id", mixed(HELLO, part(b"image/png", b64(PNG), b"Content-Transfer-Encoding: base64", b"Content-ID: <p@x>", b"Content-Disposition: attachment; filename=p.png")), files=("p.png",), more={"inline": (False,)}),
    Odd("text-file-attached", mixed(HELLO, part(b"text/plain", b"line of a log", b"Content-Disposition: attachment; filename=app.log")), files=("app.log",), lacks="line of a log"),
    Odd("text-with-a-name-is-all-there-is", mixed(part(b"text/plain; name=body.txt", b"the whole letter")), text="the whole letter"),
    Odd("signed-with-pgp", mixed(HELLO, part(b"application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----"), subtype=b"signed"), text="Hello", files=()),
    Odd("type-claimed-picture-but-program", mixed(HELLO, attached(b"photo.png", EXE, b"image/png")), types=("application/vnd.microsoft.portable-executable",)),
    Odd("type-not-claimed-but-pdf", mixed(HELLO, attached(b"paper", PDF)), types=("application/pdf",)),
    Odd("type-word-file-is-a-zip", mixed(HELLO, attached(b"letter.docx", ZIP)), types=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)),
    Odd("file-name-with-a-path", mixed(HELLO, attached(b"..\\\\..\\\\etc/passwd", PDF)), files=("passwd",)),
    Odd("file-name-reserved", mixed(HELLO, attached(b"CON.txt", b"x")), files=("_CON.txt",)),
    Odd("file-name-turned-around", mixed(HELLO, attached("invoice\u202efdp.exe".encode(), EXE)), files=("invoice_fdp.exe",)),
    Odd("file-name-very-long", mixed(HELLO, attached(b"n" * 600 + b".pdf", PDF)), files=("n" * 146 + ".pdf",)),
    Odd("file-name-missing", mixed(HELLO, part(b"application/pdf", PDF)), files=("attachment-1.pdf",)),
    Odd("winmail-dat", mixed(HELLO, attached(b"winmail.dat", _tnef(), b"application/ms-tnef")), files=("report.pdf",), types=("application/pdf",)),
    Odd("winmail-dat-with-rich-text-only", typed(b'application/ms-tnef; name="winmail.dat"', _tnef(RICH)), text="It is bröken", files=("report.pdf",)),
    Odd("winmail-dat-beside-a-text", mixed(HELLO, attached(b"winmail.dat", _tnef(RICH), b"application/ms-tnef")), text="Hello", lacks="bröken", files=("report.pdf",)),
    Odd("signed-opaque", typed(b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", signed(LETTER)), text="Words under seal", files=()),
    Odd("signed-opaque-in-pieces", mixed(part(b"application/x-pkcs7-mime", b64(signed(LETTER, pieces=3, indefinite=True)), b"Content-Transfer-Encoding: base64")), text="Words under seal", files=()),
    Odd("signed-opaque-without-its-type", mixed(attached(b"smime.p7m", signed(LETTER))), text="Words under seal", files=()),
    Odd("sealed-for-somebody-else", typed(b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"0\x80\x06\x09"), text="", files=("smime.p7m",)),
    Odd("enriched-text-only", typed(b"text/enriched; charset=us-ascii", b"<bold>It</bold> does\nnot <<print>.\n\n<param>red</param>Nothing.\n"), text="It does not <print>.\nNothing.", files=("attachment-0.bin",)),
    Odd("rich-text-only", typed(b"text/rtf", rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}It does {\b not} print.\par}"), text="It does not print."),
    Odd("markdown-only", typed(b"text/markdown; charset=utf-8", b"It does *not* print."), text="It does *not* print."),
    Odd("winmail-dat-broken", mixed(HELLO, attached(b"winmail.dat", b"not tnef at all", b"application/ms-tnef")), files=("winmail.dat",)),
    Odd("uuencoded-in-the-text", plain(b"See below\n\n" + UU + b"\nbye"), text="bye", lacks="begin 644", files=("notes.txt",)),
    Odd("uuencode-word-in-prose", plain(b"Now\nbegin 644 times and\nend"), text="begin 644 times", files=()),
    Odd("forwarded-as-attachment", mixed(HELLO, part(b"message/rfc822", INNER)), text="Hello", forwarded="The inner one", lacks="Inner words"),
    Odd("forwarded-digest", mixed(b"--cut\n\n" + INNER, subtype=b"digest"), forwarded="The inner one"),
    Odd("message-that-is-only-a-message", typed(b"message/rfc822", INNER), forwarded="The inner one"),
)  # fmt: skip
