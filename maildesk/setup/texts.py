"""The files of a desk that is set up from nothing: their comments, before anything is filled in."""

from __future__ import annotations

from collections.abc import Mapping

SETTINGS = """\
# settings.yaml: where mail comes in and goes out. It is read at the start: after a change, start
# the desk again. `maildesk check` finds mistakes. Every setting: deploy/guide/operating.md
# `maildesk setup` wrote it; run again, it changes what it asks about and keeps the rest.
# ${NAME} is filled in from the environment, else from secrets.yaml.

# The mailboxes that mail is taken from.
imap:

# Who takes the mail that goes out.
relay:

# Mail comes by the mailbox, so nothing listens here. Behind a mail server of your own:
# listeners: [{port: 2525}]
listeners: []
"""
DESK = """\
# desk.yaml: the desk itself. A change is taken up within two seconds; `maildesk check` finds
# mistakes. What else can stand here, and in rules.yaml and sla.yaml: deploy/guide/rules.md

name:
languages:
admins:

# The addresses customers write to, and what their tickets begin with.
addresses:

# Where tickets stand. The agents of a queue are those of its teams; without teams, everybody.
queues:
  support:
"""
AGENTS = """\
# agents.yaml: who answers. An agent needs a name and an address; everything else has a default.
# All there is: deploy/guide/rules.md

agents:
"""
IN_MAILBOX: Mapping[str, str] = {
    "password": "in secrets.yaml",
    "address": "the desk address it stands for, where no header tells",
    "start": "what lies there already is left alone; or unread, all, a day",
    "auth": "see `maildesk authorize`",
}
IN_RELAY: Mapping[str, str] = {
    "limit": "keeps below what the provider allows",
    "auth": "see `maildesk authorize`",
}
