"""What people and their programs write below a message, as tables: device lines, closings, list
footers, legal notices.

One language a line, phrases separated by |, lower case; a longer table costs no time.
"""

from __future__ import annotations

from maildesk.mail.reply.phrases import phrases

# "Sent from my iPhone": a line that begins like this and names a thing of the tables
# below it. People begin sentences like this, too ("Sent by mistake."), so the beginning
# alone is never enough.
SENT_FROM = phrases("""
    en = sent from | sent via | sent with | sent using | sent by | composed on
    en = typed on | written on | sent securely
    en = from my | via my
    de = gesendet von | gesendet mit | gesendet über | gesendet aus
    de = diese nachricht wurde | diese e-mail wurde
    de = verschickt von | versendet von | sicher versendet | mobil gesendet
    de = verschickt mit | versendet mit
    fr = envoyé de | envoyé depuis | envoyé à partir | provenance : | envoyé avec
    fr = envoyé par | envoyé via | envoyé d'
    es = enviado desde | enviado con | enviado de | enviado por | enviado a través
    ca = enviat des de | enviat del | enviat amb
    it = inviato da | inviato dal | inviato con | inviata da | inviato tramite
    pt = enviado do | enviado a partir | enviado pelo | enviado através | enviada do | enviado via
    nl = verzonden vanaf | verstuurd vanaf | verzonden met | verstuurd met
    nl = verzonden vanuit | verstuurd van | verzonden via
    nl = verzonden door | verstuurd vanuit
    pl = wysłane z | wysłano z | wysłane przez
    cs sk = odesláno z | odesláno pomocí | posláno z | odoslané z
    cs sk = odoslané pomocou | poslané z | odesláno ze
    sl hr sr = poslano s | poslano z | poslano iz | poslato sa | poslato iz
    sv = skickades från | skickat från | skickat med | skickad från
    da no = sendt fra | sendt med
    fi = lähetetty
    et = saadetud
    lv lt = sūtīts no | išsiųsta iš
    ru = отправлено с | отправлено из | отправлено от | послано с | отправлено через
    bg = изпратено от | изпратено с
    uk = надіслано з | відправлено з | надіслано від
    hu = az iphone | küldve | elküldve | az ipad
    ro = trimis de pe | trimis din | trimis de la | trimis cu
    el = στάλθηκε από | εστάλη από
    ja = 私の
    zh = 发自 | 發自 | 從我的 | 从我的 | 來自我的 | 来自我的 | 寄自我的
    zh = 傳送自 | 发送自 | 發送自 | 从 windows | 從 windows
    ko = 나의 | 내
    vi = đã gửi từ | được gửi từ | gửi từ
    th = ส่งจาก
    ms id = dihantar daripada | dikirim dari
    hi = मेरे
    he = נשלח מ
    ar = أرسلت من | أُرسلت من | تم الإرسال من
""")
# The same in languages that say "sent" last.
SENT_FROM_END = phrases("""
    tr = gönderildi
    ja = から送信
    ko = 에서 보냄
    hu = küldve
""")
# German says it last, too, but so do ordinary sentences: these are its beginnings.
SENT_FROM_FRAME = phrases("""
    de = von meinem | von meiner | vom handy | mit meinem | von meinem/meiner
    de = von yahoo mail | von aol
""")
SENT_FROM_FRAME_END = phrases("""
    de = gesendet | verschickt | versendet | geschrieben
""")
# After these any name may follow that no table knows: "Sent from my Wiko RIDGE".
MINE = phrases("""
    en = sent from my
    fr = envoyé de mon | envoyé depuis mon | envoyé de ma
    es = enviado desde mi
    it = inviato dal mio
    pt = enviado do meu | enviado a partir do meu
    nl = verzonden vanaf mijn | verstuurd vanaf mijn
    pl = wysłane z mojego | wysłano z mojego
    cs sk = odesláno z mého | odoslané z môjho
    sv da no = skickat från min | sendt fra min
    ru uk = отправлено с моего | надіслано з мого
    zh = 发自我的 | 發自我的 | 從我的 | 从我的 | 來自我的 | 来自我的 | 寄自我的
""")
# Said as a whole.
SENT_ON_THE_WAY = phrases("""
    en = sent on the go | sent on the move | sent from mobile | via mobile
    en = sent from office | sent from a mobile
    de = mobil gesendet | von unterwegs gesendet | gesendet von unterwegs | unterwegs gesendet
    fr = envoyé de mon portable
    zh = 发自手机
""")
# Things, wherever they stand in the line, whatever ending the language gives them.
DEVICES = phrases("""
    names = iphon | ipad | ipod | android | galaxy | blackberry | k-9 | huawei
    names = xperia | verizon | t-mobile | vodafone | samsung
    names = xiaomi | windows | outlook | gmail | proton mail | protonmail | yahoo mail
    names = web.de | mail.ru | bluemail | workspace one
    names = thunderbird | mobile yahoo | apple watch
    words = smartphone | mobile | tablet | handy | mobiltelefon | phone | device
    words = gerät | móvil | cellulare | telefoon | telefon
    words = téléphone | teléfono | celular | portable | telefono | телефон | устройств
    words = пристро | zařízení | urządzeni | zariadeni
    words = 手机 | 手機 | 갤럭시 | スマートフォン | 휴대폰 | 스마트폰
""")
# Programs whose names are ordinary syllables, too: as words of their own.
PROGRAMS = phrases("""
    names = ios | aol | gmx | htc | tuta | tutanota | spark | airmail
    names = mailbox | canary | edison | newton | polymail
    names = superhuman
    names = shortwave | missive | typeapp | boxer | acompli | mymail | mailspring
    names = nylas | postbox | fastmail | icloud | zoho
    names = nine
    names = roundcube | zimbra | kmail | evolution | mac | macbook | surface
    names = pixel | nokia | lumia | motorola | oneplus | sony
    names = lg
    names = oppo | redmi | honor | yahoo | яндекс | почты | hey | front | blackberry
""")
# "Get Outlook for iOS": what a program offers its reader. In some languages the verb ends the line.
GET_PROGRAM = phrases("""
    en = get outlook for | get bluemail | download bluemail | download outlook for | get typeapp
    de = holen sie sich outlook
    fr = télécharger outlook | obtenez outlook | obtenir outlook | télécharger bluemail
    es = obtener outlook | descargar outlook | consigue outlook | obtén outlook | descarga outlook
    it = scarica outlook | ottieni outlook
    pt = obter o outlook | obtenha o outlook | obter outlook | baixar o outlook | baixe o outlook
    nl = download outlook
    pl = pobierz aplikację outlook | pobierz program outlook
    cs sk = získat outlook | získejte outlook | stáhnout outlook | získať outlook | získajte outlook
    sl hr sr = nabavite outlook | preuzmite outlook | pridobite outlook
    sv da no = hämta outlook | skaffa outlook | hent outlook | få outlook
    sv da no = skaff deg outlook | last ned outlook
    fi et = hanki outlook | hankige outlook
    ru bg = скачать outlook | получить outlook | загрузить outlook | изтегляне на outlook
    uk = завантажити outlook | отримати outlook
    hu ro el = töltse le az | obțineți outlook | λήψη του outlook
    zh = 获取 outlook | 取得 outlook | 獲取 outlook | 下载 outlook | 下載 outlook
    zh = 取得 ios | 取得 android | 获取适用于
    ko = outlook 다운로드 | 다운로드
    vi id = tải outlook | dapatkan outlook
    he ar = קבל את outlook | הורד את outlook | الحصول على outlook
""")
GET_PROGRAM_FRAME = phrases("""
    names = outlook für | outlook voor | outlook for | az outlook | android için outlook
    names = ios için outlook | bluemail für
    names = ios 版 outlook | android 版 outlook | ios용 outlook | android용 outlook
    names = outlook downloaden voor
""")
GET_PROGRAM_END = phrases("""
    de nl = beziehen | herunterladen | downloaden | ophalen
    ja ko = を入手 | 다운로드
    hu tr = letöltése | beszerzése | edinin | androidra | iosre
""")
ADVERTS = phrases("""
    en = yahoo mail: search, organize
    fr = yahoo mail : organisez
    de = yahoo mail: suchen
""")

