"""Oddities of letters: charsets declared, undeclared, wrong, unknown, in bodies,
headers and names."""

# ruff: noqa: E501 (one oddity a line reads better than ten)

from __future__ import annotations

from tests.corpus.odd import HEAD, HELLO, ID, PDF, Odd, b64, mixed, part, plain, qp, typed

DE = "Grüße aus Köln: die Übermittlung kostet 49,90 €"
RU = "Здравствуйте, со вчерашнего дня не открывается страница входа в систему"
JA = "プリンターが動きません。よろしくお願いします。"
ZH = "您好，打印机无法工作，请帮助我们解决问题"
KO = "안녕하세요. 프린터가 작동하지 않습니다"

CHARSETS: tuple[Odd, ...] = (
    Odd("utf-8-declared", plain(DE.encode()), text=DE),
    Odd("utf-8-not-declared", HEAD + ID + b"Subject: x\n\n" + DE.encode(), text=DE),
    Odd("utf-8-with-byte-order-mark", plain(b"\xef\xbb\xbf" + DE.encode()), text=DE),
    Odd("utf-8-declared-but-windows-1252", plain(DE.encode("cp1252")), text=DE),
    Odd("utf-8-with-one-bad-octet", plain(b"Gr\xc3\xbc\xc3\x9fe \xff und mehr Gr\xc3\xbc\xc3\x9fe"), text="Grüße"),
    Odd("utf-8-cut-in-a-character", plain(DE.encode()[:-1]), text="die Übermittlung"),
    Odd("us-ascii-that-is-utf-8", plain(DE.encode(), charset="us-ascii"), text=DE),
    Odd("us-ascii-that-is-windows-1252", plain(DE.encode("cp1252"), charset="us-ascii"), text=DE),
    Odd("latin-1-that-is-windows-1252", plain(DE.encode("cp1252"), charset="iso-8859-1"), text="49,90 €"),
    Odd("windows-1252-quoted-printable", plain(qp(DE.encode("cp1252")), charset="windows-1252", encoding="quoted-printable"), text=DE),
    Odd("latin-1-declared-but-utf-8", plain(DE.encode(), charset="iso-8859-1"), text=DE),
    Odd("iso-8859-15-euro", plain("Preis 5 €".encode("iso-8859-15"), charset="iso-8859-15"), text="Preis 5 €"),
    Odd("koi8-r-base64", plain(b64(RU.encode("koi8-r")), charset="koi8-r", encoding="base64"), text=RU),
    Odd("windows-1251-not-declared", HEAD + ID + b"Subject: x\n\n" + RU.encode("cp1251"), text="страница входа"),
    Odd("iso-2022-jp-seven-bit", plain(JA.encode("iso2022_jp"), charset="iso-2022-jp", encoding="7bit"), text=JA),
    Odd("iso-2022-jp-not-declared", HEAD + ID + b"Subject: x\n\n" + JA.encode("iso2022_jp"), text=JA),
    Odd("shift-jis-with-vendor-letters", plain("①②③ 高".encode("cp932"), charset="shift_jis"), text="①②③"),
    Odd("euc-jp", plain(JA.encode("euc_jp"), charset="euc-jp"), text=JA),
    Odd("gb2312-that-is-gb18030", plain((ZH + "镕").encode("gb18030"), charset="gb2312"), text=ZH + "镕"),
    Odd("big5", plain("您好，印表機".encode("big5"), charset="big5"), text="印表機"),
    Odd("ks-c-5601-1987", plain(KO.encode("cp949"), charset="ks_c_5601-1987"), text=KO),
    Odd("windows-874-thai", plain("สวัสดี".encode("cp874"), charset="windows-874"), text="สวัสดี"),
    Odd("utf-7-declared", plain("Grüße".encode("utf-7"), charset="utf-7", encoding="7bit"), text="Grüße"),
    Odd("utf-16-with-mark-base64", plain(b64("Grüße".encode("utf-16")), charset="utf-16", encoding="base64"), text="Grüße"),
    Odd("charset-unknown-to-anyone", plain(DE.encode(), charset="x-martian"), text=DE),
    Odd("charset-that-is-no-text-codec", plain(b"Hello", charset="rot13"), text="Hello"),
    Odd("charset-idna", plain(b"Gr\xfc\xdfe", charset="idna"), text="Grüße"),
    Odd("charset-undefined", plain(b"Hello", charset="undefined"), text="Hello"),
    Odd("charset-quoted-twice", plain(DE.encode(), charset="\"'utf-8'\""), text=DE),
    Odd("charset-empty", plain(DE.encode(), charset='""'), text=DE),
    Odd("html-charset-in-meta-only", typed(b"text/html", b'<meta charset="windows-1251"><p>' + RU.encode("cp1251")), text=RU),
    Odd("nul-octets-in-the-text", plain(b"one\x00two"), text="onetwo"),
    Odd("subject-raw-utf-8", plain(b"x", subject="Rückfrage zur Rechnung".encode()), subject="Rückfrage zur Rechnung"),
    Odd("subject-raw-latin-1", plain(b"x", subject="Rückfrage zur Rechnung".encode("latin-1")), subject="Rückfrage zur Rechnung"),
    Odd("subject-raw-utf-8-in-a-latin-1-message", plain(b"x", charset="iso-8859-1", subject="Rückfrage".encode()), subject="Rückfrage"),
    Odd("subject-raw-in-the-charset-of-the-body", mixed(part(b"text/plain; charset=koi8-r", RU.encode("koi8-r")), subject="Вход".encode("koi8-r")), subject="Вход", text=RU),
    Odd("subject-encoded-base64", plain(b"x", subject=b"=?utf-8?B?UsO8Y2tmcmFnZQ==?="), subject="Rückfrage"),
    Odd("subject-encoded-q-with-underscores", plain(b"x", subject=b"=?iso-8859-1?Q?R=FCckfrage_zur?= Rechnung"), subject="Rückfrage zur Rechnung"),
    Odd("subject-character-cut-between-words", plain(b"x", subject=b"=?utf-8?B?w6TDtsM=?=\n =?utf-8?B?vA==?="), subject="äöü"),
    Odd("subject-encoded-without-space", plain(b"x", subject=b"Re:=?utf-8?Q?=C3=A4?=x"), subject="Re:äx"),
    Odd("subject-encoded-with-raw-octets", plain(b"x", subject=b"=?iso-8859-1?Q?R\xfcckfrage?="), subject="Rückfrage"),
    Odd("subject-encoded-unknown-charset", plain(b"x", subject=b"=?x-martian?Q?hello=C3=A4?="), subject="helloä"),
    Odd("subject-encoded-with-language", plain(b"x", subject=b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?="), subject="Grüße"),
    Odd("subject-base64-without-padding", plain(b"x", subject=b"=?utf-8?B?aGVsbG8?="), subject="hello"),
    Odd("subject-encoded-line-break", plain(b"x", subject=b"=?utf-8?Q?one=0D=0ABcc:_evil@example.org?="), subject="one Bcc: evil@example.org"),
    Odd("subject-iso-2022-jp-raw", plain(b"x", subject="再起動".encode("iso2022_jp")), subject="再起動"),
    Odd("subject-folded", plain(b"x", subject=b"one\n two\n\tthree"), subject="one two three"),
    Odd("subject-twice", plain(b"x", head=b"Subject: the second\n"), subject="A question"),
    Odd("subject-missing", HEAD + ID + b"\nhello\n", subject="", text="hello"),
    Odd("from-encoded-comma", plain(b"x").replace(b"From: Ana Lind", b"From: =?utf-8?Q?Lind=2C_=C3=84na?="), sender="ana@customer.example", sender_name="Lind, Äna"),
    Odd("from-raw-latin-1", plain(b"x").replace(b"Ana Lind", b"J\xfcrgen Lind"), sender="ana@customer.example", sender_name="Jürgen Lind"),
    Odd("from-encoded-in-quotes", plain(b"x").replace(b"Ana Lind", b'"=?utf-8?Q?=C3=84na?="'), sender="ana@customer.example", sender_name="Äna"),
    Odd(
        "file-name-rfc-2231",
        mixed(HELLO, part(b"application/pdf", PDF, b"Content-Disposition: attachment; filename*=utf-8''R%C3%BCckfrage.pdf")),
        files=("Rückfrage.pdf",),
    ),
    Odd(
        "file-name-rfc-2231-in-pieces",
        mixed(HELLO, part(b"application/pdf", PDF, b"Content-Disposition: attachment;", b" filename*0*=utf-8''R%C3%BC;", b' filename*1="ckfrage";', b" filename*2=.pdf")),
        files=("Rückfrage.pdf",),
    ),
    Odd("file-name-rfc-2047", mixed(HELLO, part(b'application/pdf; name="=?utf-8?Q?R=C3=BCck.pdf?="', PDF)), files=("Rück.pdf",)),
    Odd("file-name-raw-octets", mixed(HELLO, part(b'application/pdf; name="R\xc3\xbcck.pdf"', PDF)), files=("Rück.pdf",)),
)  # fmt: skip
