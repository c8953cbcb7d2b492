"""The French documents for the commune say what the product does: durations, settings, the sentence that tells the machine."""

import re
from pathlib import Path

from callbot.config import Settings
from callbot.dialogue.phrases import SENTENCES
from callbot.kept import KEPT, KINDS
from callbot.privacy import kept_for

DOCS = Path(__file__).parents[2] / "docs/rgpd"


def page(name: str) -> str:
    """One of them."""
    return (DOCS / name).read_text(encoding="utf-8")


def test_the_register_has_every_kind_with_its_days() -> None:
    """One row per kind of data, in order, with the default of its setting."""
    rows = []
    for kind in KINDS:
        days = kept_for(kind, Settings()).days
        setting = f"`{kind.setting}`" if kind.setting else "fixe"
        rows.append(f"| {kind.name} | {kind.what} | {days} jour{'s' if days > 1 else ''} | {setting} |")
    assert "\n".join(rows) in page("registre.md")


def test_the_register_tells_of_the_sums_that_stay() -> None:
    """Tallies have no kind, since no purge takes them: the register and the impact study say that they stay."""
    assert not {"stats_cells", "stats_words"} & {kind.table.name for kind in KINDS}
    assert "| Chiffres additionnés |" in page("registre.md")
    assert "| les chiffres additionnés |" in page("aipd.md")


def test_settings_that_the_documents_name_exist() -> None:
    """What looks like a setting is one."""
    for name in ("registre.md", "aipd.md", "information-appelants.md", "ia-article-50.md", "README.md"):
        named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)(?: = \d+)?`", page(name)))
        assert named - set(Settings.model_fields) == set()


def test_days_told_to_callers_and_staff_are_the_defaults() -> None:
    """« effacé après 30 jours », « 90 jours », and the journals'."""
    settings, text = Settings(), re.sub(r"\n> ?|\n", " ", page("information-appelants.md"))
    assert f"le texte est effacé après {settings.transcript_days} jours" in text
    assert f"effacée après {settings.caller_hash_days} jours" in text
    assert f"sont gardés {settings.callback_days} jours au plus" in text
    assert f"votre numéro est gardé {settings.missed_call_hours} heures au plus" in text
    assert f"(gardé {settings.audit_days} jours)" in text
    assert f"(gardé {settings.access_days} jours)" in text


def test_the_sentence_that_tells_the_machine_is_quoted() -> None:
    """AI Act, article 50: as it is spoken."""
    told = SENTENCES["disclosure"].removeprefix("{greeting} ")
    assert told in page("ia-article-50.md")
    assert told in page("information-appelants.md")
    assert SENTENCES["machine_here"] in page("ia-article-50.md")


FALSE = (
    "aucun enregistrement sonore",
    "voix n’est pas enregistrée",
    "rien n’est enregistré ;",
    "pas de son ;",
    "aucun son n’est gardé",
)
"""What was true before callers could leave messages."""  # fmt: skip


def test_no_document_denies_the_recordings() -> None:
    """Messages are recorded, with consent: none says that nothing is, and each says what is, and its setting."""
    for path in DOCS.glob("*.md"):
        told = re.sub(r"\n> ?|\n|\*\*", " ", path.read_text(encoding="utf-8")).lower()
        assert [sentence for sentence in FALSE if sentence in told] == [], path.name
    for name in ("registre.md", "aipd.md", "information-appelants.md"):
        told = page(name).lower()
        assert [word in told for word in ("message", "enregistr", "accord", "`message_days`")] == [True] * 4


def test_callers_are_told_of_their_messages() -> None:
    """The question for consent as it is spoken, how long a message is kept, and which key erases it."""
    settings, text = Settings(), re.sub(r"\n> ?|\n", " ", page("information-appelants.md"))
    assert SENTENCES["message_consent"].replace("'", "’") in text
    assert f"en tout cas après {settings.message_days} jours" in text
    assert "pour l'effacer, tapez trois" in SENTENCES["message_kept"].lower()
    assert "(touche 3)" in text


def test_what_a_machine_redacts_is_never_promised() -> None:
    """« ni nom »: rules find most names, not all; whoever says « expurgé » says so."""
    told = [kept.what for kept in KEPT] + [kind.what for kind in KINDS]
    assert [what for what in told if "ni nom" in what] == []
    assert [what for what in told if "expurgé" in what and "le peut" not in what] == []
