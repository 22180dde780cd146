"""Settings. What an operator may change comes from the environment; `docs/operations.md` has all.

Nothing here is secret: SECRET_KEY and the keys of budgets and offers are made at start and never
stored, the pepper is read from outside the data directory.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django import forms

from safety_app import configuration, environment
from safety_app.start_keys import start_key, start_secret
from safety_app.vault.passphrase import PRODUCTION_COST

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = configuration.data_directory()

# The demo runs on plain http: cookies without the __Host- prefix. Nothing else may.
DEMO = environment.flag("NIGHTJAR_DEMO")
DEBUG = environment.flag("NIGHTJAR_DEBUG")

SITE_NAME = environment.text("SITE_NAME")
ALLOWED_HOSTS, HOSTS_WITH_PORT = configuration.hosts(environment.words("NIGHTJAR_HOSTS"))

PEPPER = configuration.read_pepper(DATA_DIR)
CACHE_URL = environment.text("CACHE_URL")

# Made at every start, or shared in memory: nothing signed with these has to last.
_START_SECRET = start_secret(CACHE_URL, PEPPER)
SECRET_KEY = start_key(_START_SECRET, "forms").hex()
BUDGET_KEY = start_key(_START_SECRET, "budgets")
OFFER_KEY = start_key(_START_SECRET, "offers")  # of the passphrases that forms offer

# Whether a timer runs `manage.py housekeep`, so that the server does not start it.
HOUSEKEEPING_BY_TIMER = environment.flag("NIGHTJAR_HOUSEKEEPING_BY_TIMER")

# A local socket that tells figures (`server.metrics`); none unless the operator names it.
METRICS_SOCKET = environment.text("NIGHTJAR_METRICS_SOCKET")

EPOCH_PIN_FILE = Path(environment.text("NIGHTJAR_EPOCH_PIN_FILE") or DATA_DIR / "epoch-pin.json")
SIGN_IN_COST = PRODUCTION_COST

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "allauth.account",
    "csp",
    "django_ratelimit",
    "safety_app.privacy",
    "safety_app.accounts",
    "alerts",
    "resources.pages",
    "resources.translation",
    "resources.directory",
    "resources.doctor",
    "resources.booking",
]

MIDDLEWARE = [
    "safety_app.privacy.middleware.response_timing.response_timing",
    "safety_app.privacy.middleware.public_cache.public_cache",
    "safety_app.privacy.middleware.headers.headers",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "safety_app.privacy.middleware.padding.padding",
    "safety_app.privacy.middleware.request_limits.request_limits",
    "safety_app.privacy.middleware.interface_texts.interface_texts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "safety_app.privacy.middleware.idle_lock.idle_lock",
    "safety_app.accounts.middleware.approved_applicants.approved_applicants",
    "safety_app.accounts.middleware.trusted_row.trusted_row",
    "safety_app.accounts.middleware.form_budget.form_budget",
    "safety_app.privacy.middleware.post_redirect_get.post_redirect_get",
    "safety_app.privacy.middleware.daily_housekeeping.daily_housekeeping",
    "safety_app.privacy.middleware.rewrite_after_writes.rewrite_after_writes",
]

ROOT_URLCONF = "safety_app.urls"
WSGI_APPLICATION = "safety_app.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Django's own widgets come after ours of the same name.
        "DIRS": [BASE_DIR / "templates", Path(forms.__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "safety_app.context.frame",
            ],
            "builtins": ["safety_app.template_tags", "safety_app.template_filters"],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["safety_app.template_loader.Loader"])
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

CONNECTION_SECONDS = 10 * 60
# What a page waits for PostgreSQL once it has a connection, then 503. SQLite has its own below.
STATEMENT_SECONDS = 10
# IMMEDIATE: a transaction takes the write lock at once instead of failing halfway.
# secure_delete overwrites what is deleted; the journal is emptied by housekeeping.
# Threads keep their connection for a while: opening one costs more than a whole page from memory.
# PostgreSQL's are in a pool, with one for each thread at most (`server.limits`), so none waits.
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
        conn_max_age=CONNECTION_SECONDS,
        conn_health_checks=True,
    ),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=100;"
            "PRAGMA cache_size=-512"
        ),
    }
    # Where a large file's copy is while it is rewritten (`privacy.storage.rewrite_file`): on the
    # same encrypted volume, never in /tmp.
    os.environ["SQLITE_TMPDIR"] = str(DATA_DIR)
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Only with this database: its library takes 5 MB.
    from safety_app.privacy.backends.postgres_connection import Connection

    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps them
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "connection_class": Connection,
        "min_size": 1,
        "max_size": 30,
        "max_idle": CONNECTION_SECONDS,
        "timeout": 5,  # seconds that a page waits while the server is away, then 503
    }
# For Django's own tables only, which hold nothing of anyone; ours all say RandomIdField.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_SECONDS = 3
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CACHE_URL,
            "OPTIONS": {
                "serializer": "safety_app.privacy.backends.cache_serializer.PlainSerializer",
                # One that is frozen would hold every thread for good: 503 instead (`errors`).
                "socket_timeout": CACHE_SECONDS,
                "socket_connect_timeout": CACHE_SECONDS,
            },
        }
        if CACHE_URL
        else {
            "BACKEND": "safety_app.privacy.backends.memory_cache.MemoryCache",
            "LOCATION": "sessions",
            # The default of 300 would drop sessions at the 301st.
            "OPTIONS": {"MAX_ENTRIES": 200_000},
        }
    )
}

# django-ratelimit refuses memory that processes do not share (E003) and warns of any client but its
# own (W001). Memory of our own comes with one process, which counts under a lock: checks.py stops
# several processes without CACHE_URL (nightjar.E010) and every other kind of cache (nightjar.E009).
# Django's client for Redis and Valkey counts in the server: tests/privacy/test_exact_budgets.py.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

SESSION_ENGINE = "safety_app.sealed_sessions"
SESSION_IDLE_SECONDS = 15 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # gone with the browser
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
# What a PIN does not bring back: that the passphrase was typed a moment ago (allauth's key).
SESSION_ENDS_AT_LOCK = ("account_authentication_methods",)
SESSION_COOKIE_NAME = "s" if DEMO else "__Host-s"
CSRF_COOKIE_NAME = "c" if DEMO else "__Host-c"
CSRF_FAILURE_VIEW = "safety_app.privacy.errors.csrf_failure"

AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["safety_app.accounts.backend.SealedBackend"]
LOGIN_URL = "accounts:sign_in"

# allauth's account layer; docs/decisions/0019 says what of it is used.
ACCOUNT_ADAPTER = "safety_app.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_LOGIN_TIMEOUT = 2 * 60  # for the second step
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Its own put network addresses into the names of cache entries; ours are in `privacy.budgets`.
ACCOUNT_RATE_LIMITS = False

SECURE_CONTENT_TYPE_NOSNIFF = True
# Under no-referrer browsers post `Origin: null`, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEMO else 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        # No script may turn text into script: none of ours does, and no other can begin to.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
}

# Nothing here uses any of these, so nothing that slips in can. Security keys are for our own pages.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "accelerometer": [],
    "autoplay": [],
    "browsing-topics": [],
    "camera": [],
    "clipboard-read": [],
    "display-capture": [],
    "encrypted-media": [],
    "fullscreen": [],
    "geolocation": [],
    "gyroscope": [],
    "hid": [],
    "idle-detection": [],
    "local-fonts": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "picture-in-picture": [],
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
    "screen-wake-lock": [],
    "serial": [],
    "usb": [],
    "xr-spatial-tracking": [],
}

# A form here is small; anything larger is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
# Only pages that say so take a file, and only one: see `privacy.backends.uploads`.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["safety_app.privacy.backends.uploads.InMemory"]

LOCALE_PATHS = [BASE_DIR / "locale"]
# All languages, in the order of the menu; NIGHTJAR_LANGUAGES chooses among them and reorders.
# A sixteenth language stands here once its screens were looked at; its catalogue can come before.
ALL_LANGUAGES = {
    "es": "Español",
    "en": "English",
    "fr": "Français",
    "ro": "Română",
    "bg": "Български",
    "pt-br": "Português (Brasil)",
    "zh-hans": "简体中文",
    "ru": "Русский",
    "uk": "Українська",
    "hu": "Magyar",
    "sq": "Shqip",
    "ar": "العربية",
    "th": "ไทย",
    "pl": "Polski",
    "de": "Deutsch",
}
LANGUAGES = configuration.offered_languages(
    environment.words("NIGHTJAR_LANGUAGES"),
    ALL_LANGUAGES,
    LOCALE_PATHS[0],
)
# What pages can be written in, also before the site itself speaks it.
ALL_PAGE_LANGUAGES = {**ALL_LANGUAGES, "it": "Italiano"}
PAGE_LANGUAGES = configuration.page_languages(
    environment.words("NIGHTJAR_PAGE_LANGUAGES"),
    ALL_PAGE_LANGUAGES,
    LANGUAGES,
)
LANGUAGE_CODE = "en"
# How long a process may show a text of the interface that was corrected in another one.
INTERFACE_TEXTS_SECONDS = 5
USE_TZ = True
TIME_ZONE = "UTC"

# To whom somebody can write who finds a hole in the program or its server.
# Public keys (age1…) that backups are sealed to; the secret halves are never here.
BACKUP_KEYS = environment.words("NIGHTJAR_BACKUP_KEYS")

SECURITY_CONTACT = environment.text("NIGHTJAR_SECURITY_CONTACT")

# Where "Leave" goes: an encyclopedia is what anybody may have open, and a page in another language
# than the reader's would ask for a reason. The bare addresses lead to the first page, whatever its
# name, and take few bytes of every page. Wikipedia is blocked in mainland China, where a page that
# never opens would leave ours on the screen: readers of Chinese get the weather.
NEUTRAL_SITES = {
    "en": "https://en.wikipedia.org/wiki/Main_Page",
    "es": "https://es.wikipedia.org/wiki/Wikipedia:Portada",
    "fr": "https://fr.wikipedia.org/wiki/Accueil",
    "ro": "https://ro.wikipedia.org/",
    "bg": "https://bg.wikipedia.org/",
    "pt-br": "https://pt.wikipedia.org/",
    "zh-hans": "https://www.weather.com.cn/",
    "ru": "https://ru.wikipedia.org/",
    "uk": "https://uk.wikipedia.org/",
    "hu": "https://hu.wikipedia.org/",
    "sq": "https://sq.wikipedia.org/",
    "ar": "https://ar.wikipedia.org/",
    "th": "https://th.wikipedia.org/",
    "pl": "https://pl.wikipedia.org/",
    "de": "https://de.wikipedia.org/",
}
NEUTRAL_SITE = environment.text("NIGHTJAR_NEUTRAL_SITE")

# The countries offered first; every other one is a button away.
NEAR_COUNTRIES = environment.words("NIGHTJAR_COUNTRIES")
HOME_COUNTRY = environment.text("NIGHTJAR_HOME_COUNTRY")

# Police may be described, but who they are is taken only after legal advice.
POLICE_IDENTIFIERS = environment.flag("NIGHTJAR_POLICE_IDENTIFIERS")

# After a rotation alerts move to the new key by themselves, in a thread of this process.
REENCRYPT_IN_BACKGROUND = True
# SQLite's file keeps no order of what was written (`privacy.retention.rewrite`).
REWRITE_AFTER_WRITES = True

# "review" holds levels 0 to 2 back until reviewed; level 3 is never held back.
PUBLISH = environment.text("NIGHTJAR_PUBLISH")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only files of our own: packages bring scripts along that nothing here uses.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "staticfiles": {"BACKEND": "safety_app.privacy.backends.static_files.SmallStaticFiles"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Nothing about a person or a request: no access log, no request in an error.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "formatters": {"plain": {"()": "safety_app.privacy.backends.logs.BareFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # What was refused. Anybody can have anything refused, as often as they like.
        "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "waitress": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
