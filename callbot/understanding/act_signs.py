"""Acts that show through whatever is said around them (« doucement je note sur un bout de papier »). Notation: patterns.py.

The tables of act_phrases.py read utterances that are nothing but an act; these read the others, once BUSINESS is ruled out.
"""

PIECES = {
    "machine": "(robots?|machines?|répondeurs?|automates?|ordinateurs?|boîtes? vocales?|voix (enregistrée|de synthèse|"
    "artificielle)|enregistrements?|enregistrée?|enregistré|appareil|logiciel|intelligence artificielle|ia|bot|"
    "disque|mécanique)",
    "humain": "(une [(vraie|autre|gentille)] (personne|dame|madame)|[une?] vraie? (personne|dame|madame|"
    "monsieur|gens)|[la] dame de l'accueil|quelqu'un|[vrai] [être] humaine?|[vraie?] (conseill\\S+|agente?|employée?|"
    "standardiste|opérat\\S+|interlocut\\S+|collègue)|être vivant)",
    "es": "(vous êtes|tu es|t'es|êtes vous|es tu|c'est|ce serait|est ce|seriez vous|serais tu|je (parle|cause|"
    "discute) (à|avec)|je suis avec|vous "
    "seriez|on parle à)",
    "injure": "(cons?|connes?|connards?|connasses?|salopes?|salauds?|enculés?|abrutie?s?|débiles?|idiote?s?|"
    "imbéciles?|crétine?s?|"
    "incapables?|incompétente?s?|feignants?|feignasses?|fainéante?s?|merdes?|ordures?|bouffonn?e?s?|bons? à "
    "rien|bonnes? à rien|nuls?|"
    "nulles?|nazes?|bêtes?|stupides?|branleurs?|tocards?|à chier|branques?|andouilles?|bêtise|boîte de conserve|"
    "ferraille|cloches?|"
    "gourdes?|patates?|tas de ferraille|casserole|mécanique|clowns?|guignols?|charlots?|rigolos?|zéros|pourris?|"
    "pourrie|lamentables?|"
    "minables?|inutiles?|ridicules?|buses?|cruches?|truffes?)",
    "rappelle": "(rappel\\S*|recontact\\S*|retéléphon\\S*|téléphone\\S*|joigne|contacter|recontacte)",
}