# A closing formula on a line of its own, a name below it.
CLOSING = phrases("""
    en = regards | best regards | kind regards | warm regards | cheers
    en = thanks and regards | thanks & regards | sincerely | yours sincerely
    en = sincerely yours | yours truly
    en = yours faithfully | best wishes | all the best | with kind regards
    en = with best regards | warmly | kindest regards
    en = rgds | respectfully | cordially | warmest regards | with regards | br | kr | take care
    en = many thanks and regards | with warm regards | thank you and regards | greetings
    de = mit freundlichen grüßen | mit freundlichen grüssen | mit freundlichem gruß
    de = freundliche grüße | freundliche grüsse
    de = viele grüße | viele grüsse | beste grüße | beste grüsse
    de = liebe grüße | liebe grüsse | mfg | lg | vg
    de = herzliche grüße | gruß | gruss | grüße | schöne grüße | mit besten grüßen
    de = mit vielen grüßen | hochachtungsvoll
    de = bg | schönen gruß | lieben gruß | besten gruß | mit freundlichen gruessen
    de = viele gruesse | danke und gruß
    fr = cordialement | bien cordialement | très cordialement | salutations
    fr = meilleures salutations | bien à vous
    fr = amicalement | sincères salutations | cdlt | bonne journée
    fr = respectueusement | sincèrement | à bientôt
    fr = bien à toi | bonne réception
    es = saludos | un saludo | saludos cordiales | atentamente | cordialmente | un cordial saludo
    es = un abrazo | atte | reciba un cordial saludo | abrazos
    ca = salutacions | cordialment | atentament | una salutació
    it = cordiali saluti | saluti | distinti saluti | un saluto | cordialmente
    it = buona giornata | un caro saluto
    it = a presto | cari saluti
    pt = atenciosamente | cumprimentos | com os melhores cumprimentos
    pt = melhores cumprimentos | abraços
    pt = att | um abraço | cordialmente | saudações | abs | grato | grata
    nl = met vriendelijke groet | met vriendelijke groeten | groeten
    nl = groet | mvg | vriendelijke groeten
    nl = hartelijke groeten | vriendelijke groet | hartelijke groet | met hartelijke groet
    pl = pozdrawiam | z poważaniem | z powazaniem | pozdrowienia | serdecznie pozdrawiam
    pl = pozdrawiam serdecznie
    pl = z wyrazami szacunku | łączę pozdrowienia | pozdr
    cs = s pozdravem | hezký den | s úctou | zdravím | s přátelským pozdravem | pěkný den
    sk = s pozdravom | s úctou | pekný deň | s priateľským pozdravom
    sl hr sr = lep pozdrav | lijep pozdrav | srdačan pozdrav | s poštovanjem
    sl hr sr = lp | pozdrav | s spoštovanjem
    sl hr sr = pozdravi | srdačno | lijepi pozdravi | prijazen pozdrav
    sv = med vänlig hälsning | med vänliga hälsningar | mvh | hälsningar
    sv = vänliga hälsningar | vänligen | bästa hälsningar
    sv = hälsning | vänlig hälsning | med vänlig hälsnin | vh
    da = med venlig hilsen | venlig hilsen | hilsen | mvh | kh | vh | de bedste hilsner
    da = med venlige hilsner | mange hilsner
    da = venligst | bedste hilsner | kærlig hilsen
    no = med vennlig hilsen | vennlig hilsen | hilsen | mvh | beste hilsen
    no = med vennlige hilsner | vennligst | hilsner
    fi = ystävällisin terveisin | terveisin | yst. terv. | t. | parhain terveisin
    fi = yt | terv | ystävällisesti
    fi = kunnioittaen | terveiset
    et = lugupidamisega | parimate soovidega | tervitades
    lv lt = ar cieņu | pagarbiai | su pagarba | linkėjimai
    ru = с уважением | с наилучшими пожеланиями | всего доброго
    ru = всего хорошего | искренне ваш | с приветом
    uk = з повагою | з найкращими побажаннями | всього найкращого | з пошаною
    bg = с уважение | поздрави | сърдечни поздрави
    tr = saygılarımla | iyi çalışmalar | saygılar | iyi günler
    tr = sevgiler | saygılarımızla | kolay gelsin
    hu = üdvözlettel | tisztelettel | köszönettel | üdv
    ro = cu stimă | cu respect | o zi bună | cele bune | toate cele bune
    el = με εκτίμηση | χαιρετισμούς | φιλικά
    ja = よろしくお願いいたします | よろしくお願いします | 敬具 | 以上 | 宜しくお願い致します
    ja = 以上、よろしくお願いいたします
    zh = 此致 | 敬礼 | 祝好 | 此致敬礼 | 順頌商祺
    ko = 드림 | 안녕히 계세요 | 올림
    vi = trân trọng | thân mến
    id = salam | hormat saya
    he = בברכה
    ar = مع أطيب التحيات
""")

