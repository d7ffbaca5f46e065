"""The help centre over a socket: what is public, in whose language, how long it may be kept, and
what somebody may try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote, urlencode

import pytest

from maildesk.web.guard import HEADERS
from tests.stories.running_desk import RunningDesk, wait_until
from tests.web.articles.centre import DOT, help_centre
from tests.web.pages import Answer, Pages
from tests.web.places import running
from tests.web.talk import field

Centre = tuple[RunningDesk, Pages]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with running(tmp_path_factory.mktemp("articles"), help_centre) as found:
        yield found[:2]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_from_the_first_page_by_a_category_to_an_article(centre: Centre) -> None:
    _, pages = centre
    first = pages.ask("/articles/")
    assert first.status == 200
    assert 'href="/articles/account/"' in first.text
    shelf = pages.ask("/articles/account/").text
    assert '<summary dir="auto">How to set a new password</summary>' in shelf
    assert "Long beats strange" in shelf  # a short answer stands there
    page = pages.ask("/articles/reset-password")
    assert page.status == 200
    assert '<h1 dir="auto">How to set a new password</h1>' in page.text
    assert "<h2>What a good password is</h2>" in page.text
    assert 'rel="noopener noreferrer nofollow"' in page.text
    assert all(len(pages.ask(one).octets) < 60_000 for one in ("/articles/", "/articles/billing/"))


def test_whoever_found_no_answer_is_led_to_the_form_and_to_the_address_of_their_language(
    centre: Centre,
) -> None:
    running, pages = centre
    form = '<a href="/">%s</a>'
    places = ("", "account/", "reset-password", "reset-password/helpful/thanks?say=no", "?q=xyzzy")
    for one in places:
        english = pages.ask(f"/articles/{one}", Accept_Language="en").text
        german = pages.ask(f"/articles/{one}", Accept_Language="de").text
        assert form % "with our form" in english and form % "über das Formular" in german
        assert re.findall("mailto:([a-z]+)", english)[0] == "support"
        assert re.findall("mailto:([a-z]+)", german)[0] == "hilfe"
    assert '<a class="button" href="/">New request</a>' in pages.ask("/articles/?q=xyzzy").text
    assert 'class="button" href="/"' not in pages.ask("/articles/?q=password").text
    before = (running.folder / "desk.yaml").read_text(encoding="utf-8")
    running.edit("desk.yaml", before, f"{before}\nportal: no\n")
    assert not any('<a href="/">' in pages.ask(f"/articles/{one}").text for one in places)
    running.edit("desk.yaml", f"{before}\nportal: no\n", before)


def test_the_head_leads_where_that_of_other_pages_does_and_keeps_the_language(
    centre: Centre,
) -> None:
    places = ("", "account/", "reset-password", "reset-password/helpful/thanks?say=no", "?q=xyzzy")
    for one in places:
        chosen = f"{one}{'&' if '?' in one else '?'}in=de"
        head = centre[1].ask(f"/articles/{chosen}").text.partition("</header>")[0]
        home, mine = re.findall(r'href="(/[^"]*)"', head.partition("<nav")[2])
        assert (home.partition("?")[0], mine) == ("/articles/", "/mine"), one
        assert one == "" or home == "/articles/?in=de", one


def test_categories_and_fields_are_called_as_the_desks_own_words_say(centre: Centre) -> None:
    running, pages = centre
    words = running.folder / "templates" / "mail" / "de" / "_words.yaml"
    words.parent.mkdir(parents=True, exist_ok=True)
    said = "words: {account: Konto und Zugang, licence_key: Lizenzschlüssel}\n"
    words.write_text(said, encoding="utf-8")
    before = (running.folder / "desk.yaml").read_text(encoding="utf-8")
    running.edit("desk.yaml", before, f"{before}\nportal: {{ask: {{licence_key: shown}}}}\n")
    assert (
        '<a href="/articles/account/">Konto und Zugang</a>'
        in pages.ask("/articles/", Accept_Language="de").text
    )
    assert (
        '<h1 dir="auto">Konto und Zugang</h1>'
        in pages.ask("/articles/account/", Accept_Language="de").text
    )
    article = pages.ask("/articles/reset-password", Accept_Language="de").text
    assert 'href="/articles/account/" dir="auto">Konto und Zugang</a>' in article
    form = pages.ask("/", Accept_Language="de").text
    assert '<option value="account">Konto und Zugang</option>' in form
    assert ">Lizenzschlüssel <" in form
    english = pages.ask("/").text
    assert ">Account</option>" in english and ">Licence key <" in english
    words.unlink()
    running.edit("desk.yaml", (running.folder / "desk.yaml").read_text(encoding="utf-8"), before)


def test_a_name_without_its_slash_or_with_one_leads_on(centre: Centre) -> None:
    _, pages = centre
    assert pages.ask("/articles/account").headers["location"] == "/articles/account/"
    assert pages.ask("/articles/reset-password/?in=de").headers["location"] == (
        "/articles/reset-password?in=de"
    )
    assert pages.ask("/articles/RESET-password").status == 200


def test_an_article_is_in_the_readers_language_if_it_is_in_that(centre: Centre) -> None:
    _, pages = centre
    german = pages.ask("/articles/reset-password", Accept_Language="de-AT, en;q=0.5")
    assert '<html lang="de">' in german.text and "Ein neues Passwort setzen" in german.text
    assert german.headers["vary"] == "Accept-Language"
    french = pages.ask("/articles/reset-password?in=fr", Accept_Language="de")
    assert '<html lang="fr">' in french.text and "Choisir un nouveau mot de passe" in french.text
    # what a reader asked for by name is kept; what is in no language of theirs is shown as it is
    assert 'href="/articles/invoices?in=fr"' in french.text
    invoices = pages.ask("/articles/invoices?in=fr").text
    assert '<html lang="fr">' in invoices and '<article class="sheet" lang="en">' in invoices
    for code in ("en", "de", "fr"):
        href = f"{pages.url}/articles/reset-password?in={code}"
        assert f'<link rel="alternate" hreflang="{code}" href="{href}">' in french.text
    assert f'hreflang="x-default" href="{pages.url}/articles/reset-password"' in french.text
    assert '<html lang="en">' in pages.ask("/articles/?in=xx%22%3E").text


def test_what_is_looked_for_is_found_with_its_slips_and_in_three_languages(
    centre: Centre,
) -> None:
    _, pages = centre

    def found(query: str, code: str) -> str:
        page = pages.ask(f"/articles/?{urlencode({'q': query, 'in': code})}")
        assert (page.status, page.headers["cache-control"]) == (200, "no-store")
        assert '<meta name="robots" content="noindex">' in page.text
        return page.text

    assert 'href="/articles/reset-password?in=en"' in found("forgoten pasword", "en")
    assert "Ein neues Passwort setzen" in found("PASSWORT", "de")
    assert "Choisir un nouveau mot de passe" in found("oublie", "fr")
    assert "Rien" not in found("xyzzy", "fr") and "aucun article" in found("xyzzy", "fr")
    assert "Sesame" not in found("sesame", "en")


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "%00",
        "\u202egnp.exe",
        "a" * 5_000,
        "\ud83d\ude00",
        "' OR 1=1 --",
    ],
)
def test_a_query_is_words(centre: Centre, query: str) -> None:
    _, pages = centre
    page = pages.ask(f"/articles/?q={quote(query.encode('utf-8', 'surrogatepass'))}")
    assert page.status == 200
    assert "<script" not in page.text and "<img" not in page.text
    assert "49" not in words(page.text)


def test_an_article_is_safe_whatever_stands_in_it(centre: Centre) -> None:
    _, pages = centre
    page = pages.ask("/articles/strange")
    assert page.status == 200
    for bad in ("<script", "onerror=alert(4)>", 'href="javascript', 'href="data', 'href="vbscript'):
        assert bad not in page.text, bad
    assert re.findall(r"<img [^>]*>", page.text) == [
        '<img src="/articles/picture/pictures/dot.png" alt="a &quot;quoted&quot; &lt;dot&gt;" '
        'title="onload=alert(7)">',
        '<img src="/articles/picture/pictures/fake.png" alt="odd">',
    ]
    assert 'href="/articles/refunds-for-all"' in page.text
    assert "<td>&lt;b&gt;x&lt;/b&gt;</td>" in page.text
    for listed in ("/articles/technical/", "/articles/", "/articles/?q=script"):
        assert "<script" not in pages.ask(listed).text


def test_a_picture_is_one_and_lies_among_the_articles(centre: Centre) -> None:
    _, pages = centre
    picture = pages.ask("/articles/picture/pictures/dot.png")
    assert (picture.status, picture.octets) == (200, DOT)
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert picture.headers["x-content-type-options"] == "nosniff"
    tag = picture.headers["etag"]
    assert pages.ask("/articles/picture/pictures/dot.png", If_None_Match=tag).status == 304
    for path in (
        "pictures/fake.png",  # a page that is called a picture
        "pictures/internal.png",  # of an article that is internal
        "pictures/nowhere.png",
        "../desk.yaml",
        "..%2fdesk.yaml",
        "%2e%2e/%2e%2e/settings.yaml",
        "pictures/%2e%2e/%2e%2e/agents.yaml",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "pictures%5cdot.png",
        "pictures/dot.png%00",
        "reset-password.md",
        "",
    ):
        assert pages.ask(f"/articles/picture/{path}").status == 404, path


def test_a_picture_that_leads_out_of_the_folder_is_nobodys(centre: Centre) -> None:
    running, pages = centre
    there = running.folder / "articles"
    (running.folder / "var" / "outside.png").write_bytes(DOT)
    (there / "linked.png").symlink_to(running.folder / "var" / "outside.png")
    (there / "linked.md").write_text("---\ntitle: Linked\n---\n![x](linked.png)\n")
    wait_until(lambda: pages.ask("/articles/linked").status == 200, "it is taken up")
    assert pages.ask("/articles/picture/linked.png").status == 404


def test_internal_articles_are_not_on_the_web(centre: Centre) -> None:
    _, pages = centre
    for path in ("/articles/refunds", "/articles/secret", "/articles/secret?in=en"):
        assert pages.ask(path).status == 404
    for path in ("/articles/", "/articles/billing/", "/articles/-/", "/articles/?q=refund+senior"):
        assert "Refunds above 200" not in pages.ask(path).text
        assert "Sesame" not in pages.ask(path).text


def test_pages_may_be_kept_for_a_little_and_have_no_cookie(centre: Centre) -> None:
    _, pages = centre
    fresh = Pages(pages.port)
    for path in ("/articles/", "/articles/account/", "/articles/reset-password"):
        answer = fresh.ask(path)
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert answer.cookies == ()
        assert answer.headers["x-robots-tag"] == "all"
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        same = fresh.ask(path, If_None_Match=f'"other", {answer.headers["etag"]}')
        assert (same.status, same.octets) == (304, b"")
        assert fresh.ask(path, If_None_Match='"other"').status == 200
        assert fresh.ask(path, "HEAD").octets == b""
    assert fresh.ask("/articles/nowhere").headers["cache-control"] == "no-store"
    assert "This article is not here" in fresh.ask("/articles/nowhere").text


def test_a_change_of_an_article_is_on_its_page_at_once(centre: Centre) -> None:
    running, pages = centre
    file = running.folder / "articles" / "news.md"
    file.write_text("---\ntitle: News\n---\nFirst.\n", encoding="utf-8")
    wait_until(lambda: pages.ask("/articles/news").status == 200, "it is there")
    file.write_text("---\ntitle: News\n---\nSecond.\n", encoding="utf-8")
    wait_until(lambda: "Second." in pages.ask("/articles/news").text, "it is new")
    file.write_text("---\ntitle: News\n---\n[gone](gone.md)\n", encoding="utf-8")
    wait_until(lambda: "articles/news.md:4:1" in running.log(), "the mistake is told")
    assert "Second." in pages.ask("/articles/news").text
    file.unlink()
    wait_until(lambda: pages.ask("/articles/news").status == 404, "it is gone")


def send(pages: Pages, path: str, fields: dict[str, str], **headers: str) -> Answer:
    kind = "application/x-www-form-urlencoded"
    return pages.ask(path, "POST", urlencode(fields).encode(), Content_Type=kind, **headers)


def test_whether_it_helped_is_counted_once_for_each_form(centre: Centre) -> None:
    running, pages = centre
    reader, path = Pages(pages.port), "/articles/invoices/helpful"
    article = reader.ask("/articles/invoices")
    assert f'href="{path}?say=yes"' in article.text
    form = reader.ask(f"{path}?say=no")
    assert form.headers["cache-control"] == "no-store"
    assert re.search(r'value="no" checked', form.text)
    assert votes(running) == {}  # looking says nothing
    once = field(form.text, "form")
    sent = send(reader, path, {"form": once, "say": "no"})
    assert (sent.status, sent.headers["location"]) == (303, f"{path}/thanks?say=no")
    assert "We will look at this article" in reader.ask(sent.headers["location"]).text
    send(reader, path, {"form": once, "say": "no"})
    assert votes(running) == {"invoices": (0, 1)}
    send(reader, path, {"form": once, "say": "yes"})  # gone back, and thought better
    assert votes(running) == {"invoices": (1, 0)}


def test_what_is_not_our_form_counts_nothing(centre: Centre) -> None:
    running, pages = centre
    reader, path = Pages(pages.port), "/articles/reset-password/helpful"
    once = field(reader.ask(path).text, "form")
    elsewhere = field(Pages(pages.port).ask(path).text, "form")
    other = field(reader.ask("/articles/invoices/helpful").text, "form")
    before = votes(running)
    for fields, headers, status in (
        ({"say": "yes"}, {}, 422),
        ({"form": elsewhere, "say": "yes"}, {}, 422),
        ({"form": other, "say": "yes"}, {}, 422),
        ({"form": once, "say": "maybe"}, {}, 422),
        ({"form": once + "0", "say": "yes"}, {}, 422),
        ({"form": once, "say": "yes"}, {"Sec_Fetch_Site": "cross-site"}, 403),
        ({"form": once, "say": "yes"}, {"Cookie": "maildesk-form=" + "0" * 32}, 422),
        ({str(n): "x" for n in range(100)}, {}, 400),
    ):
        assert send(reader, path, fields, **headers).status == status, fields
    assert send(reader, "/articles/secret/helpful", {"form": once, "say": "yes"}).status == 404
    assert votes(running) == before


def test_one_network_does_not_vote_for_ever(centre: Centre) -> None:
    _, pages = centre
    reader, path = Pages(pages.port), "/articles/report-a-fault/helpful"
    there, elsewhere = ({"X_Forwarded_For": one} for one in ("203.0.113.9", "198.51.100.1"))
    once = field(reader.ask(path).text, "form")
    seen = [send(reader, path, {"form": once, "say": "yes"}, **there).status for _ in range(31)]
    assert seen == [303] * 30 + [429]
    assert send(reader, path, {"form": once, "say": "yes"}, **elsewhere).status == 303


def votes(running: RunningDesk) -> dict[str, tuple[int, int]]:
    """Helped and not, by slug, as the command line has it."""
    found = running.json("articles", "--json")["articles"]
    return {
        one["slug"]: (one["helped"], one["not_helped"])
        for one in found
        if one["helped"] or one["not_helped"]
    }
