"""The tables of dialogue acts: how callers say yes, no, "a person, please"… Notation: patterns.py."""

PIECES = {
    "je_veux": "[(non|oui|mais|moi|ça)*] (je|j') [ne] (voudrais|veux|souhaite|souhaiterais|préfère|"
    "préférerais|aimerais|"
    "aimerai|demande|désire) [(bien|juste|plutôt|mieux|vraiment|absolument)*] [à]|[est ce que|si] (je|"
    "on) (peux|pourrais|peut|pourrait)|"
    "(puis|pourrais) je|[(est ce qu'il|serait il|c'est|ce serait|il)] (est|serait) [ce] [il] possible "
    "(de|d')|c'est possible (de|d')|"
    "il faut que je|j'ai besoin (de|d')|laissez moi|je cherche à|j'essaie de|j'essaye de",
    "pouvez_vous": "[est ce que|si] vous (pouvez|pourriez|voulez|voudriez) [(bien|encore)*]|(pouvez|"
    "pourriez|voulez|voudriez) vous [bien]|"
    "(tu peux|peux tu)|merci de [bien vouloir]|[est ce que] (c'est|ce serait) possible (de|d'|que vous)|"
    "est (il|ce) possible (de|d'|que vous)|"
    "je voudrais que vous|veuillez|il faut|faut",
    "vivant": "(humaine?|physique|réelle?|vivante?|en chair et en os|de la mairie|à la mairie|d'accueil|"
    "en direct|en vrai|au téléphone|disponible|"
    "d'autre|de vivant|de réel|de vrai|de chez vous|compétente?|qualifiée?|de vos services)*",
    "un": "(une?|le|la|l'|les|des|votre|vos|de|d'|du)",
    "personne": "quelqu'un {vivant}|[{un}]* [(vraie?|autre)*] (agente?s?|humaine?s?|êtres? humains?|"
    "personnes?|conseillers?|conseillères?|"
    "opérateurs?|opératrices?|standard|standardistes?|accueil|employée?s?|"
    "hôtesses?|interlocuteurs?|interlocutrice|"
    "téléconseillers?|téléconseillère|gens|collègues?|fonctionnaires?) {vivant}",
    "machine": "(voix (enregistrée|de synthèse|artificielle)|robots?|machines?|répondeurs?|automates?|"
    "ordinateurs?|assistants?|boîtes? vocales?|"
    "serveur vocal|disque|intelligence artificielle|ia)",
    "pas_une_machine": "[et] pas [(à|avec)] [{un}]* {machine}",
    "parler_a": "(parler|discuter|échanger|avoir|voir|joindre|contacter|m'adresser|causer|communiquer|"
    "être [mise?] en (relation|contact|communication|ligne)|"
    "être (transférée?|redirigée?|passée?)|un contact|entrer en contact) [(directement|plutôt|vraiment)] "
    "[(à|avec|au|aux|vers)]",
    "passez_moi": "(me|nous)* (passez|passer|mettez|mettre|transférez|transférer|redirigez|rediriger|"
    "donnez|donner|trouvez|trouver|envoyez|basculez|"
    "connectez) [(moi|nous)] [mon appel] [en (relation|contact|communication|lien|ligne)] [(à|avec|au|vers)]",
    "rappeler": "(rappeler|rappelez|rappelle|rappeliez|recontacter|recontactez|recontacte)",
    "quand": "(plus tard|demain|aujourd'hui|ce soir|cet après midi|ce matin|matin|après midi|dans la "
    "(journée|semaine|matinée|soirée)|(dans|d'ici) …|(à|sur) ce numéro|"
    "(au|sur le) (zéro|numéro) … … …|sur mon (portable|fixe|téléphone|numéro)|quand (vous|il|elle) "
    "(pouvez|pourrez|peut|pourra)|"
    "quand il y aura quelqu'un|un autre jour|lundi|mardi|mercredi|jeudi|vendredi|dès que possible|(vers|"
    "à partir de|après|avant|à) … heures)*",
    "moment": "[juste] [(une?|deux|trois|cinq|dix|quelques)] [petite?s?] (instants?|secondes?|minutes?|"
    "moments?)",
    "de_quoi": "(merci|remercie) (beaucoup|bien|infiniment|énormément|d'avance|par avance|à vous|quand "
    "même|mille fois|"
    "(pour|de) (votre|l'|la|les|tout|ces|cette|vos|le|ça|m'avoir) …)*",
    "incapable": "(cons?|connes?|connards?|connasses?|salopes?|salauds?|salopards?|enculés?|abrutie?s?|"
    "débiles?|idiote?s?|imbéciles?|crétine?s?|incapables?|"
    "incompétente?s?|feignants?|feignasses?|fainéants?|merdes?|putes?|ordures?|bouffons?|bons? à rien|"
    "bonnes? à rien|nuls?|nulles?|nazes?|bêtes?|stupides?|"
    "branleurs?|tocards?|à chier|voleurs?|escrocs?)",
}
"""Pieces that the phrases below share."""

