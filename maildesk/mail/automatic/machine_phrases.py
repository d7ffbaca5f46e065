"""How robots, vacations and lists give themselves away: a table that a person can extend.

Everything is lower case. Local parts are compared whole, after their separators
(. - _ =) and a +detail are taken out; phrases are looked for in folded text.
"""

from __future__ import annotations

DAEMONS = frozenset(
    {
        "mailerdaemon",
        "maildaemon",
        "maildeliverysystem",
        "maildeliverysubsystem",
        "maildelivery",
        "bouncehandler",
        "mdaemon",
        "ndr",
    }
)
POSTMASTERS = frozenset(
    {"postmaster", "postmasters", "mailadmin", "mailsystem", "majordomo", "listserv", "daemon"}
)
MACHINES = frozenset(
    {
        "administrator",
        "sysadmin",
        "mailserver",
        "mta",
        "emailsystem",
        "mailrouter",
        "mailgateway",
        "smtpgateway",
    }
)
MACHINE_NAMES = (
    "system administrator", "mail administrator", "e-mail administrator", "email administrator",
    "mail system", "mail server", "mail router", "internet mail delivery", "email delivery",
    "mail transport", "mail gateway", "smtp gateway", "ndr", "antivirus",
)  # fmt: skip
NEVER_ANSWERED = frozenset({
    "noreply", "donotreply", "dontreply", "noreplyto", "nepasrepondre", "nichtantworten",
    "keineantwort", "noresponder", "noresponda", "nonrispondere", "niereplikuj", "bounce",
    "bounces", "bounced", "nobody", "autoreply", "autoresponder", "autoresponse", "unsubscribe",
    "mailerdaemon", "root", "null", "devnull", "ownerlist",
})  # fmt: skip
NEVER_ANSWERED_STARTS = (
    "noreply",
    "donotreply",
    "bounce+",
    "bounces+",
    "bounces-",
    "bounce-",
    "bounce=",
    "owner-",
    "prvs=",
    "msprvs1=",
)
NEVER_ANSWERED_ENDS = ("noreply", "-bounces", "-bounce", "-request", "-owner", "donotreply")
LIST_MANAGERS = (
    "-admin",
    "-ctl",
    "-request",
    "-owner",
    "-master",
    "majordomo",
    "listserv",
    "listmaster",
    "mailman",
)
DAEMON_NAMES = (
    "mail delivery sub",
    "mail delivery sys",
    "mail delivery service",
    "mailer-daemon",
    "mailer daemon",
    "mail daemon",
    "mail administrator",
    "ndr administrator",
    "interscan notification",
)

