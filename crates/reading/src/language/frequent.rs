//! The small words that give a language away, for the languages whose chat turns are often too short for trigrams.
//!
//! Words stand without accents, as hurried people type them, and include what customers write in their first turn.

use std::{collections::HashMap, sync::LazyLock};

/// Languages with a list, by their place in it.
pub const LISTED: [&str; 12] = ["en", "de", "es", "fr", "it", "pt", "nl", "pl", "sv", "da", "nb", "tr"];

const WORDS: [&str; 12] = [
    "the i you my is are it to and of a for what how where when why who can could do does did not have has had this that with from your \
     on in at be was were will would please thanks thank hello hi hey help need want order card account refund money still get got been \
     there they we me an if or yes any out about which should am im dont cant whats ive its speak someone later now never again nothing \
     sure okay great just lost charged arrived today yesterday invoice delivery working change cancel address number",
    "der die das ich sie ist nicht und ein eine einen einem mein meine meinen meiner mir mich wie was wo wann warum wer kann konnen konnte \
     habe hat haben bitte danke hallo guten tag morgen abend mit von zu zum zur fur auf im den dem des noch immer schon wird werden wurde bin \
     sind war es er wir ihr ihre mehr aber oder wenn dass auch nach bei kein keine keinen geld rechnung bestellung konto karte hilfe brauche \
     mochte mochten gerne ja nein bekommen warte wieder jemand heute gestern kundigen stornieren falsch kaputt lieferung paket adresse andern \
     vielen dank geht funktioniert",
    "el la los las un una unos de del que y en es no mi mis me se lo por para con como donde cuando porque quien cual puedo puede quiero \
     necesito tengo tiene hola gracias favor buenos buenas dias tardes noches pedido cuenta tarjeta dinero ayuda esta estoy sigo todavia aun \
     ya al su sus si pero mas muy hay ha he han hacer ver todo nada nunca otra otro vez cambiar cancelar factura reembolso llegado llega hoy \
     ayer quisiera soy son mal direccion envio cobraron funciona alguien hablar",
    "le la les un une des de du que qui et est en je j vous tu il elle nous on ne pas mon ma mes me se ce cette ces pour avec dans sur au aux \
     comment ou quand pourquoi puis peux peut veux voudrais besoin ai avez a suis bonjour bonsoir salut merci svp plait commande compte \
     carte argent aide toujours encore rien deja plus tres mais si tout bien oui non c d l qu n s etre fait faire remboursement facture recu \
     annuler changer livraison colis hier jamais quelqu parler adresse marche votre vos notre y",
    "il lo la gli le un una uno di del della dei che e in non mi si per con come dove quando perche chi quale posso puo vorrei voglio ho ha \
     hai hanno sono sei siamo ciao salve buongiorno buonasera grazie favore ordine conto carta soldi aiuto ancora gia questo questa quello \
     mio mia miei mie al alla nel nella dal da su ma piu anche molto bene nessuno mai niente cambiare annullare fattura rimborso arrivato \
     oggi ieri pacco spedizione indirizzo funziona parlare qualcuno sto bisogno vostro scusate c e",
    "o a os as um uma de do da dos das que e em no na nos nas nao eu meu minha meus minhas me se por para com como onde quando porque quem \
     qual posso pode quero preciso tenho tem oi ola bom boa dia tarde noite obrigado obrigada favor pedido conta cartao dinheiro ajuda esta \
     estou ainda ja ao voce voces mais muito mas isso este foi ser tudo nada nunca outra outro vez mudar cancelar fatura reembolso chegou \
     hoje ontem gostaria sou sao errado endereco entrega funciona alguem falar ate pra",
    "de het een ik je jij u is niet en van mijn me mij wat waar wanneer waarom wie hoe kan kunt kunnen wil heb heeft hebben met voor op in \
     te naar aan nog steeds al geen dat die dit deze er ze wij we zijn was ben bent hallo hoi goedemorgen goedendag bedankt dank alstublieft \
     graag bestelling rekening kaart geld hulp nodig wel ook maar als of om bij uit terug krijgen gekregen vandaag gisteren wijzigen \
     annuleren opzeggen factuur pakket bezorgd verkeerd adres werkt iemand spreken nooit alweer zou willen mag jullie ja nee",
    "i w z na do nie to jest sie ze o co jak gdzie kiedy dlaczego kto czy moge moze mozna chce chcialbym chcialabym potrzebuje mam ma moj \
     moja moje mojej mojego mi mnie prosze dziekuje dzien dobry czesc witam zamowienie zamowienia konto konta karta karty pieniadze pomoc \
     pomocy jeszcze juz nadal ale lub dla od za po przez jestem sa byl byla bylo bardzo tak zwrot faktura paczka paczki dzisiaj wczoraj \
     zmienic anulowac dostalem dostalam nic nigdy ktos adres dziala kiedy rozmawiac znowu zle tego ten ta te",
    "jag du han hon den det en ett och att ar inte i pa av som for med till fran om min mitt mina mig dig vad var nar varfor vem hur kan \
     kunde vill skulle har hade hej tack snalla god morgon bestallning konto kort pengar hjalp behover fortfarande an redan ingen inget \
     nagon vi ni de har detta denna eller men ocksa mycket bra ja nej faktura paket idag igar andra avbryta aldrig prata adress fungerar \
     fatt blev vara er era igen aterbetalning",
    "jeg du han hun den det en et og at er ikke i pa af som for med til fra om min mit mine mig dig hvad hvor hvornar hvorfor hvem hvordan \
     kan kunne vil ville har havde hej tak venligst god morgen bestilling ordre konto kort penge hjaelp hjalp brug stadig endnu allerede \
     ingen intet nogen vi i de dette denne eller men ogsa meget godt ja nej faktura pakke idag igar aendre annullere opsige aldrig tale \
     adresse virker fik faet modtaget blev vaere jeres igen tilbage mangler hedder",
    "jeg du han hun den det en et ei og at a er ikke i pa av som for med til fra om min mitt mine meg deg hva hvor nar hvorfor hvem hvordan \
     kan kunne vil ville har hadde hei takk vennligst god morgen bestilling ordre konto kort penger hjelp trenger fortsatt enna allerede \
     ingen noe noen vi dere de dette denne eller men ogsa mye bra ja nei faktura pakke idag igar endre kansellere aldri snakke adresse \
     virker fikk fatt mottatt ble vaere deres igjen tilbake mangler kommet sendt",
    "bir ve bu su o ben sen biz siz ne nasil nerede nereye zaman neden kim mi mu icin ile da de degil var yok daha cok ama evet hayir \
     merhaba selam gunaydin iyi gunler tesekkurler tesekkur ederim lutfen siparis siparisim siparisimi hesap hesabim hesabimi kart kartim \
     kartimi para paramin yardim istiyorum lazim hala gelmedi geldi olarak ki gibi her sey bana benim beni musteri iade fatura kargo bugun \
     dun iptal etmek degistirmek adres adresimi calismiyor biri konusmak asla yanlis olur musunuz misiniz",
];

