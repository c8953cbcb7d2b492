"""The tables of emergencies, a line per thing that happens. Notation: callbot/understanding/patterns.py.

Numbers as service-public.fr gives them (« Quels sont les numéros d'urgence ? »): 15 SAMU, 17 police, 18 pompiers,
112 everywhere in Europe, 114 for people who cannot hear or speak.
"""

PIECES = {
    "aux": "(est|suis|sont|a|ai|ont|vient de|viens de|va|vais|s'est|me suis|a été|m'a|l'a|nous a|a fait)",
    "en_train": "(est en train de|est en train d'|sont en train de|sont en train d'|train de|essaie de|"
    "essaie d'|essaye de|essaye d'|essayent de|essayent d'|essaient de|essaient d'|"
    "tente de|tente d'|tentent de|veut|veulent|va|vont|a|ont|est|sont|vient de|viennent de)",
    "trop_de": "(trop|plein|beaucoup|toute?|un flacon|une boîte|une plaquette|un tube|de|du|des|d'|la|l'|"
    "une?|ses|mes|les|sa|ma|son)*",
    "coupe": "(coupée?|ouverte?|ouvert|tranchée?|arrachée?|sectionnée?|entaillée?)",
    "membre": "(veines?|bras|mains?|doigts?|gorge|pieds?|poignets?|jambe|artère|tête|crâne|pouce)",
    "appelez": "(appelez|appeler|appelle|envoyez|envoyer|besoin|faut|veux|voudrais|prévenez|prévenir|"
    "contactez|demande|vite)",
}

