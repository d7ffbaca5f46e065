"""What mail programs write above other people's words, as tables: "On … wrote:",
dividers, subject prefixes.

Extend them freely: one language a line, phrases separated by |, lower case.
A phrase is compared as a whole, so a longer table costs next to no time.
"""

from __future__ import annotations

from maildesk.mail.reply.phrases import phrases

# The verb of "On … X wrote:", wherever in the line the language puts it.
WROTE = phrases("""
    en = wrote | sent | writes | a wrote | said | has written | responded
    de = schrieb | schrieb am | geschrieben | schreibt | schrieb folgendes
    fr = a écrit | écrit | a ecrit | écrivait | a envoyé | écrivit
    es = escribió | escribio | escribe | ha escrito | envió
    ca = ha escrit | va escriure | missatge de
    it = ha scritto | scrive | scriveva | ha inviato
    pt = escreveu | escreve
    gl = escribiu
    nl = schreef | geschreven | het volgende geschreven | schreef het volgende
    pl = napisana przez | napisał | napisał(a) | napisała | pisze
    pl = napisał/a | napisał/-a | napisali
    cs = napsal | napsal(a) | napsala | píše
    sk = napísal | napísal(a) | napísala | napísal/a
    sl = je napisal | napisal(a) | je napisal(a) | napisala | je napisala
    sl = piše | napisal | je napisal/-a | napisal/-a
    hr sr = je napisao | je napisao/la | napisao je | je napisala | piše
    hr sr = napisao | je napisao/napisala | је написао
    hr sr = је написао/ла | napisao/la je | napisao/napisala je | napisala je
    sv = skrev | skrev följande
    da no = skrev | skrev følgende | skriver | skreiv
    fi = kirjoitti | kirjoittaa | kirjoitti seuraavaa
    et = kirjutas
    lv = rakstīja | uzrakstīja
    lt = rašė | parašė
    ru = написал | написал(а) | написала | пишет | писал | писал(а) | пишете | вы писали
    uk = написав | написав(ла) | пише | написала | писав | написав (-ла) | написав(-ла)
    bg = написа | пише
    tr = yazdı | şunu yazdı | şunları yazdı | yazmış | tarihinde
    hu = írta | ezt írta | a következőt írta | írta (időpont
    ro = a scris | a scris următoarele | scrie
    el = έγραψε | έγραψε τα εξής
    ja = のメッセージ | さんは書きました | は書きました | wrote | 書きました
    ja = さんが書きました | のメール | は次のように書きました
    zh = 写道 | 寫道 | 写 | 来信 | 撰寫 | 編寫 | 写入
    ko = 작성 | 님이 작성 | 님이 작성했습니다 | 님의 말 | 작성했습니다
    ko = 님이 작성한 메시지 | 씀 | 쓴 글
    vi = đã viết | viết
    id = menulis
    th = เขียนว่า | เขียน
    ar = كتب | كتبت
    fa = نوشت
    he = כתב | כתבה | ‏כתב | כתב/ה
    eo = skribis
    af = geskryf | skryf
    be = піша | напісаў | напісала
    cy = ysgrifennodd
    eu = idatzi du | idatzi zuen | igorleak hau idatzi zuen
    is = skrifaði | skrifar
    mk = напиша
    sq = shkroi | shkruajti
    tl = isinulat ni
    az kk ka hy mn = yazıb | yazdı | жазды | დაწერა | გამოაგზავნა | գրել է | бичсэн
    hi mr bn ur = ने लिखा | यांनी लिहिले | লিখেছেন | نے لکھا
    ta te gu = எழுதியது | రాశారు | લખ્યું
    sw = aliandika
    horde = quoting | zitat von | citando a | citaat van | citat od | quotando | citando | citeren
""")
# Of these, what people write themselves just as often: never enough without a date or an address.
WROTE_OR_SAID = frozenset((
    "said", "sent", "responded", "has written", "geschrieben", "a envoyé", "ha inviato", "envió",
    "quoting", "citando",
))  # fmt: skip

# Small words of people who tell what somebody wrote; never in a program's line. With a capital they
# may be names.
TOLD = frozenset(
    phrases("""
    en = he | she | they | it | me | us | him | her | your | our | my
    de = er | mir | uns | ihm | ihr | ihnen | ihre | ihrer | mich
    fr = il | elle | ils | nous | m | vous | votre | notre
    es = él | ella | ellos | me | nos | su
    it = mi | ci | vostro
    pt = ele | ela | me | nos | seu | sua
    nl = hij | zij | mij | ons | uw
    pl = mi | nam | ktoś
    cs sk = mi | nám | mně
    sv = han | hon | mig | oss
    da no = han | hun | mig | meg | oss | os
    fi = hän | minulle | meille
    ru = он | она | мне | нам
    uk = він | вона | мені | нам
    tr = bana | bize
    hu = nekem | nekünk
    ro = mi | ne
""")
)

