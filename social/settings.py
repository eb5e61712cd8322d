"""Every setting, typed and read once from the environment (or from the file `.env`)."""

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from limits import RateLimitItem, parse

from social.cores import cores
from social.logs import logging_config
from social.strength import is_guessable

django_stubs_ext.monkeypatch()  # lets Django's generic classes be written with their types

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(env.str("ENV_FILE", str(BASE_DIR / ".env")))


def _limit(text: str) -> RateLimitItem | None:
    """A limit as it is written in the environment; 0 is none."""
    try:
        return None if text.strip() == "0" else parse(text)
    except ValueError:
        raise ImproperlyConfigured(
            f'{text!r} is no limit. Write it like "10/hour" or "10/15 minutes", or 0 for none.'
        ) from None


def _origin(text: str) -> str:
    """An origin as browsers send it, or it would never match; `null` is anybody's."""
    host = r"([a-z0-9._-]+|\[[0-9a-f:]+\])"
    if not re.fullmatch(rf"(http://(?!.*:80$)|https://(?!.*:443$)){host}(:\d{{1,5}})?", text.strip()):
        raise ImproperlyConfigured(
            f"CORS_ALLOWED_ORIGINS: {text!r} is no origin as browsers send it. Write it like "
            "https://app.example.com or http://localhost:3000: in lower case, without a path or a slash at "
            "the end, without *, without the port that the scheme implies."
        )
    return text.strip()


def _refuse_guessable(name: str, *secrets: str) -> None:
    if not DEBUG and any(map(is_guessable, secrets)):
        raise ImproperlyConfigured(
            f"{name} has a secret that others know or guess. Draw one at random, as `make .env` does."
        )


# --- Core ---------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 32 random characters, in the environment or in .env. "
        "`make .env` writes such a file."
    )
_refuse_guessable("SECRET_KEY", SECRET_KEY)
_refuse_guessable("SECRET_KEY_FALLBACKS", *SECRET_KEY_FALLBACKS)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "graphene_django",
    "social",
    "accounts",
    "content",
    "schema",
]
MIDDLEWARE = [
    "social.request_ids.RequestIdMiddleware",
    # Above whatever answers by itself (redirects, static files, errors): their headers are on every answer.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "social.caching.NoStoreMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
# Both /graphql and /graphql/ are served as they stand: a redirect would lose the body of a POST.
APPEND_SLASH = False
ROOT_URLCONF = "social.urls"
WSGI_APPLICATION = "social.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = True  # served from the apps' own folders: no collecting step to forget

# --- Database -----------------------------------------------------------------------------------------

REQUEST_TIMEOUT_S = env.float("REQUEST_TIMEOUT_S", 10)
STATEMENT_TIMEOUT_S = env.float("STATEMENT_TIMEOUT_S", 5)
SQLITE_OPTIONS = {
    # A transaction that means to write says so at its start: no deadlock half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": REQUEST_TIMEOUT_S,
    # FULL: what was acknowledged is on disk, even when the power fails.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
DEFAULT_SQLITE_FILE = BASE_DIR / "var" / "social.sqlite3"
DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{DEFAULT_SQLITE_FILE}")}
if DATABASES["default"]["NAME"] == str(DEFAULT_SQLITE_FILE):  # a fresh clone has no such folder
    DEFAULT_SQLITE_FILE.parent.mkdir(mode=0o700, exist_ok=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_SQLITE_FILE", "") or None}
else:
    DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
    # As the manual has it for disks without heads. By the default, PostgreSQL rather reads short tables whole
    # and sorts long lists.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c random_page_cost=1.1")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who is asking ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = env.list("PASSWORD_HASHERS", default=["accounts.passwords.Argon2idHasher"])
# Of this process. `manage.py serve` shares the cores out among its server processes.
PASSWORD_HASHES_AT_ONCE = env.int("PASSWORD_HASHES_AT_ONCE", cores())
if PASSWORD_HASHES_AT_ONCE < 1:
    raise ImproperlyConfigured("PASSWORD_HASHES_AT_ONCE must be at least 1.")
PASSWORD_MIN_LENGTH = 10
PASSWORD_MAX_LENGTH = 128
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "display_name")},
    },
    {"NAME": "accounts.passwords.ContextWordValidator"},
]
PASSWORD_CONTEXT_WORDS = env.list("PASSWORD_CONTEXT_WORDS", default=["social", "network", "graphql"])
ACCESS_TOKEN_LIFETIME = timedelta(seconds=env.int("ACCESS_TOKEN_LIFETIME_S", 300))
REFRESH_TOKEN_IDLE = timedelta(days=env.int("REFRESH_TOKEN_IDLE_DAYS", 30))
SESSION_LIFETIME = timedelta(days=env.int("SESSION_LIFETIME_DAYS", 90))
REFRESH_TOKEN_GRACE = timedelta(seconds=env.int("REFRESH_TOKEN_GRACE_S", 10))

