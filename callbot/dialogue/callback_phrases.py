"""What is said while a call-back request is taken down, in French. What is read back of it is the caller's: number, name, place, wish."""

from types import MappingProxyType

OWN = "Peut-on vous rappeler au {number} ?"
OWN_HOW = "Dites oui, ou tapez un. Sinon, dites-moi un autre numéro, ou tapez-le."
NUMBER = (
    "À quel numéro peut-on vous rappeler ? Dites-le deux chiffres par deux chiffres, "
    "ou tapez-le sur les touches de votre téléphone."
)
GO_ON = "J'ai noté {number}."
GO_ON_HOW = "Quelle est la suite ?"
CHECK = "J'ai noté le {number}."
CHECK_HOW = "C'est bien ça ? Dites oui ou non, ou tapez un pour oui, deux pour non."
AGAIN = "Je n'ai pas bien noté votre numéro. Redites-le depuis le début, deux chiffres par deux chiffres, ou tapez-le."
KEYS = "Le plus sûr est de taper votre numéro sur les touches de votre téléphone, puis la touche dièse."
KEYS_GO_ON = "J'attends la suite de votre numéro. Tapez la touche dièse quand c'est fini."
NAME = "À quel nom dois-je noter votre demande ? Vous pouvez l'épeler."
NAME_HOW = "Si vous préférez ne pas le dire, dites « sans nom »."
NAME_SPELLED = "À quel nom, alors ? Épelez-le lettre par lettre, s'il vous plaît."
NAME_WHY = "C'est pour que la personne qui vous rappelle sache qui demander."
NO_NAME = "Très bien, je ne note pas de nom."
PLACE = "C'est à quelle adresse ? Donnez-moi le numéro et la rue, ou un repère."
PLACE_COLLECTED = "À quelle adresse faut-il passer ? Donnez-moi le numéro et la rue."
PLACE_CAR = "À quelle adresse se trouve le véhicule ? Donnez-moi le numéro et la rue, ou un repère."
PLACE_HOME = "Quelle est l'adresse du logement ? Donnez-moi le numéro et la rue."
PLACE_HOW = "Si vous ne savez pas, dites « je ne sais pas »."
NO_PLACE = "Ce n'est pas grave, la personne qui vous rappelle vous le demandera."
WISH = "Quand préférez-vous qu'on vous rappelle ? Par exemple demain matin, ou peu importe."
WISH_HOW = "Vous pouvez aussi taper un pour le matin, deux pour l'après-midi, trois si peu importe."
CONFIRM = "Une personne vous rappellera au {number}{wish}{subject}."
CHANGE = (
    "Que faut-il changer ? Pour le numéro, tapez un. Pour le moment, tapez deux. Pour le nom, tapez trois."
)
CHANGE_PLACE = "Pour l'adresse, tapez quatre."
CHANGE_HOW = "Vous pouvez aussi le dire."
DONE = "C'est noté, je transmets votre demande. Avez-vous une autre question ?"
HELD = "Je garde votre numéro : si vous n'avez personne, on vous rappellera."
KEPT = "Votre numéro est noté, une personne vous rappellera."
CANCELLED = "D'accord, on ne vous rappellera pas. Avez-vous une autre question ?"
UNCLEAR = "Excusez-moi, je n'ai pas compris."
SILENT = "Je ne vous entends pas."
NO_OWN = "Votre numéro ne s'affiche pas chez nous. À quel numéro peut-on vous rappeler ?"
SHOWN = "Ce n'est pas grave, il s'affiche chez nous."
UNKNOWN = "Ce n'est pas grave, prenez le temps de le retrouver. Vous pouvez le dire, ou le taper sur les touches de votre téléphone."
UNKNOWN_PERSON = "Pour parler plutôt à une personne, dites « un agent »."
CLOSED_THEN = "À ce moment-là, nos bureaux sont fermés."
RESUME = "Revenons à votre demande de rappel."
REASON = "C'est bien compris."
SORRY = "Je suis désolé, je n'arrive pas à noter votre numéro."

QUEUE_OFFER = "Pour qu'on vous rappelle sans perdre votre tour, dites-le-moi, ou appuyez sur la touche un."
QUEUE_CHECK_HOW = "Dites oui, ou tapez un, pour confirmer. Sinon, tapez un autre numéro. Pour rester en ligne, tapez la touche étoile."
QUEUE_NUMBER = (
    "Tapez votre numéro sur les touches de votre téléphone. Pour rester en ligne, tapez la touche étoile."
)
QUEUE_AGAIN = "Ce numéro n'est pas complet."
QUEUE_STAYS = "Très bien, vous restez en ligne, et vous gardez votre tour."
QUEUE_DONE = "C'est noté : vous gardez votre tour, et une personne vous rappellera. Au revoir."

INSTEAD_OFFER = "Nous pouvons vous rappeler."
INSTEAD_CHECK_HOW = "Dites oui, ou tapez un, pour confirmer. Sinon, tapez un autre numéro. Pour refuser, tapez la touche étoile."
INSTEAD_NUMBER = (
    "Tapez votre numéro sur les touches de votre téléphone. Pour refuser, tapez la touche étoile."
)
INSTEAD_DONE = "C'est noté : une personne vous rappellera. Au revoir."

IN_QUEUE = MappingProxyType(
    {
        "offer": QUEUE_OFFER,
        "own": OWN,
        "check": CHECK,
        "check_how": QUEUE_CHECK_HOW,
        "number": QUEUE_NUMBER,
        "again": QUEUE_AGAIN,
        "stays": QUEUE_STAYS,
        "done": QUEUE_DONE,
        "sorry": SORRY,
        "instead_offer": INSTEAD_OFFER,
        "instead_check_how": INSTEAD_CHECK_HOW,
        "instead_number": INSTEAD_NUMBER,
        "instead_done": INSTEAD_DONE,
    }
)
"""What is said of a call-back in the waiting queue (texts.Texts.queue_callback). `instead_…`: to who gets no place, in a language whose
call-backs are taken by keys alone. In French they are taken in words: there these four are the model of the others."""

WISHED = ", de préférence {wish}"
ABOUT = ", au sujet {of_subject}"
NOTED = "J'ai noté : {details}."
IN_NAME = "au nom de {name}"
AT_ADDRESS = "à cette adresse : {place}"
AT_PLACE = "à cet endroit : {place}"

FIXED = (OWN_HOW, NUMBER, GO_ON_HOW, CHECK_HOW, AGAIN, KEYS, KEYS_GO_ON, NAME, NAME_HOW, NAME_SPELLED, NAME_WHY,
         NO_NAME, PLACE, PLACE_COLLECTED, PLACE_CAR, PLACE_HOME, PLACE_HOW, NO_PLACE, WISH, WISH_HOW, CHANGE,
         CHANGE_PLACE, CHANGE_HOW, DONE, KEPT, CANCELLED, UNCLEAR, SILENT, NO_OWN, SHOWN, UNKNOWN, UNKNOWN_PERSON,
         RESUME, REASON, SORRY, HELD, CLOSED_THEN, QUEUE_OFFER, QUEUE_CHECK_HOW, QUEUE_NUMBER, QUEUE_AGAIN,
         QUEUE_STAYS, QUEUE_DONE)  # fmt: skip
"""Every sentence that is rendered ahead."""