# "My answers are below, in red": then what is quoted holds new words that nothing else tells apart.
ANSWERS_BELOW = phrases("""
    en = feedback below | feedback inline | reply below | responses in line
    en = comments behind | find my answers | notes inline
    en = answers below | answer below | answered below | answers inline
    en = answers in line | comments below | comments inline
    en = comments in line | reply inline | replies inline | replies below
    en = responses below | responses inline | see inline
    en = reply in line | inline below | inline answers | inline replies
    en = inline comments | below in red | below in blue
    en = answers in red | answers in blue | comments in red | comments in blue
    en = answers in bold | responses in red
    en = replies in red | below in green | below in bold | answers are below
    en = answers in the text | answers in green
    de = antworten unten | antworten siehe unten | antworten im text
    de = antworten in rot | antworten in blau
    de = unten in rot | unten in blau | rot markiert | im text beantwortet
    de = kommentare im text | kommentare unten
    de = antworten stehen | antworten siehe rot
    de = antworten weiter unten | antworten direkt im text | antworten inline
    de = unten im text | antworten in grün
    de = unten beantwortet
    fr = réponses ci-dessous | réponses en rouge | réponses en bleu
    fr = réponses dans le texte | ci-dessous en rouge
    fr = ci-dessous en bleu | réponses dans votre | commentaires ci-dessous
    fr = réponses plus bas | répondu ci-dessous
    es = respuestas abajo | respuestas más abajo | respuestas en rojo | respuestas en azul
    es = respondo abajo | abajo en rojo
    es = respuestas debajo | comentarios abajo | respuestas en el texto
    es = respondo en rojo | abajo en azul
    it = risposte sotto | risposte in rosso | risposte in blu | rispondo sotto
    it = sotto in rosso | risposte di seguito
    it = risposte nel testo | commenti sotto | rispondo in rosso
    pt = respostas abaixo | respostas em vermelho | respostas em azul | respondo abaixo
    pt = abaixo em vermelho | comentários abaixo
    nl = antwoorden hieronder | antwoorden in het rood | antwoorden in rood
    nl = hieronder in rood | antwoorden in de tekst
    pl = odpowiedzi poniżej | odpowiedzi na czerwono | poniżej na czerwono | odpowiedzi w tekście
    cs sk = odpovědi níže | odpovědi červeně | odpovědi v textu | odpovede nižšie | odpovede v texte
    sv = svar nedan | svaren nedan | nedan i rött | svar i texten
    da no = svar nedenfor | svar under | svar i teksten | svar nedenunder | med rødt
    fi = vastaukset alla | vastaukseni alla | vastaukset tekstissä
    ru uk = ответы ниже | ответил ниже | ответы в тексте | красным | відповіді нижче
    tr = cevaplar aşağıda | yanıtlar aşağıda
    hu = válaszok lent | válaszaim lent | pirossal
    ja = 下記に回答 | 以下に回答 | 赤字で
    zh = 见下文 | 回复如下 | 红色 | 紅色 | 答复如下
""")

