"""What the documents say is there is there."""

import re
from pathlib import Path

from jupyter_domino.errors import CODES
from jupyter_domino.frontends.commands.arguments import ARGUMENTS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob(".github/*.md")]


def test_the_guide_explains_every_error_code():
    table = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", GUIDE, re.MULTILINE))

    assert {code: table.get(code) for code in CODES} == dict(CODES)


def test_guide_and_readme_name_every_verb():
    text = GUIDE + (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name, *_ in ARGUMENTS if not re.search(rf"\b{name}\b", text)]

    assert missing == []


def test_every_link_to_a_file_leads_somewhere():
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]

    assert broken == []
