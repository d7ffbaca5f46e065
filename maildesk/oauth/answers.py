"""What a provider gives: a token, or a code with which a person gets one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Answer:
    """A token, until when, and what renews it ("": nothing new)."""

    access_token: str
    expires_at: datetime
    refresh_token: str = ""

    def __repr__(self) -> str:
        return f"<a token until {self.expires_at:%FT%TZ}>"


@dataclass(frozen=True)
class DeviceCode:
    """What a person is shown, and what we ask with meanwhile (RFC 8628, 3.2)."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_at: datetime
    interval: float

    def __repr__(self) -> str:
        return f"<a code until {self.expires_at:%FT%TZ}>"
