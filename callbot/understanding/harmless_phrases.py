"""What only sounds like an emergency: idioms, objects, tales, paperwork. Notation: callbot/understanding/patterns.py."""

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
    "mort|percutée?)|noyée? sous|(mariage|projet|vacances|fête|affaire|rendez vous|voyage) … … (à|dans) l'eau|"
    "ordinateur … répond plus|(opérateur|ordinateur|téléphone|service|site|portail|internet|poisson "
    "rouge|télécommande) [(internet|rouge)] [ne] (répond|marche|bouge|réagit) plus|ressources en eau|"
    "(téléphone|portable|clés?|lunettes|marché|cours|prix) "
    "… (tombée?s? (à|dans) l'eau|s'effondre)",
    # figures of speech
    "(mourir|meurs|meurt|morte?s?|mourante?|crever|crève) (de|d'|à force|avant|avec (ces|ce|vos|votre)) …|"
    "(failli|cru|faire) "
    "mourir|mourir d' …|(tue|tuer|tuent|assassine|assassinée?|étrangle|étrangler|massacre) (la tête|à petit feu|"
    "avec (sa|ses|son|"
    "ces|ce|vos|votre|cette)|au travail|à la tâche|mon (imprimante|ordinateur)|du regard|si|elle a|il a) …|"
    "(facture|factures|"
    "prix|amendes?|loyer|impôts?|dossier|paperasse|attente) … (tue|tuer)|(suis|est|sommes) en feu (aujourd'hui|ce|moi|"
    "tellement)|(mort|tué|tue|meurtre) … (film|série|théâtre|roman|livre|pièce|jeu)|(film|série|théâtre|roman|"
    "livre|pièce|"
    "jeu vidéo|télé) … (mort|tue|meurtre|tout le monde|meurt|explose|brûle|suicide)|donne envie de (me|se) …",
    "(feu|fumée) … (tellement|de la saint jean|saint jean|d'enfer|du diable|sacré)|au bord du gouffre|me noie "
    "(dans|rien|sous)|"
    "noyée? (dans|sous) …|y a pas le feu|(il n'y a|y a|n'y a) pas (le feu|d'urgence)|(gâteau|dinde|poulet|rôti|"
    "tarte|repas|"
    "plat|gratin|sauce) … (brûlé|brûle|cramé|crame|fumée|incendie) [(la|de la) fumée …]|ça va (cramer|saigner|"
    "chauffer|exploser)|"
    "(poubelle|bac|conteneur|tête|facture|chargeur) … [va] exploser|(feux|feu) (d'artifice|de la) … (explose|"
    "pète|pétard)|"
    "explosion de (joie|lumière|couleurs|rire|bruit)|(pétards?) … (guerre|explose)|ça (explose|pète) … (feu|"
    "feux|pétards?|"
    "partout des pétards|quelle heure)|on dirait (la guerre|un incendie|un volcan|un champ de bataille)|quinze cents?|"
    "(ciel|écran|mur|volet|encre|voiture) … bleue?|casse le nez (sur|à|devant)|bouton … … (cou|tombe)|bracelet|"
    "médaillon|police (municipale|regarde|passe|surveille|rurale)|coule (de|du|dans la rue)|"
    "feu [(il|est|reste|toujours)*] [(bloqué|coincé|resté)] (à l'|au) (orange|rouge|vert)|rien de grave|"
    "(cafards|rats|souris|fourmis|moustiques|pigeons|puces) … (attaquent|attaqués|"
    "partout|envahis)|(attaqués|envahis|attaquée) … (cafards|rats|souris|fourmis|moustiques|pigeons|puces|"
    "punaises)|tomber? dans "
    "les pommes c'est",
    "(en finir|finir) avec (ce|cet|cette|ces|mon|le|la|les|l'|votre|vos) …|(envie|hâte|besoin) d'en finir avec "
    "…|tuer le temps|"
    "coule comme (une pierre|un caillou|un fer)|(apprendre|apprenne|cours|leçons?) … (nager|nage|natation)|coup "
    "de feu [de midi]|"
    "feu (mon|ma|le|monsieur|madame) (père|mère|mari|femme|époux|épouse)|(cas|problème|pbm) de (vie|mort)",
    # what does not move, answer or come back without harm
    "[me] (répond|répondent) (plus|pas) (à|aux|au|ni|quand|sur|depuis)|(service|site|bailleur|syndic|artisan|magasin|"
    "propriétaire|proprio|banque|bureau|mairie|caf|plombier|dame|agence|vendeur|cuisiniste|location|école|directrice|"
    "maîtresse|assistante) … [me] (répond|répondent|bouge|bougent|réagit|réagissent) (plus|pas)|bouge (plus|"
    "pas) (du|de|d')|"
    "se parle plus|on se parle|ça bouge (plus|pas)|(voiture|caravane|épave|camion|machine) … bouge (plus|pas)|"
    "en cloque … bouge",
    "(passeport|passeports|carte|cartes|cartable|doudou|livret|document|documents|papier|papiers|clés?|"
    "téléphone|portable|"
    "dossier|acte|sac|manteau|gilet|trottinette|vélo|courrier|portefeuille) … (disparue?s?|(trouve|retrouve) "
    "plus|perdue?s?|"
    "revenue?|envolée?s?|rentrée?)|(l'|les|le|la|me|m'|faire|à|pour) enlever|(vient|viennent|venez|viendra) (l'|"
    "les) enlever",
    "(accouche|accouché|accoucher|bébé) [(qui|il)] (arrive|en|bientôt|est prévu|dans|avant) (en|au|avant|"
    "bientôt|août|mai|juin|"
    "dans|pour|ou) …|(avant|quand|que) [le] bébé [(il|n')*] (arrive|naît|naisse)|(cuisine|boulangerie|carte|"
    "machine|monnaie) … "
    "(coincée?|bloquée?) dedans|venez vite (réparer|nettoyer|ramasser|enlever|voir|chercher|changer)|vous aidez "
    "moi|aidez (moi|"
    "nous) (remplir|trouver|comprendre|avec)",
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
    "livrets?|carnet de famille|documents?|photocopie|passeports?|l'autre année|voter|vote|procuration|maternité|"
    "césarienne|qui déclare|déclarer|garderie|cartes? d'identité|carte grise|acte de (naissance|mariage|décès)|"
    "inscrire|inscription|"
    "permis de (construire|conduire)|attestation|justificatif|formulaire|autorisation de|certificat|prolonger|"
    "pacs|périscolaire|"
    "(a|ont|avons|ai) (eu|perdu) (une|un|tout|l') … (inondation|incendie|dégât|feu)|née? sans vie|zone (où|inondable)|"
    "plan local|concession|tombe de|portes ouvertes|démonstration|calendriers?|tournée|failli",
    "déclarer (un|le|son|mon) …|(est|était) (décédée?|morte?)|vient de (décéder|mourir)",
)
"""Tales of the past, habits, questions and paperwork: no emergency unless NOW is said too."""

