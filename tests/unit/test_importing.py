"""Readers of a commune's files, and the plan of an import: pure, on small texts."""

import json
import tomllib
from datetime import date

import pytest

from callbot.errors import KnowledgeError
from callbot.knowledge import store
from callbot.knowledge.entries import Commune, Entry, Source
from callbot.knowledge.importing import formats, own, spreadsheet
from callbot.knowledge.importing.drafts import Draft, Fault, Reading
from callbot.knowledge.importing.guess import identifier, motive_of
from callbot.knowledge.importing.merge import Plan, plan
from callbot.knowledge.importing.toml_text import blocks, entry_text
from tests.support.small_commune import COMMUNE, QUESTIONS, entry

TODAY = date(2026, 11, 28)
PLACE = Commune.model_validate(
    tomllib.loads(COMMUNE + '\n[[services]]\nid = "regie"\nname = "Régie"\nspoken = "la régie"\n')
)


def read(text: str, name: str = "faq.csv", encoding: str = "utf-8") -> Reading:
    """What `formats` makes of a file's text."""
    return formats.read(text.encode(encoding), name, TODAY)


def merged(
    *drafts: Draft, files: dict[str, str] | None = None, replace: bool = False, author: str = ""
) -> Plan:
    """The plan of importing drafts that were read from faq.csv."""
    return plan([("faq.csv", Reading("test", drafts))], files or {}, PLACE, replace=replace, author=author)


def results(made: Plan) -> list[tuple[str, str]]:
    """Id and result of each outcome."""
    return [(outcome.entry, outcome.result) for outcome in made.outcomes]


def draft(motive: str = "horaires", answer: str = "La mairie ouvre à neuf heures.", **more: object) -> Draft:
    """A complete draft."""
    fields = {
        "questions": ("vous ouvrez quand",),
        "place": "line 2",
        "motive": motive,
        "answer": answer,
        **more,
    }
    return Draft(**fields)  # type: ignore[arg-type]


# --- spreadsheets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_whatever_it_was_saved_with(separator: str, encoding: str) -> None:
    """Separator and encoding are found out; headers count in any order, with or without accents."""
    rows = [
        ["Réponse", "MOTIF", "Question", "service"],
        ["Ça coûte dix euros.", "titre_prix", "c'est à quel prix", "Régie"],
    ]
    reading = read("\r\n".join(separator.join(row) for row in rows), encoding=encoding)
    assert reading == Reading(
        "spreadsheet",
        (
            Draft(
                "line 2",
                ("c'est à quel prix",),
                "Ça coûte dix euros.",
                "titre_prix",
                service="Régie",
            ),
        ),
    )


def test_a_cell_holds_several_questions_and_rows_of_one_entry_are_joined() -> None:
    """Lines, bars and further rows all add questions; the answer needs to stand once."""
    text = 'motif;question;réponse\nmarche;"jour du marché\nle marché";Le mercredi matin.\nmarche;où ? | quand ?;\n'
    assert [(d.questions, d.answer) for d in read(text).drafts] == [
        (("jour du marché", "le marché", "où ?", "quand ?"), "Le mercredi matin.")
    ]


def test_each_wrong_line_is_told_with_what_to_do() -> None:
    """One fault per line, with its number in the file although a cell before it has two lines; the others are read."""
    text = (
        'question;réponse;motif;aspect;nature;expire le\n"a\nb";Une réponse.;marche;;;31/12/2027\n'
        "c;Réponse;Livraison de pizza;;;\nd;Réponse;marche;Les prix;;\ne;Réponse;marche;prix;chanson;\n"
        "f;Réponse;marche;jours;;demain\n\ng;Réponse;marche;jours;;;trop\nh;Autre réponse.;marche;;;\n"
    )
    reading = read(text)
    assert [(fault.place, fault.message.split(";")[0]) for fault in reading.faults] == [
        (
            "line 4",
            "motif « Livraison de pizza » is no identifier, like acte_naissance or acte_naissance.prix",
        ),
        ("line 5", "aspect « Les prix »: small letters without accents and underscores only, like prix"),
        ("line 6", "nature « chanson »: answer, orient or transfer"),
        ("line 7", "« demain » is no date"),
        ("line 9", "7 cells for 6 columns"),
        ("line 10", "another answer for marche than line 2"),
    ]
    assert [(d.place, d.motive, d.expires_on) for d in reading.drafts] == [
        ("line 2", "marche", date(2027, 12, 31))
    ]


def test_a_title_instead_of_an_identifier_is_guessed_and_told() -> None:
    """« Carte d'identité » is no identifier, but plain enough; whoever validates is told that it was guessed."""
    found = read("question;réponse;motif\nrefaire ma carte;Prenez rendez-vous.;Carte d'identité\n").drafts[0]
    assert (found.motive, found.remarks) == (
        "titre_rendez_vous",
        ("motive guessed from « Carte d'identité »",),
    )


