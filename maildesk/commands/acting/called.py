"""How the commands of the table are called below `maildesk ticket`, and what they do in few words.

A test compares this with the table: a command that can be had neither here nor anywhere else at the
command line is missing.
"""

from __future__ import annotations

# How it is called here -> the command, and what it does to the tickets that are named: nothing
# stands behind them.
BARE = {
    "take": ("take", "Give tickets to the agent who acts (--as)."),
    "resolve": ("resolve", "Resolve tickets; the words of --reply go out with the survey."),
    "close": ("close", "Close tickets, without a survey; --reply says why."),
    "reopen": ("reopen", "Open them again."),
    "start": ("start", "Say that they are worked on; nobody is written to."),
    "wait": ("wait", "Wait for the customer, who is reminded; --reply asks them."),
    "hold": ("hold", "Wait for somebody else than the customer."),
    "spam": ("spam", "Say that they are spam."),
    "notspam": ("notspam", "Say that they are none after all."),
    "wake": ("wake", "Wake tickets that were put off."),
    "archive": ("archive", "Put tickets that are resolved or closed away."),
    "unarchive": ("unarchive", "Bring them back into the lists."),
}
# The same of those behind which their value stands.
VALUED = {
    "assign": ("assign", "Give tickets to an agent, a team, or nobody."),
    "note": ("note", "Write a note for colleagues; - reads it from standard input."),
    "reply": (
        "reply",
        "Answer the customer, in the agent's name or the desk's; - reads standard input.",
    ),
    "canned": ("canned", "Answer the customer with a canned reply, by its shortcut."),
    "status": ("status", "Give them a status by its name, also one of the desk's own."),
    "label": ("tag", "Put labels on and take them off: +vip -bug."),
    "priority": ("priority", "Say how urgent they are."),
    "queue": ("queue", "Move tickets to another queue."),
    "category": ("category", "Say what they are about."),
    "type": ("type", "Say what they are: question, incident, problem, task."),
    "subject": ("subject", "Give a ticket another subject."),
    "set": ("set", "Fill in a field of your own: licence_key=HB-2231."),
    "cc": ("cc", "Say who takes part: +eva@example.org -tom@example.org."),
    "customer": ("customer", "Say which address is the customer's: the first, or another one."),
    "also": ("also", "Join an address with the customer's in all tickets: +ana@home.example, -…"),
    "letin": ("letin", "Let somebody in who wrote and waits; --reply goes to them, too."),
    "keepout": ("keepout", "Keep somebody out who wrote and waits."),
    "spent": ("spent", "Add to the time worked: 15m."),
    "escalate": ("escalate", "Make tickets urgent, and tell the supervisors why."),
    "snooze": ("snooze", "Put tickets off: 2d, tomorrow, '3 business days'."),
    "follow": ("follow", "Have an agent hear of tickets: one by name, or who acts (--as)."),
    "unfollow": ("unfollow", "The end of that."),
}
CALLED = {**VALUED, **BARE}
# The first reference is the ticket that stays, or is looked at; the others are what it is about.
BELONGING = {
    "merge": ("merge", "Make tickets part of the one that is named first; it keeps its number."),
    "unmerge": ("unmerge", "Take tickets out of the one they were merged into."),
    "link": ("link", "Say that tickets belong together; each stays one of its own."),
    "unlink": ("unlink", "Say that they do not belong together after all."),
    "split": ("split", "Make a message a ticket of its own: the last, or the one of this number."),
}
WORDS = ("note", "reply", "canned")  # these are words themselves; none stand beside them
TO_CUSTOMERS = ("reply", "canned")  # --to, --cc and --bcc say whom else, or instead
READS = ("note", "reply")  # `-` stands for standard input
MAY_BE_BARE = ("follow", "unfollow")  # these need no value behind the references
MANY = ("label", "cc", "also")  # what begins with + or - belongs to the value
# What these did where no field of the ticket shows it.
DONE = {
    "new": "opened",
    "note": "a note",
    "reply": "an answer",
    "canned": "an answer",
    "letin": "let in",
    "keepout": "kept out",
    "escalate": "escalated",
    "snooze": "put off",
    "wake": "awake",
    "archive": "archived",
    "unarchive": "in the lists again",
    "also": "the customer's addresses",
    "link": "linked",
    "unlink": "not linked any more",
    "split": "split",
    "delete": "deleted for good",
}
