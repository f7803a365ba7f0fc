"""Make .venv ready, then start: ``python3 scripts/prepare.py run``. The Makefile calls it; nothing need be installed.

    run      what Kelisim runs on, then the site itself
    demo     the same, then the site with made-up people
    tools    what the checks, the tests and the bench need as well
    browser  a Chromium for the tests
    acme     certbot, and pebble, an authority for the tests
    proxy    an nginx for the tests
    uv       what ``make lock`` needs
    audit    what ``make audit`` needs
    redis    a Redis server for the tests

Only the standard library, and only words that Python 3.6 can read: an old Python must get as far as saying that it
is too old. What is wrong with the machine is said in one line, with the command that mends it.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys

LEAST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
# Programs of the system that only some tests need, and where they may lie beside the PATH.
PROGRAMS = {"acme": ("certbot", "pebble"), "proxy": ("nginx",), "redis": ("redis-server",)}
SYSTEM = "/usr/sbin"
PYTHON = os.path.join(VENV, "bin", "python")
UNFINISHED = os.path.join(VENV, "kelisim-unfinished")
SITES = {"run": ("-m", "kelisim.serve"), "demo": ("-m", "scripts.demo")}
LOCKS = {"run": ("requirements.txt",), "tools": ("requirements.txt", "requirements-dev.txt")}


class CannotPrepare(Exception):
    """The message is one line: what is missing and the command that mends it."""


def main(wanted):
    # type: (list[str]) -> int
    """Prepare each thing that is wanted, in order. Returns the exit code; ``run`` and ``demo`` do not return."""
    try:
        find_python(wanted)
        for thing in wanted:
            prepare(thing)
    except CannotPrepare as problem:
        print("kelisim: {}".format(problem), file=sys.stderr)
        return 1
    except OSError as problem:
        print("kelisim: {}: {}".format(problem.strerror, problem.filename or VENV), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def prepare(thing):
    # type: (str) -> None
    """Make one thing ready."""
    if thing in PROGRAMS:
        find_programs(*PROGRAMS[thing])
    elif thing == "browser":
        find_browser()
    elif thing == "uv":
        find_tool("uv", "uv")
    elif thing == "audit":
        find_tool("pip-audit", "pip-audit")
    elif thing in SITES:
        install("run")
        become(SITES[thing])
    elif thing in LOCKS:
        install(thing)
    else:
        known = "run, demo, tools, browser, acme, proxy, redis, uv or audit"
        raise CannotPrepare("there is no {!r} to prepare: {}.".format(thing, known))


def find_python(wanted):
    # type: (list[str]) -> None
    """Go on with this Python, or start anew with a newer one of the PATH."""
    if sys.version_info >= LEAST:
        return
    for name in NEWER:
        path = shutil.which(name)
        if path and is_new_enough(path):
            sys.stdout.flush()
            os.execv(path, [path, os.path.abspath(__file__), *wanted])  # noqa: S606  # it becomes that Python
    raise CannotPrepare(
        "Python 3.11 or newer is needed; this is {}.{}: {}".format(
            sys.version_info[0], sys.version_info[1], mend("python3.11 python3.11-venv")
        )
    )


def is_new_enough(python):
    # type: (str) -> bool
    """True for a Python that runs and is new enough. A name on the PATH may stand for none at all."""
    ask = "import sys; sys.exit(sys.version_info < {!r})".format(LEAST)
    return quietly([python, "-c", ask])


def mend(packages):
    # type: (str) -> str
    """The command that installs packages of the system, or their names where we do not know its command."""
    if not shutil.which("apt-get"):
        return "install {} with this system's package manager".format(packages)
    return "{}apt-get install {}".format("" if os.geteuid() == 0 else "sudo ", packages)


def install(thing):
    # type: (str) -> None
    """Install what the lock files name, unless the same was installed before."""
    if is_installed(thing):
        return
    if os.path.lexists(VENV) and not os.access(VENV, os.W_OK):
        raise CannotPrepare("{} cannot be written: give this user the right, or remove it.".format(VENV))
    if not os.path.lexists(VENV) and not os.access(ROOT, os.W_OK):
        raise CannotPrepare("{} cannot be written: give this user the right to make .venv there.".format(ROOT))
    alone = os.open(ROOT, os.O_RDONLY)  # two starts at once take turns
    try:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not is_installed(thing):
            make_venv()
            pip_install(thing)
            for part, files in LOCKS.items():
                if set(files) <= set(LOCKS[thing]):
                    write(stamp_file(part), stamp(part))
            os.remove(UNFINISHED)
    finally:
        os.close(alone)


def is_installed(thing):
    # type: (str) -> bool
    """True when the last installation came to its end and was of these lock files, by this Python, in this place."""
    if os.path.exists(UNFINISHED) or not os.path.exists(PYTHON):
        return False
    try:
        with open(stamp_file(thing), encoding="utf-8") as file:
            return file.read() == stamp(thing)
    except OSError:
        return False


def stamp_file(thing):
    # type: (str) -> str
    """Where it is written what was installed."""
    return os.path.join(VENV, "kelisim-{}".format(thing))


def stamp(thing):
    # type: (str) -> str
    """What an installation depends on: the locks, the interpreter behind .venv, and where .venv is."""
    digest = hashlib.sha256()
    for name in LOCKS[thing]:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    real = os.path.realpath(PYTHON)
    known = os.stat(real)
    return "\n".join([digest.hexdigest(), real, str(known.st_size), str(known.st_mtime_ns), VENV, ""])


def make_venv():
    # type: () -> None
    """Make .venv where there is none, or where one was left half made, moved, or by a Python that is gone."""
    if not os.path.exists(UNFINISHED) and is_whole():
        write(UNFINISHED, "")
        return
    clear_venv()
    if not quietly([sys.executable, "-c", "import ensurepip, venv"]):
        packages = "python{}.{}-venv".format(*sys.version_info[:2])
        raise CannotPrepare("this Python lacks venv and pip: {}".format(mend(packages)))
    print("Making .venv with Python {}.{}.{} ...".format(*sys.version_info[:3]), flush=True)
    os.mkdir(VENV)
    write(UNFINISHED, "")
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CannotPrepare(".venv cannot be made: {}".format(last_line(made.stdout + made.stderr)))


def is_whole():
    # type: () -> bool
    """True when .venv was made in this place and has a Python that is new enough and can install."""
    try:
        with open(os.path.join(VENV, "bin", "pip"), encoding="utf-8") as file:
            if VENV not in file.read(1000):  # a script names its Python by its whole path
                return False
    except OSError:
        return False
    ask = "import sys, pip._internal; sys.exit(sys.version_info < {!r})".format(LEAST)
    return quietly([PYTHON, "-I", "-c", ask])


def clear_venv():
    # type: () -> None
    """Remove what is left of an environment; refuse to remove anything else."""
    if not os.path.lexists(VENV):
        return
    ours = os.path.exists(UNFINISHED) or os.path.exists(os.path.join(VENV, "pyvenv.cfg"))
    if os.path.islink(VENV) or not os.path.isdir(VENV) or (os.listdir(VENV) and not ours):
        raise CannotPrepare("{0} is no Python environment: move it away: mv {0} {0}.old".format(VENV))
    print("Removing .venv: it is incomplete or of another Python.", flush=True)
    shutil.rmtree(VENV)


def pip_install(thing):
    # type: (str) -> None
    """Let pip install what the locks name, by their hashes and by its own configuration."""
    print("Installing {} (once; it may take a minute) ...".format(" and ".join(LOCKS[thing])), flush=True)
    files = [word for name in LOCKS[thing] for word in ("-r", os.path.join(ROOT, name))]
    pip(["install", "--require-hashes", *files], " and ".join(LOCKS[thing]))


def pip(words, what):
    # type: (list[str], str) -> None
    """Run pip of .venv; say its last error in one line."""
    command = [PYTHON, "-I", "-m", "pip", *words, "--quiet", "--no-input", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise CannotPrepare("pip could not install {}: {}".format(what, last_line(done.stdout + done.stderr)))


def last_line(said):
    # type: (str) -> str
    """The last line a program said, of pip's errors where there are some."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["it did not say why."])[-1]


