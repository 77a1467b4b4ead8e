//! A model learns from a handful of made-up examples, says how sure it is, and survives being stored.

use signalbox_reading::intent::{CannotSay, Example, Guess, IntentModel, SetError, StoredError, TrainingSet, Verdict};
use std::sync::LazyLock;

const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "parcel_lost",
        &[
            "where is my parcel",
            "my parcel has not arrived",
            "the package never came",
            "tracking says delivered but I have no parcel",
            "has my package been lost",
            "still waiting for the delivery of my parcel",
        ],
    ),
    (
        "refund",
        &[
            "I want my money back",
            "please refund my order",
            "how do I get a refund",
            "when will I be refunded",
            "the refund is not on my account yet",
            "give me the money back for this order",
        ],
    ),
    (
        "password",
        &[
            "I forgot my password",
            "reset my password please",
            "cannot log in, wrong password",
            "the password link does not work",
            "how can I change my password",
            "log in fails after the password change",
        ],
    ),
    (
        "opening_hours",
        &[
            "when do you open",
            "are you open on sunday",
            "what are your opening hours",
            "how late is the shop open today",
            "opening times on holidays",
            "do you close for lunch",
        ],
    ),
];

fn set() -> TrainingSet {
    let example = |intent: &str, text: &&str| Example { text: text.to_string(), intent: intent.into(), language: None };
    let examples =
        EXAMPLES.iter().flat_map(|(intent, texts)| texts.iter().map(move |text| example(intent, text))).collect();
    TrainingSet { examples, out_of_scope: Vec::new() }
}

fn model() -> &'static IntentModel {
    static MODEL: LazyLock<IntentModel> = LazyLock::new(|| IntentModel::train(&set(), 7).unwrap());
    &MODEL
}

fn best(guess: &Guess) -> Option<&str> {
    guess.intent.as_deref().or(guess.runners_up.first().map(|(slug, _)| slug.as_str()))
}

#[test]
fn a_handful_of_examples_is_enough_to_begin_with() {
    let model = model();
    for (text, intent) in [
        ("WHERE'S MY PARCEL??", "parcel_lost"),
        ("the parsel did not arive", "parcel_lost"),
        ("i want a refund for my order", "refund"),
        ("forgot the password", "password"),
        ("are you open today", "opening_hours"),
    ] {
        let guess = model.classify(text);
        assert_eq!(best(&guess), Some(intent), "{text}: {guess:?}");
        assert!((0.0..=1.0).contains(&guess.confidence) && guess.runners_up.len() <= 3, "{guess:?}");
    }
}

#[test]
fn the_less_a_text_is_like_the_examples_the_likelier_it_is_none_of_these() {
    let model = model();
    let none = |text: &str| model.classify(text).none_of_these;
    let strange = none("quantum physics lecture notes");
    assert!(none("where is my parcel please") < none("my parcel is blue"), "{strange}");
    assert!(none("my parcel is blue") < strange, "{strange}");
}

#[test]
fn texts_that_say_nothing_get_a_reason_and_no_intent() {
    let model = model();
    for (text, why) in [
        ("", CannotSay::TooShort { letters: 0, need: 2 }),
        ("?!", CannotSay::TooShort { letters: 0, need: 2 }),
        ("k", CannotSay::TooShort { letters: 1, need: 2 }),
        ("日本語", CannotSay::NothingKnown),
    ] {
        let guess = model.classify(text);
        assert_eq!((guess.intent, guess.verdict), (None, Verdict::CannotSay { why }), "{text}");
    }
}

#[test]
fn the_same_set_and_seed_give_the_same_model_and_another_set_another_fingerprint() {
    assert_eq!(model().to_bytes(), IntentModel::train(&set(), 7).unwrap().to_bytes());
    let mut other = set();
    assert_eq!(model().fingerprint(), other.fingerprint());
    other.examples[0].text.push('s');
    assert_ne!(model().fingerprint(), other.fingerprint());
}

#[test]
fn a_stored_model_answers_as_before_and_holds_no_word_of_the_examples() {
    let bytes = model().to_bytes();
    let stored = IntentModel::from_bytes(&bytes).unwrap();
    assert_eq!(stored.classify("reset my password"), model().classify("reset my password"));
    let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(holds("opening_hours"), "slugs are names that the centre gave");
    assert!(!holds("tracking") && !holds("lunch"));
}

