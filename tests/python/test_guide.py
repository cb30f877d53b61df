"""The guide: what its pages show is what its programs run, and all of it."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kit import MEMORY, ROOT

GUIDE = ROOT / "api" / "python" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
PROGRAMS = sorted(GUIDE.glob("*.py"))
OTHER_LANGUAGES = ("text", "sh", "json", "sql")
WITHOUT_PROGRAM = ("README", "from-duroxide")

pytestmark = pytest.mark.stores(MEMORY)  # the programs open their own stores; once is enough


def regions(program: str) -> dict[str, str]:
    """The regions of a program, `# [name]` to `# [end]`, without the indentation that all of a region has."""
    found: dict[str, str] = {}
    name = None
    lines: list[str] = []
    for number, line in enumerate(program.splitlines(), 1):
        marker = re.fullmatch(r"\s*# \[(.+)\]\s*", line)
        if marker is None:
            lines.append(line)
        elif (marker[1] == "end") == (name is None):
            raise AssertionError(f"line {number}: [end] without a region, or a region inside a region")
        elif name is None:
            name, lines = marker[1], []
            assert name not in found, f"line {number}: two regions are called {name}"
        else:
            found[name] = textwrap.dedent("\n".join(lines) + "\n")
            name = None
    assert name is None, f"region {name} has no [end]"
    return found


def blocks(page: str) -> list[tuple[int, str, str]]:
    """The blocks of a page that may be Python: the line, the region that the comment before it names, the text."""
    found = []
    before = named = ""
    opened = 0
    inside: list[str] = []
    is_python = False
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("```") and not opened:
            opened, inside, is_python = number, [], line[3:].strip() not in OTHER_LANGUAGES
            comment = re.fullmatch(r"<!--\s*(.*?)\s*-->", before)
            named = comment[1] if comment else ""
        elif line.startswith("```"):
            if is_python:
                found.append((opened, named, "".join(each + "\n" for each in inside)))
            opened = 0
        elif opened:
            inside.append(line)
        else:
            assert not line.startswith(("    ", "\t")), f"line {number}: an indented block; use a fence at the margin"
            assert "```" not in line, f"line {number}: a fence that is not at the margin"
        if line.strip():
            before = line.strip()
    assert not opened, f"line {opened}: a fence that does not close"
    return found


def findings(page: str, program: str, name: str) -> list[str]:
    """What is wrong with a page and its program, which is called `name`."""
    known = {f"{name}: {region}": text for region, text in regions(program).items()}
    shown: set[str] = set()
    found = []
    for line, named, text in blocks(page):
        shown.add(named)
        if named not in known:
            found.append(f"line {line}: no region {named!r}")
        elif known[named] != text:
            found.append(f"line {line}: differs from region {named}")
    return found + [f"{each} is shown nowhere" for each in known if each not in shown]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_its_program_runs_and_all_of_it(page: Path) -> None:
    program = page.with_suffix(".py")
    code = "" if page.stem in WITHOUT_PROGRAM else program.read_text(encoding="utf-8")
    assert findings(page.read_text(encoding="utf-8"), code, program.name) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target, _, anchor in re.findall(r"\]\(([^)#:]*)(#([^)]*))?\)", page.read_text(encoding="utf-8")):
        there = GUIDE / target if target else page
        assert there.exists(), target
        heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        anchors = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
        assert not anchor or anchor in anchors, f"{target}#{anchor}"


@pytest.mark.parametrize("file", [*PAGES, *PROGRAMS], ids=lambda file: file.name)
def test_lines_fit(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        assert len(line) <= 120 or line.startswith(("|", '{"')), f"line {number}"


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_program_runs_and_says_nothing(program: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-X", "faulthandler", str(program)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_program_has_a_page_and_every_page_is_in_the_index() -> None:
    pages = {page.stem for page in PAGES}
    assert {program.stem for program in PROGRAMS} == pages - set(WITHOUT_PROGRAM)
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    for page in pages - {"README"}:
        assert f"({page}.md)" in index, page


# -- the checks themselves -----------------------------------------------------------------

ONE = "    # [one]\n    a()\n\n        b()\n    # [end]\n"
SHOWN = "<!-- a.py: one -->\n```python\na()\n\n    b()\n```\n"


def test_a_block_is_its_region_without_the_common_indentation() -> None:
    assert findings(SHOWN, ONE, "a.py") == []
    assert findings(SHOWN.replace("    b()", "b()"), ONE, "a.py") == ["line 2: differs from region a.py: one"]


@pytest.mark.parametrize("language", ["python", "py", ""])
def test_python_that_is_from_no_region_is_found(language: str) -> None:
    assert findings(f"{SHOWN}Words.\n\n```{language}\na()\n```\n", ONE, "a.py") == ["line 9: no region ''"]
    assert findings(f"{SHOWN}```text\na()\n```\n", ONE, "a.py") == []


def test_a_region_that_is_shown_nowhere_is_found() -> None:
    assert findings("Words.\n", ONE, "a.py") == ["a.py: one is shown nowhere"]


@pytest.mark.parametrize("program", ["# [one]\n", "# [end]\n", "# [a]\n# [b]\n# [end]\n", f"{ONE}{ONE}"])
def test_regions_have_an_end_and_a_name_of_their_own_and_hold_no_others(program: str) -> None:
    with pytest.raises(AssertionError):
        regions(program)


@pytest.mark.parametrize("page", ["Words.\n\n    a()\n", "```text\n", "- so:\n  ```python\n"])
def test_code_in_other_forms_is_found(page: str) -> None:
    with pytest.raises(AssertionError):
        blocks(page)
