"""`manage.py seed_demo`: fill an empty network with made-up people and what they do."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.passwords import hash_password
from content.seed.network import Network, Taken
from content.seed.sizes import KNOWN, Sizes, TooLarge
from content.seed.tables import writing

PASSWORD = "try the network"  # noqa: S105  # it is printed: nothing in a made-up network is secret


class Command(BaseCommand):
    """One transaction: all of it or nothing."""

    help = "Write a believable network, the same for the same seed, for trying the API and for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of everything; and which network of that size."""
        parser.add_argument("--users", type=int, default=1_000, help="how many people (default 1,000)")
        parser.add_argument("--posts", type=int, default=10_000, help="how many posts (default 10,000)")
        parser.add_argument("--likes", type=int, default=50_000, help="how many likes (default 50,000)")
        parser.add_argument("--follows", type=int, default=20_000, help="how many follows (default 20,000)")
        parser.add_argument("--seed", type=int, default=1, help="another number makes another network")
        parser.add_argument("--password", default=PASSWORD, help=f'everybody\'s (default "{PASSWORD}")')

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError, when more was asked for than can be, or a name is taken."""
        started = time.monotonic()
        try:
            sizes = Sizes(**{name: options[name] for name in ("users", "posts", "likes", "follows")})
            password = hash_password(options["password"], salt=f"{options['seed']:022}")
            network = Network(sizes, seed=options["seed"], password=password)
            network.check_free()
        except TooLarge as error:
            raise CommandError(str(error)) from None
        except Taken as error:
            raise CommandError(f"{error} Seed a fresh database.") from None
        rows = self._write(network)
        took_s = time.monotonic() - started
        self.stdout.write(f"{rows:,} rows in {took_s:.1f} s: {rows / took_s:,.0f} a second")
        names = ", ".join(username for username, _ in KNOWN)
        self.stdout.write(f"Sign in as {names} or anybody else; the password is: {options['password']}")

    def _write(self, network: Network) -> int:
        with writing() as writer:
            for name, rows in network.steps():
                started, before = time.monotonic(), writer.written
                writer.write(rows)
                number, took_s = writer.written - before, time.monotonic() - started
                self.stdout.write(f"{name}: {number:,} rows in {took_s:.1f} s")
            self.stdout.write("indexes …")
        return writer.written
