"""What people and their programs write below a message, as tables: device lines, closings, list footers, legal notices.

One language a line, phrases separated by |, lower case; a longer table costs no time.
"""

from __future__ import annotations

from maildesk.mail.phrases import phrases

# "Sent from my iPhone": a short line that begins like this and names a thing, not a sentence.
SENT_FROM = phrases("""
    en = sent from my | sent from mail for | sent from outlook | sent from yahoo | sent from samsung | sent via
    en = sent from proton | sent with | sent from mobile | sent on the go | sent from android | sent from the | sent using
    en = sent by | get outlook for | sent from aol | sent from a | sent from typeapp | sent from bluemail | sent from gmail
    en = sent from iphone | sent from ipad | sent from blackberry | sent from myMail | sent from mymail | sent from nine
    en = sent from spark | sent from airmail | sent from mailbox | sent from windows mail | sent from surface
    en = sent from huawei | sent from xiaomi | sent from workspace one | sent from polymail | sent from acompli
    en = sent from newton | sent from edison | sent from gmx | sent from zoho | composed on | typed on my | written on my
    en = via mobile | sent from office | get bluemail | download bluemail | sent from mail.ru | sent from canary
    de = von meinem | von meiner | gesendet von | gesendet mit | diese nachricht wurde von meinem | gesendet über
    de = diese nachricht wurde mit | diese e-mail wurde von meinem | mobil gesendet | gesendet aus | holen sie sich outlook
    de = outlook für | verschickt von | versendet von
    fr = envoyé de mon | envoyé depuis | envoyé à partir de | télécharger outlook | provenance : | envoyé de ma | envoyé avec
    fr = envoyé par | envoyé via | obtenez outlook | obtenir outlook
    es = enviado desde | enviado con | enviado de | obtener outlook | descargar outlook
    es = enviado por | consigue outlook | obtén outlook
    ca = enviat des de | enviat del
    it = inviato da | inviato dal | inviato con | scarica outlook | ottieni outlook | inviata da
    pt = enviado do | enviado a partir | enviado do meu | obter o outlook | enviado pelo | enviado através
    pt = obtenha o outlook | obter outlook | baixar o outlook | enviada do
    nl = verzonden vanaf | verstuurd vanaf | verzonden met | verstuurd met | verzonden vanuit | outlook voor
    nl = outlook downloaden | verstuurd van | verzonden via | download outlook
    pl = wysłane z | wysłano z | wysłane przez | pobierz aplikację outlook | wysłane za pomocą | pobierz program outlook
    cs = odesláno z | odesláno pomocí | získat outlook | posláno z | získejte outlook | stáhnout outlook
    sk = odoslané z | odoslané zo | získať outlook | poslané z | získajte outlook
    sl hr sr = poslano s | poslano sa | poslano z | poslano iz | poslato sa | nabavite outlook
    sv = skickat från | hämta outlook | skickat med | skickad från | skaffa outlook
    da = sendt fra | hent outlook | sendt med | få outlook
    no = sendt fra | hent outlook | sendt med | skaff deg outlook | last ned outlook
    fi = lähetetty | hanki outlook
    et = saadetud minu | saadetud
    ru = отправлено с | отправлено из | отправлено от | скачать outlook | послано с | отправлено через | получить outlook
    ru = загрузить outlook
    bg = изпратено от моя | изпратено с
    uk = надіслано з | відправлено з | надіслано від | завантажити outlook | отримати outlook
    tr = iphone'umdan gönderildi | ipad'imden gönderildi | gönderildi | outlook'u edinin | android için outlook | ios için outlook
    hu = az iphone készülékemről | küldve | elküldve | az outlook beszerzése | iphone-ról küldve
    ro = trimis de pe | trimis din | trimis de la | obțineți outlook
    el = στάλθηκε από | εστάλη από | λήψη του outlook
    ja = iphoneから送信 | ipadから送信 | 私のiphoneから送信 | androidから送信 | outlook for | スマートフォンから送信
    zh = 发自我的 | 從我的 | 发自 | 傳送自 | 从我的 | 來自我的 | 寄自我的 | 获取 outlook | 取得 outlook | 从 windows
    zh = 發自我的 | 发送自 | 獲取 outlook
    ko = 나의 iphone에서 보냄 | 내 iphone에서 보냄 | iphone에서 보냄 | 내 갤럭시에서 보냄 | outlook 다운로드 | 삼성 mobile에서 보냄
    ko = ios용 outlook | android용 outlook
    vi = đã gửi từ | được gửi từ | gửi từ
    id = dikirim dari
    he = נשלח מה
    ar = أرسلت من | تم الإرسال من
""")
SENT_FROM_END = phrases("""
    de = gesendet
    tr = gönderildi
    ja = から送信
    ko = 에서 보냄
    hu = küldve
""")
DEVICES = phrases("""
    names = iphone | ipad | android | galaxy | blackberry | k-9 | huawei | xperia | verizon | t-mobile | vodafone
    words = smartphone | mobile | tablet | handy | mobiltelefon | phone | device | gerät | móvil | cellulare | telefoon
""")

