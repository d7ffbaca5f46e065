"""Who works where, as far as mail domains tell it: colleagues share an organisational domain that
is not everybody's.

The organisational domain (RFC 7489, 3.2) is guessed without the public suffix list, see
`owners`. Where that is wrong, an agent is asked about somebody, or a provider of
mailboxes is missing below.
"""

from __future__ import annotations

from maildesk.mail.owners import is_registry, organisation_of

# Providers with a domain in every country, by what stands before it.
_EVERYWHERE = frozenset((
    "aol", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "msn", "outlook", "yahoo",
    "yandex", "ymail", "zoho",
))  # fmt: skip
_PROVIDERS = frozenset((
    "126.com", "163.com", "1und1.de", "abv.bg", "alice.it", "aliyun.com", "aon.at", "arcor.de",
    "att.net", "bellsouth.net", "bigpond.com", "blueyonder.co.uk", "bluewin.ch", "bol.com.br",
    "btinternet.com", "centrum.cz", "charter.net", "chello.at", "comcast.net", "cox.net",
    "daum.net", "docomo.ne.jp", "email.com", "email.cz", "ezweb.ne.jp", "fastmail.com",
    "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "hanmail.net", "hey.com",
    "home.nl", "inbox.lv", "inbox.ru", "interia.pl", "kabelmail.de", "kpnmail.nl", "laposte.net",
    "libero.it", "list.ru", "mac.com", "mail.com", "mail.ru", "mailbox.org", "mailfence.com",
    "me.com", "naver.com", "neuf.fr", "ntlworld.com", "o2.pl", "o2online.de", "onet.pl",
    "online.de", "op.pl", "optonline.net", "optusnet.com.au", "orange.fr", "pm.me", "posteo.de",
    "posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru",
    "rediffmail.com", "rogers.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca",
    "sina.com", "skynet.be", "sky.com", "sohu.com", "sympatico.ca", "t-online.de", "talktalk.net",
    "telenet.be", "telia.com", "telus.net", "terra.com.br", "tin.it", "tiscali.it", "tuta.com",
    "tuta.io", "tutanota.com", "tutanota.de", "ukr.net", "uol.com.br", "upcmail.nl", "verizon.net",
    "virgilio.it", "virginmedia.com", "vodafone.de", "vodafonemail.de", "walla.co.il", "wanadoo.fr",
    "web.de", "wp.pl", "xs4all.nl", "xtra.co.nz", "yeah.net", "ziggo.nl", "zohomail.com",
))  # fmt: skip


def organisation(address: str) -> str:
    """The organisational domain of this address; "" where everybody may have a mailbox, or nothing
    can be told."""
    domain = organisation_of(address)
    labels = domain.split(".")
    if (
        len(labels) < 2
        or labels[-1].isdigit()
        or not all(labels)
        or domain.startswith("[")
        or is_registry(domain)
    ):
        return ""
    return "" if domain in _PROVIDERS or labels[0] in _EVERYWHERE else domain


def are_colleagues(one: str, other: str) -> bool:
    """Whether these two addresses belong to one organisation."""
    return organisation(one) == organisation(other) != ""