# Closings that are ordinary words, too: only with a comma, or the name right under them.
THANKS = phrases("""
    en = best | many thanks | thanks | thank you | kindly | thanks in advance | thx
    de = besten dank | vielen dank
    fr = merci
    es = gracias | muchas gracias
    it = grazie | grazie mille
    pt = obrigado | obrigada
    nl = bedankt | alvast bedankt
    pl = dziękuję
    cs = děkuji | díky
    sk = ďakujem
    sl hr sr = hvala
    sv = tack | tack på förhand
    da = på forhånd tak | tak
    no = takk
    fi = kiitos
    ru = спасибо
    uk = дякую
    bg = благодаря
    tr = teşekkürler
    hu = köszönöm
    ro = mulțumesc
    el = ευχαριστώ
    zh = 谢谢 | 謝謝
    ko = 감사합니다
    vi = cảm ơn
    id = terima kasih
    he = תודה
    ar = شكرا
""")

# Said by a list, not by the writer: the footer under a line of underscores.
LIST_FOOTER = phrases("""
    en = mailing list | unsubscribe | listinfo | subscribe | list-manage
    en = google groups | you received this message because
    de = mailingliste | abmelden | austragen
    fr = liste de diffusion | désabonner | désinscrire
    es = lista de correo | darse de baja
    it = lista di distribuzione | disiscri
    nl = mailinglijst | afmelden
""")

