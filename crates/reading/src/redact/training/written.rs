//! Made-up turns: phrases filled with made-up values, so that labels are exact and no person stands behind them.

use super::chance::Chance;
use super::lists;
use super::phrases::{CARS, JOBS, NATIONALITIES, PHRASES};
use super::turns::LabelledTurn;
use crate::redact::kinds::PersonalKind;

/// Makes up turns.
pub struct Writer {
    phrases: Vec<&'static str>,
    first: Vec<&'static str>,
    last: Vec<&'static str>,
    company_words: Vec<&'static str>,
    chance: Chance,
}

/// What a placeholder is filled with: text, with a kind where it is one.
type Part = (String, Option<PersonalKind>);

impl Writer {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        let words = |list: &'static str| list.split_whitespace().collect();
        Self {
            phrases: PHRASES.lines().filter(|line| !line.is_empty()).collect(),
            first: words(lists::FIRST),
            last: words(lists::LAST),
            company_words: words(lists::COMPANY_WORDS),
            chance: Chance::new(seed),
        }
    }

    /// One made-up turn: a phrase, two of them, or a few lines.
    pub fn turn(&mut self) -> LabelledTurn {
        let mut turn = LabelledTurn { conversation: String::new(), text: String::new(), spans: Vec::new() };
        let phrases = 1 + usize::from(self.chance.is(0.3)) + usize::from(self.chance.is(0.1));
        for at in 0..phrases {
            if at > 0 {
                turn.text.push(if self.chance.is(0.35) { '\n' } else { ' ' });
            }
            let begins = self.chance.below(self.phrases.len());
            // Phrases that stand below each other and are bare values are lines of one card or letter.
            let lines =
                if self.phrases[begins].starts_with('{') && self.chance.is(0.5) { 1 + self.chance.below(5) } else { 1 };
            for (line, phrase) in self.phrases.clone()[begins..].iter().take(lines).enumerate() {
                if line > 0 {
                    turn.text.push('\n');
                }
                self.fill(phrase, &mut turn);
            }
        }
        if self.chance.is(0.15) {
            lowered(&mut turn);
        }
        turn
    }

    fn fill(&mut self, phrase: &str, turn: &mut LabelledTurn) {
        let mut rest = phrase;
        while let Some((before, after)) = rest.split_once('{') {
            turn.text.push_str(before);
            let (name, after) = after.split_once('}').expect("phrases close their braces");
            for (text, kind) in self.value(name) {
                let start = turn.text.len();
                turn.text.push_str(&text);
                turn.spans.extend(kind.map(|kind| (start, turn.text.len(), kind)));
            }
            rest = after;
        }
        turn.text.push_str(rest);
    }

    fn value(&mut self, name: &str) -> Vec<Part> {
        use PersonalKind as Kind;
        let (text, kind) = match name {
            "name" => (self.name(), Some(Kind::Name)),
            "first" => (self.first(), Some(Kind::Name)),
            "last" => (self.last(), Some(Kind::Name)),
            "place" => (self.place(), Some(Kind::Place)),
            "country" => (self.of(lists::COUNTRIES), Some(Kind::Place)),
            "org" => (self.company(), Some(Kind::Organisation)),
            "street" => (self.street(), Some(Kind::Address)),
            "streetname" => (self.street_name(), Some(Kind::Address)),
            "address" => (self.address(", "), Some(Kind::Address)),
            "addresslines" => (self.address_in_lines(), Some(Kind::Address)),
            "phone" => (self.phone(), Some(Kind::Phone)),
            "email" => (self.email(), Some(Kind::Email)),
            "card" => (self.card(), Some(Kind::CardNumber)),
            "last4" => (self.digits(4), Some(Kind::CardNumber)),
            "last4ssn" => (self.digits(4), Some(Kind::NationalId)),
            "account" => (self.account(), Some(Kind::AccountNumber)),
            "ssn" => (self.patterned(&["###-##-####", "### ## ####", "#########"]), Some(Kind::NationalId)),
            "zip" => (self.patterned(&["#####", "######", "#####-####", "####"]), Some(Kind::PostCode)),
            "password" => (self.password(), Some(Kind::Password)),
            "pin" => (self.patterned(&["####", "######"]), Some(Kind::Password)),
            "ref" => (
                self.patterned(&["@@@@@@", "@#@###", "@@ ######", "@@@-####", "@@@###", "#######", "@@-#####"]),
                Some(Kind::Reference),
            ),
            "web" => (format!("https://www.{}.com/", self.chance.one(&self.company_words).to_lowercase()), None),
            _ => (self.plain(name), None),
        };
        vec![(text, kind)]
    }

    /// What is no personal data.
    fn plain(&mut self, name: &str) -> String {
        match name {
            "title" => self.of("Mr.|Mrs.|Ms.|Dr.|Mr|Mrs|Miss|Prof."),
            "thing" => self.of(lists::THINGS),
            "job" => self.of(JOBS),
            "car" => self.of(CARS),
            "nationality" => self.of(NATIONALITIES),
            "month" => {
                self.of("January|March|April|May|June|August|September|November|December|Monday|Friday|summer|week")
            }
            "year" => (1930 + self.chance.below(95)).to_string(),
            "age" => (18 + self.chance.below(70)).to_string(),
            "count" => (1 + self.chance.below(400)).to_string(),
            "time" => self.patterned(&["1#:#0", "# pm", "#:30 am", "1# o'clock"]),
            "amount" => self.patterned(&["$##", "$##.##", "## euros", "### dollars", "€#,###", "#### rupees", "###"]),
            "expiry" => self.patterned(&["0#/2#", "1#/2#"]),
            "ip" => self.patterned(&["10.#.#.##", "192.168.#.##"]),
            "day" => {
                let (day, month) = (1 + self.chance.below(28), 1 + self.chance.below(12));
                let year = 1940 + self.chance.below(90);
                match self.chance.below(4) {
                    0 => format!("{day:02}/{month:02}/{year}"),
                    1 => format!("{year}-{month:02}-{day:02}"),
                    2 => format!("{} {day}, {year}", self.of("January|March|May|July|October")),
                    _ => format!("{day} {}", self.of("January|March|May|July|October")),
                }
            }
            other => unreachable!("no value is known for {other}"),
        }
    }

    fn of(&mut self, list: &'static str) -> String {
        let parts: Vec<&str> = list.split('|').collect();
        self.chance.one(&parts).to_string()
    }

    /// `#` becomes a digit, `@` a letter.
    fn patterned(&mut self, patterns: &[&str]) -> String {
        let pattern = (*self.chance.one(patterns)).to_string();
        let fill = |char: char, chance: &mut Chance| match char {
            '#' => char::from(b'0' + chance.below(10) as u8),
            '@' => char::from(b'A' + chance.below(26) as u8),
            other => other,
        };
        pattern.chars().map(|char| fill(char, &mut self.chance)).collect()
    }

    fn digits(&mut self, count: usize) -> String {
        self.patterned(&[&"#".repeat(count)])
    }

    fn first(&mut self) -> String {
        if self.chance.is(0.4) { self.coined() } else { self.chance.one(&self.first).to_string() }
    }

    fn last(&mut self) -> String {
        if self.chance.is(0.4) { self.coined() } else { self.chance.one(&self.last).replace('-', " ") }
    }

    fn name(&mut self) -> String {
        let (first, last) = (self.first(), self.last());
        match self.chance.below(12) {
            0 | 1 => format!("{first} {}. {last}", char::from(b'A' + self.chance.below(26) as u8)),
            2 => format!("{first} {} {last}", self.first()),
            3 => first,
            _ => format!("{first} {last}"),
        }
    }

    /// A name that nobody has, so that the form and place of a name are learned and not a list.
    fn coined(&mut self) -> String {
        const BEGIN: &[&str] = &[
            "Ba", "Ke", "Mar", "Vil", "Tho", "Sza", "Kri", "Ola", "Ein", "Yu", "Nak", "Ade", "Pra", "Gun", "Léo", "Jó",
            "Å", "Ho", "Sten", "Dra", "Zel", "Fe", "Ri", "Tu", "Wen", "Ky", "Chi", "Lu",
        ];
        const MIDDLE: &[&str] =
            &["la", "ri", "no", "ta", "mi", "de", "sha", "ro", "ne", "vi", "ko", "lé", "ha", "nta", "rö", "dó"];
        const END: &[&str] = &[
            "n", "son", "sen", "ova", "ski", "esh", "ika", "berg", "ez", "ini", "ou", "moto", "wan", "ić", "dóttir",
            "an", "us", "ie", "ard", "ell",
        ];
        let middles = 1 + self.chance.below(2);
        let mut name = self.chance.one(BEGIN).to_string();
        (0..middles).for_each(|_| name.push_str(self.chance.one::<&str>(MIDDLE)));
        name.push_str(self.chance.one::<&str>(END));
        name
    }

    fn place(&mut self) -> String {
        if self.chance.is(0.3) { self.coined() } else { self.of(lists::PLACES) }
    }

    fn company(&mut self) -> String {
        let first = if self.chance.is(0.5) { self.chance.one(&self.company_words).to_string() } else { self.last() };
        match self.chance.below(5) {
            0 => first,
            1 => format!("{first}-{}", self.last()),
            2 => format!("{first}, {} and {}", self.last(), self.last()),
            _ => format!("{first} {}", self.of(lists::COMPANY_ENDS)),
        }
    }

    fn street_name(&mut self) -> String {
        match self.chance.below(5) {
            0 => format!("{} {}", self.of(lists::STREET_STARTS), self.of(lists::STREETS)),
            1 => {
                let words: Vec<&str> = lists::STREET_WORDS.split_whitespace().collect();
                self.chance.one(&words).to_string()
            }
            2 => format!("{} {}", self.last(), self.of(lists::STREET_ENDS)),
            _ => format!("{} {}", self.of(lists::STREETS), self.of(lists::STREET_ENDS)),
        }
    }

    fn street(&mut self) -> String {
        let name = self.street_name();
        let count = 1 + self.chance.below(4);
        let number = self.digits(count);
        match self.chance.below(5) {
            0 | 1 => format!("{name} {number}"),
            2 => format!("{number} {name} {}", self.chance.below(300)),
            _ => format!("{number} {name}"),
        }
    }

    fn address(&mut self, between: &str) -> String {
        if self.chance.is(0.06) {
            return self.patterned(&[
                "PO Box ####, Springfield",
                "P.O. Box ###",
                "Unit #### Box ####, APO AE 0####",
                "PSC ####, Box ####, APO AP 9####",
            ]);
        }
        let mut lines = vec![self.street()];
        if self.chance.is(0.4) {
            let unit = self.patterned(&[
                "Apt. ###",
                "Suite ###",
                "Apt ##",
                "Flat #",
                "Unit ##",
                "Floor #",
                "Block #",
                "Room ###",
            ]);
            if self.chance.is(0.3) { lines[0] = format!("{} {unit}", lines[0]) } else { lines.push(unit) }
        }
        if self.chance.is(0.7) {
            let place = self.place();
            lines.push(if self.chance.is(0.2) { place.to_uppercase() } else { place });
        }
        let zip = self.patterned(&["#####", "######", "####", "AB# #CD"]);
        match self.chance.below(4) {
            0 => lines.push(zip),
            1 => lines.push(format!("{} {zip}", self.of("CA|NY|TX|FL|WA|IL|QC|NSW|OH|GA"))),
            2 => lines.push(format!("{} {zip}", self.of(lists::COUNTRIES))),
            _ => {}
        }
        lines.join(between)
    }

    fn address_in_lines(&mut self) -> String {
        let between = *self.chance.one(&["\n", "\n ", ",\n", "\n\n "]);
        self.address(between)
    }

    fn phone(&mut self) -> String {
        const FORMS: &[&str] = &[
            "##########",
            "###-###-####",
            "(###) ###-####",
            "+1 ### ### ####",
            "### ### ####",
            "###.###.####",
            "+44 7### ######",
            "0## #### ####",
            "0### ######",
            "+49 1## #######",
            "+33 # ## ## ## ##",
            "0# ## ## ## ##",
            "+91 ##### #####",
            "##### #####",
            "### ## ##",
            "## ## ## ##",
            "(0##) ### ## ##",
            "+### ### ###",
            "###-###-####x####",
            "+46 (0)## ### ## ##",
            "0#########",
            "### ####",
        ];
        self.patterned(FORMS)
    }

    fn email(&mut self) -> String {
        let ascii = |name: String| name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let (first, last) = (ascii(self.first()), ascii(self.last()));
        let number = self.chance.below(100);
        let site = self.of("example.com|example.org|mail.example|example.net|post.example");
        match self.chance.below(3) {
            0 => format!("{first}.{last}@{site}"),
            1 => format!("{first}{number}@{site}"),
            _ => format!("{last}_{first}@{site}"),
        }
    }

    fn card(&mut self) -> String {
        self.patterned(&[
            "#### #### #### ####",
            "################",
            "####-####-####-####",
            "#### ###### #####",
            "###############",
        ])
    }

    fn account(&mut self) -> String {
        self.patterned(&[
            "########",
            "######",
            "##########",
            "############",
            "#### #### ####",
            "##-##-## ########",
            "AC######",
        ])
    }

    fn password(&mut self) -> String {
        match self.chance.below(4) {
            0 => format!("{}{}", self.coined().to_lowercase(), self.chance.below(1000)),
            1 => format!("{}!{}", self.coined(), self.chance.below(100)),
            2 => self.patterned(&["@@##@@##", "######", "@#@#@#"]),
            _ => format!("{}@{}", self.chance.one(&self.first), self.chance.below(3000)),
        }
    }
}

/// The turn without capitals, if that changes no length.
fn lowered(turn: &mut LabelledTurn) {
    let lower = turn.text.to_lowercase();
    if lower.len() == turn.text.len() {
        turn.text = lower;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_can_be_filled_and_its_labels_lie_on_characters() {
        let mut writer = Writer::new(7);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..3_000 {
            let turn = writer.turn();
            let mut from = 0;
            for (start, end, kind) in turn.spans {
                assert!(start >= from && start < end, "{}", turn.text);
                assert!(turn.text.get(start..end).is_some());
                seen.insert(kind);
                from = end;
            }
        }
        assert_eq!(seen.len(), 12);
    }
}