def test_columns_that_are_not_read_are_named() -> None:
    """A validator is never taken over; a column of another kind is told, so that nobody misses it later."""
    reading = read("question;réponse;motif;valideur;couleur\nquand;Le mardi.;marche;Anne Aubert;vert\n")
    assert reading.notes == ("columns that are not read: couleur",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"demande;texte libre\na;b\n",
            "faq.csv: line 1: no column « réponse »; the first line names the columns",
        ),
        (b"", "faq.csv: line 1: no column « question » and « réponse »"),
        (b"PK\x03\x04rest", "faq.csv: a spreadsheet or a text document; save its table as CSV"),
        (b"question;r\x81ponse", "faq.csv: neither UTF-8 nor Windows-1252 text"),
        (b'{"question": ', "faq.csv: line 1: not readable as JSON"),
        (b'{"a": 1}', "faq.csv: JSON of a shape that no reader knows"),
    ],
)
def test_a_file_that_nobody_can_read_is_refused_with_what_to_do(content: bytes, message: str) -> None:
    """The message opens with the file's name."""
    with pytest.raises(KnowledgeError) as error:
        formats.read(content, "faq.csv", TODAY)
    assert str(error.value).startswith(message)


# --- our own files ------------------------------------------------------------------------------------------------------


def unvalidated(entries: tuple[Entry, ...]) -> list[Entry]:
    """The entries as they come back: without validator and date of validation."""
    return [entry.model_copy(update={"validator": "", "validated_on": None}) for entry in entries]


@pytest.mark.parametrize("as_format", ["json", "csv"])
def test_the_demonstration_commune_comes_back_whole(as_format: str) -> None:
    """Export, import into an empty folder, load: the same entries, and none may be spoken."""
    demo = store.load()
    text = spreadsheet.write(demo.entries) if as_format == "csv" else json.dumps(own.write(demo))
    reading = read(text, f"export.{as_format}")
    assert reading.faults == ()
    made = plan([("export", reading)], {}, demo.commune)
    assert {outcome.result for outcome in made.outcomes} == {"added"}
    wrong: list[str] = []
    back = [entry for path, text in made.texts.items() for entry in store.read_entries(text, path, wrong)]
    assert wrong == []
    english = demo.in_language("en") if as_format == "json" else None  # a spreadsheet has the French ones
    assert back == unvalidated(demo.entries + (english.entries if english else ()))
    if english:
        assert list(made.texts) == sorted({*demo.origins, *english.origins})


def test_what_is_there_already_in_the_same_words_stays_as_it_is() -> None:
    """An export that is imported where it comes from changes nothing, so validators stay."""
    demo = store.load()
    origins = demo.origins + demo.in_language("en").origins
    files = {origin: (demo.folder / origin).read_text("utf-8") for origin in origins}
    made = plan([("x", own.read(own.write(demo), "x", TODAY))], files, demo.commune, replace=True)
    assert ({outcome.result for outcome in made.outcomes}, made.texts) == ({"unchanged"}, {})


def test_a_language_that_the_commune_does_not_speak_is_told() -> None:
    """Its entries are taken over, with what to do before they are of use; a language that callbot does not speak is a fault."""
    demo = store.load()
    alone = demo.commune.model_copy(update={"languages": ("fr",)})
    made = plan([("x", own.read(own.write(demo), "x", TODAY))], {}, alone)
    told = [outcome for outcome in made.outcomes if "'en' in languages" in " ".join(outcome.warnings)]
    assert len(told) == len(demo.in_language("en").entries)
    klingon = own.write(demo) | {"entries": [{**own.write(demo)["entries"][0], "language": "tlh"}]}
    [fault] = own.read(klingon, "x", TODAY).faults
    assert fault.message == "language: 'tlh' is not one of fr, en"


def test_an_export_of_another_version_or_with_broken_entries_is_told() -> None:
    """By entry, with the field that is wrong."""
    assert own.read({"format": own.FORMAT, "version": 2}, "x", TODAY).faults == (
        Fault("version", "written by another version of callbot (2); export it again"),
    )
    broken = {"format": own.FORMAT, "version": 1, "entries": [{"id": "marche", "motive": "Marché"}, 3]}
    faults = own.read(broken, "x", TODAY).faults
    assert [fault.place for fault in faults] == ["entry 1 (marche)"] * 5 + ["entry 2"]


# --- JSON of a commune's own assistant ----------------------------------------------------------------------------------