# A legal notice: a paragraph at the end with two of these, or one under a signature.
LEGAL = phrases("""
    en = confidential | disclaimer | intended recipient | privileged | consider the environment
    en = legal notice | intended only
    en = intended solely | received this | unauthorized | unauthorised | delete it
    en = notify the sender | copying or distribution
    de = vertraulich | haftungsausschluss | geschäftsführer | amtsgericht
    de = registergericht | handelsregister
    de = sitz der gesellschaft
    de = der richtige adressat | irrtümlich erhalten | unbefugte | ust-idnr | vernichten sie diese
    fr = confidentiel | avertissement | destinataire | par erreur | non autorisée
    es = confidencial | aviso legal | destinatario | por error
    it = riservat | destinatari | informativa | per errore | d.lgs. | gdpr
    pt = confidencial | aviso legal | destinatário | por engano | por erro
    nl = vertrouwelijk | geadresseerde | ten onrechte | abusievelijk
    pl = poufn | adresat | omyłkow
    cs sk = důvěrn | dôvern | adresát | omylem
    sv da no = konfidentiell | fortrolig | sekretess | avsedd mottagare | tiltenkte | rette modtager
    fi = luottamuksellin | vastaanottajalle
    ru uk = конфиденциальн | конфіденційн | адресат
    tr = gizli | alıcı | yasal uyarı
    ja zh ko = 機密 | 秘密 | 保密 | 机密 | 기밀
""")

# Set above or below a letter by the mail server of its receiver or sender, not by the writer.
BANNER = phrases("""
    en = this email originated from outside | this message originated from outside
    en = [external | external email: | caution: external
    en = originated outside | you don't often get email from | was sent from outside
    en = sent by an external | external sender:
    en = some people who received this message don't often get email
    en = this message came from outside | warning: external
    de = diese e-mail stammt von außerhalb | [extern | diese nachricht stammt von einem externen
    de = achtung: externe
    de = sie erhalten nicht häufig e-mails von | sie erhalten nicht oft
    fr = ce message provient de l'extérieur | courriel externe : | vous n'obtenez pas souvent
    es = este correo se originó fuera | no suele recibir correos
    it = questa email proviene dall'esterno | email esterna: | [esterno]
    pt = este email foi originado fora | e-mail externo:
    nl = deze e-mail is afkomstig van buiten | u ontvangt niet vaak
    pl = wiadomość pochodzi spoza | [zewnętrzn
    sv da no = [ekstern | utanför organisationen
""")
