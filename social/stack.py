"""All processes of the network on one machine: the third parties' sandbox, the server, the worker.

Used by `manage.py serve` and `manage.py demo`, and by tests that kill processes.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from social.cores import cores

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
SANDBOX_KEY = "sandbox-key"
OWNER_ONLY = 0o077  # the umask of all processes: the database and mails kept as files are private


class StackError(Exception):
    """Something did not start."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def share_cores(environment: Mapping[str, str]) -> dict[str, str]:
    """How many server processes there are, and how many passwords each hashes at once: unless told otherwise,
    together no more than there are cores.
    """
    workers = int(environment.get("WEB_WORKERS") or min(cores(), 4))
    at_once = environment.get("PASSWORD_HASHES_AT_ONCE") or max(1, cores() // workers)
    return {"WEB_WORKERS": str(workers), "PASSWORD_HASHES_AT_ONCE": str(at_once)}


@dataclass
class Member:
    """One process of the stack, leader of its own process group, so that it ends with all its children."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    output: int | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it (again)."""
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command,
            cwd=ROOT,
            env=dict(self.environment),
            stdout=self.output,
            start_new_session=True,
            umask=OWNER_ONLY,
        )

    @property
    def running(self) -> bool:
        """Whether its first process lives."""
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Signal the whole group."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def stop(self) -> None:
        """Ask it to end, and after a while make it."""
        if self.process is None:
            return
        self.send(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_TIMEOUT_S)
        self.send(signal.SIGKILL)
        self.process.wait()


@dataclass
class Stack:
    """Start with `with`; ends with it.

    Args:
        host, port: where the server listens.
        sandbox: stand in for each provider that has no key.
        environment: settings for all processes, on top of this process's own environment.
    """

    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    sandbox: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    sandboxed: list[str] = field(default_factory=list)
    _settings: dict[str, str] = field(default_factory=dict)
    _counts: TemporaryDirectory[str] | None = None

    @property
    def url(self) -> str:
        """The server's address, without a path."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  # compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def member(self, name: str) -> Member:
        """The process called `sandbox`, `server` or `worker`."""
        return next(each for each in self.members if each.name == name)

    def __enter__(self) -> Self:
        """Raises: StackError."""
        if not _can_bind(self.host, self.port):
            raise StackError(f"{self.host}:{self.port} is in use. Choose another PORT.")
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End all processes, the last started first."""
        for member in reversed(self.members):
            member.stop()
        if self._counts:
            self._counts.cleanup()

    def manage(self, *command: str) -> int:
        """Run a management command with the stack's own settings. Returns: its exit code."""
        done = subprocess.run(  # noqa: S603  # our own commands
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._settings,
            check=False,
            umask=OWNER_ONLY,
        )
        return done.returncode

    def revive(self) -> None:
        """Start again what has died."""
        for member in self.members:
            if not member.running:
                print(f"{member.name} has ended; starting it again", file=sys.stderr, flush=True)  # noqa: T201  # for whoever watches
                member.send(signal.SIGKILL)
                member.start()

    def _start(self) -> None:
        environment = self._settings
        environment |= {**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"}
        environment["ALLOWED_HOSTS"] = ",".join(
            filter(None, [environment.get("ALLOWED_HOSTS"), "localhost,127.0.0.1,[::1]", self.host])
        )
        environment.setdefault("APP_URL", self.url)
        if self.sandbox:
            environment |= self._start_sandbox(environment)
            # The bot signs up everybody from one address, and asks more than any person.
            for limit in ("SIGNUPS_PER_ADDRESS", "POINTS_PER_ADDRESS", "POINTS_PER_USER"):
                environment.setdefault(limit, "0")
        if environment.get("METRICS_TOKEN"):  # where the server processes tell each other what they counted
            self._counts = TemporaryDirectory(prefix="social-counts-")
            environment["PROMETHEUS_MULTIPROC_DIR"] = self._counts.name
        if self.manage("migrate", "--verbosity", "0"):
            raise StackError("The database could not be migrated; see above.")
        environment |= share_cores(environment)
        server = [
            *[
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--host",
                self.host,
                "--port",
                str(self.port),
            ],
            *[
                "--workers",
                environment["WEB_WORKERS"],
                "--blocking-threads",
                "12",
                "--respawn-failed-workers",
                "--no-ws",
            ],
            *["--log-level", "error", "--workers-kill-timeout", "5", "social.wsgi:application"],
        ]
        self._add("server", server, environment)
        self._add("worker", [sys.executable, "manage.py", "worker"], environment)
        self._await(f"{self.url}/readyz", "server")

    def _start_sandbox(self, environment: Mapping[str, str]) -> dict[str, str]:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "services.sandbox", "--port", str(port)]
        self._add("sandbox", command, environment, output=subprocess.DEVNULL)
        self._await(f"{url}/calls", "sandbox")
        theirs: dict[str, str] = {}
        for provider in ("HUNTER", "CLEARBIT"):
            if not environment.get(f"{provider}_API_KEY"):
                self.sandboxed.append(provider)
                theirs |= {f"{provider}_API_KEY": SANDBOX_KEY, f"{provider}_URL": url}
        return theirs

    def _add(
        self, name: str, command: list[str], environment: Mapping[str, str], *, output: int | None = None
    ) -> None:
        member = Member(name, command, environment, output)
        self.members.append(member)
        member.start()

    def _await(self, url: str, name: str) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if not self.member(name).running:
                raise StackError(f"The {name} ended while it started; see above.")
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own http address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise StackError(f"The {name} did not answer at {url} within {START_TIMEOUT_S:.0f} s.")


def _can_bind(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
