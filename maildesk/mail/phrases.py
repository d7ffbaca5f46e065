"""What mail programs write around other people's words, as tables: header labels, verbs, dividers, forward prefixes.

Extend them freely: one language a line, phrases separated by |, lower case.
Nothing here is a pattern; a phrase is compared as a whole, so a longer table
costs no time. The tables of signatures and closings are in phrases_signature.
"""

from __future__ import annotations

# Printed by our own letters above the quoted history; words between the two ends may be in any language.
MARKER_BEGIN = "##- "
MARKER_END = " -##"
MARKER = f"{MARKER_BEGIN}Please write your answer above this line{MARKER_END}"


def _phrases(table: str) -> tuple[str, ...]:
    """Every phrase of a table once, longest first, so that a prefix never hides the longer one."""
    found = {phrase.strip() for line in table.splitlines() for phrase in line.partition("=")[2].split("|")}
    return tuple(sorted(found - {""}, key=lambda phrase: (-len(phrase), phrase)))


# The labels of the header block that Outlook, Thunderbird, Yahoo … print above a quoted or forwarded message.
FROM = _phrases("""
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
    et = saatja
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
""")
TO = _phrases("""
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
""")
SUBJECT = _phrases("""
    en = subject
    de = betreff
    fr = objet | sujet
    es ca pt = asunto | assunto | assumpte
    it = oggetto
    nl = onderwerp
    pl = temat
    cs sk sl hr sr = předmět | predmet | zadeva | naslov | věc
    sv = ämne
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
    zh = 主题 | 主旨 | 主題 | 标题
    ko = 제목
    vi = chủ đề | tiêu đề
    id = perihal | subjek
    th = เรื่อง | หัวเรื่อง
    ar = الموضوع
    fa = موضوع
    he = נושא
""")
DATE = _phrases("""
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
    zh = 日期 | 时间 | 時間
    ko = 날짜 | 일시
    vi = ngày
    id = tanggal
    th = วันที่
    ar = التاريخ
    fa = تاریخ
    he = תאריך
""")
SENT = _phrases("""
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
""")
# Known lines of such a block that carry nothing we need.
OTHER = _phrases("""
    en = cc | bcc | reply-to | reply to | importance | attachments | message-id | organization | priority | x-mailer | sender | resent-from
    de = kopie | antwort an | antwort-an | anlagen | wichtigkeit | priorität | blindkopie
    fr = copie à | copie | copie carbone | répondre à | importance | pièces jointes
    es ca pt = copia | cópia | copia para | datos adjuntos | importancia | anexos | responder a | a/c
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
    zh = 抄送 | 副本 | 附件 | 密送
    ko = 참조 | 첨부
    vi = sao chép
""")

FIELDS: dict[str, str] = {}
for _field, _labels in (("other", OTHER), ("date", DATE), ("sent", SENT), ("to", TO), ("subject", SUBJECT), ("from", FROM)):
    FIELDS.update(dict.fromkeys(_labels, _field))
LONGEST_LABEL = max(map(len, FIELDS)) + 6

# The verb of "On … X wrote:", wherever in the line the language puts it.
WROTE = _phrases("""
    en = wrote | sent | writes | a wrote | said | has written | responded
    de = schrieb | schrieb am | geschrieben | schreibt | schrieb folgendes
    fr = a écrit | écrit | a ecrit | écrivait | a envoyé | écrivit
    es = escribió | escribio | escribe | ha escrito | envió
    ca = ha escrit | va escriure
    it = ha scritto | scrive | scriveva | ha inviato
    pt = escreveu | escreve
    gl = escribiu
    nl = schreef | geschreven | het volgende geschreven | schreef het volgende
    pl = napisał | napisał(a) | napisała | pisze | napisał/a | napisał/-a | napisali
    cs = napsal | napsal(a) | napsala | píše
    sk = napísal | napísal(a) | napísala | napísal/a
    sl = je napisal | je napisala | piše | napisal | je napisal/-a
    hr sr = je napisao | je napisao/la | napisao je | je napisala | piše | napisao | je napisao/napisala | је написао | је написао/ла
    sv = skrev | skrev följande
    da no = skrev | skrev følgende | skriver | skreiv
    fi = kirjoitti | kirjoittaa | kirjoitti seuraavaa
    et = kirjutas
    lv = rakstīja | uzrakstīja
    lt = rašė | parašė
    ru = написал | написал(а) | написала | пишет | писал | писал(а) | пишете
    uk = написав | написав(ла) | пише | написала | писав | написав (-ла) | написав(-ла)
    bg = написа | пише
    tr = yazdı | şunu yazdı | şunları yazdı | yazmış | tarihinde
    hu = írta | ezt írta | a következőt írta | írta (időpont
    ro = a scris | a scris următoarele | scrie
    el = έγραψε | έγραψε τα εξής
    ja = のメッセージ | さんは書きました | は書きました | wrote | 書きました | さんが書きました | のメール | は次のように書きました
    zh = 写道 | 寫道 | 写 | 来信 | 撰寫 | 編寫 | 写入
    ko = 작성 | 님이 작성 | 님이 작성했습니다 | 님의 말 | 작성했습니다 | 님이 작성한 메시지 | 씀
    vi = đã viết | viết
    id = menulis
    th = เขียนว่า | เขียน
    ar = كتب | كتبت
    fa = نوشت
    he = כתב | כתבה | ‏כתב | כתב/ה
    eo = skribis
""")