def write(path, text):
    # type: (str, str) -> None
    """Write a small file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def become(site):
    # type: (tuple[str, ...]) -> None
    """Become the site, or the site with made-up people."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    environment["PYTHONPATH"] = os.path.join(ROOT, "site")
    os.chdir(ROOT)
    sys.stdout.flush()
    # A Python that is just coming up answers Ctrl-C with a traceback: the site takes it when it can.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.execve(PYTHON, [PYTHON, *site], environment)  # noqa: S606  # it becomes the site


def find_browser():
    # type: () -> None
    """Chromium of the system, else Playwright's own, else install it; say so where none can be had."""
    if shutil.which("chromium") or has_own_browser():
        return
    print("Installing a browser for the tests (once; it may take some minutes) ...", flush=True)
    own = quietly([os.path.join(VENV, "bin", "playwright"), "install", "chromium"]) and has_own_browser()
    # The tests are quicker with the second, which not every distribution has.
    if not own and not (apt_installs("chromium", "chromium-headless-shell") or apt_installs("chromium")):
        raise CannotPrepare("the tests need a browser and none could be installed: {}".format(mend("chromium")))


def apt_installs(*packages):
    # type: (str) -> bool
    """True when the system's package manager is Debian's, is ours to use, and installed some packages."""
    may = os.geteuid() == 0 and shutil.which("apt-get") is not None
    commands = (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", *packages])
    return may and [quietly(command) for command in commands][-1]


def has_own_browser():
    # type: () -> bool
    """True when Playwright has a browser that is there and starts."""
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: p.chromium.launch(args=['--no-sandbox']).close()"
    )
    return quietly([PYTHON, "-c", ask])


def find_programs(*names):
    # type: (str) -> None
    """Install what the system lacks of some programs; say so where they cannot be had."""
    wanted = [name for name in names if not is_there(name)]
    if wanted and not (apt_installs(*wanted) and all(is_there(name) for name in wanted)):
        raise CannotPrepare("the tests need {}: {}".format(" and ".join(wanted), mend(" ".join(wanted))))


def is_there(name):
    # type: (str) -> bool
    """True for a program of the PATH, or of the system's own, which not every user's PATH has."""
    return any(shutil.which(name, path=path) for path in (None, SYSTEM))


def quietly(command):
    # type: (list[str]) -> bool
    """Run a command that says nothing and asks nothing. True when it did what it should."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    try:
        code = subprocess.call(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return code == 0


def find_tool(program, package):
    # type: (str, str) -> None
    """Put a program into .venv, where it is not there yet."""
    if not os.path.exists(os.path.join(VENV, "bin", program)):
        print("Installing {} ...".format(package), flush=True)
        pip(["install", package], package)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
