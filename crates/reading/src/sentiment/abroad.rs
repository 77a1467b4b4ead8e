//! Usable defaults for German, Spanish and French: the frequent words, with their accents.

use super::lexicon::{
    PhraseKind::{Complaint, Custom, Feeling, Threat},
    Source,
};

pub const GERMAN: Source = Source {
    words: &[
        (
            3.0,
            "super perfekt ausgezeichnet fantastisch wunderbar hervorragend großartig genial begeistert exzellent klasse spitze toll tolle \
             toller traumhaft",
        ),
        (
            2.0,
            "freundlich glücklich zufrieden froh hilfreich geholfen dankbar erleichtert schön liebe prima freue gefällt lieben",
        ),
        (1.0, "gut gute guter gutes nett schnell geklappt gelöst"),
        (-1.0, "schlecht langsam unklar umständlich verspätet"),
        (
            -2.0,
            "enttäuscht enttäuschend enttäuschung ärgerlich verärgert sauer unzufrieden genervt nervt nutzlos unfreundlich unfähig wütend \
             frustriert frustrierend mies miese mist blöd dumm inkompetent ignoriert gelogen schlimm traurig schade",
        ),
        (
            -3.0,
            "frechheit unverschämt unverschämtheit katastrophe katastrophal furchtbar schrecklich unmöglich inakzeptabel skandal lächerlich \
             abzocke betrug betrüger scheiße scheiß schrott saftladen zumutung unzumutbar peinlich entsetzt empört stinksauer",
        ),
    ],
    negators: "nicht kein keine keinen keiner nie niemals nichts niemand ohne kaum",
    stronger: "sehr so wirklich total völlig absolut extrem echt unglaublich besonders wahnsinnig zu",
    weaker: "etwas bisschen ziemlich leicht",
    wishes: "wäre würde würden könnte könnten hätte hoffe hoffentlich wünsche falls",
    buts: "aber jedoch trotzdem allerdings",
    phrases: &[
        (
            Custom,
            0.0,
            "guten tag|guten morgen|guten abend|gute nacht|schönen tag|liebe grüße|mit freundlichen grüßen|freundliche grüße|kein problem|keine \
             ursache|nicht schlimm|nichts weiter|wäre schön|wäre toll|wäre super|wäre nett|so schnell wie möglich|wie schnell|gut erreichbar|liebes team",
        ),
        (
            Feeling,
            2.0,
            "vielen lieben dank|herzlichen dank|tausend dank|nicht schlecht|genau was ich brauchte|funktioniert wieder|endlich geht es",
        ),
        (
            Feeling,
            -3.0,
            "reicht es|reicht es mir|habe genug|die nase voll|das letzte|ein witz|schlechter witz|nicht zufrieden|nicht akzeptabel|nicht \
             hinnehmen|geht gar nicht|unter aller sau|zum kotzen|danke für nichts",
        ),
        (
            Complaint,
            -2.0,
            "schon wieder|immer noch nichts|niemand antwortet|keiner antwortet|niemand meldet sich|keiner meldet sich|zum dritten mal|zum \
             vierten mal|warte schon|seit wochen|wie oft noch|wie lange noch|keine antwort|nichts passiert",
        ),
        (
            Threat,
            -3.0,
            "nie wieder|mein anwalt|meinen anwalt|zum anwalt|verbraucherzentrale|rechtliche schritte|zur konkurrenz|kündige ich|ich kündige",
        ),
    ],
};

