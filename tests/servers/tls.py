"""A certificate for the tests, made by the openssl program on the spot."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.servers import NoServer


@dataclass(frozen=True)
class Certificate:
    """Self-signed, for localhost and 127.0.0.1."""

    certificate: Path
    key: Path


def make_certificate(folder: Path, name: str = "", names: Sequence[str] = ()) -> Certificate:
    """A fresh one in this folder, for localhost or for this name, or for several."""
    if shutil.which("openssl") is None:
        raise NoServer(
            "the tests need the openssl program for a certificate: install the package openssl"
        )
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    alternatives = ",".join(f"DNS:{one}" for one in (names or filter(None, [name])))
    alternatives = f"subjectAltName={alternatives or 'DNS:localhost,IP:127.0.0.1'}"
    new_key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        str(made.key),
    ]
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            *new_key,
            "-out",
            str(made.certificate),
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            alternatives,
        ],
        check=True,
        capture_output=True,
    )
    return made