ACTS: dict[str, tuple[str, ...]] = {
    "insulte": (
        "(vous êtes|t'es|tu es|c'est|quelle|quel|bande (de|d')|espèce (de|d')|sale|gros|grosse|petite?|"
        "pauvre) "
        "[(vraiment|tous|toutes|trop|complètement|une?|des|de|d'|les|la|que|gros|grosse|bande|espèce|"
        "sale)*] {incapable} [(de merde|de robot)]",
        "(connards?|connasse|salope|salaud|enculés?|abrutie?s?|imbéciles?|crétins?|bouffon|incapables?) "
        "[de {machine}]",
        "{machine} (de merde|à la con|pourrie?|débile)",
        "c'est de la merde [(votre|ce|cette|vos)] [(truc|machin|système|service|standard|machine|robot)]",
        "(vous|tu|ça) (m'énervez|m'énerves|m'énerve)",
        "(c'est|quelle|quel) [(vraiment|de|la|une?)*] (merde|bordel|saloperie|connerie) [(ce|cette|de|"
        "votre)] [{machine}]",
        "(putain|bordel|merde) [(de|bordel|fait)] [(merde|chier)] [{machine}]",
        "(tu|vous|ça) [me] (fais|faites|fait) [(vraiment|tous)] chier|fait chier|va chier|allez chier",
        "(tu|vous|ça) (m'|me|nous) (emmerdes?|emmerdez|saoules?|saoulez|soules?|soulez|gonfles?|gonflez|"
        "cassez les (pieds|couilles)|casses les couilles)",
        "je (t'|vous) emmerde|nique (ta|sa) (mère|race)|fils de pute|ntm|nique tout",
        "(va te|allez vous|aller vous) faire (foutre|voir|enculer|cuire un oeuf)",
        "(ta|vos|fermez vos) gueules?|ferme (la|ta gueule)|fermez la|dégage|dégagez|crève|va crever",
        "vous vous (foutez|moquez|fichez) (de moi|du monde|des gens|de ma gueule|de la gueule du monde)|"
        "tu te (fous|moques) de moi",
    ),
    "langue_en": (
        "[est ce que] (vous|quelqu'un|tu) (parlez|parle|comprenez|comprends) [l'] [en] (anglais|english)|"
        "(parlez|comprenez) vous [l'] (anglais|english)",
        "(est ce qu'il y a|il y a|y a t il|je veux|je voudrais) quelqu'un qui parle [l'] (anglais|"
        "english) [(chez vous|à la mairie)]",
        "[est ce que] (je peux|on peut|pouvez vous|vous pouvez|je voudrais|je préfère) [(me|vous)] "
        "(parler|répondre|continuer) [en] anglais",
        "[en] anglais|[in] english|speak english|hello|hi|i don t speak french",
    ),
    "agent": (
        "{je_veux} {parler_a} {personne} [{pas_une_machine}]",
        "(je|j') (voudrais|veux|souhaite|préfère|préférerais|aimerais|demande) [(bien|plutôt|juste)] "
        "(j'en ai (assez|marre)|marre) de parler à {un} {machine}|je [ne] parle pas (à|aux|avec) {un}* "
        "{machine}",
        "{personne} [{pas_une_machine}]",
        "[{pouvez_vous}] {passez_moi} {personne} [{pas_une_machine}]",
        "{personne} [{pas_une_machine}]",
        "{parler_a} {personne} [{pas_une_machine}]",
        "(est ce qu'il y a|y a t il|y aurait il|il y a|y a) [(pas|bien)] {personne} (que je (peux|"
        "pourrais) (avoir|joindre)|(avec|à) qui [je (peux|pourrais)] parler)",
        "[est ce que] {personne} (peut|pourrait|peut il|pourrait il) [pas] (me (répondre|renseigner|"
        "parler|prendre|aider)|m'aider|prendre mon appel)",
        "{je_veux} qu' {personne} (me (réponde|parle|renseigne|prenne)|m'aide)",
        "(je|on) (ne|n')* (veux|veut|souhaite|préfère|voudrais|aime) [surtout] [ne] (pas|plus) (parler|"
        "discuter|avoir affaire|causer) [(à|avec)] [{un}|ce|cette] [espèce de] {machine}",
        "[je [ne] veux] pas (de|d'|une?) {machine}|(j'aime|je supporte|j'en veux) pas [(les|de|vos)] "
        "{machine}",
        "[est ce qu'] (il y a|y a) [(personne|quelqu'un)] (au bout du fil|à l'accueil)",
        "(il (me|nous) faut|il (me|nous) faudrait|il faut|je veux|je voudrais|donnez moi|trouvez moi) "
        "[(vraiment|absolument|juste|bien)*] {personne} [{pas_une_machine}]",
        "[(je|on) [ne] (veux|veut|voudrais)] pas [(de|d'|être|un|attendre|qu'on me|que vous me)*] "
        "(rappels?|rappelée?|rappelle|rappeliez|messages?) (mais|moi|non)* [{je_veux}] "
        "[(avoir|donnez moi|passez moi|il me faut)] {personne}",
        "aidez moi [un peu]|[est ce que] (vous (pouvez|pourriez)|pouvez vous|pourriez vous) [(bien|quand "
        "même)] m'aider [un peu]|j'aurais besoin d'aide",
        "(tapez|touche) zéro",
        "un (nagent|argent)",
    ),
    "au_revoir": (
        "au revoir|bonne (journée|soirée|fin de journée|fin de soirée|nuit|après midi|continuation|"
        "semaine|fin de semaine)|bon (week end|weekend|après midi|courage|dimanche)",
        "à (bientôt|la prochaine|plus|plus tard|demain|un de ces jours)|ciao|tchao|bye|(également|"
        "pareillement|de même|vous aussi|à vous aussi|à vous de même|vous de même)",
        "(je|on) [vais] (raccrocher|raccroche|vous laisse|vous laisser)|je (rappellerai|rappelle|vais "
        "rappeler|rappelerai) [(plus tard|demain|un autre jour|une autre fois|dans la journée)]",
        "[(je préfère|je préférerais|je vais|je voudrais|je veux|je peux)] rappeler "
        "[un peu] (plus tard|demain|un autre jour|une autre fois|dans la journée)|[un peu] plus tard",
    ),
    "rappel": (
        "[{pouvez_vous}] (me|nous)* {rappeler} [(moi|nous)] [{quand}]",
        "{je_veux} (être (rappelée?|recontactée?)|qu'on me {rappeler}|que (vous me|quelqu'un me) "
        "{rappeler}|qu'une? (personne|agent|conseiller|responsable) "
        "me {rappeler}|[demander] un rappel|laisser (mon numéro|un message|mes coordonnées) [(pour être "
        "rappelée?|pour qu'on me rappelle)]) [{quand}]",
        "[(est ce que|est ce qu')] (quelqu'un|on|une personne|un agent|un conseiller|une conseillère) "
        "(peut|pourrait|va|pourra|peut il|pourrait il) me {rappeler} [{quand}]",
        "j'attends (votre|un) (coup de fil|appel|rappel)|"
        "(qu'on|que quelqu'un) me {rappeler} [{quand}]|un rappel|être (rappelée?|recontactée?) [{quand}]",
    ),
    "plus_lentement": (
        "[{pouvez_vous}] [me] [(parler|parlez|répéter|répétez|aller|allez|dire|redire|articuler|"
        "articulez)] [ça] [(un peu|un petit peu|beaucoup)] "
        "(moins (vite|rapidement)|plus (lentement|doucement|distinctement|clairement)|doucement|lentement)",
        "[{pouvez_vous}] (ralentir|ralentissez|articuler|articulez) [(un peu|un petit peu|mieux)*]",
        "(vous (parlez|allez)|tu parles|ça va|c'est|il parle|elle parle) [(beaucoup|un peu|bien)] trop "
        "(vite|rapide) [pour moi]|trop vite|pas si vite|prenez votre temps",
    ),
    "repeter": (
        "[{pouvez_vous}] (me|le|la|les|nous|tout|encore)* (répéter|répétez|répète|répétiez|redire|"
        "redites|redis|reformuler|reformulez|recommencer|recommencez|reprendre|"
        "reprenez) (moi|le|la|ça|cela|tout)* [(la|votre|l'|le|ce que) …] [(encore|de nouveau|à nouveau)] "
        "[(une|deux)] [(deuxième|seconde|autre|dernière)] [fois]",
        "(je|j')* (ne|n'|vous)* [ai] (pas|mal|rien|pas tout) [(tout|très|trop|bien|du tout)*] (compris|"
        "entendue?|saisi|suivi|capté) [(ce que vous (avez dit|dites)|"
        "la …|votre …|du tout|tout)]",
        "je (ne|vous|n')* (comprends|entends|comprend) [vous] (pas|plus|rien|mal) [(très|trop|bien|du "
        "tout)*] [(ce que vous (dites|avez dit)|votre question)]",
        "(comment|quoi|hein|pardon|plaît il|vous dites|vous disiez|vous avez dit [quoi]|c'est à dire|"
        "excusez moi)",
        "qu'est ce que (vous (avez dit|dites|disiez|venez de dire)|c'était)|qu'avez vous dit|vous dites "
        "quoi|c'(est|était) quoi (la question|l'adresse|le numéro|déjà)",
        "(parlez|parler|un peu) plus fort|[je|on] (vous|n')* entend [vous] [très] (mal|pas|rien)|[ça a] "
        "coupé|la ligne est mauvaise|encore une fois|une (deuxième|seconde|autre) fois|(je n'ai|j'ai|"
        "j'avais|je n'avais) pas [(bien|"
        "eu le temps de|pu)*] (noter|noté)",
    ),
    "identite_bot": (
        "[(est ce que|est ce qu'|mais)*] (vous êtes|tu es|t'es|êtes vous|es tu|c'est|je parle (à|avec)|"
        "je suis en (ligne|communication) avec|est ce que c'est) [pas] "
        "[(bien|vraiment|encore|toujours|là)*] [{un}] [(vraie?|espèce de)] ({machine}|humaine?|être "
        "humain|vraie personne|personne|personne (réelle|humaine)|enregistrement|bot) "
        "[(réelle?|humaine?|en vrai|ou pas|vocale?|virtuelle?)*] [ou [(à|avec)] {un}* [vraie?] "
        "({machine}|personne|humain|être humain)] [qui [me] (parle|répond)]",
        "[est ce que] (je parle à qui|qui (est à l'appareil|êtes vous|es tu|parle|me parle|est ce)|vous "
        "êtes qui|t'es qui|c'est qui|c'est quoi ça|qui c'est)",
        "comment (vous vous appelez|vous appelez vous|tu t'appelles)|quel est votre nom|à qui (je parle|"
        "ai je l'honneur)|votre nom c'est quoi",
    ),
    "attendre": (
        "(attendez|attends|patientez|ne quittez pas|ne raccrochez pas|quittez pas|restez en ligne) [moi] "
        "[{moment}]|{moment}",
        "[{pouvez_vous}] [me] (attendre|patienter|laisser|laissez|donner|donnez|accorder|accordez) [moi] "
        "{moment}|[{pouvez_vous}] (attendre|patienter) [un peu]",
        "[(le temps que|que)] (je|j') [vais] (cherche|chercher|prends|prendre|prenne|attrape|trouve|note|"
        "noter|regarde|regarder|reviens|arrive|réfléchis|vérifie|vérifier|aille chercher) "
        "[(de|mes|mon|ma|une?|le|la|les|quoi)*] [(stylo|papiers?|crayon|lunettes|dossier|noter|numéro|"
        "carte|agenda|courrier|documents?|feuille)] [et (un papier|une feuille)]",
    ),
    "non": (
        "non|nan|négatif|pas la peine|laissez tomber|(on a|j'ai) (fait le tour|fini|eu ma réponse)|ça "
        "n'a rien à voir|pas du tout|surtout pas|absolument pas|certainement pas|pas vraiment|pas "
        "maintenant|jamais|bien sûr que non",
        "(c'est|ce n'est|n'est|est) [(vraiment|absolument)] pas [du tout] (ça|cela|exact|correct|juste|"
        "bon|la bonne|mon (problème|cas)|ma (question|demande)|pour ça|le cas|la peine|"
        "ce que (je|j'ai) [(veux|voulais|demande|cherche|voudrais)] [(dire|savoir|dit|demandé)])|pas ça",
        "(c'est|c'était) (tout|autre chose|faux|incorrect|une erreur|terminé|fini) [pour moi] [pour "
        "aujourd'hui] [ce que je voulais [savoir]]|c'est bon [pour moi]",
        "(ça|ce) (ira|sera tout|va aller|suffira|suffit) [pour (moi|aujourd'hui)]|rien [(d'autre|du tout|"
        "de plus|de spécial)]|plus rien|sans façon|aucune? [(des deux|autre)]|"
        "ni l'une? ni l'autre|pas (celui|celle) là|aucun des deux",
        "(je|j') (n'ai|ai|n'en ai|en ai) (pas|plus) (d'autres?|de|besoin d')* (questions?|besoin|autre "
        "chose)|pas d'autres? questions?|(je|j') [n'] ai (plus|pas) besoin de rien|j'ai tout",
        "je (ne|n')* (veux|souhaite|préfère|voudrais) pas|je préfère pas|(vous)* (n'avez|avez) (pas|mal|"
        "rien) [bien] compris [ma (question|demande)]|vous vous (trompez|êtes trompée?)",
    ),
    "salutation": (
        "(bonjour|bonsoir|salut|coucou|allo|re bonjour|rebonjour|ohé) [à (vous|tous)]",
        "[(il y a|y a t il|est ce qu'il y a|y a)] quelqu'un [est là]|vous êtes là|[est ce que] vous "
        "m'entendez|[est ce que] (je suis bien|c'est bien|c'est) [à] la mairie",
        "[comment] (ça va|allez vous|vous allez bien)",
    ),
    "oui": (
        "(oui|ouais) c'est [tout] bon [pour moi] [(vas y|allez y)]",
        "oui|ouais|ouai|ui|mouais|si|bien sûr|évidemment|naturellement|carrément|volontiers|avec "
        "(plaisir|joie)|affirmatif|tout à fait|exactement|exact|absolument|"
        "effectivement|en effet|certainement|voilà|pourquoi pas|parfaitement|bien sûr que oui",
        "(c'est|ce serait|c'était) [(bien|exactement|tout à fait)*] (ça|cela|exact|correct|juste|le cas|"
        "vrai|la bonne|celui là|celle là) [même]",
        "(oui|ouais) je (veux|voudrais|souhaite)|je (veux|voudrais|souhaite) bien|je [vous] confirme "
        "[bien]|vous avez [(bien|tout)] compris|allez y|vas y|dites moi|je vous écoute|je suis d'accord|ça (me va|m'intéresse)|"
        "j'aimerais bien|ce serait (bien|gentil)",
        "(j'ai|j'aurais|il me reste) [(encore|juste|aussi)*] (une|des|d'|quelques|deux) [(autres?|"
        "dernières?|petites?)*] (questions?|chose|demandes?)|autre chose",
        "s'il vous plaît",
    ),
    "merci": (
        "{de_quoi}|[je vous] [en] {de_quoi}|grand merci|un grand merci|mille mercis?",
        "(c'est|c'était) [(très|bien|vraiment)] (gentil|sympa|aimable|clair|noté) [(à|de) votre part] [à "
        "vous]|vous êtes [(très|bien)] (gentille?|aimable|sympa)",
        "(j'ai|c'est) [(bien|tout)*] (compris|noté)|je note",
    ),
    "accord": (
        "d'accord|okay|ok|entendu|très bien|parfait|super|génial|impeccable|nickel|ça marche|ça va|noté|"
        "formidable|excellent|je vois|je comprends|top|cool",
    ),
}
"""Act to the phrases that say it, in order of precedence. `accord` yields to every other act and is "
"reported as `oui`."""

