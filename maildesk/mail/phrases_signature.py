"""What people and their programs write below a message, as tables: device lines, closings, list footers, legal notices.

One language a line, phrases separated by |, lower case; a longer table costs no time.
"""

from __future__ import annotations

from maildesk.mail.phrases import _phrases

# "Sent from my iPhone": a short line that begins like this and names a thing, not a sentence.
SENT_FROM = _phrases("""
    en = sent from my | sent from mail for | sent from outlook | sent from yahoo | sent from samsung | sent via | sent from proton | sent with | sent from mobile | sent on the go | sent from android | sent from the | sent using | sent by | get outlook for | sent from aol | sent from a | sent from typeapp | sent from bluemail | sent from gmail | sent from iphone | sent from ipad | sent from blackberry | sent from myMail | sent from mymail | sent from nine | sent from spark | sent from airmail | sent from mailbox | sent from windows mail | sent from surface | sent from huawei | sent from xiaomi | sent from workspace one | sent from polymail | sent from acompli | sent from newton | sent from edison | sent from gmx | sent from zoho | composed on | typed on my | written on my | via mobile | sent from office
    de = von meinem | von meiner | gesendet von | gesendet mit | diese nachricht wurde von meinem | gesendet über | diese nachricht wurde mit | diese e-mail wurde von meinem | mobil gesendet | gesendet aus | holen sie sich outlook | outlook für | verschickt von | versendet von
    fr = envoyé de mon | envoyé depuis | envoyé à partir de | télécharger outlook | provenance : | envoyé de ma | envoyé avec | envoyé par | envoyé via | obtenez outlook | obtenir outlook
    es = enviado desde | enviado con | enviado de | obtener outlook | descargar outlook | enviado por | consigue outlook
    ca = enviat des de | enviat del
    it = inviato da | inviato dal | inviato con | scarica outlook | ottieni outlook | inviata da
    pt = enviado do | enviado a partir | enviado do meu | obter o outlook | enviado pelo | enviado através | obtenha o outlook | baixar o outlook | enviada do
    nl = verzonden vanaf | verstuurd vanaf | verzonden met | verstuurd met | verzonden vanuit | outlook voor | outlook downloaden | verstuurd van | verzonden via | download outlook
    pl = wysłane z | wysłano z | wysłane przez | pobierz aplikację outlook | wysłane za pomocą | pobierz program outlook
    cs = odesláno z | odesláno pomocí | získat outlook | posláno z | získejte outlook | stáhnout outlook
    sk = odoslané z | odoslané zo | získať outlook | poslané z | získajte outlook
    sl hr sr = poslano s | poslano sa | poslano z | poslano iz | poslato sa | nabavite outlook
    sv = skickat från | hämta outlook | skickat med | skickad från | skaffa outlook
    da = sendt fra | hent outlook | sendt med | få outlook
    no = sendt fra | hent outlook | sendt med | skaff deg outlook | last ned outlook
    fi = lähetetty | hanki outlook
    et = saadetud minu | saadetud
    ru = отправлено с | отправлено из | отправлено от | скачать outlook | послано с | отправлено через | получить outlook | загрузить outlook
    uk = надіслано з | відправлено з | надіслано від | завантажити outlook | отримати outlook
    tr = iphone'umdan gönderildi | ipad'imden gönderildi | gönderildi | outlook'u edinin
    hu = az iphone készülékemről | küldve | elküldve | az outlook beszerzése | iphone-ról küldve
    ro = trimis de pe | trimis din | trimis de la | obțineți outlook
    el = στάλθηκε από | εστάλη από | λήψη του outlook
    ja = iphoneから送信 | ipadから送信 | 私のiphoneから送信 | androidから送信 | outlook for | スマートフォンから送信
    zh = 发自我的 | 從我的 | 发自 | 傳送自 | 从我的 | 來自我的 | 寄自我的 | 获取 outlook | 取得 outlook | 从 windows
    ko = 나의 iphone에서 보냄 | 내 iphone에서 보냄 | iphone에서 보냄 | 내 갤럭시에서 보냄 | outlook 다운로드 | 삼성 mobile에서 보냄
    vi = đã gửi từ | được gửi từ | gửi từ
    id = dikirim dari
    he = נשלח מה
    ar = أرسلت من | تم الإرسال من
""")
SENT_FROM_END = _phrases("""
    de = gesendet
    tr = gönderildi
    ja = から送信
    ko = 에서 보냄
    hu = küldve
""")