SURE: dict[str, tuple[str, ...]] = {
    "insulte": (
        "(espèce|bande|tas) (de|d') [(sale|gros|vieille|vieux)] {injure}|{injure} de {machine}|{machine} (de "
        "(malheur|merde|mes deux)|"
        "à la (con|noix)|débile|stupide|pourrie?)|(sale|pauvre|grosse|foutue?) {machine}|(quel|quelle|mais "
        "quel) [(espèce de|sale)*] {injure} …",
        "(vous êtes|t'es|tu es|vous n'êtes) [(tous|toutes|vraiment|trop|que|qu'|qu'une|une?|des|les|de|d'|bien|"
        "complètement|"
        "franchement|quand même|bande|vraiment des|pas foutue?s?)*] {injure}|quelle (bande|{injure}) …",
        "ta gueule|vos gueules|va te faire (voir|foutre|cuire)|allez vous faire (voir|foutre|cuire|pendre)|"
        "(servez|sers) [vraiment] à rien|à côté de la plaque|va (crever|mourir)|"
        "(me|nous) (cassez|casses) (les|la) (pieds|couilles|tête)|(fous|foutez) (moi )?la paix|je (t'|vous) emmerde",
    ),
    "langue_en": (
        "english|(parl\\S+|comprenez|comprend|comprends|répond\\S+|continuer|faire|discuter) [(que|seulement|"
        "juste|un peu|pas|avec moi)*] "
        "[(en|l')] anglais|[qui] parle [que] anglais|(parl\\S+|comprend\\S*) qu'anglais|quelqu'un … (en anglais|"
        "anglophone)|anglophone|my french|speak french|i do not|i don t|excuse me",
    ),
    "identite_bot": (
        "{es} [(pas|bien|vraiment|là|une?|à|avec|un espèce de|quand même|encore)*] {machine} [(qui|ou|là|que|"
        "non|hein|qui me|toi|vous|"
        "je|ça|quoi|en fait)*]",
        "{es} [(pas|bien|vraiment|une?|à)*] (vraie (dame|personne)|vrai (monsieur|humain)|humaine?|être humain|"
        "personne vraie|quelqu'un de "
        "(vrai|réel|vivant)|(dame|personne) (vraie|réelle)|personne réelle)|(vous êtes|t'es|tu es) [(bien|"
        "vraiment|vous)*] (réelle?|réel|vivante?|artificielle?|automatique|programmée?)|({humain}) … ou … "
        "(automatique|enregistré|machine)|(en train de) parler à une? {machine}|(vous êtes|n'êtes) pas une? vraie? …",
        "({machine}) … ou … ({humain}|monsieur|pas)|({humain}) … ou … {machine}|(parle|cause|discute) (à|avec) "
        "[(une?|espèce de)*] {machine}",
    ),
    "agent": (
        "(donnez|passez|mettez|trouvez|filez|envoyez|passe|donne|passer|mettre|avoir|joindre) [(moi|nous|me|"
        "plutôt|donc|voir|en (relation|"
        "communication|ligne|contact)|avec|à|directement|s'il vous plaît)*] [(une?|la|le|l'|des|du|de|d')*] "
        "{humain} [(de (chez vous|l'accueil|la "
        "mairie)|du standard|qui (respire|parle|comprend|vit)|au bout du fil|en chair)]",
        "(parler|causer|m'adresser|discuter|échanger) [(plutôt|directement)*] (à|avec) [(une?|la|le)*] {humain} "
        "[(c'est|si|"
        "pas|plutôt|s'il|et pas|de (chez vous|l'accueil|vivant)|en chair)]|(expliquer|raconter) [(ça|cela|"
        "plutôt|mon cas)*] à {humain}|parler humain|(parler|parle) avec humain",
        "[(je|j')] (veux|voudrais|préfère|préférerais|aimerais|souhaite|demande) [(bien|avoir|voir|plutôt|quand "
        "même|juste|que)*] (une?) {humain}|[une?] "
        "vraie (personne|madame|dame) … (pas|plutôt|fil|machine)|vrai humain|un être humain|passez … quelqu'un|"
        "y a pas {humain}",
        "(parle|parler|cause|aime|supporte|discute) (pas|plus) [(aux|à|les|avec|une|des|la|ces|cette|vos|les)*] "
        "{machine}|(pas|jamais) [à] (une?|la|de|"
        "avec) {machine}|(marre|assez) de [(parler à|ces|cette|ce|vos|votre)*] {machine}|moi les {machine}",
        "(veux|voudrais|préfère|faut) quelqu'un [(de (chez vous|vivant|réel|vrai)|qui (respire|parle|comprend)|"
        "tout de suite|s'il)]|affaire à "
        "{humain}|(basculez|orientez|dirigez) [(moi|mon appel)*] (sur|vers|à) {humain}|{humain} [(pour|qui)*] "
        "me (répondre|répond|parle|parler)|"
        "personne de (vivant|réel)|(vouloir|veut) parler (monsieur|madame|dame|personne) …|une personne (point|"
        "et c'est tout)",
    ),
    "rappel": (
        "(rappelez|rappelle|recontactez|retéléphonez|téléphonez|appelez|appelle) moi [(plutôt|ce|demain|après|"
        "plus tard|sur|à|au|quand|"
        "vers|cet|lundi|mardi|mercredi|jeudi|vendredi|dans|si|entre|donc|dès|un|avant|pendant)]|(faites|faire|"
        "fais) moi [me] {rappelle}|(demandez|dites) à (quelqu'un|un agent|une personne|un collègue|l'agent) de "
        "me …|me passer un coup de fil",
        "(qu'on|que l'on|quelqu'un|qu'un agent|qu'une personne|on|vous|une dame|un agent|un conseiller|que "
        "quelqu'un|il|elle) [(peut|pourrait|"
        "pouvez|pourriez|pourra|va|peuvent|voulez)] [(bien|plutôt|pas)*] me {rappelle} [(plutôt|demain|ce|cet|"
        "sur|après|plus tard|vers|à|au|quand|"
        "entre|dès|dans|je|j'|mon)]|(peut|pourrait|pouvez|pourriez) [on] me {rappelle}",
        "(téléphoner|rappeler) à moi|on (peut|pourrait) me {rappelle}|(pourrait|peut) on me {rappelle}|(me|"
        "qu'on) retéléphone|[un] petit coup de fil (plus "
        "tard|demain|ce soir)|(laisser|laisse|prenez|noter|notez) (mon|le) numéro … rappel\\S*",
    ),
    "plus_lentement": (
        "doucement|moins vite|pas si vite|(vous|tu) [(parlez|parles|allez|vas|dites|débitez)*] … (trop|un peu|"
        "très|si) (vite|rapide|rapidement)|plus (lentement|tranquillement|calmement|posément)|(un peu|trop|très|"
        "si) vite (pour moi|je note|là|moins|moi)|parlez (lent|lentement|bien)|(ralentir|ralentissez|ralentis) "
        "[(je|un peu|s'il)]|(vous|tu) (débitez|"
        "débites|courez|cours|mitraillez) …|mot (à|par) mot|une allure|calmez le (rythme|débit)|mollo|(à) toute "
        "(vitesse|allure)|pas si (rapide|rapidement)|plus distinctement|(articuler|articulez|articule)",
    ),
    "non": (
        "(vous|tu|n') [(m'|me|ne|n'|y)*] (avez|ayez|as|êtes) (mal|pas|rien) [(bien|du tout)] (compris|comprise|"
        "saisi)|(vous|tu) (comprenez|comprends) (pas|rien|mal)",
    ),
    "repeter": (
        "(redites|redis|répéter|répétez|répète|répétiez|(pouvez|peux|pourriez|voulez|veuillez|pouvoir)* (pouvez|"
        "peux|pourriez vous|veuillez) [vous] [me] (redire|redonner)|redonne moi|redonnez moi|recommencez|"
        "reformuler|reformulez|refaites moi|(pouvez|peux|pourriez|voulez|veuillez) [(vous|bien|tout)*] "
        "(recommencer|reprendre (depuis|votre|au|la|s'il))|(recommencer|reprendre) depuis le début|vous disiez) "
        "[(moi|ça|cela|le|la|les|votre|s'il|tout|encore|une|je|j'|depuis|phrase)*]",
        "(pas|rien|mal|plus) [(bien|tout|très bien|tout à fait|du tout|assez)*] (entendue?|compris|saisi|capté|"
        "suivi|pigé|ouï) [(la fin|là|vous|ce que|"
        "avec|le mot|votre|le numéro|mon|j'|je|c'est|le début|l'heure|à cause)]|pas entendu|redire cela",
        "(vous|tu) (dites|avez dit|as dit|disiez|dis) quoi|qu'est ce que (vous|tu) (avez|as|venez de|disiez|"
        "dites) [dit]|qu'avez vous dit|(hein|pardon|"
        "comment|quoi) (quoi|hein|comment)|c'était quoi (la fin|déjà|le début)|(je|j'|on) [(vous|n'|ne|t')*] "
        "(entends|entend) (pas|plus|mal|rien|très mal)|pas eu le temps de noter|(vous|tu) (peux|pouvez) redire|"
        "encore une fois [(madame|s'il)]",
    ),
}
"""Act to what shows it anywhere in an utterance, in order of precedence."""

