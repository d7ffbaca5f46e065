"""`articles/*.md`: what a file may say, each mistake with its place, and when it is in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy, policy_files
from maildesk.config.watch import PolicyKeeper
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk

MORE = DESK + "languages: [en, de]\ncategories: [account, technical]\n"
WHOLE = """\
---
title: How to set a new password
category: account
keywords: [log-in, locked out]
faq: yes
---

Open *the page*, see [roles](roles.md) and [the web](https://desk.example/).

![the page](shots/log-in.png)
"""
OTHER = "---\ntitle: Roles\nvisible: public\n---\nBack to [passwords](password), [here](#top).\n"


def desk(folder: Path, **files: str) -> Path:
    """A desk with these articles; `__` is a dot."""
    write_desk(folder, MORE, AGENTS)
    (folder / "articles" / "shots").mkdir(parents=True)
    (folder / "articles" / "shots" / "log-in.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for name, words in files.items():
        (folder / "articles" / name.replace("__", ".")).write_text(words, encoding="utf-8")
    return folder


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    policy = load_policy(desk(tmp_path, password__md=WHOLE, roles__md=OTHER))
    one = policy.articles.article("password", ["en"])
    assert one is not None
    assert (one.title, one.category, one.language) == ("How to set a new password", "account", "en")
    assert (one.keywords, one.is_public, one.is_faq) == (("log-in", "locked out"), True, True)
    assert one.beginning == "Open the page, see roles and the web."
    assert policy.articles.pictures == {"shots/log-in.png"}


def test_the_name_of_a_file_or_its_slug_says_which_are_one_article(tmp_path: Path) -> None:
    german = "---\ntitle: Passwort\nkeywords: Anmeldung, Konto\n---\nSo."
    french = "---\ntitle: Rollen\nlanguage: de\nslug: roles\n---\nSo."
    folder = desk(
        tmp_path, password__md=WHOLE, roles__md=OTHER, password__de__md=german, rollen__md=french
    )
    library = load_policy(folder).articles
    assert set(library.versions("password")) == {"en", "de"}
    assert set(library.versions("roles")) == {"en", "de"}
    one = library.article("PASSWORD", ["de"])
    assert one is not None and one.keywords == ("Anmeldung", "Konto")


@pytest.mark.parametrize(
    ("files", "mistake"),
    [
        ({"a__md": "Words."}, "articles/a.md:1:1: expected title: what the article is called"),
        ({"a__md": "---\ntitle: A\n---\n\n"}, "articles/a.md:5:1: expected the words of the"),
        (
            {"a__md": "---\ntitle: A\ncategory: acount\n---\nA"},
            'articles/a.md:3:11: expected a category (one of account, technical), found "acount"',
        ),
        (
            {"a__md": "---\ntitle: A\nlanguage: fr\n---\nA"},
            "articles/a.md:3:11: expected one of the desk's languages (one of en, de), found",
        ),
        ({"a__md": "---\ntitle: A\nvisible: staff\n---\nA"}, "articles/a.md:3:10: expected"),
        ({"a__md": "---\ntitel: A\n---\nA"}, "articles/a.md:2:1: expected"),
        ({"a__md": "---\ntitle: A\n"}, "articles/a.md:1:1: expected a second line of ---"),
        (
            {"a__md": "---\ntitle: A\n---\n\nFirst.\n\nsee\n[it](rols.md)", "roles__md": OTHER},
            'articles/a.md:8:1: expected an article, found "rols.md"',
        ),
        (
            {"a__md": "---\ntitle: A\n---\nA", "b__md": "---\ntitle: B\nslug: A\n---\nB"},
            'articles/b.md:1:1: expected each slug once in a language, found "A" in en again',
        ),
        (
            {"a__md": "---\ntitle: A\n---\n![x](shots/log-im.png)"},
            'articles/a.md:4:1: expected a picture in articles/, found "shots/log-im.png"',
        ),
        (
            {"a__md": "---\ntitle: A\n---\n![x](https://elsewhere.example/x.png)"},
            "articles/a.md:4:1: expected a picture in articles/",
        ),
        (
            {"a__md": "---\ntitle: A\n---\n![x](../desk.yaml) [y](../agents.yaml)"},
            'articles/a.md:4:1: expected a picture in articles/, found "../desk.yaml"',
        ),
        (
            {
                "a__md": "---\ntitle: A\n---\n[b](b.md)",
                "b__md": "---\ntitle: B\nvisible: internal\n---\nB",
            },
            'articles/a.md:4:1: expected an article that is public, found "b.md"',
        ),
        ({"notes__txt": "Words."}, "articles/notes.txt:1:1: expected an article such as"),
        ({"_ __md": "---\ntitle: A\n---\nA"}, "expected a slug"),
    ],
)
def test_mistakes_are_named_with_their_place(
    tmp_path: Path, files: dict[str, str], mistake: str
) -> None:
    if "roles__md" in files:
        files = {**files, "password__md": WHOLE}
    found = mistakes_of(desk(tmp_path, **files))
    assert any(mistake in one for one in found), found
    assert len(found) == len(set(found)) <= 2


def test_what_looks_like_a_link_in_code_is_none(tmp_path: Path) -> None:
    words = "---\ntitle: A\n---\nWrite `[x](nowhere.md)`:\n\n    [y](nowhere.md)\n"
    assert mistakes_of(desk(tmp_path, a__md=words)) == []


def test_how_many_a_mail_names_stands_in_desk_yaml(tmp_path: Path) -> None:
    folder = desk(tmp_path)
    (folder / "desk.yaml").write_text(MORE + "articles: {in_acknowledgement: 0}\n")
    library = load_policy(folder).articles
    assert (library.in_acknowledgement, library.in_notifications) == (0, 3)
    (folder / "desk.yaml").write_text(MORE + "articles: {in_acknowledgement: 11}\n")
    assert mistakes_of(folder) == [
        "desk.yaml:8:32: expected a number up to 10, found 11",
    ]


def test_a_change_is_taken_up_and_one_with_a_mistake_is_not(tmp_path: Path) -> None:
    folder = desk(tmp_path, roles__md="---\ntitle: Roles\n---\nA")
    file, picture = folder / "articles" / "roles.md", folder / "articles" / "new.png"
    assert {file, folder / "articles" / "shots" / "log-in.png"} <= set(policy_files(folder))
    keeper = PolicyKeeper(folder)
    before = keeper.current.policy.fingerprint
    file.write_text("---\ntitle: Roles\n---\n![new](new.png)")
    assert not keeper.reload_now()
    assert keeper.current.policy.fingerprint == before
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert keeper.reload_now()
    assert keeper.current.policy.fingerprint != before
    assert keeper.current.policy.articles.search("roles", ["en"])[0].words == "![new](new.png)"
