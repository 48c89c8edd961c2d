"""Settings that are the same everywhere, or that the environment decides."""

import datetime as dt
from typing import Any

from cms.settings import connections, rate_variables
from cms.settings.env import BASE_DIR, current

environment = current()

SECRET_KEY = environment.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.names("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = environment.names("CSRF_TRUSTED_ORIGINS")
DEBUG = False
PROJECT_DIR = BASE_DIR

# --- Rooms and libraries -----------------------------------------------------------------------

INSTALLED_APPS = [
    "cms.publishing",
    "cms.content",
    "cms.api",
    "cms.syndication",
    "home",
    "projects",
    "news",
    "search",
    # For `manage.py contract` alone: no models, nothing at a request.
    "frontend_contract",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.table_block",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    # Brings modelsearch with it; listing modelsearch as well fails at the first save.
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    # Counts failed log-ins: docs/adr/0070-log-in.md.
    "axes",
    "cms.accounts",
    "graphene_django",
    # After wagtail.snippets: before it every GraphQL type of a snippet is missing.
    "grapple",
]

MIDDLEWARE = [
    "cms.api.middleware.WithoutCookiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cms.api.middleware.RequestRatesMiddleware",
    "cms.accounts.middleware.BusyHashingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Collects what an admin request changes, and reconciles it before its commit.
    "cms.publishing.middleware.PublishingTransactionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Answers those who are locked out; has to be the last.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "cms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Data --------------------------------------------------------------------------------------

DATABASES = connections.databases(environment)
# Which of them the delivery plane reads through.
DELIVERY_DATABASE_ALIAS = "delivery" if "delivery" in DATABASES else "default"
ITEM_CACHE_BYTES = environment.number("ITEM_CACHE_BYTES")
CACHES = connections.caches(environment)
STORAGES = connections.storages(environment)
# Whole answers of the GraphQL endpoint: docs/how-to/cache-answers.md.
ANSWER_CACHE_BYTES = environment.number("ANSWER_CACHE_BYTES")
ANSWER_MAX_AGE_SECONDS = environment.number("ANSWER_MAX_AGE_SECONDS")
ANSWER_SHARED_MAX_AGE_SECONDS = environment.number("ANSWER_SHARED_MAX_AGE_SECONDS")
ANSWER_STALE_SECONDS = environment.number("ANSWER_STALE_SECONDS")
ANSWER_TAG_HEADERS = [name for name in environment.names("ANSWER_TAG_HEADERS") if name != "-"]
SESSION_ENGINE = "cms.sessions"

# There is no MEDIA_URL: storages give files no address. docs/adr/0061-files-by-object.md
MEDIA_ROOT = environment.path("MEDIA_ROOT")
STATIC_ROOT = environment.path("STATIC_ROOT")
STATIC_URL = "/static/"
# A profile with many rows in its panels sends more fields than Django's default of 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Languages and time ------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("bg", "Български")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Sofia"

# --- Accounts ----------------------------------------------------------------------------------

_PASSWORD = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_PASSWORD}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_PASSWORD}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_PASSWORD}.CommonPasswordValidator"},
    {"NAME": f"{_PASSWORD}.NumericPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
# The first one lets nobody in; it refuses those who are locked out.
AUTHENTICATION_BACKENDS = [
    "cms.accounts.lock_out.LockOutBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# New passwords get the first; the others read what another installation has made.
PASSWORD_HASHERS = [
    "cms.accounts.hashing.BoundedPBKDF2PasswordHasher",
    "cms.accounts.hashing.BoundedPBKDF2SHA1PasswordHasher",
    "cms.accounts.hashing.BoundedScryptPasswordHasher",
]
PASSWORDS_AT_ONCE = environment.number("PASSWORDS_AT_ONCE")
WAGTAILADMIN_USER_LOGIN_FORM = "cms.accounts.forms.LogInForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "cms.accounts.forms.PasswordResetForm"
AXES_HANDLER = "cms.accounts.lock_out.FailureCounter"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = environment.number("LOG_IN_FAILURES_MAX")
LOG_IN_FAILURES_PER_ADDRESS = environment.number("LOG_IN_FAILURES_PER_ADDRESS")
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
# What is tried while somebody is locked out neither counts nor makes it longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "cms.accounts.lock_out.address_of"
AXES_USERNAME_CALLABLE = "cms.accounts.lock_out.account_of"
AXES_LOCKOUT_CALLABLE = "cms.accounts.lock_out.refuse"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next", "return_url"]
# Successful log-ins are not its business, and cms.accounts writes the log.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

# --- Addresses ---------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = environment.text("SITE_NAME")
WAGTAILADMIN_BASE_URL = environment.text("ADMIN_BASE_URL").rstrip("/")
# Where visitors read the content, when a site has no address of its own.
FRONTEND_BASE_URL = environment.text("FRONTEND_BASE_URL").rstrip("/")
# Where visitors fetch published pictures and documents, and portals calendars and harvests.
FILES_BASE_URL = environment.text("FILES_BASE_URL").rstrip("/") or WAGTAILADMIN_BASE_URL

# --- Wagtail -----------------------------------------------------------------------------------

WAGTAILIMAGES_IMAGE_MODEL = "content.Image"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.content.uploads.ImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
# What else bounds a picture before it is unpacked: docs/adr/0067-pictures-in-a-child-process.md
IMAGE_SIDE_MAX_PIXELS = 16_000
IMAGE_PROFILE_MAX_BYTES = 2 * 1024 * 1024
IMAGE_RENDITION_AVIF = environment.flag("IMAGE_RENDITION_AVIF")
WAGTAILDOCS_DOCUMENT_MODEL = "content.Document"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.content.uploads.DocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.content.search_backend"}}
# The admin calls nobody: no update check, no news banner, no avatars from elsewhere.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Only these two are asked about an embed, and only when an editor inserts one.
WAGTAILEMBEDS_FINDERS = [
    {
        "class": "cms.syndication.embeds",
        "providers": [
            {
                "endpoint": "https://www.youtube.com/oembed",
                "urls": [
                    r"^https://(?:www\.)?youtube\.com/(?:watch|shorts/|live/|playlist).+$",
                    r"^https://youtu\.be/.+$",
                ],
            },
            {
                "endpoint": "https://vimeo.com/api/oembed.{format}",
                "urls": [r"^https://(?:www\.|player\.)?vimeo\.com/.+$"],
            },
        ],
    }
]

# --- GraphQL -----------------------------------------------------------------------------------

GRAPPLE = {
    "APPS": ["content", "home", "projects", "news"],
    "AUTO_CAMELCASE": True,
    "EXPOSE_GRAPHIQL": False,
    "ADD_SEARCH_HIT": False,
    "PAGE_SIZE": 20,
    "MAX_PAGE_SIZE": 100,
    "RICHTEXT_FORMAT": "html",
    "PAGE_INTERFACE": "cms.content.types.PageInterface",
    "SNIPPET_INTERFACE": "cms.content.types.SnippetInterface",
}
# What one request and one client may ask for: docs/how-to/bound-what-clients-ask.md.
GRAPHQL_BODY_MAX_BYTES = environment.number("GRAPHQL_BODY_MAX_BYTES")
GRAPHQL_CHARACTERS_MAX = environment.number("GRAPHQL_CHARACTERS_MAX")
GRAPHQL_TOKENS_MAX = environment.number("GRAPHQL_TOKENS_MAX")
GRAPHQL_COMMENTS_MAX = environment.number("GRAPHQL_COMMENTS_MAX")
GRAPHQL_DEPTH_MAX = environment.number("GRAPHQL_DEPTH_MAX")
GRAPHQL_INTROSPECTION_DEPTH_MAX = environment.number("GRAPHQL_INTROSPECTION_DEPTH_MAX")
GRAPHQL_ROOT_FIELDS_MAX = environment.number("GRAPHQL_ROOT_FIELDS_MAX")
GRAPHQL_FIELDS_MAX = environment.number("GRAPHQL_FIELDS_MAX")
GRAPHQL_ALIASES_MAX = environment.number("GRAPHQL_ALIASES_MAX")
GRAPHQL_DIRECTIVES_MAX = environment.number("GRAPHQL_DIRECTIVES_MAX")
GRAPHQL_FRAGMENTS_MAX = environment.number("GRAPHQL_FRAGMENTS_MAX")
GRAPHQL_OPERATIONS_MAX = environment.number("GRAPHQL_OPERATIONS_MAX")
GRAPHQL_VALUES_MAX = environment.number("GRAPHQL_VALUES_MAX")
GRAPHQL_COST_MAX = environment.number("GRAPHQL_COST_MAX")
GRAPHQL_INTROSPECTION_COST_MAX = environment.number("GRAPHQL_INTROSPECTION_COST_MAX")
GRAPHQL_STATEMENTS_MAX = environment.number("GRAPHQL_STATEMENTS_MAX")
GRAPHQL_DEADLINE_SECONDS = environment.number("GRAPHQL_DEADLINE_SECONDS")
GRAPHQL_ANSWER_MAX_BYTES = environment.number("GRAPHQL_ANSWER_MAX_BYTES")
GRAPHQL_RATE_PER_MINUTE = environment.number("GRAPHQL_RATE_PER_MINUTE")
GRAPHQL_RATE_BURST = environment.number("GRAPHQL_RATE_BURST")
REQUESTS_AT_ONCE = environment.number("REQUESTS_AT_ONCE")
ONE_THREAD_LEADS = environment.flag("ONE_THREAD_LEADS")
BODIES_AT_ONCE = environment.number("BODIES_AT_ONCE")
TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT")
# Requests a minute of one client, by surface; GraphQL counts cost instead.
REQUEST_RATES = {
    surface: environment.number(rate_variables.variable_of(surface))
    for surface in rate_variables.SURFACES
}
EVENTS_STREAMS_PER_CLIENT = environment.number("EVENTS_STREAMS_PER_CLIENT")
# Who may read it, and what may be asked: docs/how-to/close-the-api.md.
GRAPHQL_CORS_ORIGINS = environment.names("GRAPHQL_CORS_ORIGINS")
GRAPHQL_SCHEMA_PUBLIC = environment.flag("GRAPHQL_SCHEMA_PUBLIC")
GRAPHQL_TRUSTED_ONLY = environment.flag("GRAPHQL_TRUSTED_ONLY")
GRAPHQL_DOCUMENTS_FILE = BASE_DIR / "frontend_contract" / "generated" / "documents.json"
# GraphiQL and the start page are for developers.
GRAPHIQL_ENABLED = False
START_PAGE_ENABLED = False
# The account that `manage.py demo` makes. Empty means none: only development has one.
DEMO_LOGIN = ""
DEMO_PASSWORD = ""

# --- Outbound ----------------------------------------------------------------------------------

# https on port 443 of public addresses may always be called, these by decision only.
OUTBOUND_ALLOW_HTTP = environment.flag("OUTBOUND_ALLOW_HTTP")
OUTBOUND_ALLOW_LOOPBACK = environment.flag("OUTBOUND_ALLOW_LOOPBACK")

# --- Operators ---------------------------------------------------------------------------------

# docs/how-to/watch-it.md
METRICS_TOKEN = environment.text("METRICS_TOKEN")
METRICS_ON_LOOPBACK = environment.flag("METRICS_ON_LOOPBACK")
METRICS_DIR = environment.text("METRICS_DIR")
SLOW_OPERATION_MILLISECONDS = environment.number("SLOW_OPERATION_MILLISECONDS")
API_USAGE_DAYS = environment.number("API_USAGE_DAYS")
TRACES_URL = environment.text("TRACES_URL")
# A thread of each process writes down what was counted; a test's database is not for it.
COUNT_IN_BACKGROUND = True

# --- Syndication -------------------------------------------------------------------------------

SYNC_RETENTION_DAYS = environment.number("SYNC_RETENTION_DAYS")

# Caches in front of the frontends: docs/how-to/purge-a-cdn.md.
# Caches are told once no process answers with what was true before: docs/adr/0046-answer-cache.md.
PURGE_AFTER_SECONDS = 1.0
PURGE_URL = environment.text("PURGE_URL")
PURGE_TOKEN = environment.text("PURGE_TOKEN")
WAGTAILFRONTENDCACHE = connections.front_caches(environment)

# --- Mail and log ------------------------------------------------------------------------------

EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_PORT = environment.number("EMAIL_PORT")
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "cms.mail.UnsentMailBackend"
)
# Nobody is promised a mail that cannot be sent.
WAGTAIL_PASSWORD_RESET_ENABLED = bool(EMAIL_HOST)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "cms.logs.KnowsItsRequest"},
        "reset_links": {"()": "cms.logs.WithoutResetLinks"},
        "refusals": {"()": "cms.logs.WithoutRefusals"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}]: {message}", "style": "{"},
        "json": {"()": "cms.logs.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": environment.text("LOG_FORMAT"),
            "filters": ["refusals", "request", "reset_links"],
        }
    },
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL")},
    "loggers": {
        "django": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "PIL": {"level": "INFO"},
        "axes": {"level": "ERROR"},
        # Two lines for every row that is indexed say nothing that anybody acts on.
        "django_tasks": {"level": "WARNING"},
    },
}
