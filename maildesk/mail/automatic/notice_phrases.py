"""What tells a notice about a mail from other mail: its subject, its first words, what it holds."""

from __future__ import annotations

from maildesk.mail.automatic import bounce_languages

BOUNCE_SUBJECTS = (
    *bounce_languages.SUBJECTS,
    "undeliver", "undelivered mail", ("delivery status "
        "notification"), "delivery failure", "delivery has failed",
    "delivery failed",
    "mail delivery failed", "mail delivery failure", "delivery notification", "failure notice",
    "returned mail", "returned to sender", "returning message to sender", "mail delivery problem",
    "mail delivery system", "mail system error", "message status - undeliverable",
    "could not be delivered", "couldn't be delivered", "couldn't deliver", "could not deliver",
    "error sending your mail", "delivery problem", "delivery error", "delivery report",
    "non delivery", "non-delivery", "nondeliverable", "non remis", "postmaster notify",
    "warning: could not send", "delayed mail", "delivery delayed", "message delayed",
    "delivery delay", "mail failed", "mail failure", "bounced", "message not delivered",
    "not delivered", "email bounce", "mail error", "rejected mail", "loop alert",
    "aws notification message", "unzustellbar", "nicht zugestellt", "nicht zustellbar",
    "zustellung fehlgeschlagen", "non recapitabile", "mancato recapito", "mancata consegna",
    "échec de la remise", "échec de remise", "n'a pas pu être remis", "non délivré",
    "no se puede entregar", "no entregado", "devuelto", "entrega fallida", "não entregue",
    "não é possível entregar", "niet te bezorgen", "onbestelbaar", "niet bezorgd",
    "nie można dostarczyć", "niedostarczon", "nedoručiteln", "nelze doručit", "nedoručen",
    "inte levereras", "kunne ikke leveres", "kan ikke leveres", "ei voitu toimittaa",
    "не доставлен", "недоставлен", "не удалось доставить", "teslim edilemedi", "配信できません",
    "配信不能", "配信エラー", "送信できません", "退信", "投递失败", "无法投递", "傳送失敗",
    "배달 실패", "반송", "are not member", "not a member", "banned contents from you",
    "banned file", "message you sent blocked", "in mail from you", "blocked mail",
    "message blocked", "failed mail", "user unknown", "mail delivery warning",
    "error during delivery", "automatically rejected mail", "недоставленн", "zustellungsfehler",
    "systems bounce", "notification d'échec",
)  # fmt: skip


# a notice begins with these, a letter does not: enough where the sender has a name of its own
NOTICE_OPENINGS = (
    ("this message was created automatically by mail "
    "delivery"), "this is an automatically generated delivery status",
    ("this is a delivery status "
    "notification"), "this is the mail system at", "this is the mail delivery agent at",
    "could not deliver message to", "unable to deliver message to", ("delivery to the following "
        "recipient"),
    ("delivery has failed to these "
    "recipients"), "delivery of email to this address", "delivery of the following message",
    ("your message could not be delivered "
    "to"), "your message was not delivered to", "your message did not reach",
    ("your message cannot be delivered "
    "to"), "your message with subject", "your message to:", "your mail cannot be delivered",
    "your mail to the following recipients", ("the following message could not be "
        "delivered"), "the following recipient",
    "the following addresses had", "message from interscan", "failed recipient",
    "undeliverable address", "non-delivery report", "this is an advisory-only email",
    "the original message was received at",
    ("votre message n'a pas pu "
    "etre"), "votre message n'a pas pu être", ("ihre nachricht konnte nicht "
        "zugestellt"),
    ("die folgende nachricht konnte "
    "nicht"), "su mensaje no pudo", "il messaggio non è stato recapitato",
)  # fmt: skip


BOUNCE_TEXTS = (
    *bounce_languages.TEXTS,
    "message could not be sent", "message non-deliverable", ("failed to send to identified "
        "host"), "not yet received your message",
    "delay in the delivery of", ("will not have been "
        "delivered"), "has stopped the following", "not been delivered",
    "group you tried to contact",
    "failed recipient", "pas pu etre delivre", "has been postponed",
    "could not be delivered", "couldn't be delivered", "was not delivered", "not be delivered",
    "has not been delivered", "unable to deliver", "was undeliverable", "is undeliverable",
    "cannot be delivered", "can not be delivered", "delivery to the following",
    "did not reach the following",
    "the following addresses had", "the following address failed", ("the following address(es) "
        "failed"),
    "following recipients failed",
    "wasn't able to deliver", "was unable to deliver", "error delivering your mail",
    "trouble delivering", "failed permanently",
    ("error occurred while trying to "
    "deliver"), "undeliverable", "this is a permanent error", "permanent fatal errors",
    "delivery failed",
    "failed to deliver", ("message could not be "
        "delivered"), "returned mail", "delivery has failed", "failure reasons",
    "recipients was rejected", "recipient was rejected", "rejected by a remote",
    "failed addresses follow", "no such user here", "not a valid user", "unknown user",
    "user unknown", "not accepting mail", "rcpt to:", "delivery failure", "message from interscan",
    "bouncedrecipients", "final-recipient:", "konnte nicht zugestellt", "n'a pu être remis",
    "n'a pas pu être", "no se pudo entregar", "non è stato possibile", "не может быть доставлен",
    "не удалось доставить", "配信できません", "届けられません", "送信できません", "存在しないか",
    "delivery of the email was stopped", ("delivery of this message was "
        "stopped"), "our content checker found",
    "could not deliver", "not listed in public name", "not listed in domino",
    "невозможно доставить", "не может быть отправлено", "无法送达", "被退回",
    ("not a member of this mailing "
    "list"), "duplicated message-id", "has bounced", "was rejected", "is rejected", "undelivered",
)  # fmt: skip


ABOUT_MAIL = (  # what a notice of a message that failed has and one of a parcel has not
    "recipient", "mailbox", "smtp", "rcpt", "original message", "your message", "mail address",
    "email address", "message-id", "empfänger", "destinataire", "destinatari", "受信者", "宛先",
    "收件人", "received:", "mail delivery", "your email", "mailing list", "not member",
    "not a member",
)  # fmt: skip


REFUSED = (  # in the first words of what else looks like a read receipt
    "was automatically rejected", ("has been automatically "
        "rejected"), "was rejected by", "was refused by the recipient",
    "refused by the recipient's mail filtering", "message was automatically rejected",
)  # fmt: skip


RETURNED = (  # a line that says: here begins the message that came back
    "original message", "copy of the message", "copy of your message", "header of the original",
    "headers of the original", "message headers follow", "returned message", "unsent message",
    "message text follows", "message header", "undelivered message", "below this line is",
    "original mail header", "your original message", "header follows", "message follows",
    "the returned mail", "contents of the message", "ursprüngliche nachricht", "message d'origine",
    "mensaje original", "元のメッセージ", "オリジナルメッセージ", "non-delivered information",
)  # fmt: skip


KEPT = (
    "transcript of",
    "did not receive",
    "non-delivered information",
    "failure reasons",
    "error message",
    "failed addresses",
    "message log follows",
)
