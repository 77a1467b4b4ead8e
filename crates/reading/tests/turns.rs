//! Made-up turns in tables, with their language or how their customer feels.

use signalbox_reading::{
    language,
    sentiment::{self, CueKind, Tongue, Verdict},
};

fn table(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

fn is_felt(label: &str, text: &str) -> bool {
    let verdict = match label {
        "-" => Verdict::Negative,
        "+" => Verdict::Positive,
        _ => Verdict::Neutral,
    };
    sentiment::of(text).is_ok_and(|sentiment| sentiment.verdict == verdict)
}

#[test]
fn short_turns_have_their_language_or_a_reason_and_seldom_a_wrong_one() {
    let turns: Vec<_> = table(include_str!("tables/languages.txt")).collect();
    let found: Vec<_> = turns.iter().map(|(code, text)| (*code, *text, language::of(text))).collect();
    let wrong: Vec<_> = found.iter().filter(|(code, _, found)| found.as_ref().is_ok_and(|l| l.code != *code)).collect();
    let named = found.iter().filter(|(_, _, found)| found.is_ok()).count();
    assert!(wrong.len() * 50 <= turns.len(), "{wrong:?}");
    assert!(named * 10 >= turns.len() * 8, "{:?}", found.iter().filter(|f| f.2.is_err()).collect::<Vec<_>>());
}

#[test]
fn what_has_no_language_says_why() {
    use language::CannotSay;
    assert_eq!(language::of("4821 33!"), Err(CannotSay::NoLetters));
    assert_eq!(language::of("Kowalczyk"), Err(CannotSay::TooShort { letters: 9 }));
    assert!(matches!(language::of("Anna Maria"), Err(CannotSay::TooShort { .. } | CannotSay::Undecided { .. })));
    assert_eq!(language::among("где моя посылка", &["en", "de"]), Err(CannotSay::NoneServed));
}

#[test]
fn a_script_of_one_language_is_enough() {
    for (text, code) in [("ありがとう", "ja"), ("안녕하세요", "ko"), ("καλημέρα", "el"), ("สวัสดี", "th")]
    {
        assert_eq!(language::of(text).map(|language| language.code), Ok(code), "{text}");
    }
}

#[test]
fn languages_that_are_not_served_are_not_named() {
    let text = "var är mitt paket, jag har väntat i två veckor";
    assert_eq!(language::of(text).map(|language| language.code), Ok("sv"));
    assert_ne!(language::among(text, &["en", "de"]).map(|language| language.code), Ok("sv"));
    assert!(language::among(text, &["en"]).is_err());
}

#[test]
fn long_texts_are_read_to_their_bound() {
    let long = "where is my parcel please ".repeat(20_000);
    assert_eq!(language::of(&long).unwrap().code, "en");
    assert!(sentiment::of(&"terrible ".repeat(20_000)).unwrap().because.len() <= sentiment::CUES_MAX);
}

#[test]
fn feelings_are_told_from_problems_and_courtesies() {
    let wrong: Vec<_> =
        table(include_str!("tables/sentiment_en.txt")).filter(|(label, text)| !is_felt(label, text)).collect();
    assert!(wrong.len() <= 4, "{wrong:?}");
}

#[test]
fn the_frequent_words_of_three_more_languages_are_known() {
    let split =
        |(code, rest): (&'static str, &'static str)| rest.split_once(' ').map(|(label, text)| (code, label, text));
    let turns = table(include_str!("tables/sentiment_more.txt")).filter_map(split);
    let wrong: Vec<_> = turns.filter(|(_, label, text)| !is_felt(label, text)).collect();
    assert!(wrong.len() <= 2, "{wrong:?}");
}

#[test]
fn every_score_has_its_reasons_by_place_and_entry_and_without_the_customers_words() {
    let text = "Great, another useless link. I am not happy and I will call my lawyer!";
    let sentiment = sentiment::of(text).unwrap();
    assert_eq!((sentiment.score, sentiment.verdict), (-5, Verdict::Negative));
    let kinds: Vec<_> =
        sentiment.because.iter().map(|cue| (cue.kind, &text[cue.at.0 as usize..cue.at.1 as usize])).collect();
    assert!(kinds.contains(&(CueKind::Sarcasm, "Great")), "{kinds:?}");
    assert!(kinds.contains(&(CueKind::Complaint, "another useless")), "{kinds:?}");
    assert!(kinds.contains(&(CueKind::ThreatToLeave, "my lawyer")), "{kinds:?}");
}

#[test]
fn a_not_turns_praise_around_and_takes_blame_back() {
    let score = |text: &str| sentiment::of_in(text, Tongue::English).unwrap().score;
    assert!(score("I am happy") > 0 && score("I am not happy") < 0 && score("I am not angry") >= 0);
    assert!(score("very disappointed") < score("slightly disappointed"));
    assert!(score("THIS IS TERRIBLE SERVICE!!!") < score("this is terrible service"));
    assert_eq!(score("it would be great if you could help, please"), 0);
}

#[test]
fn a_turn_without_a_lexicon_or_words_has_no_score() {
    use sentiment::CannotSay;
    assert_eq!(sentiment::of(" \n"), Err(CannotSay::Empty));
    assert_eq!(
        sentiment::of("где моя посылка, я жду её уже целых две недели"),
        Err(CannotSay::NoLexicon { code: "ru" })
    );
    assert_eq!(sentiment::of("😡").unwrap().verdict, Verdict::Negative);
}
