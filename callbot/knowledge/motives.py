"""What the known motives are called in charts, reports and lists: short, for staff. What is spoken is an entry's `subject`.

The identifiers are those of the corpus (callbot/corpus), stable across versions; a commune may add its own.
"""

from types import MappingProxyType

__all__ = ["ASPECTS", "TITLES", "aspect_words", "title_of"]

TITLES = MappingProxyType(
    {
        "acte_naissance": "Acte de naissance",
        "acte_mariage": "Acte de mariage",
        "acte_deces": "Acte de décès",
        "declaration_naissance": "Déclaration de naissance",
        "declaration_deces": "Déclaration de décès",
        "mariage": "Mariage à la mairie",
        "pacs": "Pacs",
        "livret_famille": "Livret de famille",
        "reconnaissance": "Reconnaissance d’un enfant",
        "changement_nom_prenom": "Changement de nom ou de prénom",
        "cimetiere": "Cimetière",
        "titre_rendez_vous": "Rendez-vous carte d’identité, passeport",
        "titre_pieces": "Papiers carte d’identité, passeport",
        "titre_prix": "Prix d’un passeport ou d’une carte",
        "titre_retrait": "Retrait d’une carte ou d’un passeport",
        "titre_perte_vol": "Perte ou vol d’un titre",
        "sortie_territoire": "Sortie du territoire d’un mineur",
        "recensement_citoyen": "Recensement à 16 ans",
        "legalisation_signature": "Légalisation de signature",
        "attestation_accueil": "Attestation d’accueil",
        "liste_electorale": "Listes électorales",
        "procuration": "Vote par procuration",
        "bureau_vote": "Bureau de vote",
        "inscription_scolaire": "Inscription à l’école",
        "cantine": "Cantine",
        "periscolaire": "Garderie et étude",
        "centre_loisirs": "Centre de loisirs",
        "creche": "Crèche et petite enfance",
        "permis_construire": "Permis de construire",
        "declaration_prealable": "Déclaration de travaux",
        "plu_cadastre": "Plan d’urbanisme et cadastre",
        "logement_social": "Logement social",
        "dechets_collecte": "Collecte des déchets",
        "encombrants": "Encombrants",
        "dechetterie": "Déchetterie",
        "signalement_voirie": "Problème dans la rue",
        "nuisibles": "Nuisibles",
        "animaux": "Animaux",
        "bruit": "Bruit",
        "eau_assainissement": "Eau et assainissement",
        "marche": "Marché",
        "stationnement_resident": "Stationnement résident",
        "contravention": "Amende de stationnement",
        "fourriere": "Fourrière",
        "reservation_voirie": "Réservation de voirie",
        "tranquillite_vacances": "Surveillance pendant les vacances",
        "objets_trouves": "Objets trouvés",
        "ccas_aides": "Aides sociales (CCAS)",
        "personnes_agees": "Personnes âgées",
        "transport": "Transports",
        "france_services": "France services",
        "acces_droit": "Conciliateur, avocat, écrivain public",
        "location_salle": "Location de salle",
        "associations": "Associations",
        "mediatheque": "Médiathèque",
        "piscine_sport": "Piscine et sport",
        "conservatoire": "Conservatoire",
        "agenda": "Fêtes et manifestations",
        "horaires": "Horaires de la mairie",
        "adresse_acces": "Adresse et accès de la mairie",
        "contact_elu": "Rencontrer un élu",
        "contact_service": "Joindre un service",
        "contact_ecrit": "Écrire à la mairie",
        "suivi_demande": "Suivi d’une demande",
        "reclamation": "Réclamation",
        "emploi": "Emploi et stage",
        "facture_regie": "Facture de la mairie",
        "hors_competence": "Autre organisme que la mairie",
    }
)

ASPECTS = MappingProxyType(
    {
        "absence": "absence",
        "acces": "accès",
        "accessibilite": "accessibilité",
        "amiante": "amiante",
        "bac": "bac",
        "caf": "CAF",
        "cendres": "cendres",
        "comment": "comment faire",
        "conseil": "conseil municipal",
        "cpam": "CPAM",
        "delai": "délai",
        "france_travail": "France Travail",
        "impots": "impôts",
        "majeur": "adulte",
        "mineur": "enfant",
        "perte_vol": "perte ou vol",
        "pieces": "papiers à fournir",
        "prefecture": "préfecture",
        "rendez_vous": "rendez-vous",
        "vide_grenier": "vide-grenier",
    }
)
"""Those that are not written as they are read."""


def aspect_words(aspect: str) -> str:
    """What an aspect of a motive is called within a line: « délai », « papiers à fournir », « CAF »."""
    return ASPECTS.get(aspect) or aspect.replace("_", " ")


def title_of(motive: str, subject: str = "") -> str:
    """A motive's short name; of one that a commune added, its `subject`, or else its identifier made readable."""
    said = TITLES.get(motive) or subject or motive.replace("_", " ")
    return said[:1].upper() + said[1:]