# How such a line begins; needed where it shares its line with the answer or starts two lines above its verb.
LEAD = _phrases("""
    en = on | at | in a message dated
    de = am | vom | um
    fr = le | en date du | dans un message du
    es = el | en
    ca = el dia | el
    it = il | il giorno | in data | nel messaggio del
    pt = em | a | no dia
    nl = op
    pl = w dniu | dnia | w | dn.
    cs sk = dne | dňa | dne: | ut | po | st | št | pi | so | ne | pá | út | čt
    sl hr = dana | je | v | u
    sv = den | vid
    da no = den | d. | på | i
    fi = klo
    et = kuupäeval
    ru uk bg = в | во | на | у
    el = στις | την
    ja zh = 在 | 于 | 於
    vi = vào | lúc
    id = pada
    ar = في | بتاريخ
    he = בתאריך | ב־
    ro = în | pe | la data de
""")

# Between dashes, underscores or nothing: what follows is an earlier message.
ORIGINAL = _phrases("""
    en = original message | original message follows | reply message | original e-mail | original appointment | message from | original email
    de = ursprüngliche nachricht | originalnachricht | original-nachricht | ursprüngliche e-mail | originalmeldung | original nachricht | originaltermin
    fr = message d'origine | message original | message d’origine | message initial | courriel original
    es = mensaje original | mensaje origen
    ca = missatge original
    it = messaggio originale | messaggio di origine
    pt = mensagem original
    nl = oorspronkelijk bericht | origineel bericht | oorspronkelijke bericht
    pl = wiadomość oryginalna | oryginalna wiadomość | pierwotna wiadomość | treść oryginalnej wiadomości
    cs = původní zpráva | původní e-mail | originální zpráva
    sk = pôvodná správa
    sl hr sr = izvirno sporočilo | izvorna poruka | originalna poruka
    sv = ursprungligt meddelande | ursprungligt mail | originalmeddelande
    da = oprindelig meddelelse | oprindelig besked | original meddelelse | oprindelig mail
    no = opprinnelig melding | original melding | opprinnelig e-post
    fi = alkuperäinen viesti
    et = algne kiri | algne sõnum
    lv lt = sākotnējais ziņojums | originalus pranešimas
    ru = исходное сообщение | оригинальное сообщение | исходное письмо | первоначальное сообщение
    uk = вихідне повідомлення | оригінальне повідомлення | початкове повідомлення
    bg = оригинално съобщение | първоначално съобщение
    tr = orijinal ileti | özgün ileti | orijinal mesaj | özgün mesaj | asıl ileti
    hu = eredeti üzenet
    ro = mesaj original | mesajul original | mesaj inițial
    el = αρχικό μήνυμα | πρωτότυπο μήνυμα
    ja = 元のメッセージ | オリジナルメッセージ | original message
    zh = 原始邮件 | 原始郵件 | 原邮件 | 邮件原件 | 原始信件
    ko = 원본 메시지 | 원본 메일 | 원본메일 | original message
    vi = thư gốc | tin nhắn gốc
    id = pesan asli
    ar = الرسالة الأصلية
    he = הודעה מקורית
""")
FORWARDED = _phrases("""
    en = forwarded message | begin forwarded message | start of forwarded message | forwarded by | forwarded email | forwarded mail
    de = weitergeleitete nachricht | anfang der weitergeleiteten nachricht | weitergeleitet von | weitergeleitete mail | beginn der weitergeleiteten nachricht | weitergeleitete e-mail
    fr = message transféré | message transmis | début du message réexpédié | début du message transféré | message réexpédié | transféré par | transmis par | réacheminé par
    es = mensaje reenviado | inicio del mensaje reenviado | reenviado por | comienzo del mensaje reenviado
    ca = missatge reenviat | inici del missatge reenviat | comença el missatge reenviat
    it = messaggio inoltrato | inizio messaggio inoltrato | inoltrato da
    pt = mensagem encaminhada | mensagem reencaminhada | início da mensagem reencaminhada | início da mensagem encaminhada | encaminhado por
    nl = doorgestuurd bericht | begin doorgestuurd bericht | doorgestuurd door | begin van doorgestuurd bericht
    pl = przekazana wiadomość | wiadomość przesłana dalej | treść przekazanej wiadomości | początek przekazywanej wiadomości | przekazane przez | przesłana wiadomość | wiadomość przekazana dalej
    cs = přeposlaná zpráva | začátek přeposílané zprávy | předaná zpráva | přeposlal | začátek přeposlané zprávy
    sk = preposlaná správa | začiatok preposlanej správy | preposlaný e-mail | posunutá správa
    sl = posredovano sporočilo | začetek posredovanega sporočila
    hr sr = proslijeđena poruka | započni proslijeđenu poruku | početak proslijeđene poruke | prosleđena poruka | прослеђена порука
    sv = vidarebefordrat meddelande | vidarebefordrat mejl | vidarebefordrat brev | vidarebefordrat mail | början på vidarebefordrat brev
    da = videresendt meddelelse | videresendt besked | start på videresendt besked | videresendt mail | begyndelse på videresendt besked
    no = videresendt melding | videresendt e-post | begynnelse på videresendt melding
    fi = välitetty viesti | edelleenlähetetty viesti | välitetty viesti alkaa | edelleen lähetetty viesti
    et = edastatud kiri | edastatud sõnum | edastatud sõnumi algus | edasi saadetud kiri
    lv lt = pārsūtītais ziņojums | pārsūtīta ziņa | persiųstas laiškas | persiųstas pranešimas
    ru = пересылаемое сообщение | перенаправленное сообщение | начало переадресованного сообщения | пересланное сообщение | пересылаемое письмо | переадресованное сообщение | переслано
    uk = перенаправлене повідомлення | переслане повідомлення | початок листа, що пересилається | переслано | перенаправлений лист
    bg = препратено съобщение | препратено писмо | начало на препратеното съобщение
    tr = iletilmiş mesaj | iletilen ileti | i̇letilmiş mesaj | i̇letilen ileti | ileti başlangıcı | i̇leti başlangıcı | yönlendirilmiş mesaj | yönlendirilen ileti | iletilen mesaj | i̇letilen mesaj | yönlendirilmiş ileti
    hu = továbbított üzenet | továbbított levél kezdete | továbbított levél
    ro = mesaj redirecționat | începe mesajul redirecționat | mesaj redirecţionat | mesaj transmis | mesaj retransmis
    el = προωθημένο μήνυμα | έναρξη προωθημένου μηνύματος
    ja = メッセージを転送 | 転送されたメッセージ | 転送メッセージ | 転送されたメール | forwarded message
    zh = 转发的邮件 | 轉寄郵件 | 已转发邮件 | 转发邮件 | 轉寄的郵件 | 转发邮件信息 | 開始轉寄郵件 | 以下是转发的邮件 | 下面是被转发的邮件 | 已转发的邮件 | 轉寄訊息
    ko = 전달된 메시지 | 전달된 메일 | 전달된 이메일 | 아래는 전달된 메일 | 다음은 전달된 메일
    vi = thư đã chuyển tiếp | thư được chuyển tiếp | tin nhắn đã chuyển tiếp
    id = pesan terusan | pesan yang diteruskan
    ar = رسالة معاد توجيهها | الرسالة المعاد توجيهها
    he = הודעה שהועברה
""")