NOW: tuple[str, ...] = (
    "au secours|à l'aide|vite|immédiatement|en ce moment|en train (de|d')|à l'instant|(vient|viens) (de "
    "tomber|d'avoir|de faire|de se|de me|d'être|de s'|d'avaler|de rentrer|de percuter)|là (maintenant|encore|"
    "là)|encore "
    "maintenant|(il|elle) est [encore] là|j'ai peur|là tout de suite|aidez moi|c'est une urgence|"
    "respire (plus|pas|mal)|(crois|l'air) … (mort|morte)|inconsciente?|{appelez} … (pompiers|samu|ambulance|"
    "police|gendarmes|secours)",
)
"""What makes a tale an emergency all the same."""

EVERYDAY: tuple[str, ...] = (
    "peur bleue|papiers?|internet|site|en ligne|ordinateur|mot de passe|franceconnect|france connect|compte|"
    "dossiers?|démarches?|formulaires?|"
    "passeports?|cartes?|identité|rendez vous|livret|acte|attestation|inscription|inscrire|cantine|crèche|école|"
    "garderie|"
    "trottoirs?|poubelles?|bacs?|lampadaires?|toboggan|tuiles?|trous?|cafards?|rats?|souris|punaises|frelons|"
    "guêpes|factures?|"
    "amendes?|loyer|logement|hlm|frigo|paie|bons? alimentaires?|réparer|remplir|impôts?|wifi|clés?|permis|chantier|"
    "téléphone est mort|gâteau|recette|arrêts? de (bus|car)|abonnement|tarif|leçons?|chat|chatte|minette|"
    "clébard|chiens?|"
    "lapin|alliance|lunettes|montre|doudou|portefeuille|sac|montant|prix|combien|horaires?|quelle heure|où est "
    "ce qu'on|pacsés?|notaire|"
    "déchèterie|encombrants|buffet|canapé|matelas|haie|cerisier|branche|panneaux?|compteur d'eau|piscine est|"
    "radiateur|fosse|liner|"
    "garderie|vote|voter|déménage\\S+|volée?s? (mon|ma|mes)|corps de|cendres|concours|musique|violon|trompette|"
    "ciel|plus de lumière|banc|square|dépôt|maire|devoirs|coiffeur|mariage",
)
"""Business about which « au secours » is only a manner of speaking."""
