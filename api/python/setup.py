"""Has CMake build the extension module; everything else is in pyproject.toml.

The C++ sources are the two folders above this one, so a wheel is built from a checkout of the whole repository. Objects
are kept in build/wheel-INTERPRETER; DUROXIDE_BUILD_DIR names another folder, for example build/release if a preset
has built that.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def version() -> str:
    found = re.search(r"^project\(duroxide VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{ROOT / 'CMakeLists.txt'} names no version of duroxide")
    return found[1]


def build_folder() -> Path:
    named = os.environ.get("DUROXIDE_BUILD_DIR")
    # Tools for packages call this from the folder of the package: a relative path is one of the repository.
    return (ROOT / named).resolve() if named else ROOT / "build" / f"wheel-{sys.implementation.cache_tag}"


class CMakeExtension(build_ext):
    def build_extension(self, extension: Extension) -> None:
        folder = build_folder()
        self.configure(folder)
        jobs = str(os.cpu_count() or 1)
        subprocess.run(
            ["cmake", "--build", folder, "--parallel", jobs, "--target", "duroxide_python"], check=True
        )
        made = folder / "python" / "duroxide" / f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
        wanted = Path(self.get_ext_fullpath(extension.name))
        wanted.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, wanted)
        # Nobody debugs a wheel; with the information for it the file is ten times as large.
        subprocess.run(["strip", "--strip-unneeded", wanted], check=True)

    def configure(self, folder: Path) -> None:
        if (folder / "CMakeCache.txt").exists():
            return
        without = [f"-DDUROXIDE_BUILD_{part}=OFF" for part in ("TESTS", "EXAMPLES", "BENCH", "CONFORMANCE", "CLI")]
        subprocess.run(
            ["cmake", "--preset", "release", "-S", ROOT, "-B", folder, f"-DPython_EXECUTABLE={sys.executable}", *without],
            check=True,
            cwd=ROOT,
        )


# What setuptools gathers is made anew for each wheel: a module that is gone would stay in its folder for ever.
with tempfile.TemporaryDirectory() as gathered:
    setup(
        version=version(),
        ext_modules=[Extension("duroxide._native", sources=[])],
        cmdclass={"build_ext": CMakeExtension},
        options={"build": {"build_base": gathered}},
    )
