"""Answers as mail programs lay them out in HTML: the writer's words, and below them an earlier
letter in that program's manner."""

# ruff: noqa: E501 (one page a line)

from __future__ import annotations

from tests.corpus.odd import Odd, typed

EARLIER = "<p>earlier words</p><p>more earlier words</p>"
NAMED = "Ana Lind &lt;<a href='mailto:ana@x.example'>ana@x.example</a>&gt;"
FIELDS = "<b>From:</b> Ana Lind &lt;ana@x.example&gt;<br><b>Sent:</b> Tuesday, November 10, 2026 9:30 AM<br><b>To:</b> Bo &lt;bo@y.example&gt;<br><b>Subject:</b> Question<br>"


def answer(name: str, page: str) -> Odd:
    page = page.replace("[NAMED]", NAMED).replace("[FIELDS]", FIELDS).replace("[EARLIER]", EARLIER)
    raw = typed(
        b"text/html; charset=utf-8",
        f"<html><body>{page}</body></html>\n".encode(),
        subject=b"Re: Question",
    )
    return Odd(f"answer-in-{name}", raw, reply="My answer is yes.")


PROGRAMS: tuple[Odd, ...] = (
    answer(
        "gmail",
        '<div dir="ltr">My answer is yes.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Nov 10, 2026 at 9:30 AM [NAMED] wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">[EARLIER]</blockquote></div>',
    ),
    answer(
        "gmail-unknown-lang",
        '<div dir="ltr">My answer is yes.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Xo Nov 10, 2026 zu 9:30 [NAMED] qwertzu:<br></div><blockquote class="gmail_quote">[EARLIER]</blockquote></div>',
    ),
    answer(
        "outlook-desktop",
        '<div class="WordSection1"><p class="MsoNormal">My answer is yes.<o:p></o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal">[FIELDS]</p></div></div>[EARLIER]</div>',
    ),
    answer(
        "outlook-2007",
        '<div class="Section1"><p class="MsoNormal">My answer is yes.</p><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>Von:</b> Ana Lind &lt;ana@x.example&gt;<br><b>Gesendet:</b> Dienstag, 10. November 2026 09:30<br><b>An:</b> Bo<br><b>Betreff:</b> Frage<br></p></div>[EARLIER]</div>',
    ),
    answer(
        "owa",
        '<div>My answer is yes.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">[FIELDS]</font></div>[EARLIER]',
    ),
    answer(
        "owa-renamed",
        '<div>My answer is yes.</div><div id="x_appendonsend"></div><hr tabindex="-1" style="display:inline-block; width:98%"><div id="x_divRplyFwdMsg" dir="ltr">[FIELDS]</div>[EARLIER]',
    ),
    answer(
        "outlook-mobile",
        '<div dir="ltr">My answer is yes.</div><div id="ms-outlook-mobile-signature"><div></div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg">[FIELDS]</div>[EARLIER]',
    ),
    answer(
        "outlook-mobile-new",
        '<div dir="ltr">My answer is yes.</div><div id="ms-outlook-mobile-body-separator-line"></div><div id="ms-outlook-mobile-signature">Get Outlook for Android</div><div id="mail-editor-reference-message-container"><div class="ms-outlook-mobile-reference-message skipProofing"><meta><div style="padding:3pt 0in 0in;border-width:1pt medium medium;border-style:solid none none;border-color:rgb(181,196,223) currentcolor currentcolor">[FIELDS]</div>[EARLIER]</div></div>',
    ),
    answer(
        "outlook-mac",
        '<div>My answer is yes.</div><span id="OLK_SRC_BODY_SECTION"><div style="border-top: #b5c4df 1pt solid">[FIELDS]</div>[EARLIER]</span>',
    ),
    answer(
        "outlook-mac-new",
        '<p class="MsoNormal">My answer is yes.</p><div id="mail-editor-reference-message-container"><div><div style="border:none;border-top:solid #B5C4DF 1.0pt"><p class="MsoNormal">[FIELDS]</p></div>[EARLIER]</div></div>',
    ),
    answer(
        "hotmail",
        '<div dir="ltr">My answer is yes.<div><hr id="stopSpelling">Date: Tue, 10 Nov 2026 09:30:00 +0100<br>From: ana@x.example<br>To: bo@y.example<br>Subject: Question<br>[EARLIER]</div></div>',
    ),
    answer(
        "apple",
        '<div>My answer is yes.</div><div><br><blockquote type="cite"><div>On 10 Nov 2026, at 09:30, [NAMED] wrote:</div><br>[EARLIER]</blockquote></div>',
    ),
    answer(
        "iphone",
        '<div dir="ltr">My answer is yes.</div><div dir="ltr"><br><blockquote type="cite">On 10 Nov 2026, at 09:30, Ana Lind wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">[EARLIER]</div></blockquote>',
    ),
    answer(
        "thunderbird",
        '<p>My answer is yes.</p><div class="moz-cite-prefix">On 11/10/26 09:30, Ana Lind wrote:<br></div><blockquote type="cite" cite="mid:abc@x.example">[EARLIER]</blockquote>',
    ),
    answer(
        "yahoo",
        '<div>My answer is yes.</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Tuesday, November 10, 2026 at 09:30:00 AM GMT+1, [NAMED] wrote:</div>[EARLIER]</div>',
    ),
    answer(
        "yahoo-ydp",
        '<div class="ydp1body">My answer is yes.</div><div id="ydp2yahoo_quoted_123" class="ydp2yahoo_quoted"><div>On Tuesday, [NAMED] wrote:</div>[EARLIER]</div>',
    ),
    answer(
        "aol",
        "<div>My answer is yes.</div><br>-----Original Message-----<br>From: Ana Lind &lt;ana@x.example&gt;<br>To: bo@y.example<br>Sent: Tue, Nov 10, 2026 9:30 am<br>Subject: Question<br>[EARLIER]",
    ),
    answer(
        "proton",
        '<div>My answer is yes.</div><div class="protonmail_signature_block protonmail_signature_block-empty"></div><div class="protonmail_quote">On Tuesday, November 10th, 2026 at 9:30 AM, [NAMED] wrote:<br><blockquote class="protonmail_quote" type="cite">[EARLIER]</blockquote></div>',
    ),
    answer(
        "gmx",
        '<div style="font-family: Verdana">My answer is yes.<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b> Dienstag, 10. November 2026 um 09:30 Uhr<br/><b>Von:</b> "Ana Lind" &lt;ana@x.example&gt;<br/><b>An:</b> bo@y.example<br/><b>Betreff:</b> Frage</div><div name="quoted-content">[EARLIER]</div></div></div>',
    ),
    answer(
        "zoho",
        '<div>My answer is yes.</div><div class="zmail_extra" style="border-top: 1px solid #ccc"><br>---- On Tue, 10 Nov 2026 09:30:00 +0100 <b>[NAMED]</b> wrote ----<br><blockquote style="border-left: 1px solid blue">[EARLIER]</blockquote></div>',
    ),
    answer(
        "samsung",
        '<div>My answer is yes.</div><div id="composer_signature">Sent from my Galaxy</div><div><br></div><div style="font-size:100%;color:#000000"><!-- originalMessage --><div>-------- Original message --------</div><div>From: [NAMED] </div><div>Date: 10/11/2026  09:30  (GMT+01:00) </div><div>To: Bo </div><div>Subject: Question </div></div>[EARLIER]',
    ),
    answer(
        "mail-ru",
        '<div>My answer is yes.</div><br><blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;">Вторник, 10 ноября 2026, 9:30 +03:00 от [NAMED]:<br>[EARLIER]</blockquote>',
    ),
    answer(
        "yandex",
        '<div>My answer is yes.</div><div> </div><div>10.11.2026, 09:30, "Ana Lind" &lt;ana@x.example&gt;:</div><blockquote>[EARLIER]</blockquote>',
    ),
    answer(
        "qq",
        '<div>My answer is yes.</div><div><br></div><div><br></div><div style="font-size: 12px;padding:2px 0 2px 0;">------------------ 原始邮件 ------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b> "Ana"&lt;ana@x.example&gt;;</div><div><b>发送时间:</b> 2026年11月10日(星期二) 上午9:30</div><div><b>收件人:</b> "Bo"&lt;bo@y.example&gt;;</div><div><b>主题:</b> Question</div></div>[EARLIER]',
    ),
    answer(
        "netease",
        '<div>My answer is yes.</div><div style="position:relative;zoom:1"></div><div id="divNeteaseMailCard"></div><br><pre>At 2026-11-10 09:30:00, "Ana Lind" &lt;ana@x.example&gt; wrote:\n</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex">[EARLIER]</blockquote>',
    ),
    answer(
        "spark",
        '<div name="messageBodySection">My answer is yes.</div><div name="messageSignatureSection"><br><div>Sent from Spark</div></div><div name="messageReplySection">On 10 Nov 2026, 09:30 +0100, [NAMED], wrote:<br><blockquote type="cite">[EARLIER]</blockquote></div>',
    ),
    answer(
        "front",
        '<div>My answer is yes.</div><br><div class="front-signature"></div><div>On November 10, 2026 at 9:30 AM GMT+1 <a>ana@x.example</a> wrote:</div><blockquote type="cite" class="front-blockquote">[EARLIER]</blockquote>',
    ),
    answer(
        "zimbra",
        '<div style="font-family: arial">My answer is yes.</div><div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"Ana Lind" &lt;ana@x.example&gt;<br><b>To: </b>"Bo" &lt;bo@y.example&gt;<br><b>Sent: </b>Tuesday, November 10, 2026 9:30:00 AM<br><b>Subject: </b>Question<br></div><div data-marker="__QUOTED_TEXT__">[EARLIER]</div>',
    ),
    answer(
        "em-client",
        '<div>My answer is yes.</div><div>------ Original Message ------</div><div>From "Ana Lind" &lt;ana@x.example&gt;</div><div>To "Bo" &lt;bo@y.example&gt;</div><div>Date 10.11.2026 9:30:00</div><div>Subject Question</div><div><br></div><div id="xa"><blockquote cite="abc" type="cite" class="cite2">[EARLIER]</blockquote></div>',
    ),
    answer(
        "evolution",
        '<div>My answer is yes.</div><div>On Tue, 2026-11-10 at 09:30 +0100, Ana Lind wrote:</div><blockquote type="cite" style="margin:0 0 0 .8ex">[EARLIER]</blockquote>',
    ),
    answer(
        "tutanota",
        '<div>My answer is yes.</div><br>10. Nov. 2026, 09:30 von ana@x.example:<br><blockquote class="tutanota_quote" style="border-left: 1px solid #93A3B8">[EARLIER]</blockquote>',
    ),
    answer(
        "fastmail",
        '<div>My answer is yes.</div><div><br></div><div>On Tue, 10 Nov 2026, at 9:30 AM, Ana Lind wrote:</div><blockquote type="cite" id="qt">[EARLIER]</blockquote>',
    ),
    answer(
        "win10-mail",
        '<div class="WordSection1"><p class="MsoNormal">My answer is yes.</p><p class="MsoNormal">Sent from <a href="https://go.microsoft.com/fwlink/?LinkId=550986">Mail</a> for Windows 10</p><div style="mso-element:para-border-div;border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal" style="border:none;padding:0cm"><b>From: </b><a href="mailto:ana@x.example">Ana Lind</a><br><b>Sent: </b>10 November 2026 09:30<br><b>To: </b>Bo<br><b>Subject: </b>Question</p></div>[EARLIER]</div>',
    ),
    answer(
        "roundcube",
        '<p>My answer is yes.</p><p id="reply-intro">Am 10.11.2026 09:30, schrieb Ana Lind:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">[EARLIER]</blockquote>',
    ),
    answer(
        "notes",
        '<font size=2 face="sans-serif">My answer is yes.</font><br><br><br><table width=100%><tr valign=top><td width=40%><font size=1><b>Ana Lind &lt;ana@x.example&gt;</b></font><p><font size=1>10.11.2026 09:30</font><td width=59%><table><tr><td>To<td>bo@y.example<tr><td>cc<td><tr><td>Subject<td>Question</table></table><br><tt>earlier words<br>more earlier words</tt>',
    ),
    answer(
        "notes-wrote",
        '<div>My answer is yes.</div><br><font color="#990099">-----Ana Lind &lt;ana@x.example&gt; wrote: -----</font><div style="padding-left:5px;border-left:solid black 2px">To: bo@y.example<br>From: Ana Lind &lt;ana@x.example&gt;<br>Date: 11/10/2026 09:30AM<br>Subject: Question<br><br>[EARLIER]</div>',
    ),
    answer(
        "notes-new",
        '<div>My answer is yes.</div><br><br><font size=1 color=#5f5f5f>From: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1>"Ana Lind" &lt;ana@x.example&gt;</font><br><font size=1 color=#5f5f5f>To: &nbsp;</font><font size=1>bo@y.example</font><br><font size=1 color=#5f5f5f>Date: &nbsp;</font><font size=1>11/10/2026 09:30 AM</font><br><font size=1 color=#5f5f5f>Subject: &nbsp;</font><font size=1>Question</font><br><hr noshade><br>[EARLIER]',
    ),
    answer(
        "groupwise",
        '<div>My answer is yes.</div><br><br>&gt;&gt;&gt; Ana Lind &lt;ana@x.example&gt; 10.11.2026 09:30 &gt;&gt;&gt;<br><div style="padding-left:10px;border-left:1px solid">[EARLIER]</div>',
    ),
    answer(
        "superhuman",
        '<div><div>My answer is yes.</div></div><div class="sh-signature"></div><div class="gmail_quote sh-quoted-content"><div>On Tue, Nov 10, 2026 at 9:30 AM, Ana Lind <span>&lt;ana@x.example&gt;</span> wrote:<br></div><blockquote class="gmail_quote sh-quoted">[EARLIER]</blockquote></div>',
    ),
    answer(
        "airmail",
        '<div id="bloop_customfont">My answer is yes.</div><div id="bloop_sign_1" class="bloop_sign"></div><p class="airmail_on">On 10 November 2026 at 09:30:00, Ana Lind (<a>ana@x.example</a>) wrote:</p><blockquote type="cite" class="clean_bq">[EARLIER]</blockquote>',
    ),
    answer(
        "sparrow",
        '<div>My answer is yes.</div><p style="color: #A0A0A8;">On Tuesday, November 10, 2026 at 9:30 AM, Ana Lind wrote:</p><blockquote type="cite" style="border-left-style:solid">[EARLIER]</blockquote>',
    ),
    answer(
        "mailbird",
        '<div>My answer is yes.</div><div class="mb_sig"></div><blockquote class="history_container" type="cite"><p>On 11/10/2026 9:30:00 AM, Ana Lind &lt;ana@x.example&gt; wrote:</p>[EARLIER]</blockquote>',
    ),
    answer(
        "libero",
        '<div>My answer is yes.</div><br><blockquote style="margin: 0 0 0 0.8ex">Il 10 novembre 2026 alle 9.30 Ana Lind &lt;ana@x.example&gt; ha scritto: [EARLIER]</blockquote>',
    ),
    answer(
        "orange",
        '<p>My answer is yes.</p><blockquote style="padding-left:5px"> &gt; Message du 10/11/26 09:30<br> &gt; De : "Ana Lind" <br> &gt; A : bo@y.example<br> &gt; Copie à : <br> &gt; Objet : Question<br> &gt; [EARLIER]</blockquote>',
    ),
    answer(
        "laposte",
        "<p>My answer is yes.</p><div>---------- Message original ----------</div><div>De : Ana Lind &lt;ana@x.example&gt;<br>Date : 10/11/2026 09:30<br>À : bo@y.example<br>Objet : Question</div>[EARLIER]",
    ),
    answer(
        "t-online",
        '<div>My answer is yes.</div><div>-----Original-Nachricht-----</div><div>Betreff: Frage</div><div>Datum: 2026-11-10T09:30:00+0100</div><div>Von: "Ana Lind" &lt;ana@x.example&gt;</div><div>An: bo@y.example</div>[EARLIER]',
    ),
    answer(
        "seznam",
        '<div>My answer is yes.</div><aside>---------- Původní e-mail ----------<br>Od: Ana Lind &lt;ana@x.example&gt;<br>Komu: bo@y.example<br>Datum: 10. 11. 2026 9:30:00<br>Předmět: Otázka</aside><blockquote data-email="ana@x.example">[EARLIER]</blockquote>',
    ),
    answer(
        "wp-pl",
        '<div>My answer is yes.</div><div class="nh_extra"><div class="nh_quote">Dnia 10 listopada 2026 09:30 Ana Lind &lt;ana@x.example&gt; napisał(a):<br><blockquote>[EARLIER]</blockquote></div></div>',
    ),
    answer(
        "naver",
        '<div>My answer is yes.</div><p>-----Original Message-----<br><b>From:</b> "Ana Lind"&lt;ana@x.example&gt; <br><b>To:</b> &lt;bo@y.example&gt;; <br><b>Cc:</b> <br><b>Sent:</b> 2026-11-10 (화) 09:30:00 (GMT+09:00)<br><b>Subject:</b> Question</p>[EARLIER]',
    ),
    answer(
        "icloud",
        '<div>My answer is yes.</div><div><br></div><div>On Nov 10, 2026, at 9:30 AM, Ana Lind &lt;ana@x.example&gt; wrote:</div><div><br></div><div><blockquote type="cite">[EARLIER]</blockquote></div>',
    ),
    answer(
        "freshdesk",
        '<div>My answer is yes.</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Tue, 10 Nov at 9:30 AM , Ana &lt;ana@x.example&gt; wrote:[EARLIER]</blockquote></div>',
    ),
    answer("plain-hr-header", "<div>My answer is yes.</div><hr>[FIELDS]<br>[EARLIER]"),
    answer(
        "postbox",
        '<div>My answer is yes.</div><br><span>Ana Lind wrote on 11/10/26 9:30 AM:</span><br><blockquote type="cite">[EARLIER]</blockquote>',
    ),
    answer(
        "word-via-gateway",
        '<p class="x_MsoNormal">My answer is yes.</p><div style="border:none; border-top:solid #E1E1E1 1.0pt"><p class="x_MsoNormal"><b>De :</b> Ana Lind &lt;ana@x.example&gt; <br><b>Envoyé :</b> mardi 10 novembre 2026 09:30<br><b>À :</b> Bo<br><b>Objet :</b> Question</p></div>[EARLIER]',
    ),
    answer(
        "canary",
        '<div>My answer is yes.</div><div id="CanarySig"></div><div id="CanaryDropbox"></div><blockquote id="CanaryBlockquote"><div>On Tuesday, Nov 10, 2026 at 9:30 AM, Ana Lind &lt;ana@x.example&gt; wrote:</div>[EARLIER]</blockquote>',
    ),
    answer(
        "missive",
        '<div>My answer is yes.</div><div class="missive_quote">On November 10, 2026 at 9:30 AM, Ana Lind (ana@x.example) wrote:<br><blockquote>[EARLIER]</blockquote></div>',
    ),
    answer(
        "shortwave",
        '<div>My answer is yes.</div><div class="gmail_signature"><div>Sent via Shortwave</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Tue Nov 10, 2026, 9:30 AM, [NAMED] wrote:</div><blockquote class="gmail_quote">[EARLIER]</blockquote></div>',
    ),
    answer(
        "edison",
        '<div>My answer is yes.</div><div id="edo-message"></div><div id="edo-original"><div><blockquote type="cite"><div id="edo-meta">On Nov 10, 2026 at 9:30 AM, &lt;Ana Lind&gt; wrote:</div>[EARLIER]</blockquote></div></div>',
    ),
    answer(
        "bluemail",
        '<div>My answer is yes.</div><div class="blue_signature">Get BlueMail for Android</div><div class="gmail_quote">On Nov 10, 2026, at 09:30, Ana Lind &lt;ana@x.example&gt; wrote:<blockquote class="gmail_quote">[EARLIER]</blockquote></div>',
    ),
    answer(
        "k9",
        '<div>My answer is yes.</div><br><br><div class="k9mail-signature">--<br>Sent from my Android device with K-9 Mail.</div><div class="gmail_quote">Am 10. November 2026 09:30:00 MEZ schrieb Ana Lind &lt;ana@x.example&gt;:<blockquote class="gmail_quote">[EARLIER]</blockquote></div>',
    ),
    answer(
        "sogo",
        '<p>My answer is yes.</p><p>Am Dienstag, November 10, 2026 09:30 CET, schrieb "Ana Lind" &lt;ana@x.example&gt;:</p><blockquote type="cite" cite="abc">[EARLIER]</blockquote>',
    ),
    answer(
        "openxchange",
        '<p>My answer is yes.</p><blockquote type="cite"><div>Ana Lind &lt;ana@x.example&gt; hat am 10.11.2026 09:30 geschrieben:</div>[EARLIER]</blockquote>',
    ),
    answer(
        "ox-no-quote",
        "<p>My answer is yes.</p><div>Ana Lind &lt;ana@x.example&gt; hat am 10.11.2026 09:30 CET geschrieben:</div><blockquote>[EARLIER]</blockquote>",
    ),
)
