//! Redaction as its callers use it. All values are made up.

use proptest::prelude::*;
use signalbox_reading::redact::training::{LabelledTurn, train};
use signalbox_reading::redact::{
    Asked, Context, Counts, FoundBy, PersonalKind, Policy, Redacted, Redactor, Region, asked, restore,
};

fn redacted(text: &str) -> String {
    Redactor::builtin().redact(text, &Context::default()).text
}

fn after(question: &str, text: &str) -> String {
    let context = Context { asked: asked::of(question), ..Context::default() };
    Redactor::builtin().redact(text, &context).text
}

#[test]
fn what_has_a_form_of_its_own_is_hidden_wherever_it_stands() {
    let cases = [
        ("charge 4111 1111 1111 1111 please", "charge [card_1] please"),
        ("charge 4111-1111-1111-1111 please", "charge [card_1] please"),
        ("the iban GB33 BUKB 2020 1555 5555 55 is mine", "the iban [iban_1] is mine"),
        ("write to mira.lind@example.org, thanks", "write to [email_1], thanks"),
        ("mira at example dot org", "[email_1]"),
        ("my ip is 192.0.2.17.", "my ip is [ip_address_1]."),
        ("it fails for 2001:db8::17", "it fails for [ip_address_1]"),
        ("social security number 219-09-9999", "social security number [national_id_1]"),
        ("call me on +44 20 7946 0018", "call me on [phone_1]"),
        ("call me on (212) 555-0123 x12", "call me on [phone_1]"),
        ("I was born on 4 May 1980", "I was born on [date_of_birth_1]"),
        ("passport number X1234567", "passport number [passport_1]"),
        ("see https://mira:s3cret@example.org/a", "see https://[password_1]@example.org/a"),
        ("see https://example.org/a?token=abc123&b=1", "see https://example.org/a?token=[password_1]&b=1"),
    ];
    for (text, expected) in cases {
        assert_eq!(redacted(text), expected, "{text}");
    }
}

#[test]
fn digits_in_words_are_digits() {
    assert_eq!(after("What are the last four digits of your card?", "four nine two nine"), "[card_1]");
    assert_eq!(
        redacted("card number four one one one one one one one one one one one one one one one"),
        "card number [card_1]"
    );
}

#[test]
fn a_bare_answer_is_what_was_asked_for() {
    assert_eq!(after("May I have your name?", "zorvan"), "[name_1]");
    assert_eq!(after("Could you tell me the last four digits of your card?", "4929"), "[card_1]");
    assert_eq!(after("What is your date of birth?", "04/05/80"), "[date_of_birth_1]");
    assert_eq!(after("What is your date of birth?", "4 May 1980"), "[date_of_birth_1]");
    assert_eq!(after("Please enter your PIN.", "7 3"), "[password_1]");
    assert_eq!(after("What is your phone number?", "555 0199"), "[phone_1]");
}

#[test]
fn a_reference_that_was_asked_for_is_left_and_a_card_in_its_place_is_not() {
    let question = "Can you give me the booking number?";
    assert_eq!(after(question, "552918"), "552918");
    assert_eq!(after(question, "4111111111111111"), "[card_1]");
}

#[test]
fn an_answer_that_is_none_stays() {
    for text in ["yes", "ok", "no thanks", "why do you need that", "one moment please", "i don't know"] {
        assert_eq!(after("May I have your name, please?", text), text);
        assert_eq!(after("Please enter your password.", text), text);
    }
}

#[test]
fn what_people_write_in_sentences_is_found_by_its_sentence() {
    assert_eq!(redacted("my name is vorana tesh"), "my name is [name_1]");
    assert_eq!(
        redacted("Hello, my name is Vorana Tesh and my order is late."),
        "Hello, my name is [name_1] and my order is late."
    );
    assert_eq!(redacted("my password is kestrel 42"), "my password is [password_1]");
    assert_eq!(redacted("Please send it to 12 Alder Street, Springfield 62704."), "Please send it to [address_1].");
}

#[test]
fn what_is_not_personal_stays() {
    for text in [
        "Hi, I want to cancel my order.",
        "the second item was broken",
        "I paid $49.99 on Monday and it says 3-5 days.",
        "Can I change the due date of my credit card?",
        "Version 10.4.2 crashed at 12:45.",
        "Flight BA123 to London, please.",
        "I bought a 2016 Toyota Corolla",
        "The Premium Plan is too expensive.",
    ] {
        assert_eq!(redacted(text), text);
    }
}

#[test]
fn a_number_without_separators_is_proved_by_its_region() {
    let context = Context { region: Region::UnitedKingdom, ..Context::default() };
    let redacted = Redactor::builtin().redact("it is 02079460018", &context);
    assert_eq!(redacted.text, "it is [phone_1]");
    assert_eq!(redacted.spans[0].by, FoundBy::Pattern);
    let unknown = Redactor::builtin().find("it is 02079460018", &Context::default());
    assert!(unknown.iter().all(|found| found.by != FoundBy::Pattern));
}

#[test]
fn spans_say_what_how_and_how_sure() {
    let text = "mira@example.org";
    let redacted = Redactor::builtin().redact(text, &Context::default());
    let json = serde_json::to_value(&redacted).expect("it is data");
    assert_eq!(
        json,
        serde_json::json!({
            "text": "[email_1]",
            "spans": [{
                "kind": "email", "start": 0, "end": 16, "token_start": 0, "token_end": 9, "by": "pattern", "confidence": 1.0,
            }],
            "counts": {"email": 1},
        })
    );
}

