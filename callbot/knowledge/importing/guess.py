"""A motive for a text that has none, from its plain words; only ever a proposal, which is told as one."""

import re

from callbot.understanding.normalise import fold, normalise, number_in_words

_RULES: tuple[tuple[str, str, str], ...] = (
    # words of the text → motive, aspect; the first that fits
    (r"\b(rgpd|cnil|cookies?|application)\b", "", ""),
    (r"\bcertificats? d urbanisme|\bplu\b|\bplui\b|cadastr|constructible|zones? (naturelle|a urbaniser)", "plu_cadastre", ""),
    (r"echafaudage|\bbennes?\b|domaine public|demenagement (de|en) camion", "reservation_voirie", ""),
    (r"certificat de radiation|inscri\w+ .*\becole|\becoles?\b", "inscription_scolaire", ""),
    (r"periscolaire|garderie|accueil du (matin|soir)|etude surveillee", "periscolaire", ""),
    (r"cantine|restaurant scolaire", "cantine", ""),
    (r"centre (de loisirs|aere)|mercredis? loisirs", "centre_loisirs", ""),
    (r"creche|assistantes? maternelles?|petite enfance", "creche", ""),
    (r"dechetter|decheter", "dechetterie", ""),
    (r"encombrant|objets volumineux|ancien appareil", "encombrants", ""),
    (r"\bbacs?\b.*(dotation|casse|repar|echange)|(dotation|echange|repar)\w* .*\bbacs?\b", "dechets_collecte", "bac"),
    (r"\btri\b|\bbacs?\b|poubelle|ordures|\bverre\b|ramassage|medicaments", "dechets_collecte", ""),
    (r"ouverture d un chantier|ouverture de chantier|fin des travaux|achevement|\bdaact\b", "permis_construire", "chantier"),
    (r"piscines?\b.*(declar|autoris|couverte|demontable)|clotures?|\bmurs?\b|\babris?\b|veranda|toitures?|facades?|velux|"
     r"fenetre de toit|terrasse|panneaux (solaires|photo)|extension|agrandi|declaration prealable|ravalement|poulailler",
     "declaration_prealable", ""),
    (r"permis de construire|architecte|autorisation d urbanisme", "permis_construire", ""),
    (r"procuration", "procuration", ""),
    (r"recense", "recensement_citoyen", ""),
    (r"listes? electorales?|inscription electorale", "liste_electorale", ""),
    (
        r"(cartes? (nationale )?d identite|\bcni\b|passeport).*(payant|gratuit|prix|tarif|timbre)",
        "titre_prix",
        "",
    ),
    (r"passeport", "titre_rendez_vous", "passeport"),
    (r"cartes? (nationale )?d identite|\bcni\b", "titre_rendez_vous", ""),
    (r"carte grise|permis de conduire|titre de sejour", "hors_competence", "prefecture"),
    (r"\bpacs\b", "pacs", ""),
    (r"livret de famille", "livret_famille", ""),
    (r"actes? de naissance|etat civil", "acte_naissance", ""),
    (r"actes? de mariage", "acte_mariage", ""),
    (r"actes? de deces", "acte_deces", ""),
    (r"cimetiere|concession|columbarium", "cimetiere", ""),
    (r"location de materiel|materiel communal", "location_salle", "materiel"),
    (r"location de salle|(louer|location) .*salle|salle (communale|des fetes|polyvalente)", "location_salle", ""),
    (r"assainissement|\bspanc\b|fosses? septiques?|\beau\b|robinet|nitrates", "eau_assainissement", ""),
    (r"\bligne (un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\b|\btad\b|\bbus\b", "transport", ""),
    (r"navette|transport a la demande|velo a assistance", "transport", ""),
    (r"inclusion numerique|demarches en ligne|france services", "france_services", ""),
    (r"mediatheque|bibliotheque", "mediatheque", ""),
    (r"associations?\b", "associations", ""),
    (r"marche (du|de|hebdomadaire)", "marche", ""),
    (r"\bchiens?\b|\bchats?\b|animaux errants", "animaux", ""),
    (r"frelon|moustique|\brats?\b", "nuisibles", ""),
    (r"\bbruits?\b|tondre|tondeuse", "bruit", ""),
    (r"(mairie|accueil) .*(rendez vous|ouvert|horaire|recoit|fermeture)|^horaires", "horaires", ""),
    (r"objets? (trouve|perdu)", "objets_trouves", ""),
    (r"logement social|\bhlm\b", "logement_social", ""),
    (r"bureaux? de vote|carte electorale", "bureau_vote", ""),
    (r"\bccas\b|aide (sociale|alimentaire)", "ccas_aides", ""),
    (r"portage de repas|teleassistance|personnes agees|canicule", "personnes_agees", ""),
    (r"voirie|nid de poule|lampadaire|eclairage public|trottoir", "signalement_voirie", ""),
    (r"carte de resident|zone bleue|stationnement", "stationnement_resident", ""),
    (r"\bmariages?\b|se marier", "mariage", ""),
    (r"declar\w+ .*naissance", "declaration_naissance", ""),
    (r"declar\w+ .*deces", "declaration_deces", ""),
    (r"piscine", "piscine_sport", ""),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), motive, aspect) for pattern, motive, aspect in _RULES)


def motive_of(text: str) -> tuple[str, str]:
    """Motive and aspect that the words of a text point to; two empty strings when none do."""
    words = fold(normalise(text))
    for pattern, motive, aspect in _COMPILED:
        if pattern.search(words):
            return motive, aspect
    return "", ""


def identifier(text: str) -> str:
    """A text as an aspect may be called: small letters and underscores, numbers in words. Empty when nothing is left."""
    spelled = re.sub(r"\b0*(\d{1,4})(?!\d)|\d+", _number, text.lower())
    return "_".join(re.findall(r"[a-z]+", fold(spelled)))


def _number(found: re.Match[str]) -> str:
    return f" {number_in_words(int(found[1]))} " if found[1] else " "