# Subject prefixes of forwards and of replies; the first one decides ("Fwd: Re: x" is a forward, "Re: Fwd: x" an answer).
FORWARD_PREFIX = _phrases("""
    en = fw | fwd | forward | forwarded
    de = wg | weitergeleitet
    fr = tr | tr. | transf
    es = rv | reenv | reenvío
    pt = enc | encaminhado | res enc
    it = i
    nl = doorst | dst | fwd
    pl = pd | pdp | dalej
    cs sk = přep | fwd | předat | prep
    sl hr = psl | prosl | posr
    sv = vb
    da = vs | videresendt
    no = vs | videresend
    fi = vl | edelleenlähetetty
    et = edasi | ed | edastatud
    ru uk bg = пер | fwd | пр | на | переслано
    tr = ilt | i̇lt | ynt ilt
    hu = tov | továbbítás
    ro = fw | redirecționat
    el = πρθ | προώθ
    ja = 転送
    zh = 转发 | 轉寄 | 轉發 | 转寄
    ko = 전달 | fw
    vi = chuyển tiếp
    id = trs
    he = הועבר
    ar = إعادة توجيه
""")
REPLY_PREFIX = _phrases("""
    en = re
    de = aw | antw | antwort
    fr = re | ré | rép | réf
    es pt = re | res | rv re | resp
    it = r | rif
    nl = antw | betr
    pl = odp
    sv da no = sv | svar | antw
    fi = vs | vast
    hu = vá
    tr = ynt | cevap | yan
    ro = răsp | re
    el = απ | σχετ
    ja zh = 回复 | 回覆 | 答复 | 返信
    ko = 회신 | 답장
    he = תגובה
    vi = trả lời
    id = bls
""")