# Attempts to get in.
FAILED_SIGN_INS_PER_PAIR = _limit(env.str("FAILED_SIGN_INS_PER_PAIR", "10/15 minutes"))
FAILED_SIGN_INS_PER_ADDRESS = _limit(env.str("FAILED_SIGN_INS_PER_ADDRESS", "30/15 minutes"))
FAILED_SIGN_INS_PER_ACCOUNT = _limit(env.str("FAILED_SIGN_INS_PER_ACCOUNT", "100/hour"))
SIGNUPS_PER_ADDRESS = _limit(env.str("SIGNUPS_PER_ADDRESS", "10/hour"))
RESET_MAILS_PER_ADDRESS = _limit(env.str("RESET_MAILS_PER_ADDRESS", "5/hour"))
CONFIRMATION_MAILS_PER_ACCOUNT = _limit(env.str("CONFIRMATION_MAILS_PER_ACCOUNT", "5/hour"))
# Where they are counted; empty: in the database.
REDIS_URL = env.str("REDIS_URL", "")
# Whose X-Forwarded-For is believed: our own proxies' networks.
try:
    TRUSTED_PROXIES = [ip_network(text.strip()) for text in env.list("TRUSTED_PROXIES", default=[])]
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}.") from None

JWT_ALGORITHM = env.str("JWT_ALGORITHM", "HS256")
if JWT_ALGORITHM not in ("HS256", "EdDSA"):
    raise ImproperlyConfigured("JWT_ALGORITHM must be HS256 or EdDSA.")
JWT_ISSUER = env.str("JWT_ISSUER", "social")
# The first signs, all verify: put a new key in front, and take the old one away when its tokens are over.
JWT_KEYS = env.list(
    "JWT_KEYS", default=[SECRET_KEY, *SECRET_KEY_FALLBACKS] if JWT_ALGORITHM == "HS256" else []
)
GRAPHQL_JWT = {
    "JWT_ALGORITHM": JWT_ALGORITHM,
    "JWT_ISSUER": JWT_ISSUER,
    "JWT_AUDIENCE": env.str("JWT_AUDIENCE", JWT_ISSUER),
    "JWT_EXPIRATION_DELTA": ACCESS_TOKEN_LIFETIME,
    "JWT_VERIFY_EXPIRATION": True,
    "JWT_PAYLOAD_HANDLER": "accounts.tokens.jwt_payload",
    "JWT_ENCODE_HANDLER": "accounts.tokens.jwt_encode",
    "JWT_DECODE_HANDLER": "accounts.tokens.jwt_decode",
}
if JWT_ALGORITHM == "HS256" and min(map(len, JWT_KEYS), default=0) < 32:
    raise ImproperlyConfigured("Each of JWT_KEYS must have at least 32 characters.")
if JWT_ALGORITHM == "EdDSA" and not (
    JWT_KEYS and all(re.fullmatch(r"[A-Za-z0-9+/]{43}=", key) for key in JWT_KEYS)
):
    raise ImproperlyConfigured(
        "JWT_ALGORITHM=EdDSA needs JWT_KEYS: the base64 of each private key's 32 bytes."
    )
_refuse_guessable("JWT_KEYS", *JWT_KEYS)

