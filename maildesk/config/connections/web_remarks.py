"""What `web:` of settings.yaml says and cannot work, alone or beside desk.yaml: in words, for
`maildesk check`. Nothing of it is a mistake in a file, and mail goes on all the same."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from maildesk.config.connections.hosts import is_here
from maildesk.config.connections.web import Web
from maildesk.config.environment import FILE
from maildesk.config.yaml import read_bytes, read_document


def remarks(desk: Path, web: Web, *, has_form: bool) -> Iterator[str]:
    """Each with its place. `has_form`: whether desk.yaml has the web form on."""
    said = (*_of_pages(web), *_of_names(web), *_of_widget(web, has_form=has_form))
    if not said:
        return
    document, _ = read_document(read_bytes(desk / FILE, FILE), FILE)
    for path, words in said:
        line = document.at_key(("web", *path))[0] if document is not None else 1
        yield f"{FILE}:{line}: {words}"


Said = tuple[tuple[str, ...], str]


def _of_pages(web: Web) -> Iterator[Said]:
    if web.public_url and not web.listen:
        yield (
            ("listen",),
            "there are no pages (`listen: no`), and `public_url` still puts links to them into "
            "mails: take `public_url` out, or let them listen",
        )
    elif web.is_secure and not is_here(web.place[0]) and _are_here(web.proxies):
        yield (
            ("proxies",),
            f"the pages listen at {web.listen}, and `proxies` names this machine alone: behind a "
            "proxy elsewhere, or before a container, all customers count as one network, and use "
            "up each other's limits. Name the proxy's address in `web: proxies`",
        )


def _of_names(web: Web) -> Iterator[Said]:
    for one in web.hosts:
        bare = one.strip().lower()
        found = urlsplit(bare if "://" in bare else f"//{bare}")
        is_name = found.hostname is not None and bare in (found.hostname, f"[{found.hostname}]")
        if not is_name or "*" in bare:
            name = f": write {found.hostname}" if found.hostname and "*" not in bare else ""
            yield (
                ("hosts",),
                f'nothing is asked for under "{one}": `hosts` are names alone, without https://, '
                f"a port, a path or a *{name}",
            )


def _of_widget(web: Web, *, has_form: bool) -> Iterator[Said]:
    widget, public = web.widget, urlsplit(web.public_url)
    if not widget.sites:
        if widget.key:
            at = ("widget", "secret")
            yield (at, "the widget has a `secret` and no `sites`: no page can show it")
        return
    at = ("widget", "sites")
    if not web.listen:
        yield (at, "the widget is reached by nobody: `listen: no` switches all pages off")
        return
    if not has_form:
        yield (
            at,
            "the widget is reached by nobody: it shows the web form, and desk.yaml says "
            "`portal: no`",
        )
        return
    far = [site for site in widget.sites if not is_here(urlsplit(site).hostname or site)]
    is_public = not is_here(public.hostname or "localhost")
    if far and not is_public and all(map(is_here, web.hosts)):
        yield (
            at,
            f"the widget in {far[0]} is reached by nobody but this machine: the pages are served "
            "under its local names alone, until `public_url` names another",
        )
    elif is_public and public.scheme == "http" and (safe := _of_https(widget.sites)):
        yield (
            ("public_url",),
            f"browsers load nothing from {web.public_url} into {safe[0]}, which is https: the "
            "widget needs a `public_url` with https://",
        )


def _of_https(sites: list[str]) -> list[str]:
    return [site for site in sites if site.startswith("https://")]


def _are_here(proxies: list[str]) -> bool:
    return all(ip_network(one, strict=False).is_loopback for one in proxies)
