//! Small word lists, written for this crate: words that say what stands beside them.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What is known about a word; several may hold.
pub type Marks = u16;

/// A word for a kind of street or building.
pub const STREET: Marks = 1;
/// A country, nationality or state.
pub const PLACE: Marks = 1 << 1;
/// The end of a company's name.
pub const COMPANY: Marks = 1 << 2;
/// What stands before a name.
pub const TITLE: Marks = 1 << 3;
/// A month or weekday.
pub const DATE: Marks = 1 << 4;
/// A flat, floor or box: what a number follows in an address.
pub const UNIT: Marks = 1 << 5;
/// A digit that was spelled out, or "double" and the like.
pub const DIGIT: Marks = 1 << 6;
/// A currency or measure.
pub const MEASURE: Marks = 1 << 7;
/// The letters of an American state.
pub const STATE: Marks = 1 << 8;

const LISTS: &[(Marks, &str)] = &[
    (
        STREET,
        "street st road rd avenue ave av lane ln drive dr boulevard blvd court ct place pl square terrace way highway hwy \
        parkway close crescent gardens grove mews hill row walk nagar colony layout marg sector cross main strasse straße gasse \
        weg platz allee rue chemin impasse quai via viale piazza corso calle avenida plaza paseo rua travessa straat laan plein \
        gracht vej gade gata gatan vägen väg katu tie ulica ul utca út náměstí ulice street. st. rd. ave. building villa manor \
        estate park circle cir trail pike loop",
    ),
    (
        PLACE,
        "afghanistan albania algeria argentina armenia australia austria bangladesh belarus belgium bolivia bosnia brazil \
        britain bulgaria cambodia cameroon canada chile china colombia croatia cuba cyprus czechia denmark ecuador egypt england \
        estonia ethiopia europe finland france georgia germany ghana greece greenland guatemala haiti honduras hungary iceland india \
        indonesia iran iraq ireland israel italy jamaica japan jordan kazakhstan kenya korea kuwait latvia lebanon libya lithuania \
        luxembourg malaysia malta mexico moldova monaco mongolia morocco mozambique nepal netherlands nicaragua nigeria norway oman \
        pakistan panama paraguay peru philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore \
        slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tanzania thailand tunisia turkey uganda ukraine \
        uruguay usa uk venezuela vietnam wales yemen zambia zimbabwe alabama alaska arizona arkansas california colorado \
        connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts \
        michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah \
        vermont virginia wisconsin wyoming american british english french german italian spanish dutch swedish danish norwegian \
        finnish polish russian chinese japanese korean indian mexican canadian australian brazilian turkish greek portuguese \
        irish scottish swiss austrian hungarian czech romanian european african asian chinese ukrainian",
    ),
    (
        COMPANY,
        "inc ltd llc llp plc gmbh ag corp corporation company co limited group holdings bank insurance airlines airways \
        technologies solutions systems software industries partners associates university college institute foundation \
        orchestra hospital school council ministry department agency international services consulting",
    ),
    (TITLE, "mr mrs ms miss mx dr prof professor sir madam dame lord lady herr frau monsieur madame señor señora"),
    (
        DATE,
        "january february march april may june july august september october november december jan feb mar apr jun jul aug \
        sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday",
    ),
    (
        UNIT,
        "apt apartment suite ste unit flat floor fl room rm box po pobox house block plot door no number building bldg lot psc",
    ),
    (DIGIT, "zero oh one two three four five six seven eight nine double triple"),
    (
        MEASURE,
        "dollar dollars usd euro euros eur pound pounds gbp rupees rs inr gb mb tb mbps kg km miles percent am pm minutes \
        hours days weeks months years nos pieces inch",
    ),
    (
        STATE,
        "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa \
        ri sc sd tn tx ut vt va wa wv wi wy dc aa ae ap qc on bc ab mb nsw vic qld",
    ),
];

/// What is known about a word in lower case.
pub fn marks(word: &str) -> Marks {
    static WORDS: OnceLock<HashMap<&'static str, Marks>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let mut words = HashMap::new();
        for (mark, list) in LISTS {
            for word in list.split_whitespace() {
                *words.entry(word).or_insert(0) |= mark;
            }
        }
        words
    });
    words.get(word).copied().unwrap_or(0)
}

/// The digits of a spelled-out digit.
pub fn spelled_digit(word: &str) -> Option<u8> {
    const WORDS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match word {
        "oh" => Some(0),
        _ => WORDS.iter().position(|digit| *digit == word).map(|at| at as u8),
    }
}
