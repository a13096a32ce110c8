"""Builds the wheel once, installs it into an empty environment, serves it without Node."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener, urlopen

import pytest

from kehu.testing.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 90


def run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working tree as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel, what it requires, and nothing else."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    uv = Path(sys.executable).with_name("uv")
    python = environment / "bin/python"
    run(uv, "venv", "--quiet", "--python", sys.executable, environment)
    run(uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", "requirements/runtime.txt")
    run(uv, "pip", "install", "-q", "--python", python, "--no-deps", "--no-index", wheel)
    run(uv, "pip", "check", "--python", python)
    return environment / "bin"


class Site:
    """The served installation, asked over HTTP."""

    def __init__(self, port: int, environment: dict[str, str], kehu: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.environment, self.kehu = environment, kehu

    def command(self, *words: str, **more: str) -> None:
        """Run a `kehu` command of the installation."""
        subprocess.run([self.kehu, *words], env={**self.environment, **more}, check=True, capture_output=True)

    def signed_in(self, username: str, password: str) -> OpenerDirector:
        """A browser's session, as far as urllib goes."""
        browser = build_opener(HTTPCookieProcessor())
        address = f"{self.address}/accounts/login/"
        page = browser.open(address, timeout=20).read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, "no form on the sign-in page"
        form = {"csrfmiddlewaretoken": found.group(1), "login": username, "password": password}
        browser.open(Request(address, urlencode(form).encode(), {"Referer": address}), timeout=20).read()
        return browser

    def get(self, path: str, language: str = "en") -> tuple[int, str]:
        """Status and text of a page."""
        request = Request(self.address + path, headers={"Accept-Language": language})
        with urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")


@pytest.fixture(scope="session")
def site(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`kehu serve` with an empty data folder; its PATH holds the environment and nothing else, so no Node."""
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    environment = {
        "PATH": str(installed),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "KEHU_DATA": str(folder / "data"),
        "PORT": str(port),
    }
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [installed / "kehu", "serve"],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield wait_for(Site(port, environment, installed / "kehu"), process, log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(site: Site, process: subprocess.Popen[bytes], log: Path) -> Site:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            site.get("/accounts/login/")
            return site
        except HTTPError:
            break
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"`kehu serve` did not answer.\n{log.read_text(errors='replace')[-4000:]}{os.linesep}")
