"""The wheel: what is in it, and that it can be installed and imported anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from kit import MEMORY, ROOT

pytestmark = [
    pytest.mark.stores(MEMORY),
    pytest.mark.skipif("LD_PRELOAD" in os.environ, reason="nobody ships a wheel with a sanitizer"),
]

PACKAGE = ROOT / "api" / "python"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(PACKAGE)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_a_wheel_has_its_licence_its_stubs_and_its_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        described = content.read(metadata).decode()
        (licence,) = (name for name in names if name.endswith("LICENSE"))
        assert "MIT" in content.read(licence).decode()
    assert {"duroxide/__init__.py", "duroxide/py.typed", "duroxide/_native.pyi"} <= set(names)
    assert any(name.startswith("duroxide/_native.") and name.endswith(".so") for name in names)
    assert not [name for name in names if name.endswith((".cpp", ".hpp", ".pyc"))]
    for line in ("Name: duroxide", "Version: 0.1.0", "License: MIT", "Requires-Python: >=3.10"):
        assert line in described.splitlines()


def test_an_installed_wheel_works_in_any_folder(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    install = [str(home / "bin" / "pip"), "install", "--quiet", "--no-index", str(wheel)]
    subprocess.run(install, check=True, env=clean)
    program = [str(home / "bin" / "python"), "-X", "dev"]
    imported = [*program, "-c", "import duroxide; print(duroxide.__version__, duroxide.__file__)"]
    for folder in (PACKAGE, ROOT, tmp_path):
        shown = subprocess.run(imported, check=True, env=clean, cwd=folder, capture_output=True, text=True).stdout
        assert shown.startswith("0.1.0 ")
    started = subprocess.run(
        [*program, str(PACKAGE / "examples" / "quick_start.py")], env=clean, cwd=tmp_path, capture_output=True, text=True
    )
    assert (started.returncode, started.stdout) == (0, "Hello, World!\n"), started.stderr
