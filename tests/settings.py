"""The project's settings as tests need them: nothing of the developer's own `.env`, and fast passwords."""

import os
import tempfile

os.environ |= {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "for tests alone: nobody draws such a key at random",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",
    "LOG_LEVEL": "WARNING",
    "DATA_EXPORT_DIR": os.path.join(tempfile.gettempdir(), f"social-test-{os.getuid()}-exports"),
    "EMAIL_URL": "memorymail://",
    # A file, not memory: threads and processes share it, as in production.
    "TEST_SQLITE_FILE": os.path.join(
        tempfile.gettempdir(), f"social-test-{os.getuid()}-{os.getppid()}.sqlite3"
    ),
}
for provider in ("HUNTER_API_KEY", "HUNTER_URL", "CLEARBIT_API_KEY", "CLEARBIT_URL", "ENRICHER"):
    os.environ.pop(provider, None)

from social.settings import *  # noqa: E402, F403  # after the environment is set

# Tests of limits set their own.
FAILED_SIGN_INS_PER_PAIR = FAILED_SIGN_INS_PER_ADDRESS = FAILED_SIGN_INS_PER_ACCOUNT = None
SIGNUPS_PER_ADDRESS = RESET_MAILS_PER_ADDRESS = CONFIRMATION_MAILS_PER_ACCOUNT = None
POINTS_PER_USER = POINTS_PER_ADDRESS = None
