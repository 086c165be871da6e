"""Everything that can be set. The only file on the Django side that reads the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from aivideo_project import admin_look, logs, media_storage, page_policy, rest
from aivideo_project import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_dotenv(BASE_DIR / env.text("ENV_FILE", ".env"))

# --- Where it listens, and with how many hands (read by the supervisor).
BIND_ADDRESS = env.text("BIND_ADDRESS", "127.0.0.1")
WEB_WORKERS = env.whole("WEB_WORKERS", 2, least=1, most=64)
WEB_THREADS = env.whole("WEB_THREADS", 16, least=1, most=256)
WORKER_THREADS = env.whole("WORKER_THREADS", 8, least=2, most=256)

PORT = env.whole("PORT", 8000, least=1, most=65535)
SANDBOX_PORT = env.whole("SANDBOX_PORT", 8001, least=1, most=65535)
DATA_DIR = (BASE_DIR / env.text("DATA_DIR", "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(DATA_DIR / "secret_key")
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY must have at least 40 characters.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
PUBLIC_BASE_URL = env.address("PUBLIC_BASE_URL", f"http://127.0.0.1:{PORT}")
HTTPS_ONLY = env.flag("HTTPS_ONLY", PUBLIC_BASE_URL.startswith("https://"))

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_filters",
    "csp",
    "accounts",
    "providers",
    "generation",
    "campaigns",
]

MIDDLEWARE = [
    "aivideo_project.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aivideo_project.compressed.CompressedPages",
    "aivideo_project.security.PathPolicy",
    "aivideo_project.security.edge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.presence.Presence",
]

ROOT_URLCONF = "aivideo_project.urls"
WSGI_APPLICATION = "aivideo_project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.signed_in",
            ],
        },
    }
]

# --- Database: the truth. SQLite in WAL with IMMEDIATE transactions, or PostgreSQL by address.
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'aivideo.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: NORMAL may lose the last commits in a power cut, and a commit here can be money.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        " PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;",
    }
    # A file: Django's in-memory test database breaks under threads.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        options="-c lock_timeout=5s -c statement_timeout=30s"
        # Compiling a plan (jit) takes longer than any statement here runs.
        " -c idle_in_transaction_session_timeout=30s -c jit=off"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Queue: a bell, never the truth. Every due time is a column.
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL")
EMBEDDED_BROKER = not CELERY_BROKER_URL  # `make run` then brings its own
if EMBEDDED_BROKER:
    CELERY_BROKER_URL = f"filesystem://{DATA_DIR / 'queue'}"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
if CELERY_BROKER_URL.startswith("filesystem://"):
    _queue = Path(CELERY_BROKER_URL.removeprefix("filesystem://") or DATA_DIR / "queue")
    _control = _queue / "control"
    _control.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_control),
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        # A request must not wait for a broker that is down: one quick try, then go on without.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
    }
SWEEP_SECONDS = env.whole("SWEEP_SECONDS", 5, least=1, most=300)
# Off: nothing is published, and `manage.py run_driver` finds all work in the database.
RING_THE_BELL = env.flag("RING_THE_BELL", True)
# How long a create without an answer may still have been under way, before its absence from
# the vendor's list counts as proof. The sandbox lists at once.
UNKNOWN_GRACE_SECONDS = {
    "live": env.whole("UNKNOWN_GRACE_SECONDS", 180, least=60, most=86400),
    "test": env.whole("UNKNOWN_GRACE_TEST_SECONDS", 12, least=1, most=86400),
}
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "generation.tasks.sweep", "schedule": float(SWEEP_SECONDS)},
    "campaigns": {"task": "campaigns.tasks.sweep", "schedule": float(SWEEP_SECONDS)},
    "books": {"task": "generation.tasks.check_books", "schedule": 600.0},
}
# What the driver without a broker looks after besides; Celery has it in its schedule.
DRIVEN_TOO = ("campaigns.tasks.sweep", "campaigns.tasks.make_films", "campaigns.tasks.first_runs")

# --- Providers. A live provider without a key is "not configured": shown, never routed to.
SANDBOX_URL = env.address("SANDBOX_URL", f"http://127.0.0.1:{SANDBOX_PORT}")
PROVIDER_KEYS = {
    "runway": {"key": env.text("RUNWAY_API_KEY")},
    "sora": {
        "key": env.text("OPENAI_API_KEY"),
        "callback_secret": env.text("OPENAI_WEBHOOK_SECRET"),
    },
    "kling": {
        "key": env.text("KLING_API_KEY"),
        "access_key": env.text("KLING_ACCESS_KEY"),
        "secret_key": env.text("KLING_SECRET_KEY"),
        "callback_secret": env.text("KLING_WEBHOOK_SECRET"),
    },
    "pika": {
        "key": env.text("PIKA_API_KEY"),
        "transport": env.choice("PIKA_TRANSPORT", "fal", ("fal", "pika")),
    },
}
PROVIDER_URLS = {
    "runway": env.address("RUNWAY_BASE_URL", ""),
    "sora": env.address("OPENAI_BASE_URL", ""),
    "kling": env.address("KLING_BASE_URL", ""),
    "pika": env.address("PIKA_BASE_URL", ""),
}
CATALOGUE_TEST = env.text("CATALOGUE_TEST", "2025-seed")
CATALOGUE_LIVE = env.text("CATALOGUE_LIVE", "2026-11")
# A language model that words proposals for prompts. Without address and name there is none.
PROMPT_MODEL = {
    "base_url": env.address("PROMPT_MODEL_BASE_URL", ""),
    "key": env.text("PROMPT_MODEL_API_KEY"),
    "name": env.text("PROMPT_MODEL_NAME"),
}
PRICES_NEED_TWO_PERSONS = env.flag("PRICES_NEED_TWO_PERSONS", False)

# --- Files. Uploads and clips live outside any served folder and leave by signed address only.
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns about a missing one
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": media_storage.backend(env.text("MEDIA_STORAGE")),
    "staticfiles": {"BACKEND": "aivideo_project.static_files.StaticFiles"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1200
MEDIA_LINK_SECONDS = env.whole("MEDIA_LINK_SECONDS", 600, least=10, most=86400)

# --- Sign-in
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a link for a new password is good
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
# A browser takes a __Host- cookie over https only, and never from a subdomain.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS_ONLY else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS_ONLY else "csrftoken"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SECURE_HSTS_SECONDS = 31536000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_SSL_REDIRECT = HTTPS_ONLY
# The API refuses plain http instead (aivideo_project.security): a redirect would hide that the
# key has already travelled in the clear.
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^healthz$"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
# How many proxies of ours stand in front. Only then is what they say about the caller believed.
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0, most=5)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# API keys are kept as HMACs under the pepper of their number; the highest number makes new keys.
API_KEY_PEPPERS = env.numbered("API_KEY_PEPPERS") or {1: f"api-key-pepper:{SECRET_KEY}"}

UNFOLD = admin_look.UNFOLD

REST_FRAMEWORK = {**rest.REST_FRAMEWORK, "NUM_PROXIES": TRUSTED_PROXIES}
DRF_STANDARDIZED_ERRORS = rest.DRF_STANDARDIZED_ERRORS
SPECTACULAR_SETTINGS = rest.SPECTACULAR_SETTINGS
# How often one key or person may ask for new clips, by each web process; 0 for no limit.
CREATES_PER_MINUTE = env.whole("CREATES_PER_MINUTE", 120, most=100000)

# --- Mail: to the screen unless a server is named. A slow one must not hold a worker for long.
MAIL = env.mail("EMAIL_URL", "consolemail://")
vars().update(MAIL)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "dailies@localhost")

# --- Locale
LANGUAGE_CODE, TIME_ZONE = "en-us", "UTC"
USE_I18N, USE_TZ = False, True
FORMAT_MODULE_PATH = "aivideo_project.formats"

# --- Log: one line a fact, to the screen and to the file that the user's document names.
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_DIR = env.text("PROMETHEUS_MULTIPROC_DIR")
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.choice("LOG_FORMAT", "plain", ("plain", "json"))
LOG_FILE = env.text("AIVIDEO_LOG_FILE", "/tmp/ai_video_generation.log")  # noqa: S108 - the user's document promises this path; LogFile follows no link there
SECRETS = [
    SECRET_KEY,
    *SECRET_KEY_FALLBACKS,
    *API_KEY_PEPPERS.values(),
    METRICS_TOKEN,
    str(DATABASES["default"].get("PASSWORD") or ""),
    urlsplit(CELERY_BROKER_URL).password or "",
    *(text for own in PROVIDER_KEYS.values() for name, text in own.items() if name != "transport"),
    PROMPT_MODEL["key"],
    MAIL["EMAIL_HOST_PASSWORD"] or "",
]
LOGGING = logs.configuration(file=LOG_FILE, form=LOG_FORMAT, level=LOG_LEVEL, secrets=SECRETS)

CONTENT_SECURITY_POLICY = page_policy.allowing(env.address("MEDIA_ORIGIN", ""))
