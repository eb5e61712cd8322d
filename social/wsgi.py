"""The server's door for queries and mutations."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "social.settings")
application = get_wsgi_application()

from accounts.providers import describe  # noqa: E402  # after Django is set up

verifier, enricher = describe()
logging.getLogger(__name__).info("serving", extra={"verifier": verifier, "enricher": enricher})
