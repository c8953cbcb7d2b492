"""The tables of distress: children in danger (119), violence in a couple (3919), suicide (3114). Notation: patterns.py.

Unlike a fire, these go on for months and are told late: that they happen « tous les soirs » or « hier » excuses nothing.
"""

PIECES = {
    "enfant": "(enfants?|gosses?|gamine?s?|bébé|petite?s?|petits|fillettes?|garçons?|élève|ado|mineure?|nourrisson|"
    "môme|mômes)",
    "parent": "(père|mère|beau père|belle mère|papa|maman|parents?|beau parent|oncle|tonton|nounou|voisine?s?|"
    "grand père|compagnon|copain)",
    "partenaire": "(mari|ex|ex mari|compagnon|conjoint|concubin|copain|mec|homme|gendre|fiancé|petit ami|"
    "amoureux|père de "
    "mes enfants)",
    "femme": "(femme|fille|soeur|mère|voisine|copine|compagne|amie|épouse|cousine|nièce|serveuse|collègue|dame|"
    "belle soeur)",
    "sien": "(mon|ma|mes|son|sa|ses|leur|leurs|un|une|le|la|les|du|des) [petite?] ({enfant}|fils|fille|filles|"
    "neveux?|nièces?)",
    "encore": "[(encore|toujours|souvent|violemment|déjà|fort|vraiment|trop|tout le temps)*]",
    "ne": "[(ne|n')]",
    "frappe": "(frappe|frappent|bat|battent|cogne|cognent|tape|tapent|tabasse|tabassent|étrangle|gifle|giflent|"
    "violente|"
    "brutalise|maltraite|maltraitent|secoue|martyrise|fouette)",
    "battu": "(frappée?s?|frappés|battue?s?|cognée?s?|tapée?s?|tabassée?s?|étranglée?|giflée?|maltraitée?s?|"
    "brutalisée?|poussée?|traînée? par|cassé (le|la|un|une|des) (nez|bras|dents?|mâchoire|côtes?|poignet)|"
    "rouée? de coups|secouée?|violée?|violentée?)",
    "frapper": "(frapper|battre|cogner|taper|tabasser|étrangler|gifler|maltraiter|brutaliser|violer|violenter)",
    "les": "(le|la|les|l'|lui|leur)",
    "moi": "(me|m'|nous)",
    "veut": "(veux|veut|voudrais|voudrait|voulait|vais|va|allait|allais|envie de|envie d'|parle de|parle d'|menace de|"
    "menace d'|décidé de|décidé d'|pense à|penser à|songe à|hésite à|prête?s? à)",
    "suicide": "(mourir|en finir|se tuer|me suicider|se suicider|me pendre|se pendre|me jeter|se jeter|sauter (du|"
    "de|par|sous|dans|d'|depuis)|me foutre en l'air|se foutre en l'air|m'ouvrir les veines|s'ouvrir les veines|me "
    "supprimer|se supprimer|passer sous un train|rejoindre (ma|mon) (femme|mari|défunte?) …)",
    "moyen": "(cachets|médicaments|comprimés|pilules|somnifères|corde|lame|fusil|rasoir|arme)",
}