LEADING: dict[str, tuple[str, ...]] = {
    "attendre": (
        "[(hop|oh|ho|là|alors|bon|mais|hé|stop|oui)*] (attendez|attends|attend|ne quittez pas|quittez pas|"
        "quitte pas|bougez pas|bouge pas|patientez|restez en ligne|ne coupez pas|coupez pas|ne "
        "raccrochez pas) … … … …",
        "[juste] (une?|deux|trois|cinq|dix|quelques) [petite?s?] (secondes?|minutes?|instants?|moments?|minute) … … …",
        "(je|j') (cherche|reviens|vais (chercher|prendre)|prends|attrape) (mes|mon|de quoi|un|une|le) [petit] "
        "(lunettes|papiers?|stylo|crayon|dossier|écrire|noter|"
        "carnet|calepin|agenda) … …",
    ),
    "au_revoir": (
        "… … (au revoir|bonne (journée|soirée|fin de journée|continuation|nuit)|à (bientôt|la prochaine)|"
        "ciao|tchao|bye) … …",
        "(je vous|je te) (laisse|quitte) …|je raccroche …|(excellente|belle) (journée|soirée) …|je (vous "
        ")?souhaite (une|un) … (journée|soirée|"
        "week end) …|(bon|bonne) (dimanche|week end|appétit|courage|soir) …|je (file|vous embête pas plus) … …",
    ),
    "non": (
        "[(non)*] [(excusez moi|pardon|mais|c'est|vous|je)*] [(vraiment|absolument)*] (pas (du tout|ça|ce que|"
        "celui|celle|la bonne|possible)|rien à voir|autre chose|"
        "nullement|(mal|rien|pas) compris|vous trompez|me suis (mal|pas bien) (expliquée?|exprimée?)|jamais "
        "(dit|demandé)|aucune?ment|faux|erreur|faites erreur|y êtes pas|voyons) … … …",
        "[(non|mais|ah)*] (absolument pas|pas du tout|certainement pas|jamais de la vie|que non) … … …",
        "[non] [(je|j'|vous|tu|n'|ne|ai|avez|as|me)*] (jamais|pas) (dit|demandé|parlé de) (ça|cela) … …|je "
        "crains que … compris … … …|[non] (vous|tu) "
        "[(me|m'|n'|ne|y|avez|êtes)*] (pas|mal|rien) [(bien|du tout)] (compris|comprise) … …|[non] (vous|tu) "
        "[(me|m'|n'|ne|y)*] (comprenez|comprends) (pas|mal|rien) … …|nullement …|non merci …",
    ),
    "oui": (
        "(oui|ouais|voilà|exact|exactement|absolument|tout à fait|parfaitement|d'accord|ok|c'est ça|si)* "
        "[(c'est|enfin|et|ça|mais|à peu près|bien)*] "
        "(tout juste|c'est [(bien|tout à fait|exactement|à peu près|pour|plutôt)*] (ça|cela|de (ça|cela)|bon|ce "
        "que je (veux|voulais)|pour ça)|(vous|tu) [(m'|avez|as|l'avez)*] [(bien|tout|"
        "parfaitement|très bien)*] (compris|comprise|saisi|bon|juste|deviné)|vas y|allez y|on fait comme ça|"
        "bien sûr|tout à fait|exactement|voilà|absolument|exact|parfaitement) …",
    ),
    "merci": (
        "… (merci|remercie) [(beaucoup|bien|infiniment|mille fois|hein|encore|à vous)*] … …|… (reconnaissante?|"
        "obligeante?|bien aimable)  …",
        "(c'est|vous êtes) [(très|bien|trop|si|vraiment)*] (gentille?|aimable|adorable|sympa|un amour|un ange) "
        "…|ça m'aide [bien] …",
    ),
    "salutation": (
        "(salam|bonjour|bonsoir|salut|coucou|allo|hello|pardon|bien le)* (bonjour|bonsoir|salut|salam|allo|"
        "coucou) [(à vous|bien le|tout le monde|on dit quoi|c'est [(encore|madame|"
        "monsieur)*]|ici [(madame|monsieur)]|monsieur|madame|comment allez vous|y a quelqu'un|vous allez bien|"
        "la mairie)*] [\\S+]",
    ),
}
"""Act to what it begins with; a few words may follow."""

