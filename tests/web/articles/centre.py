"""A desk with articles in three languages, strange ones among them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from tests.servers.relay import Relay
from tests.stories.running_desk import RunningDesk, example_desk
from tests.web.pages import Pages, with_pages

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FRENCH = """\
---
title: Choisir un nouveau mot de passe
category: account
keywords: [connexion, oublié]
faq: yes
---
Voyez [vos factures](invoices.md) et [la page](https://desk.example/login).
"""
STRANGE = """\
---
title: "<script>alert(1)</script> & \\u202Eesrever"
category: technical
keywords: ['"><img src=x onerror=alert(2)>']
---
<script>alert(3)</script> <img src=x onerror=alert(4)> [a](javascript:alert(5)) [b](data:x)

[c](vbscript:x) <javascript:alert(6)> [d](//evil.example/) &lt;b&gt; `<b>`

![a "quoted" <dot>](pictures/dot.png "onload=alert(7)") ![odd](pictures/fake.png)

| a | b |
| --- | --- |
| <b>x</b> | [roles](refunds-for-all.md#top "t") |
"""


def help_centre(
    folder: Path, relay: Relay, *, desk: str = "", articles: Mapping[str, str] = {}
) -> tuple[RunningDesk, Pages]:
    """Such a desk, running, with its pages."""
    example_desk(folder)
    text = (folder / "desk.yaml").read_text(encoding="utf-8")
    text = text.replace("languages: [en, de]", "languages: [en, de, fr]")
    (folder / "desk.yaml").write_text(text, encoding="utf-8")
    there = folder / "articles"
    (there / "pictures").mkdir()
    (there / "pictures" / "dot.png").write_bytes(DOT)
    (there / "pictures" / "fake.png").write_bytes(b"<html><script>alert(8)</script>")
    (there / "pictures" / "internal.png").write_bytes(DOT)
    for name, words in {
        "reset-password.fr.md": FRENCH,
        "strange.md": STRANGE,
        "refunds-for-all.md": "---\ntitle: Money back\nslug: refunds-for-all\n---\nIn a week.\n",
        "secret.md": "---\ntitle: Sesame\nvisible: internal\n---\n![x](pictures/internal.png)\n",
        **articles,
    }.items():
        (there / name).write_text(words, encoding="utf-8")
    return with_pages(folder, relay, desk=desk)
