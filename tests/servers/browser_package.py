"""A Chromium out of a package, for a machine that has no browser: fetched once, checked, unpacked
beside the tests' interpreter. It needs no root and nothing of the system's.

The package is @sparticuz/chromium (MIT; Chromium itself BSD), built for x86-64 and glibc. What it
holds is packed with Brotli, which the node within Playwright reads.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import httpx2
import playwright

from tests.servers import NoServer

VERSION = "153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
PATH = f"@sparticuz/chromium/-/chromium-{VERSION}.tgz"
_FOLDER = Path(sys.prefix) / "share" / f"chromium-{VERSION}"
_UNPACK = (
    "const fs=require('fs'),z=require('zlib');fs.createReadStream(process.argv[1])"
    ".pipe(z.createBrotliDecompress()).pipe(fs.createWriteStream(process.argv[2]))"
)
_START = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH=$here/lib exec "$here/chromium" "$@"
"""


def fetched_browser(folder: Path = _FOLDER) -> str:
    """The program; fetched first where it is not there yet. NoServer where that cannot be."""
    program = folder / "start"
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise NoServer("no browser: install chromium, or set MAILDESK_BROWSER to one")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers of one run ask at once
        if not program.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent) as name:
                _unpack(_package(Path(name)), Path(name) / "whole")
                shutil.rmtree(folder, ignore_errors=True)
                (Path(name) / "whole").rename(folder)
    return str(program)


def _package(folder: Path) -> Path:
    """The package as a file, once it is known to be the one that is meant."""
    file = folder / "package.tgz"
    registry = os.environ.get("NPM_CONFIG_REGISTRY") or "https://registry.npmjs.org"
    try:
        answer = httpx2.get(f"{registry.rstrip('/')}/{PATH}", follow_redirects=True, timeout=300)
        answer.raise_for_status()
    except httpx2.HTTPError as problem:
        raise NoServer(
            f"no browser, and none can be fetched ({problem}): install chromium, or set "
            "MAILDESK_BROWSER to one"
        ) from problem
    found = base64.b64encode(hashlib.sha512(answer.content).digest()).decode()
    if found != SHA512:
        raise NoServer(f"what {registry} has as {PATH} is not the package that is meant")
    file.write_bytes(answer.content)
    return file


def _unpack(package: Path, to: Path) -> None:
    """The browser, its libraries and the script that starts it with them."""
    node = Path(playwright.__file__).parent / "driver" / "node"
    with tarfile.open(package) as packed:
        packed.extractall(package.parent, filter="data")
    to.mkdir()
    for name in ("chromium", "al2023.tar", "swiftshader.tar"):
        source = package.parent / "package" / "bin" / f"{name}.br"
        subprocess.run([node, "-e", _UNPACK, source, to / name], check=True)
        if name.endswith(".tar"):
            with tarfile.open(to / name) as packed:
                packed.extractall(to, filter="data")
            (to / name).unlink()
    (to / "chromium").chmod(0o755)
    start = to / "start"
    start.write_text(_START, encoding="ascii")
    start.chmod(0o755)
