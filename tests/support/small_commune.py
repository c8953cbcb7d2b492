"""A commune small enough to be learnt within a test: writes the files of a knowledge base."""

from pathlib import Path

COMMUNE = """
name = "Petitbourg"
spoken_town_hall = "la mairie de Petitbourg"
default_service = "accueil"

[[services]]
id = "accueil"
name = "Accueil"
spoken = "l'accueil"
"""

QUESTIONS = {
    "horaires": [
        "quels sont vos horaires", "vous êtes ouverts jusqu'à quelle heure", "la mairie ouvre à quelle heure le matin",
        "est-ce que vous êtes ouverts le samedi", "horaires d'ouverture", "vous fermez le midi",
        "à quelle heure je peux venir à la mairie", "c'est fermé le lundi", "jours d'ouverture de la mairie",
        "la mairie est ouverte pendant les fêtes", "je peux passer après dix-sept heures", "vous êtes là le mercredi après-midi",
    ],
    "acte_naissance": [
        "je voudrais un acte de naissance", "comment obtenir un extrait de naissance", "copie intégrale d'acte de naissance",
        "il me faut mon extrait d'acte de naissance", "acte de naissance pour un mariage", "demander un acte de naissance par internet",
        "je suis née chez vous il me faut un acte", "extrait de naissance avec filiation", "on me demande un acte de naissance récent",
        "l'acte de naissance de mon fils", "faire une demande d'acte de naissance", "un certificat de naissance s'il vous plaît",
    ],
    "acte_naissance.delai": [
        "combien de temps pour recevoir un acte de naissance", "délai pour un acte de naissance", "l'acte de naissance arrive quand",
        "sous combien de jours vous envoyez l'extrait de naissance", "j'attends mon acte de naissance depuis une semaine c'est normal",
        "c'est long pour avoir un extrait de naissance", "quand est-ce que je recevrai mon acte de naissance",
        "est-ce que je peux avoir l'acte de naissance tout de suite", "en combien de temps on reçoit l'extrait de naissance",
        "l'acte de naissance est prêt le jour même", "il faut attendre combien pour l'acte de naissance",
        "temps d'attente pour une copie d'acte de naissance",
    ],
    "dechetterie": [
        "où est la déchetterie", "comment accéder à la déchetterie", "la déchetterie prend les gravats",
        "il faut un badge pour la déchetterie", "je veux jeter un vieux frigo à la déchetterie", "adresse de la déchetterie",
        "est-ce que la déchetterie accepte la peinture", "à la déchetterie on peut mettre des branches", "carte d'accès à la déchetterie",
        "je viens d'emménager comment aller à la déchetterie", "déposer des cartons à la déchetterie", "la déchetterie est payante",
    ],
}  # fmt: skip

ANSWER = "Voici la réponse que la mairie a validée."


def entry(
    entry_id: str,
    questions: list[str],
    *,
    answer: str = ANSWER,
    expires_on: str = "2999-12-31",
    **changed: str,
) -> str:
    """The TOML of one validated entry; `changed` replaces or (empty) removes further fields."""
    motive, _, aspect = entry_id.partition(".")
    fields = {
        "motive": motive,
        "aspect": aspect,
        "subject": f"la question {entry_id}",
        "answer": answer,
        "service": "accueil",
        "author": "Anne Auteur",
        "validator": "Victor Valideur",
        **changed,
    }
    lines = [f'{name} = "{value}"' for name, value in fields.items() if value]
    lines += ["validated_on = 2020-01-01"] if fields["validator"] else []
    lines += [f"expires_on = {expires_on}"]
    lines += ["questions = [", *(f'  "{question}",' for question in questions), "]"]
    return "\n".join(["[[entry]]", *lines, ""])


def write(folder: Path, *entries: str, commune: str = COMMUNE) -> Path:
    """Write a knowledge base of these entries (none: all of QUESTIONS) into `folder`, and return it."""
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    (folder / "commune.toml").write_text(commune, encoding="utf-8")
    texts = entries or tuple(entry(name, questions) for name, questions in QUESTIONS.items())
    (folder / "entries" / "all.toml").write_text("\n".join(texts), encoding="utf-8")
    return folder