VACATION_SUBJECTS = (
    "out of office autoreply", "out of office auto-reply", "out of office", "out of the office",
    "out-of-office", "ooo:", "automatic reply", "automatic response", "auto reply", "auto-reply",
    "autoreply", "auto response", "auto-response", "autoresponse", "auto: ", "away from my mail",
    "away from the office", "on vacation", "on holiday", "on leave", "vacation reply",
    "vacation message", "automated reply", "automated response", "autoresponder", "auto responder",
    "i am away", "i'm away", "currently away", "abwesenheit", "automatische antwort",
    "nicht im büro", "bin im urlaub", "automatischer antwort", "abwesend", "absence du bureau",
    "réponse automatique", "absent du bureau", "message d'absence", "en congé",
    "respuesta automática", "fuera de la oficina", "fuera de oficina", "ausencia",
    "risposta automatica", "fuori ufficio", "fuori sede", "assente", "resposta automática",
    "fora do escritório", "ausência", "automatisch antwoord", "automatische antwoord", "afwezig",
    "niet aanwezig", "autosvar", "frånvaro", "automatiskt svar", "automatisk svar", "fraværende",
    "fravær", "poissa", "automaattinen vastaus", "poissaolo", "lomalla", "autoodpowied",
    "automatyczna odpowied", "odpowiedź automatyczna", "poza biurem", "nieobecno",
    "automatická odpověď", "mimo kancelář", "nepřítomnost", "automatická odpoveď",
    "automatikus válasz", "házon kívül", "răspuns automat", "автоответ", "автоматический ответ",
    "нет на месте", "вне офиса", "в отпуске", "автоматична відповідь", "otomatik yanıt",
    "ofis dışında", "otomatik cevap", "自動返信", "自動応答", "不在", "自动回复", "自动答复",
    "自动应答", "ooo re:", "[ooo]", "away from my desk", "automatique d'absence", "frånvarande",
    "автоматичен отговор", "αυτόματη απάντηση", "phản hồi tự động", "trả lời tự động",
    "balasan otomatis", "ตอบกลับอัตโนมัติ", "תשובה אוטומטית", "מענה אוטומטי", "رد تلقائي",
    "automatski odgovor", "samodejni odgovor", "automaatvastus", "automātiska atbilde",
    "automatinis atsakymas", "resposta automàtica", "ist außer haus", "ist ausser haus",
    "est absent(e)", "ausente de la oficina", "ausência temporária do", "nieobecność w biurze",
    "vacation re:", "this is an autoreply", "afwezigheid", "不在通知", "休暇中", "отсутствую",
    "自動回覆", "不在办公室", "자동 회신", "자동 응답", "부재중",
)  # fmt: skip
# people begin like this; "Hi. This is the … program" and "Hello, this is the mail
# server" are no people
GREETINGS = (
    "hi,", "hi all", "hi team", "hi there", "hello", "dear ", "good morning", "good afternoon",
    "good day", "greetings", "hallo", "guten tag", "guten morgen", "sehr geehrte", "moin", "servus",
    "grüezi", "bonjour", "madame", "monsieur", "hola", "buenos", "buenas", "estimad", "ciao",
    "buongiorno", "gentile", "salve", "olá", "bom dia", "boa tarde", "prezad", "beste", "geachte",
    "goedemorgen", "hej", "hei", "god morgon", "witam", "dzień dobry", "szanown", "dobrý den",
    "tisztelt", "kedves", "merhaba", "sayın", "bună", "здравствуйте", "добрый день", "уважаем",
    "добрий день", "お世話", "您好", "你好", "안녕",
)  # fmt: skip
ACKNOWLEDGEMENTS = (
    "received your request", "received your message", "received your email", "received your e-mail",
    "received your inquiry", "received your enquiry", "received your ticket",
    "request has been received", "request has been created", "ticket has been", "your ticket",
    "your case", "thank you for contacting", "thanks for contacting", "thank you for your message",
    "thank you for your email", "thank you for your request", "support request", "ihre anfrage",
    "ihre nachricht erhalten", "vielen dank für ihre", "votre demande", "merci de nous avoir",
    "su solicitud", "gracias por contactar", "la tua richiesta", "la sua richiesta",
    "sua solicitação", "uw verzoek", "uw aanvraag", "twoje zgłoszenie", "ваш запрос",
    "ваше обращение",
)  # fmt: skip
LABEL_ENDS = (
    " from ",
    ":",
    "：",
    "[",
    "]",
    " re ",
    "(",
    "returning",
    "until",
    "bis ",
    "jusqu",
    "hasta",
)
REPLY_PREFIXES = (
    "re:",
    "aw:",
    "antw:",
    "sv:",
    "vs:",
    "odp:",
    "ha:",
    "r:",
    "res:",
    "回复",
    "答复",
    "回覆",
    "re ：",
    "re：",
    "ynt:",
)
AUTOMATIC_OPENINGS = (  # at the beginning of a text: it says itself that a program wrote it
    "this is an automatic reply", "this is an automated response", "this is an automated reply",
    "this is an automatic response",
    "this message is automatically generated", "this is an auto-reply", "this is an autoreply",
    "this is an automatically generated",
    "this is an automated message", ("this e-mail was generated "
        "automatically"), "this email was generated automatically",
    ("dies ist eine automatische "
    "antwort"), "diese nachricht wurde automatisch", "diese e-mail wurde automatisch",
    ("ceci est une réponse "
    "automatique"), "ceci est un message automatique", "esta es una respuesta automática",
    "este es un mensaje automático", ("questo è un messaggio "
        "automatico"), "questa è una risposta automatica",
    "esta é uma resposta automática", "esta é uma mensagem automática", ("dit is een automatisch "
        "antwoord"),
    "dit is een automatisch bericht", "to jest automatyczna odpowiedź", ("wiadomość wygenerowana "
        "automatycznie"),
    "toto je automatická odpověď", "detta är ett automatiskt", "dette er et automatisk",
    "это автоматический ответ", "это автоматическое сообщение", "このメールは自動",
    "本メールは自動", "这是一封自动", "此邮件由系统自动",
)  # fmt: skip
VACATION_OPENINGS = (
    "i am out of the office", "i'm out of the office", "i am currently out of",
    "i will be out of the office", "out of the office until", "i am away until", "i'm away until",
    "i am on vacation", "i am on leave", "i am currently on leave", "ich bin derzeit nicht im büro",
    "bin ich nicht im büro", "je suis absent", "je suis actuellement absent",
    "estoy fuera de la oficina", "sono fuori ufficio", "estou fora do escritório", "ik ben afwezig",
    "jag är inte på kontoret", "jestem poza biurem", "меня нет в офисе",
)  # fmt: skip

