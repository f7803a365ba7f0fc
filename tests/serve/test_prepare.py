"""scripts/prepare.py, run as a newcomer's machine runs it, over a checkout of a few small files."""

import ast
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.serve.conftest import ROOT
from tests.support.patience import PATIENCE_SECONDS, await_that

# Making an environment is a great deal of work for a busy machine.
_PATIENCE_SECONDS = 3 * PATIENCE_SECONDS
SITE = "import json, os, sys\nprint(json.dumps([sys.executable, os.environ['PYTHONPATH'], os.getcwd()]))\n"


class Checkout:
    """A checkout whose locks name nothing, so that an installation is quick."""

    def __init__(self, folder: Path, root: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = {**environment, "PIP_NO_INDEX": "1"}
        (folder / "scripts").mkdir(parents=True)
        shutil.copy(root / "scripts" / "prepare.py", folder / "scripts")
        shutil.copy(root / "Makefile", folder)
        (folder / "requirements.txt").write_text("# nothing\n")
        (folder / "requirements-dev.txt").write_text("# nothing\n")
        package = folder / "site" / "kelisim" / "serve"
        package.mkdir(parents=True)
        (package / "__main__.py").write_text(SITE)

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-I", str(self.folder / "scripts" / "prepare.py"), *words]

    def prepare(self, *words: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, *self.command(*words)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )

    def works(self) -> bool:
        done = self.prepare("run")
        assert done.returncode == 0, done.stderr
        return str(self.venv / "bin" / "python") in done.stdout


@pytest.fixture
def checkout(tmp_path: Path, root: Path, bare_environment: dict[str, str]) -> Checkout:
    """A fresh clone."""
    return Checkout(tmp_path / "checkout", root, bare_environment)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout after its first run; making an environment takes seconds, so the tests share it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KELISIM_", "PYTHON"))}
    shared = Checkout(tmp_path_factory.mktemp("installed") / "checkout", ROOT, environment)
    first = shared.prepare("run")
    assert first.stdout.splitlines()[:2] == [
        f"Making .venv with Python {sys.version.split()[0]} ...",
        "Installing requirements.txt (once; it may take a minute) ...",
    ]
    return shared


@pytest.fixture
def prepare(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, its place in an empty folder."""
    spec = importlib.util.spec_from_file_location("prepare_under_test", root / "scripts" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, path in (("ROOT", tmp_path), ("VENV", tmp_path / ".venv"), ("PYTHON", tmp_path / ".venv/bin/python")):
        monkeypatch.setattr(module, name, str(path))
    return module


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line a failure says. Whatever else, it is no traceback."""
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("kelisim: ")
    return lines[0]


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_an_old_python_can_read_it(root: Path) -> None:
    ast.parse((root / "scripts" / "prepare.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_second_run_just_starts(installed: Checkout) -> None:
    second = installed.prepare("run")
    expected = [str(installed.venv / "bin/python"), str(installed.folder / "site"), str(installed.folder)]
    assert ast.literal_eval(second.stdout) == expected
    assert second.stderr == ""


def test_another_lock_is_installed_once(installed: Checkout) -> None:
    (installed.folder / "requirements.txt").write_text("# another\n")
    assert "Installing requirements.txt" in installed.prepare("run").stdout
    assert "Installing requirements.txt and requirements-dev.txt" in installed.prepare("tools").stdout
    assert installed.works()
    assert "Installing" not in installed.prepare("run").stdout  # the tools hold what it runs on


def test_two_at_once_take_turns(installed: Checkout) -> None:
    (installed.folder / "requirements.txt").write_text("# a third\n")
    starts = [
        subprocess.Popen(installed.command("run"), env=installed.environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [start.communicate(timeout=_PATIENCE_SECONDS)[0] for start in starts]
    assert [start.returncode for start in starts] == [0, 0]
    assert sum("Installing" in words for words in said) == 1


def test_what_pip_cannot_install_is_said_in_one_line(installed: Checkout) -> None:
    lock = installed.folder / "requirements.txt"
    before = lock.read_text()
    lock.write_text(f"kelisim-is-not-there==1 --hash=sha256:{'0' * 64}\n")
    assert "pip could not install requirements.txt" in one_line(installed.prepare("run"))
    lock.write_text(before)


def gone_python(venv: Path) -> None:
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")


def half_a_pip(venv: Path) -> None:
    shutil.rmtree(next(venv.glob("lib/python*/site-packages/pip/_internal")))


def moved(venv: Path) -> None:
    script = venv / "bin" / "pip"
    script.write_text(script.read_text().replace(str(venv), "/elsewhere/.venv"))


def untouched(venv: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("damage", "whole"), [(untouched, True), (gone_python, False), (half_a_pip, False), (moved, False)]
)
def test_a_damaged_environment_is_recognised(
    installed: Checkout, prepare: ModuleType, damage: Callable[[Path], None], whole: bool
) -> None:
    if not (installed.venv / "kelisim-run").exists():
        assert installed.works()
    copy = Path(prepare.VENV)
    shutil.copytree(installed.venv, copy, symlinks=True)
    script = copy / "bin" / "pip"
    script.write_text(script.read_text().replace(str(installed.venv), str(copy)))
    damage(copy)
    assert prepare.is_whole() is whole


def test_a_stop_while_installing_heals(checkout: Checkout) -> None:
    process = subprocess.Popen(
        checkout.command("run"), env=checkout.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "Making .venv" in process.stdout.readline()
    await_that((checkout.venv / "bin" / "python").exists, pause=0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 130
    assert said.strip() == "Stopped. The same command goes on from here."
    assert (checkout.venv / "kelisim-unfinished").exists()
    assert checkout.works()
    assert not (checkout.venv / "kelisim-unfinished").exists()


def test_what_is_no_environment_is_left_alone(checkout: Checkout) -> None:
    checkout.venv.mkdir()
    (checkout.venv / "letters.txt").write_text("dear")
    assert f"mv {checkout.venv}" in one_line(checkout.prepare("run"))
    assert (checkout.venv / "letters.txt").read_text() == "dear"


def test_no_right_to_write_is_said_in_one_line(checkout: Checkout) -> None:
    checkout.folder.chmod(0o555)
    drop = "import ctypes, os, sys\nfor power in (1, 2): ctypes.CDLL(None).prctl(24, power, 0, 0, 0)\n"
    prefix = (sys.executable, "-c", drop + "os.execv(sys.argv[1], sys.argv[1:])") if os.geteuid() == 0 else ()
    try:
        line = one_line(checkout.prepare("run", prefix=prefix))
    finally:
        checkout.folder.chmod(0o755)
    assert "cannot be written" in line


def test_an_old_python_says_what_is_needed(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prepare.sys, "version_info", (3, 8, 10))
    script(tmp_path / "bin" / "python3.12", "exit 127")  # a name that stands for nothing, as pyenv's do
    script(tmp_path / "bin" / "apt-get", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(prepare.CannotPrepare) as problem:
        prepare.find_python(["run"])
    assert str(problem.value).startswith("Python 3.11 or newer is needed; this is 3.8: ")
    assert str(problem.value).endswith("apt-get install python3.11 python3.11-venv")


def test_a_newer_python_of_the_path_is_taken(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken: list[list[str]] = []
    monkeypatch.setattr(prepare.sys, "version_info", (3, 8, 10))
    monkeypatch.setattr(prepare.os, "execv", lambda path, words: taken.append([path, *words[2:]]) or 1 / 0)
    newer = script(tmp_path / "bin" / "python3.12", f'exec "{sys.executable}" "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(ZeroDivisionError):
        prepare.find_python(["run"])
    assert taken == [[str(newer), "run"]]


def test_a_python_without_venv_says_what_is_needed(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prepare.sys, "executable", str(script(tmp_path / "python3", "exit 1")))
    with pytest.raises(prepare.CannotPrepare, match=r"this Python lacks venv and pip: .*python3\.\d+-venv"):
        prepare.make_venv()
    assert not (tmp_path / ".venv").exists()


def test_no_browser_or_proxy_to_be_had_is_an_error(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(tmp_path / "bin" / "apt-get", "exit 100")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(prepare, "SYSTEM", str(tmp_path))
    for thing, package in (("browser", "chromium"), ("proxy", "nginx")):
        with pytest.raises(prepare.CannotPrepare, match=rf"the tests need .*apt-get install {package}"):
            prepare.prepare(thing)


def test_a_chromium_of_the_system_is_enough(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(tmp_path / "bin" / "chromium", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    prepare.find_browser()


def test_no_authority_to_be_had_is_an_error_and_one_of_the_system_is_enough(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(tmp_path / "bin" / "apt-get", "exit 100")
    script(tmp_path / "bin" / "certbot", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(prepare.CannotPrepare, match=r"the tests need pebble: .*apt-get install pebble"):
        prepare.prepare("acme")
    script(tmp_path / "bin" / "pebble", "exit 0")
    prepare.prepare("acme")


def test_make_without_python_says_what_is_needed(checkout: Checkout, tmp_path: Path) -> None:
    make = shutil.which("make")
    assert make
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    done = subprocess.run(
        [make, "-C", str(checkout.folder), "run"],
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "kelisim: Python 3.11 or newer is needed: apt-get install python3 python3-venv" in done.stderr


def test_make_alone_lists_the_targets(root: Path, bare_environment: dict[str, str]) -> None:
    done = subprocess.run(["make"], cwd=root, env=bare_environment, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines() if line.strip().startswith("make ")}
    assert {"run", "test", "check", "bench", "lock"} <= listed


def test_ci_runs_the_tests(root: Path) -> None:
    ci = root / ".ci" / "run"
    assert ci.stat().st_mode & stat.S_IXUSR
    assert "make test" in ci.read_text(encoding="utf-8")
