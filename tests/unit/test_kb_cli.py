"""`callbot kb`: exit codes and lines, as an operator meets them."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support import small_commune
from tests.support.small_commune import QUESTIONS, entry

DOZEN = QUESTIONS["horaires"]


def kb_check(*arguments: str) -> tuple[int, str, str]:
    """Run `callbot kb check`; exit code, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "callbot", "kb", "check", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_sound_folder(tmp_path: Path) -> None:
    """Nothing to mend: exit code 0 and a summary."""
    folder = small_commune.write(tmp_path)
    assert kb_check("--folder", str(folder)) == (
        0,
        "",
        "Petitbourg: 4 entries, 48 questions, 0 errors, 0 warnings\n",
    )


def test_warnings_do_not_fail(tmp_path: Path) -> None:
    """Advice leaves the exit code 0."""
    folder = small_commune.write(tmp_path, entry("horaires", DOZEN[:3]))
    code, out, _ = kb_check("--folder", str(folder))
    assert code == 0
    assert out == (
        "warning: entries/all.toml: horaires: 3 different example questions; 12 or more make it understood\n"
    )


def test_an_unvalidated_entry_fails(tmp_path: Path) -> None:
    """Errors make exit code 1; with --json each problem is an object and nothing else is printed there."""
    folder = small_commune.write(tmp_path, entry("horaires", DOZEN, validator=""))
    code, out, err = kb_check("--folder", str(folder), "--json")
    assert code == 1
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "severity": "error",
            "file": "entries/all.toml",
            "entry": "horaires",
            "message": "not validated: validator and validated_on are missing",
        }
    ]
    assert err == "Petitbourg: 1 entries, 12 questions, 1 errors, 0 warnings\n"


def test_a_broken_file_fails_in_one_line(tmp_path: Path) -> None:
    """What cannot be read is named, without a traceback."""
    folder = small_commune.write(tmp_path, entry("horaires", DOZEN, colour="red"))
    line = f"{folder}/entries/all.toml: horaires: colour: there is no such field"
    assert kb_check("--folder", str(folder)) == (1, "", f"callbot: {line}\n")
    code, out, err = kb_check("--folder", str(folder), "--json")
    assert (code, json.loads(out)["message"], err) == (1, line, "")


def test_many_problems_are_summed_up_by_kind(tmp_path: Path) -> None:
    """What an import of many answers leaves to do is seen at a glance."""
    folder = small_commune.write(tmp_path)
    table = tmp_path / "faq.csv"
    rows = "".join(
        f"où est le marché {'a' * n};Le marché est place haute.;marche.a{'b' * n}\n" for n in range(30)
    )
    table.write_text("question;réponse;motif\n" + rows, "utf-8")
    subprocess.run(
        [sys.executable, "-m", "callbot", "kb", "import", str(table), "--into", str(folder)],
        check=True,
        capture_output=True,
    )
    _, _, err = kb_check("--folder", str(folder))
    assert "    30 × error: not validated: validator and validated_on are missing" in err.splitlines()
