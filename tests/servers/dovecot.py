"""A private Dovecot: IMAP with and without TLS, LMTP, any username with one
password, and access tokens.

It runs as whoever starts it; Dovecot's log-in process refuses root, so root becomes nobody.
"""

from __future__ import annotations

import grp
import json
import os
import pwd
import re
import signal
import subprocess
import threading
from base64 import b64encode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.servers import NoServer
from tests.servers.imap import Imap, ImapAccount, environment_imap, wheel_imap
from tests.servers.process import (
    Process,
    find_program,
    free_port,
    give_to_nobody,
    new_folder,
    nobody_group,
)

PASSWORD = "correct-horse"

COMMON = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 0
default_client_limit = 500
mail_fsync = never
namespace inbox {{
  inbox = yes
  mailbox Verdacht {{
    special_use = \\Junk
  }}
  mailbox Ausgang {{
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  inet_listener sasl {{
    address = 127.0.0.1
    port = {sasl_port}
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
"""

DIALECT_2_3 = """
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_vsz_limit = 0
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""

OAUTH2_2_3 = """
tokeninfo_url = http://127.0.0.1:{token_port}/tokeninfo?access_token=
username_attribute = email
"""

# A quota of each mailbox's own, in octets; deliveries may exceed it by nothing.
QUOTA_2_3 = """
mail_plugins = $mail_plugins quota
protocol imap {{
  mail_plugins = $mail_plugins imap_quota
}}
plugin {{
  quota = count:User quota
  quota_rule = *:bytes={quota}
  quota_vsizes = yes
  quota_grace = 0
}}
"""

QUOTA_2_4 = """
mail_plugins {{
  quota = yes
}}
protocol imap {{
  mail_plugins {{
    imap_quota = yes
  }}
}}
quota "User quota" {{
  storage_size = {quota}B
  storage_grace = 0
}}
"""

HEAD_2_4 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
"""

DIALECT_2_4 = """
ssl_server_cert_file = {folder}/certificate.pem
ssl_server_key_file = {folder}/key.pem
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
oauth2 {{
  tokeninfo_url = http://127.0.0.1:{token_port}/tokeninfo?access_token=
  username_attribute = email
}}
passdb static {{
  password = {password}
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/mail/%{{user}}
  }}
}}
"""


class Dovecot(Imap):
    """Dovecot with the token endpoint beside it."""

    def __init__(self, account: ImapAccount, used: str, *, process: Process, folder: Path) -> None:
        super().__init__(account, used, any_username=True, process=process, folder=folder)
        self.endpoint = token_endpoint(self.owner_of)
        self.mail_folder = folder / "mail"
        self.sasl_port = free_port()  # where a Postfix asks who may log in
        self.folder = folder
        self.configuration = folder / "dovecot.conf"

    def owner_of(self, token: str) -> str:
        """Whose token that is, as the endpoint says; "" where it is nobody's."""
        asked = (ask(token) for ask in self.providers)
        return self.access_tokens.get(token) or next(filter(None, asked), "")

    def change_password(self, password: str) -> None:
        """From now on all mailboxes have this one."""
        written = b64encode(password.encode()).decode()
        text = self.configuration.read_text(encoding="utf-8")
        renewed = re.sub(r"\{PLAIN\.b64\}\S+", "{PLAIN.b64}" + written, text)
        self.configuration.write_text(renewed, encoding="utf-8")
        self.stop()
        self.start()

    def spoil(self, account: ImapAccount, index: int) -> None:
        """Make the file of one message unreadable for the server."""
        sorted(self._files(account), key=lambda file: file.stat().st_mtime_ns)[index].chmod(0)

    def renumber(self, account: ImapAccount) -> None:
        """Give every message of the mailbox a new UID, as after a restore; dates stay as they
        were."""
        folder = self.mail_folder / account.username
        for index in folder.glob("dovecot.index*"):
            index.unlink()
        known = folder / "dovecot-uidlist"
        head = known.read_text(encoding="utf-8").partition("\n")[0].split(" ")
        fields = {"V": f"V{int(head[1][1:]) + 1}", "N": "N1"}
        known.write_text(" ".join(fields.get(one[0], one) for one in head) + "\n", "utf-8")

    def mend(self, account: ImapAccount) -> None:
        """Make every file readable again."""
        for file in self._files(account):
            file.chmod(0o644)

    def _files(self, account: ImapAccount) -> list[Path]:
        return [*(self.mail_folder / account.username).glob("[cn][ue][rw]/*")]

    def remove(self) -> None:
        super().remove()
        self.endpoint.shutdown()
        self.endpoint.server_close()


def find_imap() -> Imap:
    """A running server, or NoServer."""
    url = os.environ.get("MAILDESK_TEST_IMAP", "")
    if url:
        return environment_imap(url)
    program = find_program("dovecot")
    return private_dovecot(program) if program else wheel_imap()


def find_dovecot(*, quota: int = 0) -> Dovecot:
    """Our own Dovecot, whatever the environment names, or NoServer. With a quota each mailbox
    holds so many octets."""
    program = find_program("dovecot")
    if program is None:
        raise NoServer("no Dovecot: install Debian's dovecot-imapd and dovecot-lmtpd")
    return private_dovecot(program, quota=quota)


def private_dovecot(program: str, *, quota: int = 0) -> Dovecot:
    """A server of our own on free ports, its mail in a temporary folder."""
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout.split()[0]
    folder = new_folder("dovecot")
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    make_certificate(folder)
    account = ImapAccount(
        host="127.0.0.1",
        port=free_port(),
        username="",
        password=PASSWORD,
        tls_port=free_port(),
        lmtp_port=free_port(),
        certificate=folder / "certificate.pem",
    )
    configuration = folder / "dovecot.conf"
    command = [program, "-F", "-c", str(configuration)]
    process = Process(command, log=folder / "output", stop_signal=signal.SIGTERM, unprivileged=True)
    server = Dovecot(account, f"{program} {version}", process=process, folder=folder)
    owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    values = {
        "folder": folder,
        "user": owner.pw_name,
        "group": nobody_group() if os.geteuid() == 0 else grp.getgrgid(os.getegid()).gr_name,
        "uid": owner.pw_uid,
        "gid": owner.pw_gid if os.geteuid() == 0 else os.getegid(),
        "password": "{PLAIN.b64}" + b64encode(PASSWORD.encode()).decode(),
        "quota": quota,
        "port": account.port,
        "tls_port": account.tls_port,
        "lmtp_port": account.lmtp_port,
        "sasl_port": server.sasl_port,
        "token_port": server.endpoint.server_address[1],
    }
    # 2.4 renamed most settings and wants its version on the first line.
    is_old = version.startswith("2.3.")
    text = COMMON + DIALECT_2_3 if is_old else HEAD_2_4 + COMMON + DIALECT_2_4
    if quota:
        text += QUOTA_2_3 if is_old else QUOTA_2_4
    configuration.write_text(text.format(**values))
    (folder / "oauth2.conf").write_text(OAUTH2_2_3.format(**values))
    for path in (folder, *folder.iterdir()):
        give_to_nobody(path)
    server.start()
    return server


def make_certificate(folder: Path) -> None:
    """A key and a self-signed certificate for 127.0.0.1 (not for localhost), good for a day."""
    openssl = find_program("openssl")
    if openssl is None:
        raise NoServer(
            "openssl (Debian package openssl) is needed to make a certificate for the IMAP server"
        )
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=desk", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    command = [openssl, "req", "-x509", "-days", "1", *curve, *names, *files]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise NoServer(f"openssl makes no certificate: {made.stderr[-500:]}")


def token_endpoint(owner_of: Callable[[str], str]) -> ThreadingHTTPServer:
    """The endpoint Dovecot asks whose token that is; an unknown one gets 401."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
            username = owner_of(token)
            answer = json.dumps(
                {"email": username} if username else {"error": "invalid_token"}
            ).encode()
            self.send_response(200 if username else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="tokens", daemon=True
    ).start()
    return server
