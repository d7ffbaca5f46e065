"""`web: widget:` of settings.yaml: origins and the word for apps, and a secret that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.environment import load_settings
from maildesk.errors import BadPolicy


def write(folder: Path, widget: str) -> Path:
    (folder / "settings.yaml").write_text(f"web:\n  widget: {widget}\n", encoding="utf-8")
    return folder


def ancestors(folder: Path, sites: str) -> str:
    return load_settings(write(folder, f"{{sites: {sites}}}")).web.widget.ancestors


def test_sites_are_origins(tmp_path: Path) -> None:
    assert ancestors(tmp_path, "[]") == ""
    written = "['https://Shop.example.org/', 'https://a.example:8443', 'http://localhost:3000']"
    assert ancestors(tmp_path, written) == (
        "https://shop.example.org https://a.example:8443 http://localhost:3000"
    )
    assert ancestors(tmp_path, "['http://127.0.0.1:1', 'http://[::1]']") == (
        "http://127.0.0.1:1 http://[::1]"
    )


def test_apps_are_the_schemes_and_hosts_of_their_web_views(tmp_path: Path) -> None:
    found = ancestors(tmp_path, "[apps, 'https://localhost']").split()
    assert {"file:", "capacitor:", "ionic:", "https://localhost"} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "site",
    [
        "http://shop.example.org",
        "https://shop.example.org/help",
        "https://*.example.org",
        "https://shop",
        "https://kim@shop.example.org",
        "https://shop.example.org; script-src *",
        "shop.example.org",
        "'*'",
        "https:",
        "app",
    ],
)
def test_what_is_no_origin_is_a_mistake_with_its_line(tmp_path: Path, site: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        ancestors(tmp_path, f"['{site}']" if "'" not in site else f"[{site}]")
    (mistake,) = caught.value.mistakes
    assert mistake.line == 2
    assert "such as https://shop.example.org, without a path, or apps" in str(mistake)


def test_a_short_secret_is_a_mistake_that_does_not_tell_it(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy) as caught:
        load_settings(write(tmp_path, "{secret: hush-hush}"))
    (mistake,) = caught.value.mistakes
    assert "at least 32 characters" in str(mistake)
    assert "hush" not in str(mistake)
    assert load_settings(write(tmp_path, "{}")).web.widget.key == b""
    read = load_settings(write(tmp_path, "{secret: '${S}'}"), {"S": "s" * 32})
    assert read.web.widget.key == b"s" * 32
    assert "sss" not in repr(read)