# --- Mail, archives -----------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", f"filemail://{BASE_DIR / 'var' / 'mail'}")
if _folder := EMAIL_CONFIG["EMAIL_FILE_PATH"]:  # environ takes the slash away from `filemail:///folder`
    EMAIL_CONFIG["EMAIL_FILE_PATH"] = f"/{_folder.lstrip('/')}"
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "Social <no-reply@example.com>")
# Where a frontend takes the token of a mail's link: in the fragment, which no server and no log sees.
APP_URL = env.str("APP_URL", "http://127.0.0.1:8000").rstrip("/")
PASSWORD_RESET_LINK = env.str("PASSWORD_RESET_LINK", f"{APP_URL}/account/#reset-password={{token}}")
EMAIL_CONFIRMATION_LINK = env.str("EMAIL_CONFIRMATION_LINK", f"{APP_URL}/account/#confirm-email={{token}}")
REQUIRE_CONFIRMED_EMAIL = env.bool("REQUIRE_CONFIRMED_EMAIL", False)
DATA_EXPORT_KEPT = timedelta(days=env.int("DATA_EXPORT_KEPT_DAYS", 7))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Never served from here: `schema/exports.py` hands an archive to its owner.
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.str("DATA_EXPORT_DIR", str(BASE_DIR / "var" / "exports")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
AUDIT_KEPT = timedelta(days=env.int("AUDIT_KEPT_DAYS", 90))

# --- `manage.py serve` --------------------------------------------------------------------------------

HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
# Without a provider's key, a sandbox on loopback stands in for it.
SANDBOX = env.bool("SANDBOX", True)

# --- Third parties ------------------------------------------------------------------------------------

HUNTER_API_KEY = env.str("HUNTER_API_KEY", "")
HUNTER_URL = env.str("HUNTER_URL", "https://api.hunter.io")
CLEARBIT_API_KEY = env.str("CLEARBIT_API_KEY", "")
CLEARBIT_URL = env.str("CLEARBIT_URL", "https://person.clearbit.com")
ENRICHER = env.str("ENRICHER", "") or ("clearbit" if CLEARBIT_API_KEY else "")
SIGNUP_VERIFY_DEADLINE_S = env.float("SIGNUP_VERIFY_DEADLINE_S", 3.0)
SIGNUP_VERIFY_AT_ONCE = env.int("SIGNUP_VERIFY_AT_ONCE", 8)
PROVIDER_DEADLINE_S = env.float("PROVIDER_DEADLINE_S", 20.0)
PROVIDER_LEASE_S = env.float("PROVIDER_LEASE_S", 60.0)
PROVIDER_BACKOFF_S = env.float("PROVIDER_BACKOFF_S", 60.0)
PROVIDER_BACKOFF_MAX_S = env.float("PROVIDER_BACKOFF_MAX_S", 6 * 3600.0)
PROVIDER_GIVE_UP_DAYS = env.int("PROVIDER_GIVE_UP_DAYS", 30)
BREAKER_FAILURES = env.int("BREAKER_FAILURES", 5)
BREAKER_RESET_S = env.float("BREAKER_RESET_S", 30.0)

# --- The API ------------------------------------------------------------------------------------------

GRAPHENE = {"SCHEMA": "schema.schema.schema", "MIDDLEWARE": []}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", 100_000)
MAX_TOKENS = env.int("MAX_TOKENS", 2_000)
MAX_DIRECTIVES = env.int("MAX_DIRECTIVES", 50)
MAX_DEPTH = env.int("MAX_DEPTH", 12)
MAX_ALIASES = env.int("MAX_ALIASES", 30)
MAX_ROOT_FIELDS = env.int("MAX_ROOT_FIELDS", 20)
MAX_MUTATIONS = env.int("MAX_MUTATIONS", 10)
MAX_SIGN_INS = env.int("MAX_SIGN_INS", 1)
MAX_NODES = env.int("MAX_NODES", 10_000)
POINTS_PER_USER = _limit(env.str("POINTS_PER_USER", "5000/hour"))
POINTS_PER_ADDRESS = _limit(env.str("POINTS_PER_ADDRESS", "500/hour"))
IDEMPOTENCY_KEY_KEPT = timedelta(hours=env.int("IDEMPOTENCY_KEY_KEPT_HOURS", 48))

METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# --- Logs ---------------------------------------------------------------------------------------------

LOGGING_CONFIG = None
logging_config(level=env.str("LOG_LEVEL", "INFO"), json=env.bool("LOG_JSON", not DEBUG))

# --- Browsers -----------------------------------------------------------------------------------------

# Nothing inline, nothing evaluated, nothing from elsewhere. Only GraphiQL's page has a nonce, for a style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not `no-referrer`: with it, browsers send `Origin: null` with a form, and the admin refuses its own.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# Whose pages may call the API, and read its answers. Never with cookies: it knows none.
CORS_ALLOWED_ORIGINS = [_origin(text) for text in env.list("CORS_ALLOWED_ORIGINS", default=[])]
CORS_URLS_REGEX = r"/graphql(/|$)"
CORS_ALLOW_METHODS = ["GET", "POST"]
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "x-request-id"]
CORS_EXPOSE_HEADERS = ["x-request-id", "ratelimit", "ratelimit-policy", "retry-after", "www-authenticate"]
CORS_PREFLIGHT_MAX_AGE = 7_200  # seconds; Chromium keeps none longer
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS_ONLY", False)
SECURE_SSL_REDIRECT = env.bool("HTTPS_ONLY", False)
# Whoever looks whether the process lives asks it directly, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# Only behind a proxy that sets (and strips) this header: otherwise anybody could claim to use TLS.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if env.bool("HTTPS_ONLY", False) else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", True)
# W021 asks for `preload`: to have a domain built into browsers is its owner's step, and hard to take back.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