#[test]
fn bytes_that_are_no_model_are_refused_with_what_to_do() {
    let bytes = model().to_bytes();
    assert_eq!(IntentModel::from_bytes(b"something else"), Err(StoredError::NotAModel));
    for end in (8..bytes.len()).step_by(101) {
        assert!(matches!(IntentModel::from_bytes(&bytes[..end]), Err(StoredError::Damaged { .. })), "cut at {end}");
    }
    let mut newer = bytes.clone();
    newer[8] = 99;
    assert_eq!(IntentModel::from_bytes(&newer), Err(StoredError::OtherVersion { found: 99, known: 1 }));
    let mut changed = bytes;
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let error = IntentModel::from_bytes(&changed).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the intent model is damaged (its checksum is wrong): restore it, or train it again from its set"
    );
}

#[test]
fn sets_that_cannot_be_learnt_from_say_why() {
    let refused = |change: fn(&mut TrainingSet)| {
        let mut set = set();
        change(&mut set);
        IntentModel::train(&set, 7).unwrap_err()
    };
    assert_eq!(refused(|set| set.examples.truncate(6)), SetError::TooFewIntents { have: 1 });
    assert_eq!(
        refused(|set| set.examples.truncate(7)),
        SetError::TooFewExamples { intent: "refund".into(), have: 1, need: 2 }
    );
    assert_eq!(refused(|set| set.examples[3].text = "!".into()), SetError::NoLetters { at: 4 });
    assert!(matches!(refused(|set| set.examples[0].intent.clear()), SetError::BadSlug { at: 1, bytes: 0, .. }));
    let many = refused(|set| set.examples = vec![set.examples[0].clone(); 50_001]);
    assert_eq!(many.to_string(), "50001 examples, 50000 are allowed: leave some out");
}

#[test]
fn a_text_of_any_length_is_read_to_its_bound() {
    let model = model();
    let long = "my parcel ".repeat(200);
    assert_eq!(model.classify(&long), model.classify(&long[..1_000]));
    assert_eq!(best(&model.classify(&"parcel".repeat(100_000))), Some("parcel_lost"));
}

#[test]
fn texts_out_of_scope_set_the_scale_and_do_not_become_an_intent() {
    let mut set = set();
    let topics =
        ["tell me a joke about cats", "who won the match", "what is the capital of peru", "sing a song for me"];
    set.out_of_scope = (0..24).map(|at| format!("{} {at}", topics[at % 4])).collect();
    let taught = IntentModel::train(&set, 7).unwrap();
    assert_eq!(taught.intents(), model().intents());
    assert!(
        taught.classify("who won the song contest").none_of_these
            > taught.classify("reset my password please").none_of_these
    );
}

#[test]
#[expect(clippy::disallowed_methods, reason = "public data is read where it is there")]
fn public_intents_are_told_apart_from_a_few_examples_each() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let read = |file: &str| std::fs::read_to_string(path.join(file)).ok();
    let (Some(train), Some(test)) = (read("intents_banking77.train.jsonl"), read("intents_banking77.test.jsonl"))
    else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let parse = |text: &str| -> Vec<Example> { text.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
    // Every intent's examples stand together; debug builds are slow, so 10 intents with 8 examples each must do.
    let (train, test) = (parse(&train), parse(&test));
    let mut slugs: Vec<&str> = train.iter().map(|example| example.intent.as_str()).collect();
    slugs.dedup();
    let slugs = &slugs[..10];
    let of = |all: &[Example], slug: &str, most: usize| -> Vec<Example> {
        all.iter().filter(|example| example.intent == slug).take(most).cloned().collect()
    };
    let examples = slugs.iter().flat_map(|slug| of(&train, slug, 8)).collect();
    let model = IntentModel::train(&TrainingSet { examples, out_of_scope: Vec::new() }, 7).unwrap();
    let test: Vec<Example> = slugs.iter().flat_map(|slug| of(&test, slug, 10)).collect();
    let right = test.iter().filter(|example| best(&model.classify(&example.text)) == Some(&example.intent)).count();
    // Chance is 1 in 10. The figure of the full sets is printed by the example.
    assert!(right * 10 > test.len() * 7, "{right} of {}", test.len());
}