def test_a_menu_tree_gives_answers_and_open_questions() -> None:
    """Direct answers are drafts with their links as sources to check; prompts wait for an answer; HTML is gone."""
    tree = {
        "enfance": {
            "label": "Enfance",
            "questions": [
                {
                    "id": "cantine",
                    "label": "🍽️ Cantine",
                    "directAnswer": {
                        "text": "Ouverte&nbsp;<b>chaque</b> jour d’école.",
                        "links": [
                            {"label": "Site", "url": "https://x.fr"},
                            {"label": "Appeler", "tel": "01"},
                        ],
                    },
                },
                {"id": "menus", "label": "Menus de la cantine", "directAnswer": {"text": "Sur la porte."}},
                {"id": "cloture", "label": "Clôture", "prompt": "Je veux une clôture."},
            ],
        },
        "autre": {"label": "Autre question", "openChatDirectly": True},
    }
    guessed = ("motive guessed from its words",)
    assert read(json.dumps(tree), "menu.json") == Reading(
        "menu tree",
        (
            Draft(
                "enfance/cantine",
                ("Cantine",),
                "Ouverte chaque jour d'école.",
                "cantine",
                sources=(
                    Source(title="À vérifier : Site (menu.json)", url="https://x.fr", checked_on=TODAY),
                ),
                remarks=guessed,
            ),
            Draft(
                "enfance/menus",
                ("Menus de la cantine",),
                "Sur la porte.",
                "cantine",
                "menus",
                remarks=guessed,
            ),
            Draft(
                "enfance/cloture",
                ("Clôture", "Je veux une clôture."),
                "",
                "declaration_prealable",
                remarks=guessed,
            ),
        ),
    )


def test_planning_rules_give_the_authorisations_and_leave_the_zones() -> None:
    """Signs are said in words; the rules of zones are counted, because they depend on the address."""
    rules = {
        "zones": {"Ua": {}, "Ub": {}},
        "autorisations": {
            "piscine": {"tableau": [{"cas": "< 10 m²", "auth": "Aucune formalité"}], "note": "À voir"},
            "x": {},
        },
    }
    reading = read(json.dumps(rules), "plu.json")
    assert [(d.motive, d.aspect, d.answer) for d in reading.drafts] == [
        ("declaration_prealable", "piscine", "Moins de 10 mètres carrés : Aucune formalité. À voir.")
    ]
    assert reading.faults == (Fault("autorisations/x", "no « tableau » of cases"),)
    assert reading.notes[0].startswith("2 zones are left out")


def test_facts_keep_their_source_and_date_and_a_quiz_gets_no_motive() -> None:
    """Only categories that callers ask about are given a motive; the others stay to be completed."""
    facts = {
        "maj": "2026-08-02",
        "entrees": [
            {"id": "abri-5m", "question": "Un abri ?", "explication": "Libre.", "source": "Mairie", "url": "", "categorie": "urbanisme"},
            {"id": "abri-roi", "question": "Un abri ?", "explication": "En 1429.", "source": "", "url": "", "categorie": "histoire"},
        ],
    }  # fmt: skip
    found = read(json.dumps(facts), "faits.json").drafts
    assert [(d.motive, d.aspect, d.sources[0].title, d.sources[0].checked_on) for d in found] == [
        ("declaration_prealable", "abri_cinq_m", "Mairie", date(2026, 8, 2)),
        ("", "", "À vérifier : sans source (faits.json)", TODAY),
    ]


@pytest.mark.parametrize(
    ("text", "motive"),
    [
        ("Demander un acte de naissance", ("acte_naissance", "")),
        ("Bacs : dotation ou réparation", ("dechets_collecte", "bac")),
        ("Déclarer la fin des travaux", ("permis_construire", "chantier")),
        ("La ligne 8 pendant les vacances", ("transport", "")),
        ("La carte d'identité est-elle payante ?", ("titre_prix", "")),
        ("Le château du Bailly", ("", "")),
    ],
)
def test_a_motive_is_guessed_from_plain_words_or_not_at_all(text: str, motive: tuple[str, str]) -> None:
    """What the table does not know stays without motive."""
    assert motive_of(text) == motive


def test_an_identifier_is_made_of_small_letters() -> None:
    """Accents go, short numbers become words, long ones vanish."""
    assert [identifier(t) for t in ("Été-2026 !", "tel 0238456176", "…")] == [
        "ete_deux_mille_vingt_six",
        "tel",
        "",
    ]


# --- the plan -----------------------------------------------------------------------------------------------------------


def test_nothing_that_is_imported_is_validated() -> None:
    """The entry has an author and no validator, whatever the file said; the author asked for goes first."""
    made = merged(draft(author="Lucie Armand"), author="Paul Petit")
    text = made.texts["entries/import_faq.toml"]
    (imported,) = store.read_entries(text, "x", [])
    assert (imported.author, imported.validator, imported.may_be_spoken(TODAY)) == ("Paul Petit", "", False)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"motive": ""}, "no motive: write which one in the column « motif »"),
        ({"answer": ""}, "no answer: write what the bot is to say"),
        ({"questions": ()}, "no question: write how callers ask"),
    ],
)
def test_what_only_the_commune_can_give_is_left(changed: dict[str, object], message: str) -> None:
    """The draft is handed back to be completed, and nothing is written."""
    made = merged(draft(**changed))
    assert [(o.result, o.message) for o in made.outcomes] == [("left", message)]
    assert (len(made.left), made.texts) == (1, {})


