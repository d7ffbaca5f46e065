"""The names by which mail programs mark quotes, signatures and earlier messages in
their HTML, as tables.

Each is looked for inside the attributes of one tag, so that a gateway's
prefix ("x_gmail_quote") does not matter. Add a program's mark on its line.
"""

from __future__ import annotations


def _marks(table: str) -> tuple[str, ...]:
    return tuple(
        mark.strip()
        for line in table.splitlines()
        for mark in line.partition(":")[2].split("|")
        if mark.strip()
    )


# An element that holds an earlier message, or the line that introduces it.
CITED = _marks("""
    Gmail: gmail_attr
    Thunderbird: moz-cite-prefix | moz-email-headers-table
    Yahoo: yahoo_quoted | yahoo-quoted | yQTDBase
    Proton: protonmail_quote
    Tuta: tutanota_quote
    GMX, web.de: name="quote" | name='quote'
    Hotmail: hmquote
    Zoho: zmail_extra
    Roundcube: id="reply-intro" | id="replybody
    Front, Spark, Polymail, Superhuman: front-blockquote | spark_quote | polymail_quote | sh-quoted
    Mail.ru: mail-quote-collapse | data-mail-quote
    Yandex: yandex-quote
    Fastmail: qt-type="reply | id="qt"
    AOL: aolReplacedBody
    HEY: hey-quote
    Outlook desktop, with its line at the left: border-left:solid blue | border-left:solid #1010FF
    Airmail: airmail_on | bloop_original_html
    Mailbird: mb_quote | BLOCKQUOTE_mb
    Nine, BlueMail: quoted_text | bluemail_quote
    Open-Xchange: class="ox-quote
    SOGo, Horde: reply_quote
    Apple: AppleOriginalContents
    Helpdesks: quotedReply | history_container
""")

# Here an earlier message begins and goes on to the end.
CUT = _marks("""
    Outlook on the web: divRplyFwdMsg | appendonsend
    Outlook, mobile: mail-editor-reference-message-container
    Outlook for Mac: OLK_SRC_BODY_SECTION
    Outlook Express, Hotmail: stopSpelling | EC_stopSpelling | hotmail_original
    Zimbra: zwchr | __DIVIDER__ | __ORIG_
    NetEase: isReplyContent | isForwardContent | ntes-mailmaster-quote
    Foxmail, QQ: oriMsgHtmlSeperator | id="original-content"
    Samsung: id="ms-outlook-mobile-body-separator-line"
    Mailbox, Lotus: id="replySplit" | iNotes_ReplyHeader | replyForwardMessage | domino-section
    Yahoo: yiv_original
    Windows Mail: border-top-color: rgb(229, 229, 229)
    Outlook desktop: border-top:solid #B5C4DF | border-top:solid #E1E1E1 | border-top: solid #B5C4DF
    Outlook desktop: border-top: solid #E1E1E1 | border-top:solid #b5c4df | border-top:solid #e1e1e1
""")

# The writer's signature.
SIGNED = _marks("""
    Gmail: gmail_signature
    Thunderbird: moz-signature
    Outlook: id="Signature" | id="x_Signature" | ms-outlook-mobile-signature | id="signature"
    Windows Mail: data-signatureblock
    Apple: AppleMailSignature
    Proton: protonmail_signature_block
    Samsung: composer_signature
    Zoho: zmail_signature | id="Zm-_Id_-Sgn"
    Yahoo: ydp-signature | yahoo-signature
    Roundcube, Open-Xchange: id="_rc_sig" | io-ox-signature
    Spark, Mailspring: id="bloop_sign | nylas-signature
""")

# A blockquote that only indents.
UNQUOTED = _marks("""
    Gmail, Outlook: border:none | border: none | border-style:none | border-width:0
    Apple: webkit-indent-blockquote
""")

# Worth reading the HTML for, when the plain text shows no quote: few and short, they are looked for
# in every page.
STRUCTURE = (
    "<blockquote",
    "gmail_quote",
    "gmail_attr",
    "moz-cite-prefix",
    "yahoo_quoted",
    "divRplyFwdMsg",
    "appendonsend",
    "reference-message-container",
    "OLK_SRC_BODY_SECTION",
    "stopSpelling",
    "zwchr",
    "zmail_extra",
    'name="quote"',
    "isReplyContent",
    "border-top:solid #",
)
