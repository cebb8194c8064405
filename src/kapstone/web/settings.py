"""All settings, in one file; what a practice may choose comes from its environment."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from kapstone.web import environment as env
from kapstone.web.static_files import reach_of_worker

HERE = Path(__file__).parent

DEBUG = env.flag("KAPSTONE_DEBUG")
TLS = env.flag("KAPSTONE_TLS")
DATA = env.data_folder()
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = env.words("KAPSTONE_HOSTS", "127.0.0.1,localhost,[::1],testserver")
SITE_ADDRESS = env.text("KAPSTONE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
DEMO = env.demonstration(SITE_ADDRESS)
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]
CDS_CLIENTS = env.text("KAPSTONE_CDS_CLIENTS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "kapstone.web.accounts",
    "kapstone.web.records",
    "kapstone.web.look",
    "kapstone.web.clinician",
    "kapstone.web.portal",
    "kapstone.web.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kapstone.web.static_files.static_files",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kapstone.web.accounts.middleware.second_factor",
    "kapstone.web.accounts.middleware.idle_lock",
    "kapstone.web.accounts.middleware.practice_time_zone",
    "kapstone.web.clinician.drafts.drop_what_was_sent",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kapstone.web.navigation.shell",
            ],
        },
    }
]

ROOT_URLCONF = "kapstone.web.urls"
WSGI_APPLICATION = "kapstone.web.wsgi.application"
DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # A used token that were dropped early could be used again.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
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
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"

ACCOUNT_ADAPTER = "kapstone.web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Kapstone: "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Behind a TLS proxy every request comes from its address; guesses are counted by the visitor's own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TLS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
ACCOUNT_FORMS = {"login": "kapstone.web.accounts.forms.LoginForm"}
MFA_FORMS = {"add_webauthn": "kapstone.web.accounts.forms.AddPasskeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS
MFA_TOTP_ISSUER = "Kapstone"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_SSL_REDIRECT = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

EMAIL_HOST = env.text("KAPSTONE_EMAIL_HOST")
EMAIL_PORT = int(env.text("KAPSTONE_EMAIL_PORT", "587"))
EMAIL_HOST_USER = env.text("KAPSTONE_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("KAPSTONE_EMAIL_PASSWORD")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA / "mail"
DEFAULT_FROM_EMAIL = env.text("KAPSTONE_EMAIL_FROM", "care@localhost")

SMS = env.sms()
SMS_URL = env.text("KAPSTONE_SMS_URL")
SMS_TOKEN = env.text("KAPSTONE_SMS_TOKEN")

DEVICES_FROM = env.device_networks()
DEVICES_TLS_CERT = env.text("KAPSTONE_DEVICES_TLS_CERT")
DEVICES_TLS_KEY = env.text("KAPSTONE_DEVICES_TLS_KEY")
DEVICES_TLS_CLIENTS = env.text("KAPSTONE_DEVICES_TLS_CLIENTS")

# Without this a page that fails leaves no trace: Django tells its own console only when debugging.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [HERE / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [HERE / "static"]
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_ADD_HEADERS_FUNCTION = reach_of_worker
SERVESTATIC_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "kapstone.web.uploads.NoMoreThanMayBeRead",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
SILENCED_SYSTEM_CHECKS: list[str] = []
