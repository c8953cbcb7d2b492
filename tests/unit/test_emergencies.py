"""Emergencies: the right number to call, and no alarm for what only sounds like one."""

import pytest

from callbot.understanding.emergencies import emergency_number
from callbot.understanding.emergencies import NUMBERS
from callbot.understanding.normalise import normalise

CALLS = {
    "15": [
        "mon mari ne respire plus",
        "il respire mal",
        "elle n'arrive plus à respirer",
        "mon bébé s'étouffe",
        "ma mère fait un malaise",
        "elle a perdu connaissance",
        "il est inconscient",
        "je crois que mon père fait une crise cardiaque",
        "mon mari fait un AVC",
        "j'ai très mal à la poitrine",
        "j'ai une douleur dans la poitrine",
        "il saigne beaucoup",
        "elle perd beaucoup de sang",
        "ma femme est en train d'accoucher",
        "mon fils a avalé de la javel",
        "elle a pris plein de médicaments",
        "je veux mourir",
        "je vais me suicider",
        "mon voisin veut se suicider",
        "ma grand-mère est tombée elle n'arrive pas à se relever",
        "elle ne peut plus se relever",
        "quelqu'un a fait un malaise devant la mairie",
        "mon collègue s'est électrocuté",
        "il ne se réveille plus",
        "elle convulse",
        "vite une ambulance",
        "il faut appeler le SAMU",
        "il s'est ouvert les veines",
        "un monsieur est tombé du toit",
        "mon fils est tombé par la fenêtre",
        "j'ai du mal à respirer",
        "elle a la bouche tordue et elle parle plus",
        "il s'est coupé le doigt",
        "il fait une réaction allergique son visage gonfle",
        "envoyez une ambulance",
        "bonjour euh ma femme a perdu les eaux",
    ],
    "17": [
        "on m'agresse",
        "je me fais agresser",
        "il y a quelqu'un qui essaie d'entrer chez moi",
        "un cambrioleur est chez moi",
        "mon mari me frappe",
        "il me menace avec un couteau",
        "un homme armé devant l'école",
        "mon voisin est en train de frapper sa femme",
        "appelez la police",
        "il va me tuer",
        "ils sont en train de se battre dans la rue",
        "il y a une bagarre",
        "ma fille a disparu",
        "je ne retrouve plus mon fils",
        "mon petit garçon de cinq ans a disparu",
        "une personne se fait agresser dans le parc",
        "on force la porte de ma voisine",
        "il y a des coups de feu",
        "quelqu'un me suit dans la rue",
        "je viens de me faire agresser",
        "des gens cambriolent la maison d'en face",
        "il y a un homme avec un couteau",
    ],
    "18": [
        "il y a le feu chez moi",
        "au feu",
        "ma maison brûle",
        "il y a un incendie dans l'immeuble",
        "ça sent le gaz",
        "il y a une fuite de gaz",
        "ma cuisine est en feu",
        "il y a de la fumée qui sort de chez le voisin",
        "une voiture a pris feu",
        "il y a eu un accident de voiture devant chez moi",
        "un enfant s'est noyé",
        "quelqu'un est tombé dans la rivière",
        "je suis coincé dans l'ascenseur",
        "l'eau monte dans la maison",
        "il y a une odeur de gaz dans la rue",
        "un câble électrique est tombé par terre",
        "appelez les pompiers",
        "vite les pompiers",
        "le plafond s'est effondré",
        "la poubelle brûle",
        "il y a des flammes",
        "mon fils s'est fait renverser",
        "un arbre est tombé sur quelqu'un",
        "une explosion",
        "il y a un blessé",
        "le feu dans la forêt",
        "y a le feu à la grange",
    ],
    "112": [
        "au secours",
        "à l'aide",
        "c'est une urgence",
        "appelez les secours",
    ],
    "114": [
        "je suis sourd comment appeler les secours",
    ],
}

