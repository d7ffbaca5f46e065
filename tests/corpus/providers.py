"""More answers in HTML: those of mail providers and programs of one country, and of helpdesks, in
their languages."""

# ruff: noqa: E501 (one page a line)

from __future__ import annotations

from tests.corpus.odd import Odd
from tests.corpus.programs import answer

PROVIDERS: tuple[Odd, ...] = (
    answer(
        "notes-verse",
        '<div>My answer is yes.</div><br><div class="domino-section" dir="ltr"><div class="domino-section-head"><span class="domino-section-title"><font>Ana Lind --- Question --- </font></span></div><div class="domino-section-body"><br><table><tr><td>From:</td><td>"Ana Lind" &lt;ana@x.example&gt;</td></tr><tr><td>To:</td><td>bo@y.example</td></tr><tr><td>Date:</td><td>Tue, Nov 10, 2026 9:30 AM</td></tr><tr><td>Subject:</td><td>Question</td></tr></table><hr>[EARLIER]</div></div>',
    ),
    answer(
        "citromail",
        "<p>My answer is yes.</p><p>----- Eredeti üzenet -----</p><p>Feladó: Ana Lind &lt;ana@x.example&gt;<br>Címzett: bo@y.example<br>Elküldve: 2026. november 10. 9:30<br>Tárgy: Question</p>[EARLIER]",
    ),
    answer(
        "abv",
        "<div>My answer is yes.</div><br><br><br>-------- Оригинално писмо --------<br>От: Ana Lind ana@x.example<br>Относно: Question<br>До: bo@y.example<br>Изпратено на: 10.11.2026 09:30<br><br>[EARLIER]",
    ),
    answer(
        "rambler",
        "<div>My answer is yes.</div><br><div>10.11.2026, 09:30, Ana Lind &lt;ana@x.example&gt;:</div><blockquote>[EARLIER]</blockquote>",
    ),
    answer(
        "ukr-net",
        '<div>My answer is yes.</div><br><div><i><span style="font-size:10pt">10 листопада 2026, 09:30:00, від "Ana Lind" &lt;<a>ana@x.example</a>&gt;</span></i>: </div><br><blockquote class="ukr-net-quote" style="border-left:1px solid #cccccc;">[EARLIER]</blockquote>',
    ),
    answer(
        "i-ua",
        '<div>My answer is yes.</div><div><br></div><div>--- Исходное сообщение ---<br>От кого: "Ana Lind" &lt;ana@x.example&gt;<br>Кому: bo@y.example<br>Дата: 10 ноября 2026, 09:30:00</div><br><blockquote>[EARLIER]</blockquote>',
    ),
    answer(
        "centrum",
        '<div>My answer is yes.</div><p>______________________________________________________________<br />&gt; Od: "Ana Lind" &lt;ana@x.example&gt;<br />&gt; Komu: bo@y.example<br />&gt; Datum: 10.11.2026 09:30<br />&gt; Předmět: Question<br />&gt;</p>[EARLIER]',
    ),
    answer(
        "azet",
        "<div>My answer is yes.</div><div><br></div><div>10. 11. 2026 o 9:30, Ana Lind &lt;ana@x.example&gt; napísal(a):</div><blockquote>[EARLIER]</blockquote>",
    ),
    answer(
        "freemail-hu",
        "<div>My answer is yes.</div><br><div>Ana Lind &lt;ana@x.example&gt; írta (2026. november 10.):</div><blockquote>[EARLIER]</blockquote>",
    ),
    answer(
        "sfr",
        '<div>My answer is yes.</div><div id="sfr_reply"><br>-----&nbsp;Mail d\'origine&nbsp;-----<br>De: Ana Lind &lt;ana@x.example&gt;<br>À: bo@y.example<br>Envoyé: Tue, 10 Nov 2026 09:30:00 +0100 (CET)<br>Objet: Question<br><br></div>[EARLIER]',
    ),
    answer(
        "free-fr",
        '<div style="font-family: arial">My answer is yes.<br><br><hr id="zwchr"><b>De: </b>"Ana Lind" &lt;ana@x.example&gt;<br><b>À: </b>bo@y.example<br><b>Envoyé: </b>Mardi 10 Novembre 2026 09:30:00<br><b>Objet: </b>Question<br><br>[EARLIER]</div>',
    ),
    answer(
        "orange-new",
        '<p>My answer is yes.</p><div><br></div><div style="border-top:1px solid #ccc"><p>envoyé : 10 novembre 2026 à 09:30<br>de : Ana Lind &lt;ana@x.example&gt;<br>à : bo@y.example<br>objet : Question</p></div>[EARLIER]',
    ),
    answer(
        "tiscali",
        '<p>My answer is yes.</p><p>Il 10.11.2026 09:30 Ana Lind ha scritto:</p><blockquote type="cite" style="padding: 0 0.4em">[EARLIER]</blockquote>',
    ),
    answer(
        "interia",
        '<div>My answer is yes.</div><br><br><div>Od: "Ana Lind" &lt;ana@x.example&gt;</div><div>Do: bo@y.example</div><div>Wysłane: 9:30 Wtorek 2026-11-10</div><div>Temat: Question</div><br><blockquote style="border-left:1px solid">[EARLIER]</blockquote>',
    ),
    answer(
        "onet",
        '<div>My answer is yes.</div><div>W dniu 2026-11-10 09:30:00 użytkownik Ana Lind &lt;ana@x.example&gt; napisał:</div><blockquote style="margin-right:0">[EARLIER]</blockquote>',
    ),
    answer(
        "aliyun",
        '<div class="__aliyun_email_body_block">My answer is yes.</div><div><br></div><blockquote style="margin-right:0"><div>------------------------------------------------------------------</div><div>发件人：Ana Lind &lt;ana@x.example&gt;</div><div>发送时间：2026年11月10日(星期二) 09:30</div><div>收件人：Bo &lt;bo@y.example&gt;</div><div>主\u3000题：Question</div><div><br></div>[EARLIER]</blockquote>',
    ),
    answer(
        "sina",
        "<div>My answer is yes.</div><div><br></div><div>----- 原始邮件 -----<br>发件人：Ana Lind &lt;ana@x.example&gt;<br>收件人：bo@y.example<br>主题：Question<br>日期：2026年11月10日 09点30分</div>[EARLIER]",
    ),
    answer(
        "daum",
        "<p>My answer is yes.</p><p>--------- 원본 메일 ---------</p><p><b>보낸사람</b>: Ana Lind &lt;ana@x.example&gt;<br><b>받는사람</b> : bo@y.example<br><b>날짜</b>: 2026년 11월 10일 화요일, 09시 30분 00초 +0900<br><b>제목</b>: Question</p>[EARLIER]",
    ),
    answer(
        "yahoo-japan",
        '<div>My answer is yes.</div><div><br></div><div>----- Original Message -----</div><div>From: "Ana Lind" &lt;ana@x.example&gt;</div><div>To: "Bo" &lt;bo@y.example&gt;</div><div>Date: 2026/11/10 火 09:30</div><div>Subject: Question</div><div>[EARLIER]</div>',
    ),
    answer(
        "uol",
        '<div>My answer is yes.</div><br><hr><b>De:</b> "Ana Lind" &lt;ana@x.example&gt;<br><b>Enviada:</b> 2026/11/10 09:30:00<br><b>Para:</b> bo@y.example<br><b>Assunto:</b> Question<br>&nbsp;<br>[EARLIER]',
    ),
    answer(
        "bol",
        "<p>My answer is yes.</p><p>------- Mensagem original -------<br>De: Ana Lind &lt;ana@x.example&gt;<br>Para: bo@y.example<br>Data: 10/11/2026 09:30<br>Assunto: Question</p>[EARLIER]",
    ),
    answer(
        "telia",
        "<div>My answer is yes.</div><div>----Ursprungligt meddelande----<br>Från : ana@x.example<br>Datum : 2026-11-10 - 09:30 (CET)<br>Till : bo@y.example<br>Ämne : Question</div>[EARLIER]",
    ),
    answer(
        "salesforce",
        "<html><body>My answer is yes.<br><br><br>--------------- Original Message ---------------<br><b>From:</b> Ana Lind [ana@x.example]<br><b>Sent:</b> 11/10/2026 9:30 AM<br><b>To:</b> bo@y.example<br><b>Subject:</b> Question<br><br>[EARLIER]</body></html>",
    ),
    answer(
        "servicenow",
        '<div>My answer is yes.</div><div>&nbsp;</div><hr/><div style="font-family:arial">From: ana@x.example<br/>To: bo@y.example<br/>Sent: 2026-11-10 09:30:00<br/>Subject: Question<br/></div>[EARLIER]',
    ),
    answer(
        "yahoo-android",
        '<p dir="ltr">My answer is yes.</p><div id="ymail_android_signature"><a href="https://mail.onelink.me/1">Yahoo Mail: Search, Organize, Conquer</a></div> <br> <blockquote style="margin: 0 0 20px 0;"> <div>On Tue, Nov 10, 2026 at 9:30, Ana Lind</div><div>&lt;ana@x.example&gt; wrote:</div> <div style="padding: 10px 0 0 20px;">[EARLIER]</div></blockquote>',
    ),
    answer(
        "rainloop",
        '<div>My answer is yes.</div><br><div>10. November 2026 09:30, "Ana Lind" &lt;<a>ana@x.example</a>&gt; schrieb:<br></div><blockquote>[EARLIER]</blockquote>',
    ),
    answer(
        "axigen",
        "<div>My answer is yes.</div><br><hr><div>On Tue, 10 Nov 2026 09:30:00 +0100<br>Ana Lind &lt;ana@x.example&gt; wrote:</div>[EARLIER]",
    ),
    answer(
        "icewarp",
        '<div>My answer is yes.</div><div><br></div><div>-----Original Message-----</div><div>From: "Ana Lind" &lt;ana@x.example&gt;</div><div>Date: 11/10/26 9:30</div><div>To: bo@y.example</div><div>Subj: Question</div>[EARLIER]',
    ),
    answer(
        "samsung-german",
        '<div dir="auto">My answer is yes.</div><div dir="auto"><br></div><div id="composer_signature" dir="auto"><meta><div dir="auto" style="font-size:12px">Von meinem/meiner Galaxy gesendet</div></div><div dir="auto"><br></div><div><br></div><div align="left" dir="auto" style="font-size:100%;color:#000000"><div>-------- Ursprüngliche Nachricht --------</div><div>Von: Ana Lind &lt;ana@x.example&gt; </div><div>Datum: 10.11.26  09:30  (GMT+01:00) </div><div>An: Bo &lt;bo@y.example&gt; </div><div>Betreff: Question </div><div><br></div></div>[EARLIER]',
    ),
    answer(
        "outlook-japanese",
        '<div class="WordSection1"><p class="MsoNormal">My answer is yes.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0mm 0mm 0mm"><p class="MsoNormal"><b>差出人:</b> Ana Lind &lt;ana@x.example&gt; <br><b>送信日時:</b> 2026年11月10日 9:30<br><b>宛先:</b> Bo<br><b>件名:</b> Question</p></div>[EARLIER]</div>',
    ),
    answer(
        "em-client-italian",
        '<div>My answer is yes.</div><div><br></div><div>------ Messaggio originale ------</div><div>Da "Ana Lind" &lt;ana@x.example&gt;</div><div>A bo@y.example</div><div>Data 10/11/2026 09:30:00</div><div>Oggetto Question</div><div><br></div><div id="x"><blockquote cite="1" type="cite" class="cite2">[EARLIER]</blockquote></div>',
    ),
    answer(
        "proton-german",
        '<div>My answer is yes.</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Gesendet mit <a href="https://proton.me/mail">Proton Mail</a> sichere E-Mail.</div></div><br><div class="protonmail_quote">Am Dienstag, 10. November 2026 um 09:30, Ana Lind &lt;ana@x.example&gt; schrieb:<br><br><blockquote class="protonmail_quote" type="cite">[EARLIER]</blockquote><br></div>',
    ),
    answer(
        "huawei",
        "<div>My answer is yes.</div><div><br></div><div><div>-------- Original Message --------</div><div>Subject: Question</div><div>From: Ana Lind &lt;ana@x.example&gt;</div><div>To: bo@y.example</div><div>CC: </div></div><br><blockquote>[EARLIER]</blockquote>",
    ),
    answer(
        "xiaomi",
        '<div>My answer is yes.</div><div class="quote"><div style="font-size:12px;background:#efefef">On Ana Lind &lt;ana@x.example&gt;, Nov 10, 2026 9:30 AM wrote:</div><blockquote>[EARLIER]</blockquote></div>',
    ),
    answer(
        "nextcloud",
        '<p>My answer is yes.</p><div class="quote"><p>"Ana Lind" ana@x.example – 10. November 2026 09:30</p><blockquote>[EARLIER]</blockquote></div>',
    ),
    answer(
        "kpn",
        '<div>My answer is yes.</div><div><br></div><div>Op 10 november 2026 om 09:30 schreef Ana Lind &lt;ana@x.example&gt;:</div><blockquote type="cite">[EARLIER]</blockquote>',
    ),
    answer(
        "telenet",
        '<p>My answer is yes.</p><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Van: </b>"Ana Lind" &lt;ana@x.example&gt;<br><b>Aan: </b>bo@y.example<br><b>Verzonden: </b>Dinsdag 10 november 2026 09:30:00<br><b>Onderwerp: </b>Question</div><div data-marker="__QUOTED_TEXT__">[EARLIER]</div>',
    ),
)
