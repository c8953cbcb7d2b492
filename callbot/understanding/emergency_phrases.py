"""The tables of emergencies, a line per thing that happens. Notation: callbot/understanding/patterns.py.

Numbers as service-public.fr gives them (« Quels sont les numéros d'urgence ? »): 15 SAMU, 17 police, 18 pompiers,
112 everywhere in Europe, 114 for people who cannot hear or speak. 119, 3919 and 3114: distress_phrases.py.
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
    "lui": "(il|elle|ils|elles|bébé|petite?|mari|femme|fils|fille|père|mère|papa|maman|frère|soeur|voisine?|"
    "monsieur|dame|"
    "homme|jeune|type|gars|gamine?|enfant|ouvrier|collègue|cliente?|copain|copine|amie?|patiente?|mamie|papi|"
    "cousine?|oncle|"
    "tante|neveu|nièce|passante?|quelqu'un|personne|vieux|vieille|locataire|résidente?|élève|conducteur|"
    "cycliste|motard)",
    "vehicule": "(voitures?|camions?|scooters?|motos?|bus|vélos?|cyclistes?|motards?|trottinettes?|"
    "camionnettes?|poids lourd|"
    "car|tracteur|train)",
    "heurte": "(rentrée?s?|rentrer|percutée?|percuter|tapée?|taper|tape|percute|rentre|foncé|foncer|encastrée?|"
    "encastrer|"
    "retournée?|renversée?|renversé|se prendre|prise|plantée?|écrasée?|cognée?|fauché|faucher)",
    "lieu": "(cuisine|maison|appartement|appart|immeuble|cave|chambre|salon|garage|grange|forêt|toit|escalier|école|"
    "poubelles?|hall|grenier|couloir|parking|bureau|local|voiture|champ|usine|bois|salle|magasin|rideaux?|toiture)",
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
        "coeur … s'est arrêté|gorge bloquée|(coincée?|bloquée?) dans la gorge|plus d'air|manque d'air|"
        "(respire|respirent|respirer) [(très|tout|de plus en plus|plus|vraiment)*] (plus|mal|pas|difficilement|"
        "bizarrement|bizarre|bruyamment|"
        "fort|peine)|(lèvres|visage) … (bleue?s?|bleues|grise?s?)|(peut|arrive|peux) (plus|pas) [à] (respirer|"
        "parler|bouger)|"
        "(bras|jambes?|mains?|visage|côté|bouche|langue) [(gauche|droite?|ne|me|lui)*] (bouge|répond|obéit) "
        "plus|(sent|sens) plus (son|sa|"
        "mon|ma|ses|mes) (bras|jambes?|main|visage)|bouche … (tombe|travers)|parle de travers",
        "(s'|m'|il|elle|on|bébé|qui|fils|fille) étouffe|s'étrangle avec|(de|a|s'est) (s'étouffer|"
        "étouffée?)|avalé de travers",
        "inconscientes?|inconscient|évanouie?|s'évanouit|tombée? dans (les pommes|le coma)|(perdu|perd|"
        "perdre|perte de) (connaissance|conscience)|sans connaissance",
        "{lui} [(il|elle|me|ne|n'|se|qui|on|lui)*] (réveille|réagit|répond|bouge|parle|réveillent|"
        "répondent|bougent) plus|{lui} [(ne|n'|se)*] (réveille|réagit|bouge) pas|{lui} ne répond pas|[peux|peut|"
        "arrive] (pas|plus) [à] (la|le|les) réveiller",
        "(en hypo|hypoglycémie|convulse|convulsions|bave|fait une attaque|fait un malaise|inanimée?|inerte|dans "
        "le coma|toute? "
        "(molle?|mou|raide))|(tient|serre) … poitrine|tête qui tourne … (tous|gaz)",
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
        "(enceinte|accouche|accouché) … (saigne|sang)|(beaucoup|énormément|trop) [de] sang|(tête|visage|bras|"
        "mains?) en sang|"
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
        "(taillé|tranché|ouvert|coupé) les veines|(ouvrir|ouvert|coupé|entaillé|planté|enfoncé) (la|le|un|une) "
        "({membre}|couteau|clou) …|"
        "(ça gicle|sang (gicle|coule|pisse)) …|(se|me) (sent|sens) (pas bien|très mal|mal|partir)|(perdu|plus) "
        "(la parole|la vue|l'usage "
        "de)|vois (double|plus rien|trouble)|(grosse|grave|forte) (allergie|hémorragie|brûlure)|fourmis dans "
        "(le|les|la)|"
        "plus de pouls|{lui} … (est mort|est morte) … (froid|froide|par terre|bouge|respire)|coup de chaleur … délire",
        # poison, birth
        "(avale|avalé|avaler|ingéré|ingérer|gobé|gober) … (javel|lessive|"
        "médicaments?|cachets?|comprimés?|pilules?|produits?|piles?|pièce|bille|champignons?|antigel|essence|détergent|"
        "désinfectant|déboucheur)|(bu|boit|boire) … (javel|lessive|produits?|antigel|essence|détergent|white "
        "spirit|déboucheur)|"
        "(pris|prend|prendre) [(par erreur|sans faire exprès)] [d'un coup] (tous|toute|toutes|trop|plein|double|"
        "une boîte|la "
        "boîte|plusieurs|vingt|trente|dix) … (médicaments?|cachets?|comprimés?|pilules?|somnifères?)|"
        "(avalé|bu|ingéré|avale|a mangé|pris|gobé) {trop_de} (javel|eau de javel|lessive|"
        "médicaments?|produits? (ménagers?|toxiques?|chimiques?|d'entretien|vaisselle)|détergent|produit "
        "pour déboucher … |somnifères|champignons vénéneux|poison|somnifères?|cachets|"
        "comprimés|pilules|piles?|déboucheur|soude|white spirit|mort aux rats|antigel|essence)",
        "empoisonnée?|intoxication [(au monoxyde|alimentaire grave)]|intoxiquée?|overdose",
        "{en_train} accoucher|train d'accoucher|(j'|je|femme|elle|fille|voisine|dame|soeur|copine|"
        "compagne) accouche (là|maintenant|elle|dans|sur|vite|chez|à la maison)|(perd|perdu|perds|"
        "perdre) les eaux|bébé (il arrive|arrive (maintenant|là|vite|tout de suite|on))|contractions toutes les",
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
        "feu [(il est|elle est|est|y a le)*] (dans|chez|sur|contre) [(la|le|les|l'|ma|mon|mes|notre|son|un|"
        "une)] {lieu}|"
        "{lieu} … (crame|brûle|brûlent|crament|en feu|en flammes)|(rideaux?|hotte|canapé|matelas|friteuse|sapin) "
        "(brûle|brûlent|crame|crament|en feu|flambe)|ça (brûle|crame|flambe) (dans|au|chez|partout|en bas|à "
        "l'étage|sur)|"
        "(y a|il y a|plein|de) [la|une|une grosse] fumée (partout|qui sort|noire|plein|dans)|fumée … (partout|"
        "escalier|sort)|"
        "feu feu|(intoxiqués|asphyxiés) …|(gaz) … (tourne|tousse|vertiges|malaise)",
        "{vehicule} [(qui|il|elle|a|est|s'est|vient|viennent|de|vient de|se|me|l'|la|le)*] {heurte} … … "
        "(coincée?|dedans|"
        "dessous|blessée?s?|sang|saigne|par terre|fume|bouge|inconsciente?|crie|mort|hurle|à terre)|(accident|"
        "carambolage) "
        "[(très|hyper)] (grand|énorme|grave|gros|terrible|violent|mortel)|(personnes?|gens) (crient|par terre|à "
        "terre|blessée?s?)",
        "(bateau|canot|barque|voilier|pédalo|kayak) … (retournée?|coule|chaviré|chavire|retourner)|(gens|"
        "personnes?|homme|"
        "femme|enfants?|gamine?|petite?|quelqu'un|fils|fille|jeunes?) … (dans (l'eau|la rivière|le canal|le lac|"
        "l'étang|le "
        "fleuve|le ravin|un ravin|une crevasse|la crevasse)|à l'eau|tombée? dedans)|(il|elle|enfant|petite?) "
        "(coule|se débat)|se "
        "débattent|éboulement|avalanche|ensevelie?s?",
        "(sur|tombée? sur) (les|la) (rails|voies|voie ferrée)|ascenseur … (panique|dedans|dame|quelqu'un|"
        "enfants?|coincée?|bloquée?)|"
        "(prisonnière?s?|coincée?s?|bloquée?s?) (de la boue|sous|dans|à l'étage|par les eaux)|fuite de (chlore|"
        "produit|ammoniaque)|"
        "déraillé|face à face|(conducteur|conductrice|passager|chauffeur) … (coincée?|bloquée?|inconsciente?)|"
        "(garage|grange|"
        "maison|immeuble|sapin|toit) … (flambe|brûle|crame|en feu)",
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
        "(ascenseur|décombres|véhicule|voiture|flammes|toit|puits|eaux)|(coincée?s?|ensevelie?s?|bloqués?|bloquée?) "
        "(sous|dessous)|{lui} [(il|elle|est|reste|qui)*] coincée?",
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
        "étrangle|étrangler|séquestre|séquestrer|kidnapper|racketter|dépouiller|dépouille|tirer dessus)",
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
        "cambrioleurs|un voleur|des voleurs) [(s'est introduit|caché)] [est] (chez (moi|nous)|"
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
        "(frappe|frappent|tabasse|tabassent|cogne|cognent|agresse|agressent|attaque|attaquent|poignarde|"
        "tabasser|frapper|"
        "agresser|poignarder|étrangle|cogner) [(dessus|sur|à coups de …)*] (un|une|la|le|mon|ma|deux|quelqu'un|"
        "les|des) [(vieux|"
        "vieille|jeune|autre|pauvre)] {lui}|{en_train} [(de|tout)*] (frapper|tabasser|agresser|poignarder|"
        "égorger)|de (le|la|les) "
        "(frapper|tabasser|tuer)|(suis|est|sommes|sont) [en train] (cambriolée?s?|attaquée?s?|agressée?s?|braquée?s?|"
        "prise en otage|séquestrée?s?|suivie) [(là|maintenant|en ce moment|dans|chez|par)]",
        "au voleur|à l'arraché|(volé|pris|arraché|piqué) (mon|ma|mes|son|le|la) … (il|ils|elle|elles) (court|"
        "courent|s'enfuit|s'enfuient|"
        "part|partent|se sauve|se sauvent|est encore|sont encore)|(essaie|essaye|essaient|essayent|train|tente|"
        "tentent) (de|d') (ouvrir|"
        "forcer|crocheter|fracturer) (ma|la|les|des|sa|mes|notre) (portes?|voitures?|fenêtres?|serrure|maison|"
        "volets?|portière)|(lance|"
        "lancent|jettent) des (pavés|cailloux sur|cocktails|pierres sur|bouteilles)|émeutes?|brûlent des "
        "voitures|(type|gars|homme|voleur) "
        "… encore (dedans|là)|fracturer (la|une|le|les)|couteau (sous|sur|contre) …|(tire|traîne) par les "
        "cheveux|se (taper|tapent) dessus|"
        "(m'a|l'a|nous a|m'ont|l'ont) [encore] (frappée?|agressée?|attaquée?|braquée?|menacée?|mordue?|"
        "violentée?)|(pris|prise) à partie|"
        "{lui} … (a échappé|échappé à) … … retrouve (pas|plus)|{lui} … (parti|partie|sorti|sortie) … (trouve|"
        "retrouve) (pas|plus)",
        "(casse|casser|cassent|force|forcent|forcer|défonce|défoncent|fracture) (ma|la|notre|sa) (porte|fenêtre|"
        "serrure|vitre) … "
        "(maintenant|moment|peur|là|bâton|couteau|enfermée?|vite|suis|seule?)|coups de (barres?|battes?|bâtons?|"
        "couteaux?|"
        "haches?|pioche|marteau)|(se bat|se battent|bagarre) … (coups|couteaux?|barres?|sang|à terre|rue)|"
        "(menace|menacent) "
        "(la|le|les|un|une|tout) … ",
        "(entends|entend) [(quelqu'un|des gens|un homme|des voix)*] (marcher|des pas|bouger|fouiller) [(en bas|"
        "au dessus|chez moi|"
        "dans)]|me cache (dans|sous|derrière)|(quelqu'un|voleur|intrus|inconnu|homme|type) [(est|qui est|vient "
        "d')*] (entrée?|"
        "rentrée?|entrer|introduit) chez (lui|elle|moi|nous|eux|ma|mon|la|le)|(arraché|volé) (mon|le|son) … (couteau|"
        "terre|là|court|frappée?)",
        "(fils|fille|enfant|bébé|mère|père|mari|femme|petit|petite|gamine?|garçon|garçons|fillette|élève|"
        "grand mère|grand père) [(de … ans)] [(qui|alzheimer|a|est|n'est|ne|il|elle|toujours|pas)*] "
        "(disparue?|introuvable|enlevée?|kidnappée?|rentrée? (depuis|de l'école|cette nuit|hier))",
        "{lui} … (la|le) (cherche|cherchons) partout|{lui} … {lui} [qui] … (la|le) (trouve|retrouve) plus|{lui} [qui] "
        "(est|n'est) pas [(encore|toujours)] (revenue?|rentrée?) (du|de|depuis) …|(retrouve|trouve|retrouvons|"
        "retrouver) (plus|pas) (mon|ma|mes|notre|le|la) [petite?] "
        "(fils|"
        "fille|enfants?|bébé|petit|petite|mère|père|mari|femme|gamine?|garçon)|(enlevé|kidnappé) (un|une|"
        "mon|ma) (enfant|fils|fille|petite?)|exhibitionniste",
        "{appelez} [(les|des|la|aux|de|d'|vite|moi|que|à)*] (police|gendarmes|gendarmerie|flics) [(vite|"
        "tout de suite|maintenant|s'il vous plaît)]",
    ),
    "112": (
        "catastrophe … (vite|venez|blessés|morts|secours)|vite … catastrophe|(il y a|y a) (des|plusieurs|plein "
        "de|un|beaucoup de) (morts?|"
        "blessés?)|(coincée?s?|bloquée?s?|perdue?s?) … (montagne|falaise|neige|forêt|grotte)|dévissé|secours "
        "(viennent|arrivent|vite)|"
        "besoin (d'aide|de secours) … (vite|blessé|morts?|urgent|tout de suite|danger)|urgence vitale|au "
        "secours|à l'aide|aidez (moi|nous) [(vite|par pitié)]|sauvez (moi|nous|le|la)|(qui|quel numéro) [(je|on|"
        "faut|il faut|dois|doit)*] "
        "appeler … (blessée?s?|sang|urgence|secours|vite)|envoyez (tout le monde|quelqu'un|les secours|de "
        "l'aide)|(tombée?|tomber|"
        "bloquée?s?|perdue?s?|glissé) … (ravin|crevasse|falaise|montagne|glacier)|(il faut|faut) [(que "
        "quelqu'un|quelqu'un)] "
        "(vienne|venir) (vite|tout de suite|maintenant)|(du|des|besoin de) secours|vie ou de "
        "mort|venez vite|c'est (très|vraiment) grave|sos|{appelez} [(les|des|de|vite)*] secours|c'est "
        "une urgence "
        "[vitale]|urgence absolue|danger de mort|(est|suis|sont) en danger",
        "(un|le|quel|les) numéros? (d'urgence|de secours|des secours)|{appelez} de l'aide vite",
    ),
}
"""Number to what calls for it, in order of precedence when several do: who cannot breathe needs 15 "
"before 17."""

DEAF: tuple[str, ...] = (
    "sourde?s?|malentendante?s?|muette?s?|muets?|sourd muet|(entend|entends) (rien|pas [du tout] [il|elle])|"
    "(peut|peux) (plus|"
    "pas) parler",
)
"""Who cannot hear or speak…"""

CANNOT_PHONE: tuple[str, ...] = (
    "(peut|peux|pouvoir|pourra|sait) (pas|plus|ni) (téléphoner|appeler|parler au téléphone|joindre)|(peut|peux) "
    "téléphoner|"
    "(m'|nous) [(a|vient de)] (écrit|écrire|envoie|envoyé|envoyer)|(envoie|envoyé|reçu) … (messages?|sms|"
    "textos?)|messages?|"
    "sms|textos?|(fait|fais) … signes?|comment [(est ce qu'|il|elle|je|on)*] (appelle|appeler|prévient|prévenir|"
    "fait|joint|"
    "joindre) …|appeler (elle|lui) même",
)
"""… and how that shows: both, in an emergency, call for 114."""