COURTESY = (
    "madame|monsieur|mademoiselle|messieurs dames|s'il vous plaît|s'il te plaît|please|enfin|donc|mais|"
    "et|bon|ben|ah|oh|eh|hein|tout de suite|maintenant|là|rapidement|vite|"
    "[c'est] urgent|tout simplement|désolée?|excusez moi|pardon|je vous prie|sinon|moi|pour (l'instant|"
    "le moment|ça)|vraiment|mon dieu|allez|bien",
)
"""What may stand around an act without changing it."""

ENGLISH = frozenset(
    {
        "the",
        "you",
        "speak",
        "english",
        "please",
        "i",
        "my",
        "me",
        "is",
        "are",
        "do",
        "does",
        "can",
        "could",
        "would",
        "like",
        "need",
        "want",
        "have",
        "what",
        "where",
        "when",
        "how",
        "hello",
        "hi",
        "thank",
        "thanks",
        "for",
        "of",
        "with",
        "and",
        "to",
        "in",
        "it",
        "this",
        "that",
        "your",
        "don",
        "doesn",
        "not",
        "yes",
        "good",
        "morning",
        "afternoon",
        "someone",
        "anyone",
        "who",
        "speaks",
        "help",
        "make",
        "appointment",
        "passport",
    }
)
"""Words that give an English sentence away; most of them are no French words."""