# A closing formula on a line of its own, a name below it.
CLOSING = _phrases("""
    en = regards | best regards | kind regards | warm regards | best | cheers | many thanks | thanks | thank you | thanks and regards | thanks & regards | sincerely | yours sincerely | sincerely yours | yours truly | yours faithfully | best wishes | all the best | with kind regards | with best regards | warmly | kindest regards | rgds | respectfully | cordially | warmest regards | with regards | br | kr | take care | kindly | many thanks and regards | thanks in advance | thx | with warm regards | thank you and regards | greetings
    de = mit freundlichen grüßen | mit freundlichen grüssen | mit freundlichem gruß | freundliche grüße | freundliche grüsse | viele grüße | viele grüsse | beste grüße | beste grüsse | liebe grüße | liebe grüsse | mfg | lg | vg | herzliche grüße | gruß | gruss | grüße | schöne grüße | mit besten grüßen | mit vielen grüßen | hochachtungsvoll | bg | schönen gruß | lieben gruß | besten gruß | mit freundlichen gruessen | viele gruesse | danke und gruß | besten dank | vielen dank
    fr = cordialement | bien cordialement | très cordialement | salutations | meilleures salutations | bien à vous | amicalement | sincères salutations | cdlt | bonne journée | merci | respectueusement | sincèrement | à bientôt | bien à toi | bonne réception
    es = saludos | un saludo | saludos cordiales | atentamente | cordialmente | un cordial saludo | gracias | muchas gracias | un abrazo | atte | reciba un cordial saludo | abrazos
    ca = salutacions | cordialment | atentament | una salutació
    it = cordiali saluti | saluti | distinti saluti | grazie | un saluto | cordialmente | buona giornata | un caro saluto | a presto | grazie mille | cari saluti
    pt = atenciosamente | cumprimentos | com os melhores cumprimentos | melhores cumprimentos | obrigado | obrigada | abraços | att | um abraço | cordialmente | saudações | abs | grato | grata
    nl = met vriendelijke groet | met vriendelijke groeten | groeten | groet | mvg | vriendelijke groeten | hartelijke groeten | vriendelijke groet | hartelijke groet | bedankt | met hartelijke groet | alvast bedankt
    pl = pozdrawiam | z poważaniem | z powazaniem | pozdrowienia | serdecznie pozdrawiam | pozdrawiam serdecznie | dziękuję | z wyrazami szacunku | łączę pozdrowienia | pozdr
    cs = s pozdravem | děkuji | hezký den | s úctou | zdravím | s přátelským pozdravem | díky | pěkný den
    sk = s pozdravom | ďakujem | s úctou | pekný deň | s priateľským pozdravom
    sl hr sr = lep pozdrav | lijep pozdrav | srdačan pozdrav | s poštovanjem | lp | pozdrav | s spoštovanjem | hvala | pozdravi | srdačno | lijepi pozdravi | prijazen pozdrav
    sv = med vänlig hälsning | med vänliga hälsningar | mvh | hälsningar | vänliga hälsningar | vänligen | bästa hälsningar | hälsning | tack | vänlig hälsning | med vänlig hälsnin | tack på förhand | vh
    da = med venlig hilsen | venlig hilsen | hilsen | mvh | kh | vh | de bedste hilsner | med venlige hilsner | mange hilsner | venligst | bedste hilsner | kærlig hilsen | på forhånd tak | tak
    no = med vennlig hilsen | vennlig hilsen | hilsen | mvh | beste hilsen | med vennlige hilsner | vennligst | takk | hilsner
    fi = ystävällisin terveisin | terveisin | yst. terv. | t. | parhain terveisin | kiitos | yt | terv | ystävällisesti | kunnioittaen | terveiset
    et = lugupidamisega | parimate soovidega | tervitades
    lv lt = ar cieņu | pagarbiai | su pagarba | linkėjimai
    ru = с уважением | спасибо | с наилучшими пожеланиями | всего доброго | всего хорошего | искренне ваш | с приветом
    uk = з повагою | дякую | з найкращими побажаннями | всього найкращого | з пошаною
    bg = с уважение | поздрави | благодаря | сърдечни поздрави
    tr = saygılarımla | iyi çalışmalar | teşekkürler | saygılar | iyi günler | sevgiler | saygılarımızla | kolay gelsin
    hu = üdvözlettel | tisztelettel | köszönettel | üdv | köszönöm
    ro = cu stimă | cu respect | mulțumesc | o zi bună | cele bune | toate cele bune
    el = με εκτίμηση | ευχαριστώ | χαιρετισμούς | φιλικά
    ja = よろしくお願いいたします | よろしくお願いします | 敬具 | 以上 | 宜しくお願い致します | 以上、よろしくお願いいたします
    zh = 此致 | 敬礼 | 祝好 | 谢谢 | 此致敬礼 | 順頌商祺 | 謝謝
    ko = 감사합니다 | 드림 | 안녕히 계세요 | 올림
    vi = trân trọng | thân mến | cảm ơn
    id = salam | hormat saya | terima kasih
    he = בברכה | תודה
    ar = مع أطيب التحيات | شكرا
""")

# Said by a list, not by the writer: the footer under a line of underscores.
LIST_FOOTER = _phrases("""
    en = mailing list | unsubscribe | listinfo | subscribe | list-manage | google groups | you received this message because
    de = mailingliste | abmelden | austragen
    fr = liste de diffusion | désabonner | désinscrire
    es = lista de correo | darse de baja
    it = lista di distribuzione | disiscri
    nl = mailinglijst | afmelden
""")

# A legal notice may follow a signature, however long.
LEGAL = _phrases("""
    en = confidential | disclaimer | intended recipient | privileged | please consider the environment | legal notice | intended only
    de = vertraulich | haftungsausschluss | geschäftsführer | amtsgericht | registergericht | handelsregister | sitz der gesellschaft
    fr = confidentiel | avertissement | destinataire
    es = confidencial | aviso legal | destinatario
    it = riservat | destinatario | informativa
    pt = confidencial | aviso legal | destinatário
    nl = vertrouwelijk | disclaimer
    pl = poufn | adresat
    sv da no = konfidentiell | fortrolig | sekretess
    ru = конфиденциальн
""")
