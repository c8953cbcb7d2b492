"""Signs of danger: none is an emergency by itself, two of certain kinds in one utterance are. Notation: patterns.py.

They catch what the tables of whole phrases do not foresee (« il a reçu un coup sur la tête il est dans les vapes »), and go
on working when a recogniser garbles the words in between.
"""

PIECES = {
    "lui": "(il|elle|mari|femme|fils|fille|père|mère|papa|maman|papi|papy|mamie|frère|soeur|bébé|petite?|"
    "gamine?|gosse|ado|"
    "enfant|voisine?|monsieur|dame|homme|jeune|vieux|vieille|collègue|cliente?|copain|copine|amie?|ouvrier|passante?|"
    "patiente?|résidente?|locataire|conducteur|conductrice|piéton|cycliste|motard|quelqu'un|gens|personnes?)",
}

SIGNS: dict[str, tuple[str, ...]] = {
    "body": (
        "bras|jambes?|tête|crâne|visage|figure|poitrine|coeur|gorge|bouche|lèvres?|langue|dos|oeil|yeux|front|"
        "peau|mains?|"
        "pieds?|doigts?|ventre|cou|cheveux|hanche|genou|(mon|son) côté|côté (gauche|droit)|pouls|poignets?|"
        "corps|nez|oreille",
    ),
    "hurt": (
        "coupée?|cassée?|brûlée?|brûlés|arrachée?|tordue?|déformée?|enfle|enflée?|gonfle|gonflée?|saigne|sang|"
        "bleue?s?|violette?|"
        "blanche?|blanc|pâle|froide?|toute? grise?|mousse|bave|écume|pend|serre comme|serre fort|qui serre|"
        "oppresse|paralysée?|tremble|tremblements|secousses|"
        "fracture|plaie|entaille|blessée?s?|douleur|hurle de douleur|drôle de sens|en bouillie|manque un|"
        "amochée?|ensanglantée?|"
        "bleus|marques|brûlures|scarifiée?|coup sur|gicle|engourdie?|fourmille|tordue",
    ),
    "fall": (
        "tombée?|tombe|chute|chuté|glissé|écroulée?|effondrée?|s'écroule|s'effondre|s'affaisse|assommée?|"
        "cognée?|poussée?|"
        "renversée?|dévissé|dégringolé|trébuché|roulé|plus (debout|se lever)|se relever|se relève pas",
    ),
    "ill": (
        "malaise|sentie? mal|se sent mal|très mal|sent pas bien|vapes|délire|quarante de fièvre|convulse|"
        "convulsions|évanouie?|inconsciente?|"
        "conscience|connaissance|transpire|sueurs?|pouls|drogue|overdose|étourdie?|raide|inerte|contractions|"
        "étouffe|s'étouffe|"
        "suffoque|respire|respirer|souffle (plus|court|mal)|crise|piqûre|intoxiquée?|empoisonnée?|vomit|vomi|"
        "coma|vertiges?|léthargique|"
        "réagit|réveille|allergie|diabétique|cardiaque|épileptique|avalé|bave|somnolente?|tousse|coup de chaleur",
    ),
    "weapon": (
        "couteaux?|armes?|armés?|armée?|fusil|pistolet|batte|barres?|hache|lame|machette|ceinture|flingue|"
        "matraque|bâton|carabine|"
        "cutter|tournevis|coups? de feu|balle|revolver|cagoulée?s?|cagoule|menaçant",
    ),
    "violence": (
        "frapp\\S+|tabass\\S+|cogn(e|ent|er|ee?)|agress\\S+|attaqu\\S+|menac\\S+|étrangl\\S+|gifl\\S+|tape "
        "dessus|taper dessus|tapent "
        "dessus|tapé dessus|se (battent|bat|battre|tapent|tabassent|bagarrent)|me bat|la bat|battue?|s'en "
        "(prend|prennent)|"
        "poursui\\S+|me suit|suivie?|bouscul\\S+|tire par|traîne par|séquestr\\S+|viol|viole[er]?|violée?|"
        "violent[er]?|coups? de (poing|pied|tête)|baffes?|claques?|"
        "coups|(me|la|le|nous|les|m'a|l'a) (touche|corrige|attache)|tuer|tue|égorg\\S+|poignard\\S+|kidnapp\\S+|"
        "racket\\S+|l'arraché|arraché mon|maltrait\\S+|harcèle|pousse|"
        "violent|battent|crache|exhib\\S+|tout nu|attachent|secoue",
    ),
    "intruder": (
        "voleurs?|cambrioleurs?|intrus|inconnus?|individus?|(un|des|deux|trois|les) (types?|mecs?|hommes?|gars|"
        "jeunes)|quelqu'un|"
        "rôde|rôdeurs?|des gens",
    ),
    "breaking": (
        "force|forcer|forcent|défonce\\S*|fractur\\S+|escalad\\S+|vitres?|serrure|ma porte|ma fenêtre|la porte|"
        "par la fenêtre|"
        "chez (moi|elle|lui|nous)|dans (ma|la) maison|bijouterie|pharmacie|banque|vitrine|volets|véranda|cave|tiroirs",
    ),
    "fear": (
        "(j'ai|ai|a|très|ont) peur|hurle|hurlent|crie|crient|supplie|cachée?|enfermée?|au secours|à l'aide|"
        "venez vite|tout de suite|en ce moment|à l'instant|"
        "panique|terrorisée?|tétanisée?|mon dieu|danger|urgence|urgent|secours|là maintenant|en pleurs|envoyez|"
        "de l'aide|grave|vite|"
        "maintenant|en train|pitié",
    ),
    "fire": (
        "flammes?|flambe\\S*|brûle|brûlent|crame|fumée|incendie|étincelles|explosé|(fuite|odeur|sent|conduite) "
        "… gaz|en feu|le feu|chlore|monoxyde|brûlé",
    ),
    "building": (
        "toit|immeuble|appartement|appart|maison|cuisine|cave|garage|étage|salon|chambre|escaliers?|grange|"
        "hangar|entrepôt|école|"
        "usine|balcon|fenêtres?|forêt|champ|sapin|rideaux?|voisins?|hôtel|restaurant|magasin|mur|compteur|"
        "cheminée|poêle",
    ),
    "vehicle": (
        "voitures?|camions?|scooters?|motos?|bus|car|vélos?|cyclistes?|motards?|camionnette|poids lourd|"
        "tracteur|trottinette|"
        "tram|conducteur|conductrice|piétons?|chauffard|nationale|autoroute|rocade|rond point|platane",
    ),
    "crash": (
        "percut\\S+|renvers\\S+|fossé|couchée?|retournée?|encastrée?|faucher|fauchée?|collision|accident|"
        "carambolage|choc|"
        "rentrée?s? (dans|dedans)|rentrer (dans|dedans)|tonneaux?|tamponn\\S+|écras\\S+|plantée?",
    ),
    "ground": (
        "par terre|au sol|à terre|allongée?|coincée?s?|dessous|blessée?s?|bouge plus|bouge pas|morts?|mort|inanimée?|"
        "sous (le|la|les|un|une)|étendue?|gît|gisant|couchée?|immobile",
    ),
    "water": (
        "rivière|canal|étang|lac|fleuve|piscine|courant|noie|noyer|noyée?|se débat|déborde|crue|à l'eau|dans "
        "l'eau|inondée?s?|"
        "l'ourcelle|ravin|crevasse|falaise|puits",
    ),
    "child": (
        "enfants?|gosses?|gamine?s?|bébé|petite?s?|petits|fillettes?|garçons?|élèves?|ado|mineure?|neveux?|"
        "nièces?|nourrisson|"
        "petit fils|petite fille|mômes?|(un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|"
        "quatorze) ans",
    ),
    "alone": (
        "toute? seule?|tout seuls|seule?s? (dans|depuis|chez|la nuit|toute|au|sur)|abandonnée?s?|sans manger|"
        "enfermée?s?|pieds nus|en "
        "pyjama|attachée?s?|attachent|toute la nuit|depuis (hier|deux jours|ce matin)|introuvable|disparue?s?",
    ),
    "parent": (
        "père|mère|beau père|belle mère|papa|maman|parents|oncle|compagnon|voisine?s?|(mari|conjoint|copain|ex)",
    ),
    "death": (
        "mourir|crever|morte?|tuer|tue|vivre|la vie|en finir|adieux?|suicid\\S+|réveiller|tout arrêter|s'arrête|"
        "disparaître|"
        "être là|idées noires|tirer une balle|balle|pendre|corde|sauter (du|de|par|sous|dans|d')|bêtise|"
        "scarifi\\S+|veines|désespérée?",
    ),
    "despair": (
        "(en|n'en) (peux|peut) plus|veux plus|veut plus|plus envie|envie de|souffre|à bout|arrive plus|y arrive "
        "plus|préfère|mieux|"
        "ne sert à rien|plus la peine|plus rien|parle de|menace de|veux|veut|peur qu'|dit (adieu|qu'il va|"
        "qu'elle va)|va se|personne "
        "ne m'aime|plus la force",
    ),
}
"""Kind of sign to the words that are one."""

TOGETHER: dict[str, tuple[str, ...]] = {
    "119": (
        "child alone building",
        "child alone fear",
        "child alone violence",
        "child fear violence",
        "child parent violence",
    ),
    "3919": ("parent violence",),
    "3114": ("death despair",),
    "15": (
        "body ill",
        "hurt ill",
        "body hurt",
        "body fall",
        "body ground",
        "body fear",
        "fall hurt",
        "fall ground",
        "fall fear",
        "hurt fear",
        "ill fear",
        "ill parent",
        "ill child",
    ),
    "18": (
        "fire building",
        "fire ill",
        "fire fear",
        "crash vehicle",
        "crash fear",
        "fall water",
        "ground water",
        "water fear",
        "ground vehicle",
    ),
    "17": (
        "violence fear",
        "violence weapon",
        "violence intruder",
        "violence breaking",
        "violence body",
        "weapon intruder",
        "weapon fear",
        "weapon ground",
        "ground intruder",
        "breaking fear intruder",
        "breaking alone fear",
    ),
}
"""Number to the kinds that call for it together, in order of precedence."""