# How such a line begins; needed where it shares its line with the answer or starts two
# lines above its verb.
LEAD = phrases("""
    en = on | at | in a message dated
    de = am | vom | um
    fr = le | en date du | dans un message du
    es = el | en
    ca = el dia | el | missatge de
    it = il | il giorno | in data | nel messaggio del
    pt = em | a | no dia
    nl = op
    pl = w dniu | dnia | w | dn. | wiadomość napisana przez
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
ORIGINAL = phrases("""
    desks = reply above this line | please reply above this line
    desks = please type your reply above this line
    desks = write your reply above this line | please enter your reply above this line
    desks = reply to this email above this line
    desks = bitte antworten sie oberhalb dieser zeile | répondez au-dessus de cette ligne
    desks = responda por encima de esta línea
    en = original message | original message follows | reply message
    en = original e-mail | original appointment
    en = original email
    de = ursprüngliche mail | ursprüngliche nachricht | originalnachricht
    de = original-nachricht | ursprüngliche e-mail
    de = originalmeldung
    de = original nachricht | originaltermin
    fr = mail original | e-mail d'origine | message d'origine | message original
    fr = message d’origine | message initial
    fr = courriel original
    es = mensaje original | mensaje origen
    ca = missatge original
    it = messaggio originale | messaggio di origine
    pt = mensagem original
    nl = oorspronkelijk bericht | origineel bericht | oorspronkelijke bericht
    pl = wiadomość oryginalna | oryginalna wiadomość | pierwotna wiadomość
    pl = treść oryginalnej wiadomości
    cs = původní mail | původní zpráva | původní e-mail | originální zpráva
    sk = pôvodná správa | pôvodný e-mail
    sl hr sr = izvirno sporočilo | izvorno sporočilo | prvotno sporočilo | оригинална порука
    sl hr sr = izvorna poruka | originalna poruka
    sv = ursprungligt meddelande | ursprungligt mail | originalmeddelande
    da = oprindelig meddelelse | oprindelig besked | original meddelelse | oprindelig mail
    no = opprinnelig melding | original melding | opprinnelig e-post
    fi = alkuperäinen viesti
    et = algne kiri | algne sõnum | originaalsõnum
    lv lt = sākotnējais ziņojums | oriģinālā ziņa | pradinis laiškas
    lv lt = originalus laiškas | originalus pranešimas
    ru = исходное сообщение | оригинальное сообщение | исходное письмо | первоначальное сообщение
    uk = вихідне повідомлення | оригінальне повідомлення | початкове повідомлення
    bg = оригинално съобщение | първоначално съобщение
    tr = orijinal ileti | özgün ileti | orijinal mesaj | özgün mesaj | asıl ileti
    hu = eredeti üzenet | eredeti levél
    ro = mesaj original | mesajul original | mesaj inițial
    el = αρχικό μήνυμα | πρωτότυπο μήνυμα
    ja = 元のメッセージ | オリジナルメッセージ | original message
    zh = 原始邮件 | 原始郵件 | 原邮件 | 邮件原件 | 原始信件
    ko = 원본 메시지 | 원본 메일 | 원본메일 | original message
    vi = thư gốc | tin nhắn gốc
    id = pesan asli
    th = ข้อความต้นฉบับ
    ar = الرسالة الأصلية
    he = הודעה מקורית
""")
# The same where the writer is named: "----- Message from Ana <ana@…> on Tue, 10 Nov 2026 -----"
# (Notes, Horde).
MESSAGE_FROM = phrases("""
    en = message from
    de = nachricht von
    fr = message de
    es pt = mensaje de | mensagem de
    it = messaggio da
    nl = bericht van
    pl = wiadomość od
    sv da no = meddelande från | meddelelse fra | melding fra
""")
FORWARD_END = phrases("""
    en = end forwarded message | end of forwarded message | end forwarded mail
    de = ende der weitergeleiteten nachricht | ende weitergeleitete nachricht
    de = ende der weitergeleiteten mail | ende der weitergeleiteten e-mail
    fr = fin du message transféré | fin du message réexpédié | fin du message transmis
    es = fin del mensaje reenviado
    it = fine messaggio inoltrato | fine del messaggio inoltrato
    pt = fim da mensagem encaminhada | fim da mensagem reencaminhada
    nl = einde doorgestuurd bericht | einde van doorgestuurd bericht
    pl = koniec przekazywanej wiadomości
""")
FORWARDED = phrases("""
    en = forwarded message | begin forwarded message | start of forwarded message
    en = forwarded by | forwarded email
    en = forwarded mail
    de = weitergeleitete nachricht | anfang der weitergeleiteten nachricht
    de = weitergeleitet von | weitergeleitete mail
    de = beginn der weitergeleiteten nachricht | weitergeleitete e-mail
    fr = message transféré | message transmis | début du message réexpédié
    fr = début du message transféré | message réexpédié
    fr = transféré par | transmis par | réacheminé par
    es = mensaje reenviado | inicio del mensaje reenviado | reenviado por
    es = comienzo del mensaje reenviado
    ca = missatge reenviat | inici del missatge reenviat | comença el missatge reenviat
    it = messaggio inoltrato | inizio messaggio inoltrato | inoltrato da
    pt = mensagem encaminhada | mensagem reencaminhada | início da mensagem reencaminhada
    pt = início da mensagem encaminhada
    pt = encaminhado por
    nl = doorgestuurd bericht | begin doorgestuurd bericht | doorgestuurd door
    nl = begin van doorgestuurd bericht
    pl = przekazana wiadomość | wiadomość przesłana dalej | treść przekazanej wiadomości
    pl = początek przekazywanej wiadomości
    pl = przekazane przez | przesłana wiadomość | wiadomość przekazana dalej
    cs = přeposlaný e-mail | přeposlaná zpráva | začátek přeposílané zprávy
    cs = předaná zpráva | přeposlal
    cs = začátek přeposlané zprávy
    sk = preposlaná správa | začiatok preposlanej správy | preposlaný e-mail | posunutá správa
    sl = posredovano sporočilo | začetek posredovanega sporočila
    hr sr = proslijeđena poruka | započni proslijeđenu poruku | početak proslijeđene poruke
    hr sr = prosleđena poruka
    hr sr = прослеђена порука
    sv = vidarebefordrat meddelande | vidarebefordrat mejl | vidarebefordrat brev
    sv = vidarebefordrat mail
    sv = början på vidarebefordrat brev | börjar vidarebefordrat brev
    da = videresendt meddelelse | videresendt besked | start på videresendt besked
    da = videresendt mail
    da = begyndelse på videresendt besked
    no = begynner videresendt melding | start på videresendt melding
    no = videresendt melding | videresendt e-post | begynnelse på videresendt melding
    fi = välitetty viesti | edelleenlähetetty viesti | välitetty viesti alkaa
    fi = edelleen lähetetty viesti
    et = edastatud kiri | edastatud sõnum | edastatud sõnumi algus | edasi saadetud kiri
    lv = pārsūtītā vēstule
    lv lt = pārsūtītais ziņojums | pārsūtīta ziņa | persiųstas laiškas | persiųstas pranešimas
    ru = пересылаемое сообщение | перенаправленное сообщение | начало переадресованного сообщения
    ru = пересланное сообщение
    ru = пересылаемое письмо | переадресованное сообщение | переслано
    uk = перенаправлене повідомлення | переслане повідомлення | початок листа, що пересилається
    uk = переслано | перенаправлений лист
    uk = початок листа, який пересилається | початок переадресованого листа
    uk = переадресоване повідомлення
    bg = препратено съобщение | препратено писмо | начало на препратеното съобщение
    tr = iletilmiş mesaj | iletilen ileti| i̇letilen ileti | ileti başlangıcı
    tr = yönlendirilmiş mesaj | yönlendirilen ileti | iletilen mesaj| yönlendirilmiş ileti
    tr = iletilmiş mesajın başlangıcı | iletilmiş ileti
    hu = továbbított üzenet | továbbított levél kezdete | továbbított levél
    ro = mesaj redirecționat | începe mesajul redirecționat | mesaj redirecţionat
    ro = mesaj transmis | mesaj retransmis
    ro = începutul mesajului redirecționat | început mesaj redirecționat | mesaj redirecţionat
    el = προωθημένο μήνυμα | έναρξη προωθημένου μηνύματος
    ja = メッセージを転送 | 転送されたメッセージ | 転送メッセージ
    ja = 転送されたメール | forwarded message
    zh = 转发的邮件 | 轉寄郵件 | 已转发邮件 | 转发邮件 | 轉寄的郵件
    zh = 转发邮件信息 | 開始轉寄郵件 | 以下是转发的邮件
    zh = 下面是被转发的邮件 | 已转发的邮件 | 轉寄訊息
    zh = 开始转发的邮件 | 转发的消息 | 转发的邮件消息 | 开始转发的信息
    ko = 전달된 메시지 시작 | 아래는 전달된 메시지입니다 | 다음은 전달된 메시지입니다
    ko = 전달된 메시지 | 전달된 메일 | 전달된 이메일 | 아래는 전달된 메일 | 다음은 전달된 메일
    vi = thư chuyển tiếp | chuyển tiếp thư | bắt đầu thư đã chuyển tiếp
    vi = thư đã chuyển tiếp | thư được chuyển tiếp | tin nhắn đã chuyển tiếp
    id = pesan terusan | pesan yang diteruskan | mulai pesan terusan
    ms = mesej yang dimajukan | mula mesej yang dimajukan
    eu = birbidalitako mezua
    is = áframsendur póstur
    hi = अग्रेषित संदेश
    ar = رسالة معاد توجيهها | الرسالة المعاد توجيهها
    he = הודעה שהועברה | תחילת ההודעה שהועברה
    th = ข้อความที่ส่งต่อ | เริ่มต้นข้อความที่ส่งต่อ
""")

# Subject prefixes of forwards and of replies; the first one decides ("Fwd: Re: x" is a forward,
# "Re: Fwd: x" an answer).
FORWARD_PREFIX = phrases("""
    en = fw | fwd | forward | forwarded
    de = wg | weitergeleitet
    fr = tr | tr. | transf
    es = rv | reenv | reenvío
    pt = enc | encaminhado | res enc
    it = i
    nl = doorst | dst | fwd
    pl = pd | pdp | dalej
    cs sk = přep | fwd | předat | prep
    sl hr = psl | prosl | posr | pr
    sv = vb
    da = vs | videresendt
    no = vs | videresend
    fi = vl | edelleenlähetetty
    et = edasi | ed | edastatud
    ru uk bg = пер | fwd | пр | на | переслано
    tr = ilt| ynt ilt
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
REPLY_PREFIX = phrases("""
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
