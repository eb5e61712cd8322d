"""The server's door for queries and mutations."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "social.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  # after Django is set up

from accounts.providers import describe  # noqa: E402

if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Here, not in the settings: the worker and the commands may take longer.
    options = settings.DATABASES["default"].setdefault("OPTIONS", {})
    timeout = f"-c statement_timeout={settings.STATEMENT_TIMEOUT_S * 1000:.0f}"
    options["options"] = f"{options.get('options', '')} {timeout}".strip()

verifier, enricher = describe()
logging.getLogger(__name__).info("serving", extra={"verifier": verifier, "enricher": enricher})