NUMBERS: dict[str, tuple[str, ...]] = {
    "114": (
        "(sourde?|malentendante?|muette?) … (urgences?|secours|danger|agresse|malaise)",
        "(urgences?|secours) … (sourds?|malentendants?)",
    ),
    "15": (
        # breath, consciousness
        "(respire|respirent|respirer|respires) [presque] (plus|mal|difficilement|pas)|(arrive|arrives|"
        "arrivent|peut|peux) (plus|pas|plus à|pas à) (respirer|reprendre sa respiration)",
        "(du mal|mal|de la peine|des difficultés|difficultés) à (respirer|reprendre (son|mon) souffle)|"
        "coeur … s'est arrêté|gorge bloquée|(coincée?|bloquée?) dans la gorge",
        "(s'|m'|il|elle|on|bébé|qui|fils|fille) étouffe|s'étrangle avec|(de|a|s'est) (s'étouffer|"
        "étouffée?)|avalé de travers",
        "inconscientes?|inconscient|évanouie?|s'évanouit|tombée? dans (les pommes|le coma)|(perdu|perd|"
        "perdre|perte de) (connaissance|conscience)|sans connaissance",
        "(réveille|réagit|répond|bouge|parle) plus|(réveille|réagit|bouge) pas",
        # illness
        "{aux} [(eu|fait|faire|encore|juste)*] [(un|une|d')*] (malaise|infarctus|crise cardiaque|arrêt "
        "cardiaque|avc|hémorragie|overdose|crise d'épilepsie|crise d'asthme|crise de convulsions|choc "
        "anaphylactique|embolie|coma)",
        "(fait|fais|faire|font|faisait|eu) [(juste|encore|sûrement|sans doute|peut être)*] [(un|une|des|"
        "d'|une grosse|un gros)] (malaise|infarctus|crise cardiaque|arrêt cardiaque|avc|hémorragie|"
        "overdose|"
        "crise d'épilepsie|épilepsie|crise d'asthme|convulsions|embolie|allergie grave|attaque)",
        "(arrêt|crise|malaise|attaque) cardiaque|malaise (dans|devant|chez|à|au|sur|grave|ici)|convulse|"
        "convulsions|un infarctus|un avc",
        "(mal|douleurs?|serre|brûlure|point|pression) [(très|fort|forte|terrible|atroce|horrible|"
        "affreuse|qui me prend|depuis ce matin)*] (à|dans|au|à l') [la] (poitrine|coeur|thorax|cage "
        "thoracique)|poitrine (me|qui|lui) serre",
        "(bouche|visage) [(est|tout|toute|complètement)*] (tordue?|de travers|paralysée?|déformée?)|"
        "paralysée? d'un côté|bras [gauche] paralysé|(parle|parler) (bizarrement|n'importe comment) et",
        "(devient|est|tout|toute) (bleu|bleue|violet|violette) [et]|réaction allergique|(gorge|visage|"
        "langue|lèvres) [(qui|a|est|lui|me|qui a)*] (gonfle|gonflée?|gonflé)",
        # wounds
        "saigne|(perd|perds|pisse|perdu|crache|vomit) [(beaucoup|plein|le|énormément)] [(de|du)] sang|"
        "plein de sang|du sang partout|couverte? de sang|dans son sang",
        "(s'est|me suis) {coupe} [(profondément|gravement|un|le|la|les|avec … )*] {membre}|{membre} {coupe}",
        "(tombée?|chute|chuté|sauté|sauter|jetée?|jeter) [(là)] (par la fenêtre|du (toit|balcon|premier|"
        "deuxième|troisième|quatrième|haut)|d'une? (échelle|toit|balcon|arbre|échafaudage|fenêtre)|de "
        "(l'échelle|la fenêtre|l'échafaudage))",
        "(tombée?|chute) [(là|dans|sur|les|l'|la|escaliers?|par|terre|baignoire|rue|salle de bain|elle|"
        "il|et|de|son|lit|à|chez|cuisine)*] (n'arrive|arrive|peut|bouge|parvient|répond|saigne|parle|"
        "peux) [(pas|plus)]",
        "(arrive|peut|peux|parvient) [(ne|n')] (plus|pas) [à] (se|me) (relever|lever)",
        "(électrocutée?|ébouillantée?|brûlée? (au visage|gravement|au deuxième|au troisième|vif|avec|à)|"
        "(gravement|grièvement) (blessée?|brûlée?)|blessée? (grave|gravement|par balle)|s'est brûlée?|me "
        "suis brûlée?)",
        # poison, birth, suicide
        "(avalé|bu|ingéré|avale|a mangé|pris|prend|gobé) {trop_de} (javel|eau de javel|lessive|"
        "médicaments?|produits? (ménagers?|toxiques?|chimiques?|d'entretien|vaisselle)|détergent|produit "
        "pour déboucher … |somnifères|champignons vénéneux|poison|somnifères?|cachets|"
        "comprimés|pilules|piles?|déboucheur|soude|white spirit|mort aux rats|antigel|essence)",
        "empoisonnée?|intoxication [(au monoxyde|alimentaire grave)]|intoxiquée?|overdose",
        "{en_train} accoucher|train d'accoucher|(j'|je|femme|elle|fille|voisine|dame|soeur|copine|"
        "compagne) accouche (là|maintenant|elle|dans|sur|vite|chez|à la maison)|(perd|perdu|perds|"
        "perdre) les eaux|bébé arrive|contractions toutes les",
        "(me|se|de me|de se) (suicider|pendre|foutre en l'air)|je (vais|veux|voudrais) me tuer|(veut|va|"
        "envie de) se tuer|envie de me tuer|suicidée?|(veux|veut|voudrais|envie de|vais) (mourir|en "
        "finir|sauter)|mettre fin à (mes|ses) jours|plus envie de vivre|tentative de suicide|"
        "(idées|pensées) (suicidaires|noires)|suicidaire",
        "(est en train de|train de) mourir|va mourir|est mourante?|urgence (médicale|vitale)|vite [un] "
        "(docteur|médecin)|me remettre debout|(mari|femme|père|mère|passante?|monsieur|dame|homme|"
        "quelqu'un|il|elle) (s'est|vient de s') (écroulée?|effondrée?|écrouler|effondrer)",
        "{appelez} … (ambulance|samu|smur|médecin en urgence)|c'est pour une ambulance|(appeler|appelle|"
        "appelez|faire) le quinze",
    ),
    "18": (
        # fire, smoke, gas
        "(il y a|y a|a pris|prend|pris|au|mis|mettre|met|mettent|départ de|début de) [(le|du|un|comme un|"
        "un gros|un grand)] (feu|incendie|flammes)|(un|gros|grand|c'est un) (incendie|feu) (dans|chez|à|"
        "au|sur|devant|rue|en)",
        "(en|des|les) (flammes|feu)|des flammes|au feu|un incendie|incendie {en_train}|le feu (au|aux|à|"
        "dans|chez|se|a|est|prend|court)",
        "(maison|appartement|immeuble|voiture|cuisine|toit|forêt|poubelles?|grange|friteuse|poêle|garage|"
        "école|cheminée|champ|camion|cave|voisin|container|conteneur|machine|four|tableau|hangar|"
        "bâtiment|balcon) (brûle|brûlent|crame|flambe|s'enflamme)",
        "(s'est|se sont|est) enflammée?|{en_train} (brûler|cramer|flamber|prendre feu)|prend feu",
        "(plein|beaucoup|énormément) de fumée|(fumée|fumées) [(noire|épaisse|qui|elle|blanche)*] (sort|"
        "chez|dans|partout|s'échappe|du|de la|vient|noire|épaisse|envahit)|ça sent le (brûlé|cramé)|"
        "odeur de brûlé|monoxyde",
        "(fuite|odeurs?) [(de|du)] gaz|(sent|sens|pue|senti|sentir|sentent) [(très|fort|vraiment|trop|"
        "une|comme|forte)*] [(le|du|odeur de|odeur du)] gaz|du gaz (partout|qui|dans)|gaz qui (fuit|"
        "s'échappe)",
        "(explosion|explosé|exploser|explose)",
        # trapped, water, collapse, road
        "(coincée?|bloquée?|enfermée?|prisonnière?|prisonnier|incarcérée?|ensevelie?|piégée?) … "
        "(ascenseur|décombres|véhicule|voiture|flammes|toit|puits|eaux)|(coincée?|ensevelie?|bloquée?) "
        "(sous|dessous)|restée? coincée?",
        "se noie|se débat [dans l'eau]|bloquée?s? (sur le toit|par (la crue|l'eau|les eaux))|noyée?|"
        "{en_train} [se] noyer|train de se noyer|une noyade|tombée? (à l'eau|dans (l'eau|"
        "la rivière|le canal|la piscine|le puits|l'étang|le lac|un puits|l'ourcelle))|emportée? par (le "
        "courant|les eaux|la crue|la rivière)",
        "(l'eau|eau) [(n'arrête pas de|continue de|qui)] (monte|monter|envahit|rentre|entre) [(à|dans|"
        "chez|vite|très|partout|et|par)]|(inondée?|inondés) et|on est inondés?|inondation (chez|dans) "
        "(moi|ma|mon|nous|la cave)",
        "(effondrée?|effondrer|s'effondre|écroulée?|écrouler|s'écroule)",
        "(câbles?|ligne|fils?|poteau) (électriques?|haute tension|edf) … (terre|sol|pend|étincelles|"
        "arrachée?|tombée?|route)|(tombée?|arraché|terre) … (câble|ligne|fil) (électrique|haute tension)|"
        "étincelles",
        "(arbre|branche|poteau|mur|toit|grue|échafaudage|tuiles?) … sur (quelqu'un|une personne|un "
        "(monsieur|passant|enfant|homme)|une (dame|femme)|des (gens|passants|enfants)|(mon|ma) (fils|"
        "mari|père|fille|mère|femme))",
        "accident [(grave|de (la route|voiture|moto|vélo|camion|scooter|bus|la circulation)|avec des "
        "blessés|très)*] (devant|sur|dans|au|à|en|avec|et|ici|grave|là|rue|il y a)|(un|gros|terrible) "
        "accident [grave|de (voiture|moto|route|la route|vélo|scooter)]",
        "(fait|faire|fais|a été|suis|est) [(été)] (renversée?|renverser|percutée?|percuter|écrasée?|"
        "écraser|fauchée?|faucher)|(renversé|percuté|fauché|renverser|percuter|écrasé) (un|une|mon|ma|"
        "quelqu'un|le|la)|carambolage",
        "(un|des|plusieurs|deux|trois) blessée?s?",
        "{appelez} [(les|des|aux|de|d'|vite|moi|que)*] pompiers|il faut les pompiers|pompiers vite",
    ),
    "17": (
        "(m'|nous|l'|les|se fait|me fais|me faire|se faire|se font|fait) (agresse|agressent|attaque|"
        "attaquent|tabasse|tabassent|tabasser|poignarde|poignarder|braque|braquer|"
        "étrangle|étrangler|séquestre|séquestrer|kidnapper|enlever|racketter|tirer dessus)",
        "(me|la|le|nous|les|lui|m') (frappe|frappent|bat|cogne|tabasse|étrangle|menace|menacent|viole|"
        "séquestre|poursuit|poursuivent|tape|tapent) [dessus]|(on|un homme|quelqu'un|un type|il|ils) me "
        "(suit|suivent)|me suit dans",
        "(bat|frappe|tape|cogne|tabasse|violente|frapper|battre|tabasser|taper) [sur] (sa|son|ses|ma|mon|"
        "un|une|des) (femme|mari|enfants?|copine|compagne|fille|fils|bébé|mère|vieux|dame|homme|jeune)|"
        "femme battue|violences? conjugales?",
        "(mon|ma|le|la|un) (fils|fille|mari|femme|voisine?|voisin|ami|mère|père|homme|dame) [(vient de|"
        "s'est|a été|se)] (fait|faire|été) (frapper|tabasser|agresser|poignarder|attaquer|agressée?|"
        "poignardée?|violer|violée?)",
        "(va|vais|veut|veulent|vont|venir|essaie de|menace de) [(me|te|se|nous|la|le|les|tous)*] (tuer|"
        "égorger|buter|planter|violer|poignarder|frapper|cogner)|va me faire du mal|on m'a (agressée?|"
        "attaquée?|frappée?|poignardée?|violée?)|violée?|un viol",
        "une agression|agression (en cours|dans|devant|à|au)|(coups?|donner) de (couteau|feu|fusil)|"
        "fusillade|(avec|sort|sorti|a|tient|brandit|porte) (un|une|son|des) (couteau|arme|armes|pistolet|"
        "fusil|machette|hache|revolver|flingue)",
        "(homme|type|gars|individu|mec|gens|hommes|personne|individus) armée?s?|prise d'otages?|attentat|"
        "terroriste|colis suspect|alerte à la bombe|une bombe|ça tire|tire (dessus|sur)|tirs dans",
        "(cambrioleurs?|voleurs?|rôdeurs?|intrus|inconnus?|individus?|quelqu'un|on|gens|homme|hommes|"
        "type|types|ils|il|mec|ex|mari) [qui] {en_train} (entrer|rentrer|forcer|fracturer|défoncer|"
        "cambrioler|casser|s'introduire|pénétrer|escalader) "
        "[(la|ma|de force|par|dans|chez|sa|les|le|mon)] [(porte|fenêtre|maison|moi|serrure|voisin|"
        "voisine|voisins|jardin|voiture)]",
        "(quelqu'un|un homme|un inconnu|un intrus|des gens|un type|un rôdeur|un cambrioleur|des "
        "cambrioleurs|un voleur|des voleurs|il est) [(s'est introduit|caché)] [est] (chez (moi|nous)|"
        "dans (ma|la|mon|notre) (maison|jardin|cave|garage|appartement|escalier))",
        "(se fait|me fais|me faire|se faire|se font|fait|train de m'|train de l'|veut m'|vont m') "
        "(agresser|attaquer)|(est|sont) [(entrée?s?|rentrée?s?)] de force|(est|sont) (entrée?s?|"
        "rentrée?s?) (chez moi|par la fenêtre|dans ma maison)|(force|défonce|fracture) (la|ma|sa) (porte|"
        "fenêtre|serrure)|(cambriole|"
        "cambriolent) (la|ma|le|"
        "mon|chez)|(cambriolage|vol|bagarre|rixe|braquage) (en cours|en ce moment)|(bagarre|rixe|"
        "braquage) (devant|dans|chez)|(qui|un|on|ils) (rôde|braque|braquent) [(autour|dans|chez|la|le|"
        "un)]|(forcent|fracturent|défoncent) (la|le|les|une|ma) …|une bagarre|se battent|se bagarrent|se "
        "tapent dessus|braquage|"
        "{en_train} (cambrioler|se battre|voler (une|ma|la|sa) voiture|se bagarrer)",
        "(fils|fille|enfant|bébé|mère|père|mari|femme|petit|petite|gamine?|garçon|garçons|fillette|élève|"
        "grand mère|grand père) [(de … ans)] [(qui|alzheimer|a|est|n'est|ne|il|elle|toujours|pas)*] "
        "(disparue?|introuvable|enlevée?|kidnappée?|rentrée? (depuis|de l'école|cette nuit|hier))",
        "(la|le|les) (cherche|cherchons) partout|(la|le) (trouve|retrouve) plus|pas revenue? (du|de|"
        "depuis)|(retrouve|trouve|retrouvons|retrouver) (plus|pas) (mon|ma|mes|notre|le|la) [petite?] "
        "(fils|"
        "fille|enfants?|bébé|petit|petite|mère|père|mari|femme|gamine?|garçon)|(enlevé|kidnappé) (un|une|"
        "mon|ma) (enfant|fils|fille|petite?)|exhibitionniste",
        "{appelez} [(les|des|la|aux|de|d'|vite|moi|que|à)*] (police|gendarmes|gendarmerie|flics) [(vite|"
        "tout de suite|maintenant|s'il vous plaît)]",
    ),
    "112": (
        "au secours|à l'aide|aidez (moi|nous) [(vite|par pitié)]|(du|des|besoin de) secours|vie ou de "
        "mort|venez vite|c'est (très|vraiment) grave|sos|{appelez} [(les|des|de|vite)*] secours|c'est "
        "une urgence "
        "[vitale]|urgence absolue|danger de mort|(est|suis|sont) en danger",
        "(un|le|quel|les) numéros? (d'urgence|de secours|des secours)|{appelez} de l'aide vite",
    ),
}
"""Number to what calls for it, in order of precedence when several do: who cannot breathe needs 15 "
"before 17."""