pub const SPANISH: Source = Source {
    words: &[
        (
            3.0,
            "excelente perfecto perfecta fantástico fantástica maravilloso maravillosa genial increíble estupendo estupenda encantada encantado",
        ),
        (2.0, "contento contenta feliz satisfecho satisfecha agradecido agradecida amable amables encanta útil"),
        (1.0, "bueno buena bien rápido rápida resuelto solucionado"),
        (-1.0, "lento lenta mal malo mala confuso"),
        (
            -2.0,
            "decepcionado decepcionada decepcionante enfadado enfadada enojado enojada molesto molesta frustrado frustrada insatisfecho inútil \
             inútiles grosero grosera maleducado mentira mentirosos ignoran asco tonto estúpido",
        ),
        (
            -3.0,
            "vergüenza pésimo pésima horrible terrible fatal inaceptable ridículo estafa ladrones harto harta desastre indignante indignado \
             indignada mierda robo intolerable vergonzoso furioso furiosa",
        ),
    ],
    negators: "no nunca nada nadie ningún ninguna ninguno sin tampoco jamás",
    stronger: "muy tan realmente totalmente completamente absolutamente súper demasiado",
    weaker: "poco algo bastante",
    wishes: "sería gustaría podría podrían espero ojalá si",
    buts: "pero aunque",
    phrases: &[
        (
            Custom,
            0.0,
            "buenos días|buenas tardes|buenas noches|está bien|no pasa nada|sin problema|lo más rápido posible|sería genial|sería perfecto|muy bien",
        ),
        (
            Feeling,
            2.0,
            "muchas gracias por todo|muchísimas gracias|mil gracias|justo lo que necesitaba|ya funciona|no está mal|muy amable",
        ),
        (
            Feeling,
            -3.0,
            "qué vergüenza|estoy harto|estoy harta|una tomadura de pelo|falta de respeto|gracias por nada|no es aceptable|no puede ser",
        ),
        (
            Complaint,
            -2.0,
            "otra vez|nadie responde|nadie contesta|nadie me ayuda|tercera vez|cuántas veces|sigo esperando|llevo esperando|llevo semanas|hace semanas|cansado de|cansada de",
        ),
        (
            Threat,
            -3.0,
            "nunca más|mi abogado|voy a denunciar|una denuncia|me voy a la competencia|oficina del consumidor|acciones legales",
        ),
    ],
};

pub const FRENCH: Source = Source {
    words: &[
        (
            3.0,
            "parfait parfaite excellent excellente génial géniale formidable merveilleux fantastique magnifique super impeccable ravi ravie",
        ),
        (
            2.0,
            "content contente heureux heureuse satisfait satisfaite reconnaissant aimable gentil gentille utile soulagé soulagée adore bravo",
        ),
        (1.0, "bon bonne bien rapide efficace résolu réglé"),
        (-1.0, "lent lente mauvais mauvaise compliqué"),
        (
            -2.0,
            "déçu déçue décevant énervé énervée fâché fâchée mécontent mécontente frustré frustrée inutile incompétent incompétents impoli \
             désagréable menteurs mensonge ignoré nul nulle agacé stupide",
        ),
        (
            -3.0,
            "honte honteux scandaleux scandale inadmissible inacceptable horrible catastrophe catastrophique lamentable ridicule arnaque voleurs \
             merde furieux furieuse insupportable marre déplorable",
        ),
    ],
    negators: "pas ne jamais rien personne aucun aucune sans ni",
    stronger: "très trop vraiment tellement totalement complètement absolument si",
    weaker: "peu assez plutôt",
    wishes: "serait pourrait pourriez pourrais voudrais souhaite espère aimerais",
    buts: "mais cependant pourtant",
    phrases: &[
        (
            Custom,
            0.0,
            "bonne journée|bonne soirée|bien sûr|bien reçu|ou bien|pas de problème|pas grave|serait bien|serait parfait|si possible|eh bien|très bien",
        ),
        (
            Feeling,
            2.0,
            "merci beaucoup|merci infiniment|mille mercis|merci mille fois|pas mal|ça marche|exactement ce que je voulais",
        ),
        (
            Feeling,
            -3.0,
            "en ai marre|ras le bol|une honte|se moquer de|vous moquez|merci pour rien|pas normal|pas satisfait|pas satisfaite|pas content|pas contente|à bout",
        ),
        (
            Complaint,
            -2.0,
            "toujours rien|toujours pas|personne ne répond|aucune réponse|troisième fois|combien de fois|encore une fois|encore en retard|depuis des semaines|depuis trois semaines|attends depuis",
        ),
        (
            Threat,
            -3.0,
            "plus jamais|jamais plus|mon avocat|porter plainte|à la concurrence|action en justice|répression des fraudes|que choisir",
        ),
    ],
};
