"""What a deployment may set: one variable a line, read once, documented in docs/settings.md."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: int) -> int:
    value = text(name).strip()
    return int(value) if value.isdecimal() else default


DATA = Path(text("KEHU_DATA", "var")).absolute()
DEBUG = flag("KEHU_DEBUG")
DATABASE_URL = text("DATABASE_URL") or f"sqlite:///{DATA / 'kehu.sqlite3'}"
WAREHOUSE_URL = text("WAREHOUSE_URL") or str(DATA / "warehouse")
ALLOWED_HOSTS = words("KEHU_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
# The largest file that may be uploaded, in megabytes.
UPLOAD_LIMIT = int(text("KEHU_UPLOAD_LIMIT", "4096")) << 20
# Behind TLS the cookies are marked secure and the browser is told to stay on https.
HTTPS = flag("KEHU_HTTPS")
HSTS_SECONDS = number("KEHU_HSTS_SECONDS", 31_536_000)
HSTS_SUBDOMAINS = flag("KEHU_HSTS_SUBDOMAINS")
# Addresses and networks of the proxies whose word about the browser counts.
TRUSTED_PROXIES = words("KEHU_TRUSTED_PROXIES")
TRUSTED_ORIGINS = words("KEHU_TRUSTED_ORIGINS")
# The largest file that a record takes, and how long the recycle bin keeps what lies in it.
FILE_MB = int(text("KEHU_FILE_MB") or 50)
BIN_DAYS = int(text("KEHU_BIN_DAYS") or 90)

API_RATE = number("KEHU_API_RATE", 30_000)
# Where mail goes: smtp://user:password@host:587 (STARTTLS), smtps://… (TLS at once), or smtp://host:25?plain=1.
SMTP = urlsplit(text("KEHU_SMTP"))
SMTP_PLAIN = "plain" in parse_qs(SMTP.query)
SMTP_USER, SMTP_PASSWORD = unquote(SMTP.username or ""), unquote(SMTP.password or "")
MAIL_FROM = text("KEHU_MAIL_FROM", "kehu@localhost")
# What one connection may send with one form in a minute.
FORM_RATE = number("KEHU_FORM_RATE", 20)
# Webhooks may reach private addresses; off, as whoever sets one up could look around inside the network.
WEBHOOKS_INSIDE = flag("KEHU_WEBHOOKS_INSIDE")


def secret_key() -> str:
    """The key of the installation: from the environment, else made once and kept beside the data."""
    if given := text("KEHU_SECRET_KEY"):
        return given
    path = DATA / "secret_key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(secrets.token_urlsafe(50))
        draft.chmod(0o600)
        try:
            os.link(draft, path)  # atomic: of two processes that start at once, one key wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
