"""The types of the package: mypy --strict accepts it and typed programs, and finds mistakes in others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kit import MEMORY, ROOT

HERE = Path(__file__).resolve().parent / "typing"
SOURCES = ROOT / "api" / "python" / "src"

pytestmark = pytest.mark.stores(MEMORY)  # no store matters; once is enough


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def mypy(cache: Path, *what: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--show-column-numbers", "--cache-dir", str(cache), *what]
    environment = {"MYPYPATH": str(SOURCES), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)


def test_the_package_and_its_stubs_are_typed(cache: Path) -> None:
    done = mypy(cache, "-p", "duroxide")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["typing/good.py", "examples", "guide"])
def test_a_typed_program_has_no_errors(cache: Path, folder: str) -> None:
    if folder.endswith(".py"):
        programs = [HERE / "good.py"]
    else:
        programs = sorted((ROOT / "api" / "python" / folder).rglob("*.py"))
        assert programs, f"there are none in {folder}"
    # Each by itself, as they may have the same names.
    for program in programs:
        done = mypy(cache, str(program))
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_mistake_is_found_and_nothing_else(cache: Path) -> None:
    program = HERE / "bad.py"
    lines = enumerate(program.read_text().splitlines(), 1)
    expected = {number for number, line in lines if "# wrong:" in line}
    done = mypy(cache, str(program))
    found = {int(number) for number in re.findall(r"bad\.py:(\d+):\d+: error:", done.stdout)}
    assert found == expected, done.stdout + done.stderr
    assert len(expected) > 10


def test_the_stubs_have_what_the_native_module_has() -> None:
    from duroxide import _native

    stubs = (SOURCES / "duroxide" / "_native.pyi").read_text()
    declared = set(re.findall(r"^(?:class|def) (\w+)", stubs, re.MULTILINE))
    native = {name for name in vars(_native) if not name.startswith("_")}
    assert native <= declared
    for name, members in re.findall(r"^class (\w+):\n((?:    .*\n|\n)+)", stubs, re.MULTILINE):
        for member in re.findall(r"^    def (\w+)", members, re.MULTILINE):
            assert hasattr(getattr(_native, name), member), f"{name}.{member}"