def test_too_short_an_answer_is_rejected_and_too_long_a_one_is_warned_of() -> None:
    """What no entry may be is not written; what is only hard to hear is, with what to mend."""
    made = merged(draft(answer="Oui."), draft("marche", "Le mercredi. " * 40))
    assert results(made) == [("horaires", "rejected"), ("marche", "added")]
    assert made.outcomes[1].warnings == (
        "« marche » is a new motive; is that meant?",
        "rewrite it for the ear before you validate it: the answer has 80 words; more than 62 (25 seconds) are not "
        "remembered, the answer has 40 sentences; 2 at most, or 3 very short ones",
    )


FILES = {
    "entries/all.toml": "# Nos réponses.\n\n"
    + "\n".join(entry(name, QUESTIONS[name]) for name in ("horaires", "acte_naissance"))
    + "# fin\n"
}


def test_a_conflict_is_told_and_changes_nothing() -> None:
    """An entry that is there stays."""
    made = merged(draft(), files=FILES)
    assert [(o.result, o.message) for o in made.outcomes] == [
        ("conflict", "another one stands in entries/all.toml; --replace puts this one there, not validated")
    ]
    assert made.texts == {}


def test_replacing_changes_that_entry_only() -> None:
    """In its own file and place; comments and neighbours stay, and whose validation is lost is told."""
    made = merged(draft(), files=FILES, replace=True)
    assert [(o.result, o.message) for o in made.outcomes] == [
        ("replaced", "in entries/all.toml; what Victor Valideur had validated is no longer spoken")
    ]
    text = made.texts["entries/all.toml"]
    wrong: list[str] = []
    assert [(e.id, e.validator) for e in store.read_entries(text, "x", wrong)] == [
        ("horaires", ""),
        ("acte_naissance", "Victor Valideur"),
    ]
    assert (wrong, text[:16], text[-6:]) == ([], "# Nos réponses.\n", "# fin\n")


def test_two_of_the_same_id_in_one_import_do_not_overwrite_each_other() -> None:
    """Also with --replace: the first one counts."""
    made = merged(draft(), draft(answer="La mairie ouvre à dix heures.", place="line 3"), replace=True)
    assert results(made) == [("horaires", "added"), ("horaires", "conflict")]
    assert "neuf heures" in made.texts["entries/import_faq.toml"]


def test_a_question_that_stands_elsewhere_is_told() -> None:
    """`kb check` would refuse it; here one learns it earlier."""
    made = merged(draft("marche", questions=("Horaires d'ouverture ?",)), files=FILES)
    assert (
        "« Horaires d'ouverture ? » also stands in horaires; keep it in one of them"
        in made.outcomes[0].warnings
    )


def test_services_are_known_by_identifier_or_name() -> None:
    """Another one goes to who answers for that motive already, else to the default service, and is told."""
    made = merged(
        draft("a", service="regie"),
        draft("b", service="RÉGIE"),
        draft("c", service="Voirie"),
        draft("d"),
        files=FILES,
    )
    entries = [e for text in made.texts.values() for e in store.read_entries(text, "x", [])]
    assert {e.motive: e.service for e in entries} == {
        "a": "regie",
        "b": "regie",
        "c": "accueil",
        "d": "accueil",
    }
    told = [w for o in made.outcomes for w in o.warnings if "service" in w]
    assert told == ["service « Voirie » is not in commune.toml; accueil instead"]


def test_entry_files_that_are_broken_stop_the_import() -> None:
    """Nothing is merged into a file that cannot be read."""
    with pytest.raises(KnowledgeError, match=r"entries/all.toml: not readable as TOML"):
        merged(draft(), files={"entries/all.toml": "[[entry"})


def test_entries_are_written_so_that_they_are_read_the_same() -> None:
    """Quotes, backslashes and accents survive."""
    odd = Entry(
        motive="marche", kind="orient", questions=('le "grand" marché', "c:\\x"), answer="Là où « tout » est.",
        service="accueil", author="A", validator="V", validated_on=TODAY, expires_on=TODAY,
        sources=(Source(title='Arrêté "1"', url="https://x.fr", checked_on=TODAY),),
    )  # fmt: skip
    text = entry_text(odd)
    assert list(store.read_entries(text, "x", [])) == [odd]
    assert blocks("# tête\n" + text + text) == ("# tête\n", [text, text])