HARMLESS = [
    "les pompiers font-ils un calendrier",
    "je voudrais déclarer un décès",
    "où est la caserne des pompiers",
    "il y a eu le feu l'an dernier",
    "mon appartement a brûlé le mois dernier il me faut un acte",
    "à quelle heure est le feu d'artifice",
    "le feu rouge ne marche plus",
    "le feu tricolore est en panne",
    "est-ce qu'on peut faire du feu dans son jardin",
    "je voudrais brûler des végétaux",
    "mon père est décédé cette nuit",
    "ma mère est morte hier à l'hôpital",
    "je voudrais un acte de décès",
    "mon mari est mort ce matin que dois-je faire",
    "formation premiers secours",
    "où se trouve le défibrillateur",
    "l'aide à domicile pour ma mère qui a fait un malaise la semaine dernière",
    "je me suis fait voler ma carte d'identité",
    "on m'a volé mon portefeuille",
    "déclarer le vol de mon passeport",
    "mon chat a disparu",
    "j'ai perdu mon chien",
    "le numéro de la police municipale",
    "je voudrais parler à la police municipale",
    "la police municipale s'il vous plaît",
    "un chien errant",
    "il y a un nid de frelons",
    "un arbre est tombé sur la route",
    "un arbre est tombé dans la rue",
    "une fuite d'eau chez moi",
    "il y a une fuite d'eau dans la rue",
    "mon voisin fait du bruit",
    "le permis de feu",
    "secours populaire",
    "aide alimentaire d'urgence",
    "je voudrais un hébergement d'urgence",
    "j'ai besoin d'un rendez-vous en urgence pour un passeport",
    "c'est urgent il me faut un passeport",
    "urgent",
    "le plan canicule",
    "téléassistance pour personne âgée qui tombe souvent",
    "les pompiers volontaires recrutent",
    "devenir pompier volontaire",
    "alarme incendie",
    "borne incendie",
    "une poubelle a brûlé hier",
    "mon bac a été volé",
    "je veux porter plainte",
    "un accident de vélo hier à cause d'un nid de poule",
    "la plaque d'égout est dangereuse",
    "le lampadaire est cassé",
    "un pigeon mort",
    "un chat mort sur la route",
    "mon chien s'est fait renverser hier",
    "j'étouffe sous les factures",
    "zone inondable",
    "ma rue est inondable",
    "une voiture brûlée à enlever",
    "à l'aide sociale",
    "le club de tir",
    "l'opération tranquillité vacances pour éviter un cambriolage",
    "la facture de gaz",
    "raccordement au gaz",
    "je voudrais l'eau chaude",
    "il y a un feu rouge devant chez moi",
    "cimetière",
    "reconnaissance avant naissance ma femme va accoucher en mars",
    "ma femme accouche en juin je voudrais la crèche",
    "où accoucher",
    "ils se garent n'importe comment",
    "prévention du suicide réunion",
    "la piscine est-elle ouverte",
    "cours de natation pour ne pas se noyer",
    "j'ai perdu mon fils il y a deux ans je voudrais une concession",
    "le bus scolaire ne respecte pas les arrêts",
    "on m'a cambriolé pendant les vacances",
    "des jeunes font des feux d'artifice",
    "des jeunes se battent souvent devant chez moi",
    "garde d'enfants",
    "ma voiture a disparu elle est à la fourrière",
    "mon fils n'est pas rentré dans les critères",
    "je voudrais me marier",
    "je m'étouffe de rire",
    "le marché brûle les prix",
    "ça brûle",
    "je prends des médicaments",
    "je peux amener des médicaments à l'école",
    "mon fils est allergique aux arachides pour la cantine",
    "mon enfant fait de l'asthme pour la cantine",
    "mon mari a fait un avc l'an dernier",
    "l'acte de décès de mon père",
]


@pytest.mark.parametrize(
    ("number", "text"), [(number, text) for number, texts in CALLS.items() for text in texts]
)
def test_an_emergency_names_its_number(number: str, text: str) -> None:
    """What people cry into a telephone, and whom they must call."""
    assert emergency_number(normalise(text)) == number


@pytest.mark.parametrize("text", HARMLESS)
def test_no_false_alarm(text: str) -> None:
    """Fireworks, calendars, deaths to declare and last year's fire are everyday business."""
    assert emergency_number(normalise(text)) is None


def test_every_number_has_examples() -> None:
    """No number of the tables goes untried."""
    assert set(CALLS) == set(NUMBERS)


def test_now_beats_the_past() -> None:
    """A tale of the past is let through, unless it goes on now."""
    assert emergency_number(normalise("il y a eu un incendie l'an dernier")) is None
    assert (
        emergency_number(normalise("comme l'an dernier il y a un incendie en ce moment chez le voisin"))
        == "18"
    )


def test_accents_and_case_do_not_matter() -> None:
    """Typed without accents or in capitals, it is the same emergency."""
    assert emergency_number(normalise("MA MERE A FAIT UN MALAISE, ELLE EST INCONSCIENTE !!!")) == "15"
    assert emergency_number(normalise("ma mere a fait un malaise elle est inconsciente")) == "15"