/// Letters that few of the listed languages write, with a bit per language that does.
const LETTERS: &[(&str, &str)] = &[
    ("ß", "de"),
    ("ñ¿¡", "es"),
    ("œ", "fr"),
    ("êûîë", "fr"),
    ("ãõ", "pt"),
    ("ąęłńśźżć", "pl"),
    ("ıİşğ", "tr"),
    ("å", "sv da nb"),
    ("øæ", "da nb"),
    ("ä", "de sv"),
    ("ö", "de sv tr"),
    ("ü", "de tr"),
    ("ç", "fr pt tr"),
    ("ò ì", "it"),
    ("ù", "it fr"),
    ("è", "it fr"),
    ("à", "it fr pt"),
];

static INDEX: LazyLock<HashMap<&str, u16>> = LazyLock::new(|| {
    let mut index = HashMap::new();
    for (place, words) in WORDS.iter().enumerate() {
        for word in words.split_whitespace() {
            *index.entry(word).or_default() |= 1 << place;
        }
    }
    index
});

static LETTER_INDEX: LazyLock<Vec<(char, u16)>> = LazyLock::new(|| {
    let mut index: Vec<(char, u16)> = Vec::new();
    for (letters, languages) in LETTERS {
        let set = languages.split(' ').filter_map(place).fold(0, |set, place| set | 1 << place);
        index.extend(letters.chars().filter(|letter| *letter != ' ').map(|letter| (letter, set)));
    }
    index.sort_unstable();
    index
});

/// The place of a language in [`LISTED`].
pub fn place(code: &str) -> Option<usize> {
    LISTED.iter().position(|listed| *listed == code)
}

/// The languages that know this word (lower case, without accents), a bit each.
pub fn who_says(word: &str) -> u16 {
    INDEX.get(word).copied().unwrap_or(0)
}

/// The languages that write this letter, a bit each; none if the letter tells nothing.
pub fn who_writes(letter: char) -> u16 {
    LETTER_INDEX.binary_search_by_key(&letter, |entry| entry.0).map_or(0, |at| LETTER_INDEX[at].1)
}

/// The letter without its accent, as people type it on a foreign keyboard.
pub fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'è' | 'é' | 'ê' | 'ë' | 'ę' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' | 'ć' => 'c',
        'ñ' | 'ń' => 'n',
        'ł' => 'l',
        'ś' | 'ş' => 's',
        'ź' | 'ż' => 'z',
        'ğ' => 'g',
        'ý' => 'y',
        other => other,
    }
}