#[test]
fn numbering_goes_on_in_the_next_turn() {
    let first = Redactor::builtin().redact("mira@example.org", &Context::default());
    let context = Context { counts: first.counts, ..Context::default() };
    assert_eq!(Redactor::builtin().redact("or lind@example.org", &context).text, "or [email_2]");
}

#[test]
fn references_are_found_and_left_for_the_business_to_look_up() {
    let text = "my booking confirmation number is kyf 176";
    let found = Redactor::builtin().find(text, &Context::default());
    assert!(
        found.iter().any(|found| found.kind == PersonalKind::Reference && &text[found.start..found.end] == "kyf 176")
    );
    assert_eq!(redacted(text), text);
    let strict = Context { policy: Policy { hide: PersonalKind::ALL.into() }, ..Context::default() };
    assert_eq!(Redactor::builtin().redact(text, &strict).text, "my booking confirmation number is [reference_1]");
}

#[test]
fn the_same_turns_and_seed_give_the_same_weights() {
    let turn = |at: usize| LabelledTurn {
        conversation: format!("c{at}"),
        text: format!("my name is vorana{at} tesh"),
        spans: vec![(11, 17 + at.to_string().len(), PersonalKind::Name)],
    };
    let turns: Vec<_> = (0..30).map(turn).collect();
    let (first, report) = train(&turns, &["hello there".to_string()], 7);
    let (second, _) = train(&turns, &["hello there".to_string()], 7);
    assert!(first == second);
    assert!(report.turns > turns.len() / 2);
    assert!(first != train(&turns, &[], 8).0);
    assert!(Redactor::with_weights(first.into()).is_ok());
}

#[test]
fn long_and_wicked_turns_are_read_in_bounded_time() {
    let chars = 8_000;
    let turns = [
        "a".repeat(chars),
        "4".repeat(chars),
        "4 ".repeat(chars / 2),
        "@".repeat(chars),
        "a@".repeat(chars / 2),
        "a.".repeat(chars / 2),
        "(+".repeat(chars / 2),
        "a:".repeat(chars / 2),
        "four ".repeat(chars / 5),
        "double ".repeat(chars / 7),
        "my name is ravi ".repeat(chars / 16),
        (0..chars / 16).map(|at| format!("{}@x{at}.com ", at * 7)).collect(),
        "https://".repeat(chars / 8),
        "漢字".repeat(chars / 2),
        "🙂".repeat(chars),
        "\u{301}".repeat(chars),
        "(௦½+Ⅷ".repeat(chars / 5),
    ];
    for text in turns {
        check(&text, &Context::default());
    }
}

#[test]
fn beyond_the_limit_nothing_is_read_and_all_is_hidden() {
    let text = format!("{} my name is ravi", "word ".repeat(8_000));
    let redacted = Redactor::builtin().redact(&text, &Context::default());
    assert!(redacted.text.ends_with("[unread_1]"));
    assert!(!redacted.text.contains("ravi"));
}

/// What holds for every text: spans in order, on characters, the original comes back, no value survives.
fn check(text: &str, context: &Context) -> Redacted {
    let redacted = Redactor::builtin().redact(text, context);
    let (mut from, mut token_from) = (0, 0);
    let mut kept = Vec::new();
    for span in &redacted.spans {
        assert!(from <= span.start && span.start < span.end && text.get(span.start..span.end).is_some());
        assert!((0.0..=1.001).contains(&span.confidence));
        kept.push(&redacted.text[token_from..span.token_start]);
        (from, token_from) = (span.end, span.token_end);
    }
    kept.push(&redacted.text[token_from..]);
    let values = redacted.values(text);
    assert_eq!(restore(&redacted.text, &redacted.spans, &values).as_deref(), Ok(text));
    let kept: Vec<String> = kept.into_iter().map(str::to_ascii_lowercase).collect();
    for (value, span) in values.iter().zip(&redacted.spans) {
        let value = value.to_ascii_lowercase();
        let is_long = value.len() >= 4 && span.kind != PersonalKind::Unread;
        assert!(!is_long || kept.iter().all(|kept| !kept.contains(&value)), "a hidden value survived");
    }
    redacted
}

fn contexts() -> impl Strategy<Value = Context> {
    let kinds = proptest::sample::subsequence(PersonalKind::ALL.to_vec(), 0..4);
    (kinds, proptest::sample::subsequence(PersonalKind::ALL.to_vec(), 0..=PersonalKind::ALL.len())).prop_map(
        |(asked, hide)| Context {
            asked: asked.into_iter().fold(Asked::NOTHING, Asked::and),
            policy: Policy { hide: hide.into_iter().collect() },
            counts: Counts::new(),
            region: Region::NorthAmerica,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_redacted_and_restored(text in "\\PC{0,80}", context in contexts()) {
        check(&text, &context);
    }

    #[test]
    fn texts_made_of_tempting_parts_are_too(
        parts in prop::collection::vec(
            prop_oneof![
                Just("@".to_string()), Just(".".to_string()), Just(" ".to_string()), Just("\n".to_string()), Just("+".to_string()),
                Just("(".to_string()), Just(")".to_string()), Just("-".to_string()), Just("://".to_string()), Just("name is ".to_string()),
                Just("[name_1]".to_string()), Just("at".to_string()), Just("dot com ".to_string()), Just("double ".to_string()),
                Just("passport ".to_string()), Just("İ".to_string()), Just("é".to_string()), "[0-9]{1,6}", "[a-zA-Z]{1,6}",
            ],
            0..40,
        ),
        context in contexts(),
    ) {
        check(&parts.concat(), &context);
    }
}
