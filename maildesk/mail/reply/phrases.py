"""What mail programs write around other people's words, as tables: our own marker, and the labels
of header blocks.

Extend them freely: one language a line, phrases separated by |, lower case.
Nothing here is a pattern; a phrase is compared as a whole, so a longer table
costs no time. phrases_quote has verbs, dividers and subject prefixes,
phrases_signature what stands below a message, phrases_html the names in HTML.
"""

from __future__ import annotations

# Printed by our own letters above the quoted history; words between the two ends
# may be in any language.
MARKER_BEGIN = "##- "
MARKER_END = " -##"
MARKER = f"{MARKER_BEGIN}Please write your answer above this line{MARKER_END}"


def folded(text: str) -> str:
    """Lower case for comparing, the same for the Turkish dotted capital, which Python lowers to two
    characters."""
    return text.lower().replace("\u0307", "")


def phrases(table: str) -> tuple[str, ...]:
    """Every phrase of a table once, longest first, so that a prefix never hides the longer one."""
    found = {
        folded(phrase.strip())
        for line in table.splitlines()
        for phrase in line.partition("=")[2].split("|")
    }
    return tuple(sorted(found - {""}, key=lambda phrase: (-len(phrase), phrase)))


# The labels of the header block that Outlook, Thunderbird, Yahoo … print above a quoted or
# forwarded message.
FROM = phrases("""
    en = from
    de = von
    fr = de | expéditeur | envoyé par
    es ca pt = de | remitente | remetente | enviado por
    it = da | mittente
    nl = van
    pl = od | nadawca
    cs sk sl hr sr = od | odesílatel | odosielateľ | pošiljatelj | šalje | šalje se | pošilja
    sv = från | avsändare
    da no = fra | afsender | avsender
    fi = lähettäjä
    et = saatja | kellelt
    lv lt = no | nuo | sūtītājs | siuntėjas
    ru bg = от | от кого | отправитель | изпратено от | подател
    uk = від | від кого | відправник
    tr = kimden | gönderen
    hu = feladó
    ro = de la | expeditor | expeditorul
    el = από
    ja = 差出人 | 送信者 | 送信元 | from
    zh = 发件人 | 寄件者 | 寄件人 | 发件者 | 發件人
    ko = 보낸 사람 | 보낸사람 | 발신 | 발신자 | 보낸이
    vi = từ | người gửi
    id = dari
    th = จาก
    ar = من
    fa = از
    he = מאת
    hi = प्रेषक
    is = frá
    mk sr = од | шаље
    ms = daripada
    eu = nork | igorlea
    sq = nga
    be = ад | ад каго
    az = kimdən
    tl = mula kay | mula sa
    bn ta = প্রেরক | அனுப்புநர்
""")
TO = phrases("""
    en = to
    de = an
    fr = à | a | pour | destinataire
    es ca pt = para | a | per a | destinatario | destinatário
    it = a | destinatario
    nl = aan
    pl = do | adresat
    cs sk sl hr sr = komu | pre | za | prima | primatelj | kome | příjemce | príjemca
    sv = till
    da no = til
    fi = vastaanottaja
    et = saaja | kellele | adressaat
    lv lt = kam | gavėjas
    ru bg = кому | до | получател
    uk = кому
    tr = kime | alıcı
    hu = címzett
    ro = către | destinatar | destinatarul
    el = προς
    ja = 宛先 | 送信先 | to
    zh = 收件人 | 收件者
    ko = 받는 사람 | 받는사람 | 수신 | 수신자 | 받는이
    vi = đến | tới | người nhận
    id = kepada | ke
    th = ถึง
    ar = إلى | الى
    fa = به
    he = אל
    hi = प्रति | प्राप्तकर्ता
    is = til
    mk sr = до | за | прима
    eu = nori
    sq = për
    be = каму
    az = kimə
    tl = para kay
    bn ta = প্রাপক | பெறுநர்
""")
SUBJECT = phrases("""
    en = subject
    de = betreff
    fr = objet | sujet
    es ca pt = asunto | assunto | assumpte
    it = oggetto | ogg
    nl = onderwerp
    pl = temat
    cs sk sl hr sr = předmět | predmet | zadeva | naslov | věc
    sv = ämne | rubrik
    da no = emne
    fi = aihe
    et = teema
    lv lt = temats | tēma | tema
    ru bg = тема | относно
    uk = тема
    tr = konu
    hu = tárgy
    ro = subiect | subiectul
    el = θέμα
    ja = 件名 | 題名
    zh = 主题 | 主旨 | 主題 | 标题 | 主 题
    ko = 제목
    vi = chủ đề | tiêu đề
    id = perihal | subjek
    th = เรื่อง | หัวเรื่อง | ชื่อเรื่อง
    ar = الموضوع
    fa = موضوع
    he = נושא
    hi = विषय
    is = efni
    mk sr = предмет | наслов
    eu = gaia
    sq = subjekti
    be = тэма
    az = mövzu
    tl = paksa
    bn ta = বিষয় | பொருள்
""")
DATE = phrases("""
    en = date
    de = datum
    fr = date | message du
    es ca pt = fecha | data
    it = data
    nl = datum
    pl = data
    cs sk sl hr sr = datum | dátum
    sv = datum
    da no = dato
    fi = päivämäärä | päiväys | pvm
    et = kuupäev
    lv lt = datums | data
    ru bg = дата
    uk = дата
    tr = tarih
    hu = dátum
    ro = dată | data
    el = ημερομηνία
    ja = 日付 | 日時
    zh = 日期 | 时间 | 時間 | 日 期
    ko = 날짜 | 일시
    vi = ngày
    id = tanggal
    th = วันที่
    ar = التاريخ
    fa = تاریخ
    he = תאריך
    hi = दिनांक | तारीख
    is = dagsetning | dags
    mk sr = датум
    ms = tarikh
    az = tarix
    tl = petsa
""")
SENT = phrases("""
    en = sent
    de = gesendet | gesendet am
    fr = envoyé | envoyé le | date d'envoi
    es ca pt = enviado | enviado el | enviado em | enviada | enviada em | enviat | enviado a las
    it = inviato | inviato il | inviata
    nl = verzonden | verstuurd
    pl = wysłano | wysłane | data wysłania
    cs sk sl hr sr = odesláno | odoslané | poslano | posláno | odeslané
    sv = skickat
    da no = sendt
    fi = lähetetty
    et = saadetud
    lv lt = nosūtīts | išsiųsta
    ru bg = отправлено | изпратено | дата отправки
    uk = відправлено | надіслано
    tr = gönderildi | gönderilen | gönderme tarihi | gönderim tarihi
    hu = elküldve
    ro = trimis
    el = στάλθηκε | εστάλη
    ja = 送信日時 | 送信日
    zh = 发送时间 | 發送時間 | 傳送時間 | 寄件日期 | 已发送 | 发送日期 | 寄件時間
    ko = 보낸 날짜 | 보낸날짜 | 발송일 | 보낸 시간
    vi = đã gửi | gửi
    id = dikirim
    th = ส่ง
    ar = تم الإرسال | أرسلت
    he = נשלח
    hi = भेजा गया | भेजा
    mk sr = испратено | послато
    ms = dihantar
    eu = bidaltze-data | bidalita
    sq = dërguar
    be = адпраўлена
    az = göndərildi
    tl = ipinadala
    fa = ارسال شده
    af = gestuur
""")
# Known lines of such a block that carry nothing we need.
OTHER = phrases("""
    en = reply | please respond to | sent by | mailed-by | signed-by | cc
    en = bcc | reply-to | reply to | importance | attachments
    en = message-id | organization | priority | x-mailer | sender
    en = resent-from
    de = bitte antworten an | gesendet von | kopie | antwort an | antwort-an
    de = anlagen | wichtigkeit | priorität | blindkopie
    fr = copie à | copie | copie carbone | répondre à | importance | pièces jointes
    es ca pt = copia | cópia | copia para | datos adjuntos | importancia
    es ca pt = anexos | responder a | a/c
    it = copia | rispondi a | allegati | priorità
    nl = kopie | cc aan | bijlagen | urgentie
    pl = dw | do wiadomości | kopia | udw | załączniki | ważność | odpowiedz do
    cs sk sl hr sr = kopie | kópia | kopija | přílohy | prílohy | důležitost | kp
    sv = kopia | bifogade filer | prioritet | svara till
    da no = kopi | vedhæftede filer | vedlegg | prioritet
    fi = kopio | liitteet
    et = koopia
    ru bg = копия | вложения | копие
    uk = копія
    tr = bilgi | ekler
    hu = másolat | másolatot kap
    ro = în copie | cópie
    ja = cc | 返信先
    zh = 抄 送 | 抄送 | 副本 | 附件 | 密送
    ko = 참조 | 첨부
    vi = sao chép
""")

FIELDS: dict[str, str] = {}
for _field, _labels in (
    ("other", OTHER),
    ("date", DATE),
    ("sent", SENT),
    ("to", TO),
    ("subject", SUBJECT),
    ("from", FROM),
):
    FIELDS.update(dict.fromkeys(_labels, _field))
LONGEST_LABEL = max(map(len, FIELDS)) + 6
