"""What relays say of the Message-ID that they have put into a mail."""

from __future__ import annotations

import pytest

from maildesk.egress.provider_id import assigned, spellings

OURS, KIM = "m11.0a1b-0123456789abcdef@desk.example", "kim@customer.example"
SES = "0102018f3c7d1e2a-5b6c7d8e-1a2b-4c3d-9e8f-0a1b2c3d4e5f-000000"
OUTLOOK = "AM0PR01MB5678.eurprd01.prod.outlook.com"


@pytest.mark.parametrize(
    ("reply", "host", "said"),
    [
        (f"Ok {SES}", "email-smtp.eu-west-1.amazonaws.com", f"{SES}@eu-west-1.amazonses.com"),
        (f"Ok {SES}", "email-smtp.us-east-1.amazonaws.com", f"{SES}@email.amazonses.com"),
        (f"Ok {SES}", "email-smtp-fips.us-west-2.amazonaws.com", f"{SES}@us-west-2.amazonses.com"),
        (f"Ok {SES}", "relay.internal", SES),
        (SES, "email-smtp.eu-west-1.amazonaws.com", f"{SES}@eu-west-1.amazonses.com"),
        (
            f"OK <AM0PR01MB1234A1B2C3D4E5F6@{OUTLOOK}> [Hostname={OUTLOOK}]",
            "smtp.office365.com",
            f"am0pr01mb1234a1b2c3d4e5f6@{OUTLOOK}".lower(),
        ),
        (f"OK <{OURS}> [Hostname={OUTLOOK}]", "smtp.office365.com", ""),
        (f"OK <{OURS.upper()}>", "smtp.office365.com", ""),
        (f"queued for <{KIM}>", "relay.example", ""),
        ("accepted from <support@desk.example>", "relay.example", ""),
        ("accepted from <customer-support-north@desk.example>", "relay.example", ""),
        ("Ok: queued as 4XyZ0123456789abc", "relay.example", ""),
        ("OK id=1r2S3t-000abc-De", "relay.example", ""),
        ("OK 1732800000 5b1f17b1804b1-434a1 - gsmtp", "smtp.gmail.com", ""),
        ("Ok: queued as 7f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "smtp.example", ""),
        ("", "relay.example", ""),
        ("<<<>>>" * 100, "relay.example", ""),
    ],
)
def test_an_id_is_what_the_answer_names_beside_ours(reply: str, host: str, said: str) -> None:
    assert assigned(reply, OURS, KIM, host) == said


def test_an_id_of_ses_is_found_with_and_without_its_domain() -> None:
    kept = {SES, f"{SES}@email.amazonses.com", f"{SES}@eu-west-1.amazonses.com"}
    assert kept & set(spellings(f"<{SES.upper()}@eu-west-1.amazonses.com>")) == kept
    assert spellings("<A@b.example>") == ("a@b.example",)
    assert spellings("x@notamazonses.com") == ("x@notamazonses.com",)