HARMLESS: tuple[str, ...] = (
    "feux? (d'artifices?|rouges?|verts?|orange|tricolores?|piétons?|clignotants?|follet|de (camp|"
    "cheminée|signalisation|bengale|bois|joie|stop|la saint jean|croisement|position|circulation|la "
    "circulation))|cessez le feu",
    "feux? (est|sont) (en panne|rouge|vert|orange|cassé|éteint)|feux? (ne marche|ne fonctionne|marche|"
    "fonctionne|clignote|du carrefour|au carrefour)|(après|devant|avant|jusqu'|grillé|griller|carrefour "
    "avec) (au|le|un) feu",
    "(faire|allumer|droit de faire|autorisé à faire|fait|fais|font) [(du|un|des|de)] feux? [(dans (mon|"
    "le|son|mes) jardin|de … )]|(brûler|brûle|brûlent|brûlage) [(ses|mes|des|les|de|des|du)] (déchets|"
    "végétaux|feuilles|branches|herbes?|bois|haie|papiers)|brûlage",
    "(exercices?|alarmes?|détecteurs?|assurance|normes?|sécurité|risques?|consignes|portes?|extincteurs?|"
    "registre|bouches?|bornes?|poteaux?|évacuation|commission|plan) [(d'|de|contre|contre l'|en cas d'|"
    "à)*] (incendie|feu|fumée)",
    "(calendriers?|bal|caserne|centre|sapeurs?|volontaires?|formation|recrutement|étrennes|amicale|"
    "adresse|concert|fête) [(des|de|du|les|aux|sapeurs|la)*] (pompiers?|police|gendarmerie|gendarmes|"
    "secours)",
    "(devenir|être|suis|était|est|comme) [(jeune|sapeur)*] pompier [volontaire]|pompiers? volontaires?|"
    "[jeunes] sapeurs pompiers [volontaires]|pompiers (font|passent|vendent|recrutent|sont passés)|"
    "camions? de pompiers",
    "[(formation|cours|stage|initiation|brevet)*] [(aux|de|d'|au)] (premiers secours|gestes qui sauvent|"
    "secourisme|massage cardiaque)|défibrillateurs?|(médecin|pharmacie|dentiste|vétérinaire) de garde",
    "aidez moi (à|pour|s'il) …|à l'aide (d'|de|à|sociale|alimentaire|aux|ménagère|juridictionnelle|au|"
    "personnalisée|sociale)|fonds "
    "de secours|du secours (populaire|catholique)|(demande|demander|avoir|obtenir|dossier|montant) [(un|"
    "de|d'un|le)*] secours [(d'urgence|financier)]|secours (populaire|catholique|d'urgence|financier|"
    "exceptionnel)|roue de secours|poste de "
    "secours|"
    "(aide|hébergement|logement|bon|bons|relogement) (d'urgence|alimentaire d'urgence)",
    "(passeport|carte|titre|rendez vous|dossier) (en|d') urgence|en urgence (pour|un|mon|ma)",
    "(prévention|lutte contre|sensibilisation|journée|campagne|réunion|association|conférence|atelier|"
    "groupe de parole|stage|référent|gestion) [(sur|de|des|du|contre|la|le|les|l'|d'|au|aux|d'aide aux "
    "victimes de)*] "
    "(suicide|violences? [conjugales?]|agressions?|viol|noyade|noyades|avc|incendies?|cambriolages?|"
    "chutes|inondations?|harcèlement|attentats?)|aide aux victimes [(de|d') …]|zones? inondables?",
    "(plaques?|vélo|voiture|scooter|téléphone|carte|cartes|sac|portefeuille|passeport|papiers|permis|"
    "clés|poubelle|bac|chat|chatte|chien|chienne|perroquet|tortue|lapin|animal) [(d'identité|bleue|"
    "vitale|qui|grise|de conduire)*] [(a|ont|est|été|m'a été|n'est pas)*] (disparue?|rentrée?)",
    "(fait|faire|font|fais|m'a|m'ont|s'est fait) (voler|piquer|volé|dérober) [(mon|ma|mes|la|le|sa|son|"
    "ses)] [(portefeuille|sac|carte|passeport|papiers|téléphone|vélo|voiture|scooter|permis)]",
    "(club|école|cours|stand|salle|champ|initiation) [(de|d'|au)] (tir|self défense|boxe|arts martiaux) "
    "[(à l'arc|sportif)]|tir (à l'arc|sportif)|bombes? (aérosol|insecticide|de peinture|lacrymogène)",
    "(bois|poêle) (de chauffage|à bois|à granulés)|(nez|gencives) saigne|ça (me|nous) tue|mort de (rire|"
    "faim|fatigue)|étouffe (de (rire|chaud)|sous)|ça brûle|(va|vais|doit|dois|devrait|prévu d'|prévue "
    "pour) accoucher (en|au|bientôt|dans (un|deux|trois|quelques)|le) …|mourir de (rire|faim|chaud|froid|"
    "vieillesse)|(veux|veut|voudrais|envie de|souhaite|peut) mourir (chez|à la maison|dignement)",
    "(chat|chatte|chien|chienne|oiseau|hérisson|chevreuil|sanglier|pigeon|renard|lapin|cheval|animal) "
    "[(est|a été|s'est|qui|est|errant|a|s'est fait)*] (blessée?|renversée?|écrasée?|renverser|écraser|"
    "mort|percutée?)|noyée? sous|(opérateur|ordinateur|téléphone|service|site|portail|internet|poisson "
    "rouge|télécommande) [(internet|rouge)] [ne] (répond|marche|bouge|réagit) plus|ressources en eau|"
    "(téléphone|portable|clés?|lunettes|marché|cours|prix) "
    "… (tombée?s? (à|dans) l'eau|s'effondre)",
    "(voiture|véhicule|camion|moto|scooter|épave) brûlée?|accidents? (du travail|de service|scolaires?)|"
    "déclaration (d'accident|de vol|de perte)|constat d'accident|un vol (de|d') (papiers|carte|passeport|"
    "téléphone|vélo)",
)
"""What only sounds like an emergency; taken out of the utterance before anything is looked for."""

