"""The benchmark of Python, with tiny inputs, so that it does not rot."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kit import MEMORY, ROOT

pytestmark = pytest.mark.stores(MEMORY)

BENCH = Path(os.environ.get("DUROXIDE_BUILD_DIR", ROOT / "build" / "release")) / "bin" / "duroxide_bench"


@pytest.mark.skipif(not BENCH.exists(), reason="the benchmarks were not built")
@pytest.mark.parametrize("store", ["sqlite::memory:", "sqlite:{}/bench.db"])
def test_python_is_measured_beside_cpp(store: str, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "bench" / "python_hello"), "--bench", str(BENCH), "--rounds", "1"]
    run = subprocess.run(
        [*command, "--instances", "20", "--store", store.format(tmp_path)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    head, hello, asyncio, latency, pauses = run.stdout.splitlines()
    assert head.split() == ["workload", "C++", "Python", "more"]
    for line, name in ((hello, "hello"), (asyncio, "asyncio"), (latency, "latency")):
        assert re.fullmatch(name + r" +[\d.e+]+ (µs|ms) +[\d.e+]+ (µs|ms) +-?[\d.e+-]+ (µs|ms)", line), line
    assert pauses.startswith("2 000 activities of 200 ms")


def test_a_wrong_number_is_refused() -> None:
    command = [sys.executable, str(ROOT / "bench" / "python_hello"), "--instances", "0"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--instances and --rounds must be at least 1" in refused.stderr