CHALLENGE_TEXTS = (  # in mail that a program marked as its own
    "account is protected by", ("address added to the recipient's "
        "allowed"), "confirm this mail server", "requires confirmation",
    "verify that you are", "prove you are", "please confirm your message",
    "confirm your email so that",
    ("click on the link below to "
    "verify"), "challenge-response", "challenge/response", "tagged message delivery agent",
    "is holding your message", "holding mail from you", "passlist", "authorize your address",
    "boxbe",
)  # fmt: skip
CHALLENGE_OPENINGS = (  # nobody writes these by hand: at the beginning they need no mark
    ("add yourself to my guest "
    "list"), "message was waitlisted", "protégé contre le spam par", "est protégé par mailinblack",
    "vous authentifier et délivrer", ("placed in quarantine because your address is not yet "
        "authorized"),
    "one-time sender verification", "to control spam, i now allow incoming messages only from",
    "added to my list of approved senders",
    "fill out the short request form", ("complete the verification "
        "process"), ("protecting myself from receiving "
        "junk mail"),
    "is being held because the address", ("to release your message for "
        "delivery"), "your email requires verification",
    "your message is waiting for verification", "the message below is waiting for verification",
    "to ensure delivery of your email",
    "this account is protected by", ("your message has been held until you "
        "confirm"), "confirm that you are not a spammer",
    "para que sua mensagem seja encaminhada", "um ihre nachricht zuzustellen, bestätigen sie",
    "pour que votre message soit remis, cliquez",
)  # fmt: skip
CHALLENGE_FIELDS = (
    "x-bluebottle-request",
    "x-trusted-delivery",
    "x-boxbe",
    "x-spamarrest",
    "x-tmda-fingerprint",
    "x-challenge",
    "x-uol-challenge",
)

AUTOMATIC_FIELDS = (  # present at all: a program answered
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-auto-response",
    "x-autoreply-from", "x-mail-autoreply", "x-autogenerated", "x-ms-exchange-inbox-rules-loop",
    "x-apple-action", "x-fc-machinegenerated", "x-vacation", "x-failed-recipients",
    "x-mailer-autoreply", "x-post-messageclass", "x-facebook-notify", "x-github-reason",
    "x-jira-fingerprint", "x-rt-loop-prevention", "x-servicenow-generated", "x-otrs-loop",
    "x-zendesk-autoresponder", "x-cron-env", "auto-replied",
)  # fmt: skip
PRECEDENCES = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply", "autoreply"})
DISCUSSION_FIELDS = (
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "x-beenthere",
    "x-mailman-version",
    "x-google-group-id",
)  # its members write
LIST_FIELDS = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "mailing-list",
    "x-mailing-list",
    "x-list",
    "x-mailman-version",
    "x-beenthere",
)
RECEIPT_SUBJECTS = (
    "not read: ",
    "nicht gelesen: ",
    "non lu : ",
    "lu: ",
    "no leído: ",
    "lido: ",
    "não lida: ",
    "não lido: ",
    "non letto: ",
    "niet gelezen: ",
    "læst: ",
    "lest: ",
    "luettu: ",
    "przeczytano: ",
    "odczytano: ",
    "přečteno: ",
    "prečítané: ",
    "elolvasva: ",
    "olvasva: ",
    "прочтено: ",
    "прочитано: ",
    "okundu: ",
    "αναγνώστηκε: ",
    "citit: ",
    "開封済み: ",
    "開封済:",
    "已讀: ",
    "已读:",
    "읽음: ",
    "message status - opened",
    "return receipt",
    "read receipt",
    "lesebestätigung",
    "confirmation of reading",
    "accusé de lecture",
    "ricevuta di lettura",
    "confirmación de lectura",
    "read: ",
    "gelesen: ",
    "lu : ",
    "leído: ",
    "letto: ",
    "lida: ",
    "gelezen: ",
    "läst: ",
    "прочитано: ",
    "既読: ",
    "已读: ",
)
RECEIPT_TEXTS = (
    "message was read",
    "gelesen",
    "a été lue",
    "lu le",
    "se leyó",
    "fue leído",
    "è stato letto",
    "foi lida",
    "foi lido",
    "is gelezen",
    "lästes",
    "blev læst",
    "ble lest",
    "luettiin",
    "przeczytan",
    "odczytan",
    "přečten",
    "elolvas",
    "прочитано",
    "прочтено",
    "okundu",
    "αναγνώστηκε",
    "a fost citit",
    "開封",
    "已读",
    "已讀",
    "阅读",
    "읽",
    "confirms reading",
    "was opened by",
    "deleted without being read",
    "was deleted on",
    "return receipt for",
    "has been read",
    "receipt for your mail",
    "was read on",
    "wurde am",
    "a été lu",
    "se ha leído",
    "this is a receipt for the mail",
    "return receipt",
    "was displayed",
    "è stato letto",
)
FEEDBACK_TEXTS = (
    "feedback-type:",
    "this is an email abuse report",
    "abuse report for an email",
    "complaint about message",
)