PAST: tuple[str, ...] = (
    "hier [(soir|matin|après midi)]|avant hier|l'an (dernier|passé)|l'année (dernière|passée)|(la "
    "semaine|le mois|l'été|l'hiver|le printemps|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|le "
    "week end) (dernière?|passée?)",
    "(il y a|y a|voilà|depuis|ça fait) [(déjà|presque|environ)] (une?|deux|trois|quatre|cinq|six|sept|"
    "huit|dix|quinze|vingt|plusieurs|quelques) [bons] (ans?|années?|mois|semaines?|jours?)|autrefois|à "
    "l'époque|en (deux mille|mille neuf)",
    "(suite à|après|depuis|pendant) (un|une|l'|son|sa|mon|ma|notre|le|la|les) (incendie|malaise|avc|"
    "accident|agression|chute|infarctus|hospitalisation|inondation|inondations|explosion|cambriolage)|"
    "sortie? (de l'hôpital|d'hôpital)",
    "il y avait|avait eu|avaient|était tombée?|s'était|avait fait|victimes? (d'|de)|récemment|arriver en "
    "retard|sera en retard|(tous|"
    "toutes) les (soirs|jours|week ends|samedis|étés|ans|nuits|semaines)|chaque (soir|année|été|nuit|"
    "jour)|souvent|régulièrement",
    "en cas (d'|de)|si (jamais|un jour|il y a|quelqu'un)|que (faire|doit on faire) (si|en)|comment "
    "réagir|prévenir les risques|porter plainte|déposer plainte|main courante|indemnis\\S+|catastrophe "
    "naturelle|assurances?|subvention",
    "(dossier|attestation|déclaration|constat|certificat|formulaire|acte|plan|réunion|association|aide|"
    "aides|carte) (d'|de|pour|sur|du|des|à) …|téléassistance|télé assistance|aide à domicile|portage|"
    "aide ménagère",
    "déclarer (un|le|son|mon) …|(est|était) (décédée?|morte?)|vient de (décéder|mourir)",
)
"""Tales of the past, habits, questions and paperwork: no emergency unless NOW is said too."""

NOW: tuple[str, ...] = (
    "au secours|à l'aide|vite|immédiatement|en ce moment|en train (de|d')|à l'instant|(vient|viens) (de "
    "tomber|d'avoir|de faire|de se|de me|d'être|de s')|là tout de suite|aidez moi|c'est une urgence|"
    "respire (plus|pas|mal)|inconsciente?|{appelez} … (pompiers|samu|ambulance|police|gendarmes|secours)",
)
"""What makes a tale an emergency all the same."""