# A closing formula on a line of its own, a name below it.
CLOSING = phrases("""
    en = regards | best regards | kind regards | warm regards | cheers
    en = thanks and regards | thanks & regards | sincerely | yours sincerely | sincerely yours | yours truly
    en = yours faithfully | best wishes | all the best | with kind regards | with best regards | warmly | kindest regards
    en = rgds | respectfully | cordially | warmest regards | with regards | br | kr | take care
    en = many thanks and regards | with warm regards | thank you and regards | greetings
    de = mit freundlichen grüßen | mit freundlichen grüssen | mit freundlichem gruß | freundliche grüße | freundliche grüsse
    de = viele grüße | viele grüsse | beste grüße | beste grüsse | liebe grüße | liebe grüsse | mfg | lg | vg
    de = herzliche grüße | gruß | gruss | grüße | schöne grüße | mit besten grüßen | mit vielen grüßen | hochachtungsvoll
    de = bg | schönen gruß | lieben gruß | besten gruß | mit freundlichen gruessen | viele gruesse | danke und gruß
    fr = cordialement | bien cordialement | très cordialement | salutations | meilleures salutations | bien à vous
    fr = amicalement | sincères salutations | cdlt | bonne journée | respectueusement | sincèrement | à bientôt
    fr = bien à toi | bonne réception
    es = saludos | un saludo | saludos cordiales | atentamente | cordialmente | un cordial saludo
    es = un abrazo | atte | reciba un cordial saludo | abrazos
    ca = salutacions | cordialment | atentament | una salutació
    it = cordiali saluti | saluti | distinti saluti | un saluto | cordialmente | buona giornata | un caro saluto
    it = a presto | cari saluti
    pt = atenciosamente | cumprimentos | com os melhores cumprimentos | melhores cumprimentos | abraços
    pt = att | um abraço | cordialmente | saudações | abs | grato | grata
    nl = met vriendelijke groet | met vriendelijke groeten | groeten | groet | mvg | vriendelijke groeten
    nl = hartelijke groeten | vriendelijke groet | hartelijke groet | met hartelijke groet
    pl = pozdrawiam | z poważaniem | z powazaniem | pozdrowienia | serdecznie pozdrawiam | pozdrawiam serdecznie
    pl = z wyrazami szacunku | łączę pozdrowienia | pozdr
    cs = s pozdravem | hezký den | s úctou | zdravím | s přátelským pozdravem | pěkný den
    sk = s pozdravom | s úctou | pekný deň | s priateľským pozdravom
    sl hr sr = lep pozdrav | lijep pozdrav | srdačan pozdrav | s poštovanjem | lp | pozdrav | s spoštovanjem
    sl hr sr = pozdravi | srdačno | lijepi pozdravi | prijazen pozdrav
    sv = med vänlig hälsning | med vänliga hälsningar | mvh | hälsningar | vänliga hälsningar | vänligen | bästa hälsningar
    sv = hälsning | vänlig hälsning | med vänlig hälsnin | vh
    da = med venlig hilsen | venlig hilsen | hilsen | mvh | kh | vh | de bedste hilsner | med venlige hilsner | mange hilsner
    da = venligst | bedste hilsner | kærlig hilsen
    no = med vennlig hilsen | vennlig hilsen | hilsen | mvh | beste hilsen | med vennlige hilsner | vennligst | hilsner
    fi = ystävällisin terveisin | terveisin | yst. terv. | t. | parhain terveisin | yt | terv | ystävällisesti
    fi = kunnioittaen | terveiset
    et = lugupidamisega | parimate soovidega | tervitades
    lv lt = ar cieņu | pagarbiai | su pagarba | linkėjimai
    ru = с уважением | с наилучшими пожеланиями | всего доброго | всего хорошего | искренне ваш | с приветом
    uk = з повагою | з найкращими побажаннями | всього найкращого | з пошаною
    bg = с уважение | поздрави | сърдечни поздрави
    tr = saygılarımla | iyi çalışmalar | saygılar | iyi günler | sevgiler | saygılarımızla | kolay gelsin
    hu = üdvözlettel | tisztelettel | köszönettel | üdv
    ro = cu stimă | cu respect | o zi bună | cele bune | toate cele bune
    el = με εκτίμηση | χαιρετισμούς | φιλικά
    ja = よろしくお願いいたします | よろしくお願いします | 敬具 | 以上 | 宜しくお願い致します | 以上、よろしくお願いいたします
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
    en = mailing list | unsubscribe | listinfo | subscribe | list-manage | google groups | you received this message because
    de = mailingliste | abmelden | austragen
    fr = liste de diffusion | désabonner | désinscrire
    es = lista de correo | darse de baja
    it = lista di distribuzione | disiscri
    nl = mailinglijst | afmelden
""")

# A legal notice: a paragraph at the end with two of these, or one under a signature.
LEGAL = phrases("""
    en = confidential | disclaimer | intended recipient | privileged | consider the environment | legal notice | intended only
    en = intended solely | received this | unauthorized | unauthorised | delete it | notify the sender | copying or distribution
    de = vertraulich | haftungsausschluss | geschäftsführer | amtsgericht | registergericht | handelsregister
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
    en = this email originated from outside | this message originated from outside | [external | external email: | caution: external
    en = originated outside | you don't often get email from | was sent from outside | sent by an external | external sender:
    en = some people who received this message don't often get email | this message came from outside | warning: external
    de = diese e-mail stammt von außerhalb | [extern | diese nachricht stammt von einem externen | achtung: externe
    de = sie erhalten nicht häufig e-mails von | sie erhalten nicht oft
    fr = ce message provient de l'extérieur | courriel externe : | vous n'obtenez pas souvent
    es = este correo se originó fuera | no suele recibir correos
    it = questa email proviene dall'esterno | email esterna: | [esterno]
    pt = este email foi originado fora | e-mail externo:
    nl = deze e-mail is afkomstig van buiten | u ontvangt niet vaak
    pl = wiadomość pochodzi spoza | [zewnętrzn
    sv da no = [ekstern | utanför organisationen
""")
