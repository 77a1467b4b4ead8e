//! Words as the index sees them: lower case, without function words, cut to their stem by the article's language.

use std::collections::HashMap;
use std::sync::OnceLock;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer,
};

/// Bytes of a word after which it is no word but data, and is not indexed.
const WORD_BYTES_MAX: usize = 60;

/// English words that carry no subject. The list of tantivy has 33 of them; questions are made of the others.
const ENGLISH: &str = "a about all am an and any are as at be been being both but by can could did do does doing don for from \
    get got had has have having he her here him his how i if in into is it its just let ll m many may me might more most much must my no \
    nor not now of on only or other our out own please re s same shall she should so some such t than that the their them then \
    there these they this those to too up us ve very want was we were what when where which who whom why will with would you \
    your";

/// Codes of the languages that have a stemmer.
const LANGUAGES: &[(&str, Language)] = &[
    ("ar", Language::Arabic),
    ("da", Language::Danish),
    ("nl", Language::Dutch),
    ("en", Language::English),
    ("fi", Language::Finnish),
    ("fr", Language::French),
    ("de", Language::German),
    ("el", Language::Greek),
    ("hu", Language::Hungarian),
    ("it", Language::Italian),
    ("no", Language::Norwegian),
    ("pt", Language::Portuguese),
    ("ro", Language::Romanian),
    ("ru", Language::Russian),
    ("es", Language::Spanish),
    ("sv", Language::Swedish),
    ("ta", Language::Tamil),
    ("tr", Language::Turkish),
];

/// The terms of a text in order. A language without a stemmer is lower-cased only.
pub fn terms(text: &str, language: &str) -> Vec<String> {
    let analysers =
        ANALYSERS.get_or_init(|| LANGUAGES.iter().map(|(code, one)| (*code, analyser(Some(*one)))).collect());
    let mut analyser = match analysers.get(language) {
        Some(known) => known.clone(),
        None => analyser(None),
    };
    let mut stream = analyser.token_stream(text);
    let mut found = Vec::new();
    while let Some(token) = stream.next() {
        found.push(token.text.clone());
    }
    found
}

static ANALYSERS: OnceLock<HashMap<&'static str, TextAnalyzer>> = OnceLock::new();

fn analyser(language: Option<Language>) -> TextAnalyzer {
    let base = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter(LowerCaser)
        .dynamic();
    let Some(language) = language else { return base.filter_dynamic(AsciiFoldingFilter).build() };
    let stop_words = match language {
        Language::English => Some(StopWordFilter::remove(ENGLISH.split_whitespace().map(str::to_owned))),
        other => StopWordFilter::new(other),
    };
    let base = match stop_words {
        Some(filter) => base.filter_dynamic(filter),
        None => base,
    };
    base.filter_dynamic(Stemmer::new(language)).filter_dynamic(AsciiFoldingFilter).build()
}

/// Neighbouring terms as one: what tells "gold card" from a card that has a gold one as its neighbour.
pub fn pairs(terms: &[String]) -> Vec<String> {
    terms.windows(2).map(|pair| format!("{}_{}", pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stemmed_by_language_and_function_words_go() {
        assert_eq!(terms("How do I close the Gold accounts?", "en"), ["close", "gold", "account"]);
        assert_eq!(terms("Die Konten und die Gebühren", "de"), ["kont", "gebuhr"]);
        assert_eq!(terms("Účty a poplatky", "cs"), ["ucty", "a", "poplatky"]);
        assert_eq!(pairs(&terms("gold card fee", "en")), ["gold_card", "card_fee"]);
    }
}
