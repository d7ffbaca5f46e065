"""The mails that the pages send: the code that proves an address, and a new link."""

from __future__ import annotations

from maildesk.desk.mails.mail import ALWAYS, customer

CODE = "page_code"
LINK = "page_link"
FORM_CODE = "form_code"
LOG_IN = "page_log_in"
TO_CUSTOMERS = (
    customer(
        CODE,
        "a code that lets a browser write on the page of a request, asked for there",
        sample={"text": "417 302"},
    ),
    customer(
        LINK,
        "a new link to the page of a request, asked for where the old one had ended",
        link=ALWAYS,
    ),
    customer(
        FORM_CODE,
        "a code for a request of the web form that comes from a browser without scripts",
        sample={"text": "417 302", "ticket": None, "message": None, "person": None},
    ),
    customer(
        LOG_IN,
        "a link that lets a browser see all requests of its reader, asked for there",
        sample={"ticket": None, "message": None},
    ),
)