DISTRESS: dict[str, tuple[str, ...]] = {
    "119": (
        # somebody hits a child
        "{enfant} … … (il|elle|ils|on|père|mère|parents|papa|maman) {encore} {les} {encore} {frappe}",
        "{enfant} … … (qu'on|que (son|sa|le) {parent}) {frappe}|{enfant} … ({parent}) {encore} ({les}|l'a|l'ont|les a) "
        "{encore} ({frappe}|{battu})",
        "({frappe}|{frapper}|a {battu}|maltraite) {encore} [sur] (son|sa|ses|un|une|des|leur|leurs|les|le) "
        "[petite?] {enfant}",
        "(il|elle|ils|on|mari|femme|père|mère) {encore} ({frappe}|maltraite|insulte et {frappe}) {encore} [sur] "
        "(mes|nos) "
        "(enfants|gosses|petits|gamins)",
        "{enfant} … (est|sont|était|se fait|se font) {encore} ({battu}|{frapper})|enfants? ({battu})|{enfant} … "
        "(des bleus|bleus partout|coups de (ceinture|poing|pied|martinet)|marques de coups|brûlures de cigarette)",
        "coups de (ceinture|martinet) … … {enfant}|({frappe}|{battu}) … (ceinture|martinet|câble)|(papa|maman|"
        "son {parent}) … "
        "(le|la|les) {frappe} …",
        "(bleus|marques|traces|coups|brûlures|hématomes) … … {sien}|{sien} … … (des|plein de) (bleus|marques|"
        "traces|hématomes|"
        "brûlures)|{parent} … (corrige|frappe|bat|tape|cogne|secoue|gifle|attache|enferme|enferment|attachent|"
        "battent|frappent|tapent) "
        "(son|sa|ses|leur|leurs|le|la|les) ({enfant}|fils|fille|filles)",
        "(père|mère|beau père|belle mère|papa|maman|parents|oncle|tonton) [(il|elle|ils|qui)*] {encore} me "
        "{encore} {frappe}",
        "(coups|gifles|hurlements|cris) … {enfant} … (supplie|hurle|pleure|crie)|(bébé|{enfant}) … (gifles|"
        "supplie)|(bébé|"
        "{enfant}) … pleure … personne …|{sien} … (maltraitée?s?|battue?s?)",
        # alone, locked up, without food
        "{enfant} … … (enfermée?s?|seule?s?|attachée?s?|abandonnée?s?|laissée?s?) … (balcon|appartement|appart|"
        "cave|placard|"
        "nuit|depuis (hier|ce matin|des heures|deux jours|plusieurs|trois)|voiture|derrière la porte)",
        "(gamine?|enfant|petite?|bébé|fillette) … … seule?s? (dans|sur|à) (la|le|l') (rue|route|balcon|maison|"
        "parking|voiture|nuit)|"
        "(neveux|nièces|enfants|petits) … seuls depuis …|{enfant} … … (pas mangé|sans manger|plus à manger|rien "
        "à manger)|(garçon|"
        "fille|fils) … (pas mangé depuis|attachée?|enfermée? (dans|depuis))|(enferme|enferment|attache|"
        "attachent) {sien}|"
        "(enfermée?s?|abandonnée?s?|attachée?s?) … (un|une|le|la|les|leur|son|sa) {enfant}|(laisse|laissent|"
        "enferme|enferment) "
        "(les|le|la|leur|leurs|ses|son|un|une) {enfant} … (seule?s? (chez|à la maison|dans|la nuit|le soir|"
        "toute)|enfermée?s?|sans manger|dehors la nuit|cave|balcon|noir)",
        "{enfant} … (hurle|hurlent|crie|crient|pleure|pleurent) … (tous les soirs|toutes les nuits|depuis (une|"
        "des|deux|ce|hier)"
        " …|coups|frappe)",
        # touched, told to somebody
        "{parent} … (lui|leur|me) (fait|font|faisait) (du mal|des choses|peur la nuit|des attouchements)|attouchements|"
        "pédophile|inceste|(abuse|abusé) (d'|de|sexuellement) …|maltraitance|enfance en danger",
        "{parent} … (la|le|me|les|l'a|m'a) (touche|touchée?|touchent|caresse|viole|violée?|touchait) …|{parent} "
        "… (vient|entre|va) … "
        "(dans (son|sa|mon|ma|leur) (lit|chambre))",
        "(veut|ose) (pas|plus) rentrer … (son|sa|beau) … {frappe}|{enfant} … (peur de rentrer|veut pas rentrer|"
        "veut plus "
        "rentrer|fugué|sans manger|pas mangé depuis)",
        "(fils|fille|petite fille|petit fils|nièce|neveu|{enfant}) … (m'a dit|me dit|dit|raconte|m'a raconté) … … "
        "{parent} … ({frappe}|{battu}|touche|du mal|lit)",
        "(appeler|appelle|faire|numéro) [le] cent dix neuf",
    ),
    "3919": (
        # he hits me, he hits her
        "{partenaire} [(il|qui|ça|alcoolique|violent|que|dit|saoul|bourré)*] {encore} {ne} ({moi}|{les}) "
        "{encore} {frappe}",
        "{partenaire} [(il|qui)*] [(vient de|a)] ({moi}|{les}|l'a|m'a|l'avait|a) {encore} ({battu}|{frapper}|"
        "mis (une|des|un) "
        "(claques?|coups?|gifles?|raclée|droite))",
        "{partenaire} … (a {encore} ({battu}|roué)|{frappe}) {encore} (sa|ma|son|notre|la) {femme}",
        "({frappe}|{battu}) (sa|ma|son) (femme|compagne|copine|épouse|soeur)|{frapper} (ma) (femme|soeur|fille|copine)",
        "(se fait|me fais|me fait|fait|faire) {encore} {frapper} (par|avec) (mon|son|le|un|l') {partenaire}|"
        "{battu} … par "
        "(mon|son|le|l') {partenaire}",
        "(femmes?|épouse) (battue?s?|frappée?s?|victimes? de violences?)|violences? (conjugales?|dans le couple|"
        "de mon|de son) "
        "…|roué … {femme} … de coups|battue? {encore} par",
        "(il|{partenaire}) {ne} ({moi}|{les}|l'a|m'a) {encore} ({frappe}|{battu}) … (laisse (plus|pas) sortir|"
        "téléphone|"
        "papiers|enferme|peur de rentrer|rentrer (chez|à la maison)|plus rentrer|pas rentrer|cachée)",
        "{partenaire} … … (m'a|l'a|lui a) {encore} ({battu}|tapé|cogné)|{partenaire} … en train de {les} "
        "{frapper}|({moi}|{les}) "
        "{frappe} … (c'est|parce que) … (mon|son) {partenaire}|coups (de|d') (mon|son|un) {partenaire}|emprise "
        "(de|d') …|c'est mon "
        "(frère|mari|fils) qui lui fait ça|oeil au beurre noir|{partenaire} … violent|il (me|m'a) {encore} "
        "({frappe}|{battu}) … "
        "(devant|les enfants|à qui|vers qui|enfermée|rentrer)|{partenaire} … (peur qu'il|menace|harcèle)",
        # he threatens, locks up, follows
        "{partenaire} … ({moi}|{les}|m'a|l'a) {encore} (menace|menacée?|harcèle|enferme|enfermée?|surveille|"
        "séquestre|viole|"
        "violée?|force) [(de (mort|me tuer|la tuer)|avec|à)]",
        "(mon|son|l') {partenaire} … (va|veut|dit|menace|jure|promet) … (me|la|nous) (tuer|tue|frapper|buter|"
        "planter|retrouver)",
        "(peur de (mon|son|l') {partenaire}|{partenaire} … (violent|frappeur|fait peur))|(peur de|ose pas|ose "
        "plus|veut plus|"
        "veux plus|peux plus) rentrer … {partenaire} …|(fuir|quitter|échapper à) (mon|un) {partenaire} violent",
        "(mon|son) {partenaire} … (laisse|laissait) [(ne|me|la)*] (plus|pas) sortir|(empêche|interdit) (de|d') "
        "sortir … "
        "{frappe}|(cachée?|réfugiée?) … (mon|son) {partenaire} … (tape|cogne|crie|porte|cherche)",
        "(appeler|appelle|faire|numéro) [le] (trente neuf dix neuf)",
    ),
    "3114": (
        "{veut} [(tous|plus|vraiment|bien|juste|que|tout|plus que|encore)*] {suicide}",
        "(je|j') [ne] (veux|vais|voudrais|ai envie de|pense à|préfère) [(juste|plus|que|vraiment)*] (me tuer|"
        "disparaître|partir pour "
        "toujours|que (tout|ça) s'arrête|tout arrêter|ne plus (être là|exister|me réveiller)|plus (être là|"
        "exister|me réveiller)|"
        "(prendre|avaler) (tous|toutes|toute|une boîte) …)|(serais|serait) mieux morte?|(veut|va|vais|veux) (partir|se "
        "tirer|me tirer) une balle|se tirer une balle|vie … (plus|pas) la peine|personne … (regrettera|"
        "manquera)|(a fait|fait) (une|des) "
        "tentatives?|souffre trop … partir|veut partir … (vivre|assez)",
        "(plus|aucune|pas|sans) [(du tout|vraiment|aucune|de)*] (envie|raison|goût|force|courage|utilité) (de|à|"
        "d') [la] "
        "(vivre|vie|continuer à vivre|exister)|{ne} (veux|veut|voudrais|peux|peut|sais|voulait) (plus|pas) "
        "[continuer à] vivre",
        "(plus|pas|rien) … (vaille|vaut) … (la peine|le coup) … vivre|plus rien (qui|ne) me (retient|rattache)|"
        "(fatiguée?|marre|"
        "lasse?|assez) de (vivre|la vie|cette vie)|en (peux|peut|pouvait) plus de (vivre|cette vie|la vie)|"
        "(être|serait|"
        "seriez|serez|seront) mieux sans moi|servir à rien de vivre",
        "(message|lettre|mot|texto|sms|mail|lettres) d'adieux?|(dire|dit|écrit|écrire) … adieux?|(dire|dit|"
        "fait) [(ses|mes)] "
        "adieux",
        "(préparé|acheté|prépare|accroché) (la|une|sa|ma|les|mes|ses|tout) ({moyen}) …|préparé tout … en finir|"
        "{moyen} … (devant|dans la main|à la main|sur la table|à côté de) (moi|lui|elle)* … (vivre|finir|mourir|"
        "avaler|peur)|{moyen} devant (moi|lui|elle)",
        "(pour|faut|vaut mieux|autant|envie|veux|veut|envisage) (en|d'en|d') finir [(ce soir|cette nuit|avec "
        "(la vie|tout|moi))]|"
        "finir avec (la vie|cette vie|sa vie|ma vie)|(mets|met|mettre) fin à (mes jours|ses jours|ma vie|sa vie|"
        "tout ça)",
        "je (me (tue|jette|pends|flingue|supprime)|saute [(du|par|sous|dans)])|(il|elle) (se (tue|jette|pend|"
        "flingue)) … "
        "(soir|fenêtre|balcon|pont|train|répond)|(ce soir|dit|écrit) (il|elle|qu'il|qu'elle) (se tue|saute|va sauter)",
        "(monté|montée|grimpé|assis|assise|debout|est|suis) (sur|au bord de|au bord) [(le|la|du|l')] (pont|toit|"
        "rebord|parapet|"
        "viaduc|voies?|rails?) … (saute|sauter|vide|finir|vivre|fini)|(enjambé|passé) (le|la) (parapet|rambarde|"
        "barrière)",
        "suicid\\S+|tentative de suicide|mettre fin à (mes|ses) jours|(idées|pensées) (noires|suicidaires|de "
        "mort)|(plus|pas) "
        "être là demain|[(ne|n')] (verra|verrez|verras|reverra|reverrez) (plus|jamais) [plus] (vivante?|en vie)|"
        "me faire du mal",
        "(appeler|appelle|faire|numéro) [le] trente et un quatorze",
    ),
}
"""Number to what calls for it, in order of precedence when several do."""