BUSINESS: tuple[str, ...] = (
    "(rappelez|redites|répétez|redonnez|rappelle) moi (le|la|les|l'|quel|quels|quelle|comment|combien|ce qu'il faut) …",
    "merci (de|d') (me|m'|nous|bien|vouloir|répondre|transmettre) …|attendez vous|pas [(bien|tout)] compris (ma|"
    "mon|mes|les|ce courrier|cette)|"
    "au revoir (la|le|les)|conservatoire|conseillers? (numériques?|munici\\S+|juridiques?|d'orientation|"
    "conjugal|en)|minutes du",
    "comment (on|se) (dit|traduit)|(dame|monsieur|madame|quelqu'un|agent|personne) (des|du|de l'urbanisme|de "
    "l'état|de l'action|de la petite|"
    "de la (cantine|crèche|régie|voirie)|qui (m'a|s'occupe|suit|les|montre|parle portugais|parle arabe)|pour "
    "(m'|nous|remplir|garder))",
    "(roul\\S+|voitures?|camions?|conduit|conduisent|passent|nager|natation|cours|chauffards?|scooters|ralentisseurs?)",
    "[en] (reprendre|reprenez|refaites|redonnez) (les|des|une|un|avant)|(comprends?|entends) rien (à|aux) …|"
    "(dit|promis|devait|deviez|m'avait|jamais) … rappel\\S*|en parler|m'expliquer|la lettre|aider les|rien "
    "compris je|en quelle année|libre service|police municipale",
)
"""What makes such words part of a question: whoever says it is left to the router."""
