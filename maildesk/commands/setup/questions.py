"""What is asked, in its order, and what is proposed: the option, else what is there, else what was
found, else what is usual."""

from __future__ import annotations

import getpass
import locale
import os
import pwd
from dataclasses import replace
from typing import Any

from maildesk.commands.common import one_line, stop
from maildesk.commands.setup.answers import (
    read_address,
    read_person,
    read_secret,
    read_start,
    read_variable,
)
from maildesk.commands.setup.options import Options
from maildesk.commands.setup.terminal import Terminal
from maildesk.config.settings import ImapMailbox, Relay
from maildesk.setup.discovery import Found, discover
from maildesk.setup.plan import Application, Measured, Person, Plan, Secret, company, variable
from maildesk.setup.providers import Provider
from maildesk.setup.servers import Auth, Server, Use, read_server
from maildesk.setup.there import There, server_of
from maildesk.setup.world import World

LANGUAGES = ("en", "de", "fr")
_WHAT = {"imap": "Mail comes in by", "smtp": "Mail goes out by"}
_OPTION = {"imap": "--imap", "smtp": "--relay"}


class Questions:
    """The answers so far; `plan` makes one value of them."""

    def __init__(
        self, address: str, options: Options, there: There, world: World, terminal: Terminal
    ) -> None:
        self.address, self.options, self.there = address, options, there
        self.world, self.terminal = world, terminal
        self.found = Found()
        self.mailbox: ImapMailbox | None = there.mailbox(address)
        self.relay: Relay | None = there.relay(address)
        self.auth: Auth = "password"
        self.application: Application | None = None
        self.password: Secret | None = None
        self.relay_password: Secret | None = None
        self.person, self.desk_name = Person("", ""), ""
        self.language, self.start = "en", "now"

    # -- servers ------------------------------------------------------------------

    def servers(self) -> None:
        """Where mail comes in and goes out."""
        known = {
            "imap": self.options.imap or self.mailbox,
            "smtp": self.options.relay or self.relay,
        }
        if not all(known.values()):
            domain = self.address.rpartition("@")[2]
            self.terminal.say(f"Looking for the servers of {domain}")
            said = self.terminal.say
            self.found = discover(self.address, self.world, lambda words: said(f"  {words}"))
        self.imap = self._server("imap", self.mailbox, self.options.imap)
        self.smtp = self._server("smtp", self.relay, self.options.relay)

    def _server(self, use: Use, there: ImapMailbox | Relay | None, option: str) -> Server:
        if option:
            try:
                return read_server(use, option)
            except ValueError as wrong:
                stop(f"maildesk: {_OPTION[use]}: expected {wrong}, found {one_line(option)}", 2)
        if there is not None:
            return self._asked(use, server_of(there, use))
        best = self.found.best(use, foreign=self.terminal.asks)
        for odd in self.found.refused(use):
            self.terminal.say(f"  {odd}")
        if best is None:
            foreign = self.found.best(use)
            if foreign is not None:
                words = f"{foreign.server} is named by unsigned DNS ({foreign.server.source})"
                self.terminal.say(f"  {words}: a person has to agree to that")
            return self._asked(use, None)
        if best.server.is_foreign:
            words = f"{best.server.host} is in another domain, and only DNS says so: is it your"
            self.terminal.say(f"  {words} provider's?")
        return self._asked(use, best.server)

    def ask_again(self, use: Use) -> None:
        """The server that was named cannot be used."""
        if use == "imap":
            self.imap = self._asked("imap", self.imap)
        else:
            self.smtp = self._asked("smtp", self.smtp)

    def _asked(self, use: Use, best: Server | None) -> Server:
        proposed = str(best) if best is not None else ""

        def read(answer: str) -> Server:
            return best if best is not None and answer == proposed else read_server(use, answer)

        return self.terminal.ask(_WHAT[use], proposed, read, option=_OPTION[use])

    # -- signing in -----------------------------------------------------------------

    def log_in(self) -> None:
        """By a password or by OAuth, and as whom."""
        self.auth = self._way()
        self.username = self._username(self.options.username, self.mailbox, self.imap)
        given = self.options.relay_username
        same = self.smtp.username or self.username
        self.relay_username = given or (self.relay.username if self.relay else "") or same
        if self.auth == "oauth":
            self.application = self._application()
            return
        self.ask_password()

    def _way(self) -> Auth:
        if self.options.oauth:
            return "oauth"
        if self.mailbox is not None:
            return "oauth" if self.mailbox.auth == "oauth" else "password"
        provider = self.found.provider
        if provider is None or not provider.oauth:
            return "password"
        if self.options.password_file or self.options.password_variable:
            return "password"
        name = provider.name
        self.terminal.say(f"{name} lets programs in by OAuth; a password is not taken any more.")
        ways = ("oauth", "password")
        found = self.terminal.choose("Sign in by", ways, "oauth", option="--oauth")
        return "oauth" if found == "oauth" else "password"

    def _username(self, given: str, there: ImapMailbox | None, server: Server) -> str:
        best = given or (there.username if there else "") or server.username or self.address
        if given:
            return given
        return self.terminal.ask("Log-in name", best, str, option="--username")

    def ask_username(self) -> None:
        """The log-in was refused."""
        was = self.username
        self.username = self.terminal.ask("Log-in name", was, str, option="--username")
        if self.relay_username == was:
            self.relay_username = self.username

    def ask_password(self, *, again: bool = False) -> None:
        """Of the mailbox, which is the relay's, too, unless an option says another."""
        if name := read_variable(self.options.password_variable):
            self.password = self._from_environment(name)
        else:
            given = None if again else read_secret(self.options.password_file, "--password-file")
            kept = self.mailbox.password if self.mailbox is not None and not again else None
            if given is None:
                given = self.terminal.secret(
                    "Password",
                    option="--password-file or --password-variable",
                    kept=kept is not None,
                )
            if given is not None:
                named = variable(self.address)
                self.password = Secret(f"${{{named}}}", given, named)
            elif kept is not None:
                self.password = Secret("", kept.get_secret_value())
        other = read_secret(self.options.relay_password_file, "--relay-password-file")
        if other is not None:
            named = variable(self.address, "RELAY_PASSWORD")
            self.relay_password = Secret(f"${{{named}}}", other, named)
        elif self._keeps_relay_password() and not again:
            assert self.relay is not None and self.relay.password is not None
            self.relay_password = Secret("", self.relay.password.get_secret_value())
        elif self.password is not None and not self.password.written:
            named = variable(self.address)
            self.relay_password = Secret(f"${{{named}}}", self.password.value, named)
        else:
            self.relay_password = self.password

    def ask_relay_password(self) -> None:
        """The mailbox's was refused by the relay."""
        was = self.relay_username
        name = self.terminal.ask("Log-in name at the relay", was, str, option="--relay-username")
        self.relay_username = name
        given = self.terminal.secret("Password at the relay", option="--relay-password-file")
        named = variable(self.address, "RELAY_PASSWORD")
        self.relay_password = Secret(f"${{{named}}}", given or "", named)

    def _keeps_relay_password(self) -> bool:
        """Whether the relay's stays as it is written: it is there, and no new one was given."""
        has_one = self.relay is not None and self.relay.password is not None
        return has_one and self.password is not None and not self.password.written

    def _from_environment(self, name: str) -> Secret:
        value = os.environ.get(name, "")
        if not value:
            stop(f"maildesk: --password-variable: the environment has no {name}", 2)
        return Secret(f"${{{name}}}", value)

    def _application(self) -> Application:
        """What the provider knows the desk as."""
        options, provider = self.options, self._provider()
        there = self.there.settings.oauth if self.there.settings else []
        had = next((one for one in there if one.provider == provider), None)
        ask = self.terminal.ask
        self.terminal.say(
            "An application has to be registered there once: how, step by step, is in"
        )
        self.terminal.say("deploy/guide/mailboxes.md, Signing in with OAuth.")
        domain = self.address.rpartition("@")[2]
        tenant, named_app = "", had.name if had is not None else "default"
        key = options.key_file or (had.key_file if had else None)
        if provider == "microsoft":
            best = options.tenant or (had.tenant if had else "") or domain
            tenant = options.tenant or ask("Directory (tenant) ID", best, str, option="--tenant")
        if provider == "google" and key is not None:
            return Application("google", named_app, key_file=key)
        best = options.client_id or (had.client_id if had else "")
        client_id = options.client_id or ask(
            "Application (client) ID", best, str, option="--client-id"
        )
        secret = read_secret(options.client_secret_file, "--client-secret-file")
        if secret is None and self.terminal.asks:
            self.terminal.say("Without a client secret a person signs in once, in a browser.")
            secret = self.terminal.secret("Client secret", option="--client-secret-file", kept=True)
        named = variable(self.address, "OAUTH_SECRET")
        kept = Secret(f"${{{named}}}", secret, named) if secret else None
        if kept is None and had is not None and had.client_secret is not None:
            kept = Secret("", had.client_secret.get_secret_value())
        return Application(provider, named_app, client_id=client_id, tenant=tenant, secret=kept)

    def _provider(self) -> Any:
        if self.options.oauth:
            return self.options.oauth
        known: Provider | None = self.found.provider
        if known is not None and known.oauth:
            return known.oauth
        there = self.there.settings.oauth if self.there.settings else []
        return there[0].provider if there else "microsoft"

    # -- the desk ---------------------------------------------------------------------

    def desk(self, messages: int) -> None:
        """What it is called, who answers, and where to begin."""
        policy, options, ask = self.there.policy, self.options, self.terminal.ask
        named = policy.desk_name if policy else company(self.address)
        question = "What the desk is called; it stands in every mail"
        self.desk_name = options.name or ask(question, named, str, option="--name")
        self.person = self._person()
        best = policy.default_language if policy else _own_language()
        if options.language or policy is not None:
            self.language = options.language or best
        else:
            question = "Language of your customers"
            self.language = self.terminal.choose(question, LANGUAGES, best, option="--language")
        if self.language not in LANGUAGES and policy is None:
            stop(f"maildesk: --language: expected one of {', '.join(LANGUAGES)}", 2)
        self.start = options.start or (self.mailbox.start if self.mailbox else "now")
        if messages and not options.start and self.mailbox is None:
            self.terminal.say("What lies in the mailbox already is left alone (now), or taken in: "
                              "unread, all, or from a day on.")  # fmt: skip
            self.start = ask("Begin with", "now", read_start, option="--start")

    def _person(self) -> Person:
        """Who answers."""
        policy, options = self.there.policy, self.options
        if options.agent:
            return self._no_desk_address(options.agent)
        if policy is not None and policy.agents:
            first = next((a for a in policy.agents if a.role == "admin"), policy.agents[0])
            return Person(first.name, first.address)
        domain, user = self.address.rpartition("@")[2], getpass.getuser()
        name, mailbox = _full_name(user), "admin" if user == "root" else user
        if not self.terminal.asks:
            stop("maildesk: --yes asks nothing, so --agent has to say who answers, such as "
                 f'"{name} <{mailbox}@{domain}>"', 2)  # fmt: skip
        name = self.terminal.ask("Your name", name, str, option="--agent")
        address = self.terminal.ask(
            "Your own address, where the desk writes to you", f"{mailbox}@{domain}",
            self._own_address, option="--agent",
        )  # fmt: skip
        return Person(name, address)

    def _no_desk_address(self, written: str) -> Person:
        try:
            person = read_person(written)
            self._own_address(person.address)
        except ValueError as wrong:
            stop(f"maildesk: --agent: expected {wrong}, found {one_line(written)}", 2)
        return person

    def _own_address(self, written: str) -> str:
        address = read_address(written)
        local, _, domain = self.address.lower().rpartition("@")
        mine, _, there = address.lower().rpartition("@")
        policy = self.there.policy
        if (mine.partition("+")[0], there) == (local, domain) or (
            policy and policy.is_ours(address)
        ):
            raise ValueError("an address of your own, which is none of the desk's")
        return address

    def plan(self) -> Plan:
        """All of it as one value."""
        provider = self.found.provider
        limit = provider.limit if provider is not None else ""
        if self.relay is not None:
            limit = self.relay.limit
        return Plan(
            address=self.address,
            imap=replace(self.imap, auth=self.auth),
            relay=replace(self.smtp, auth=self.auth),
            username=self.username,
            relay_username=self.relay_username,
            person=self.person,
            desk_name=self.desk_name,
            language=self.language,
            auth=self.auth,
            password=self.password,
            relay_password=self.relay_password,
            application=self.application,
            ca_file=self.options.ca_file or (self.mailbox.ca_file if self.mailbox else None),
            start=self.start,
            limit=limit,
            measured=self._said(),
        )

    def _said(self) -> Measured:
        """What holds before anything is measured: the options, else what is there."""
        policy, options = self.there.policy, self.options
        envelope = options.envelope or (self.relay.envelope if self.relay else "sub-address")
        subs = policy.has_sub_addresses(self.address) if policy else True
        if options.sub_addresses:
            subs = options.sub_addresses == "yes"
        server = policy.trust.authserv_id if policy else ""
        return Measured("plain" if envelope == "plain" else "sub-address", subs, server)


def _full_name(user: str) -> str:
    """Who that is, as this machine knows them."""
    try:
        found = pwd.getpwnam(user).pw_gecos.partition(",")[0].strip()
    except KeyError:
        found = ""
    return found if found and found.lower() != "root" else user.title()


def _own_language() -> str:
    """The language of this terminal, where the desk has it."""
    found = (locale.getlocale()[0] or os.environ.get("LANG", ""))[:2].lower()
    return found if found in LANGUAGES else LANGUAGES[0]
