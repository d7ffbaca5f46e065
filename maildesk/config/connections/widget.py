"""`web: widget:` of settings.yaml: the sites that may show the web form in a frame, and the secret
by which their servers say who is logged in there."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from maildesk.config.kinds import Section

APPS = "apps"  # the web views of apps, which have no origin of their own
_OF_APPS = (
    "file:",  # Cordova, Android and iOS web views
    "capacitor:",
    "ionic:",
    "app:",
    "https://localhost",
    "http://localhost",
)
_NAME = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*"
_PORT = r"(?::[1-9][0-9]{0,4})?"
_HTTPS = re.compile(rf"https://(?:{_NAME}|localhost){_PORT}")
_LOCAL = re.compile(rf"http://(?:localhost|127\.0\.0\.1|\[::1\]){_PORT}")
_EXPECTED = "https:// and a site's name, such as https://shop.example.org, without a path, or apps"
LEAST = 32  # characters of a secret


def _site(value: str) -> str:
    """An origin, as it stands in frame-ancestors (CSP 3, 6.4.2)."""
    written = value.strip().lower().removesuffix("/")
    if written != APPS and not _HTTPS.fullmatch(written) and not _LOCAL.fullmatch(written):
        raise ValueError(_EXPECTED)
    return written


def _long(value: SecretStr | None) -> SecretStr | None:
    if value is not None and 0 < len(value.get_secret_value()) < LEAST:
        raise ValueError(f"at least {LEAST} characters")
    return value


Site = Annotated[str, AfterValidator(_site)]


class Widget(Section):
    """Without sites there is no widget."""

    sites: list[Site] = Field(default_factory=list)
    secret: Annotated[SecretStr | None, AfterValidator(_long)] = None

    @property
    def ancestors(self) -> str:
        """The sites, as frame-ancestors names them."""
        found = (_OF_APPS if site == APPS else (site,) for site in self.sites)
        return " ".join(dict.fromkeys(one for group in found for one in group))

    @property
    def key(self) -> bytes:
        """What identities are signed with; empty: nobody is believed."""
        return self.secret.get_secret_value().encode() if self.secret is not None else b""
