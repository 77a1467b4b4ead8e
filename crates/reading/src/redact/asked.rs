//! What an agent's turn asks for.

use super::kinds::PersonalKind;
use serde::{Deserialize, Serialize};

/// The kinds of personal data that the last agent turn asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asked(u32);

impl Asked {
    /// Nothing was asked for, or it is not known.
    pub const NOTHING: Self = Self(0);

    /// The same and this kind.
    #[must_use]
    pub fn and(self, kind: PersonalKind) -> Self {
        Self(self.0 | 1 << kind as u32)
    }

    /// Whether this kind was asked for.
    pub fn has(self, kind: PersonalKind) -> bool {
        self.0 & 1 << kind as u32 != 0
    }

    /// Whether nothing was asked for.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What was asked for.
    pub fn kinds(self) -> impl Iterator<Item = PersonalKind> {
        PersonalKind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }
}

/// What turns a sentence into a request, besides a question mark.
const REQUESTS: &[&str] = &[
    "please",
    "may i",
    "can i",
    "can you",
    "could",
    "provide",
    "what is",
    "what's",
    "whats",
    "enter",
    "give",
    "tell",
    "confirm",
    "verify",
    "need",
    "share",
    "spell",
    "type",
    "let me have",
    "let me know",
    "require",
    "send me",
    "help me with",
    "kindly",
    "go ahead",
    "to whom am i",
];

/// What is asked for by which words; a sentence may ask for several things.
const WORDS: &[(PersonalKind, &[&str])] = &[
    (
        PersonalKind::Name,
        &[
            "your name",
            "full name",
            "first name",
            "last name",
            "surname",
            "name please",
            "names",
            "your good name",
            "who am i speaking",
            "whom am i",
            "username",
            "user name",
            "user id",
            "name on",
            "name of",
            "maiden name",
            "name and",
            "and name",
            "name,",
        ],
    ),
    (
        PersonalKind::CardNumber,
        &[
            "card number",
            "card no",
            "card's",
            "your card",
            "digits of the card",
            "digits of your credit",
            "digits of your debit",
            "credit card",
            "debit card",
            "card ending",
        ],
    ),
    (
        PersonalKind::AccountNumber,
        &[
            "account number",
            "account no",
            "account id",
            "account #",
            "your account",
            "customer number",
            "customer id",
            "member number",
            "membership number",
            "sort code",
            "routing number",
        ],
    ),
    (
        PersonalKind::NationalId,
        &[
            "social security",
            "ssn",
            "national insurance",
            "national id",
            "tax id",
            "tax number",
            "aadhaar",
            "pan number",
            "identity number",
            "id number",
        ],
    ),
    (PersonalKind::Passport, &["passport"]),
    (
        PersonalKind::DrivingLicence,
        &[
            "driving licence",
            "driver's license",
            "drivers license",
            "driving license",
            "licence number",
            "license number",
        ],
    ),
    (
        PersonalKind::LicencePlate,
        &["licence plate", "license plate", "number plate", "registration number", "plate number"],
    ),
    (PersonalKind::Email, &["email", "e-mail", "mail id", "mail address"]),
    (
        PersonalKind::Phone,
        &[
            "phone",
            "mobile",
            "contact number",
            "cell number",
            "telephone",
            "call you back",
            "callback number",
            "call back number",
            "reach you",
        ],
    ),
    (
        PersonalKind::Address,
        &[
            "your address",
            "home address",
            "billing address",
            "shipping address",
            "delivery address",
            "postal address",
            "street address",
            "mailing address",
            "new address",
            "address please",
            "full address",
            "where do you live",
            "the address",
        ],
    ),
    (PersonalKind::PostCode, &["zip", "post code", "postcode", "postal code"]),
    (
        PersonalKind::DateOfBirth,
        &["date of birth", "birth date", "birthdate", "birthday", "dob", "when were you born", "day you were born"],
    ),
    (
        PersonalKind::Password,
        &[
            "password",
            "passcode",
            "pass code",
            "passphrase",
            " pin ",
            "your pin",
            "pin?",
            "pin.",
            "one-time",
            "one time",
            "otp",
            "security code",
            "cvv",
            "cvc",
            "security question",
            "security answer",
            "secret",
            "memorable",
            "verification code",
            "maiden name",
            "first pet",
        ],
    ),
    (PersonalKind::Iban, &["iban", "bank account"]),
    (
        PersonalKind::Reference,
        &[
            "booking",
            "reservation",
            "confirmation number",
            "reference",
            "order number",
            "order id",
            "policy number",
            "policy id",
            "claim number",
            "claim id",
            "ticket number",
            "tracking number",
            "case number",
        ],
    ),
];

/// What an agent's turn asks for; nothing if it asks for nothing personal.
pub fn of(agent_turn: &str) -> Asked {
    let lower = agent_turn.to_lowercase();
    let mut asked = Asked::NOTHING;
    for sentence in lower.split_inclusive(['?', '!', '\n', ';']).flat_map(|part| part.split_inclusive(". ")) {
        // In India a PIN code is a post code.
        let sentence = sentence.replace("pin code", "postal code").replace("pincode", "postal code");
        let is_request = sentence.contains('?') || REQUESTS.iter().any(|word| sentence.contains(word));
        if !is_request {
            continue;
        }
        for (kind, words) in WORDS {
            if words.iter().any(|word| sentence.contains(word)) {
                asked = asked.and(*kind);
            }
        }
    }
    // "the email address" is no postal address, "the pincode" no PIN.
    let is_postal = WORDS
        .iter()
        .any(|(kind, words)| *kind == PersonalKind::Address && words[..9].iter().any(|w| lower.contains(w)));
    if asked.has(PersonalKind::Email) && asked.has(PersonalKind::Address) && !is_postal {
        asked = Asked(asked.0 & !(1 << PersonalKind::Address as u32));
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use PersonalKind::*;

    fn kinds(turn: &str) -> Vec<PersonalKind> {
        of(turn).kinds().collect()
    }

    #[test]
    fn questions_are_read_for_what_they_ask() {
        assert_eq!(kinds("May I have your full name please?"), [Name]);
        assert_eq!(
            kinds("Could you confirm the last four digits of your credit card number and your zip code"),
            [CardNumber, PostCode]
        );
        assert_eq!(kinds("Please provide your booking confirmation number and last name."), [Name, Reference]);
        assert_eq!(kinds("What is your email address?"), [Email]);
        assert_eq!(kinds("Thank you. What is your date of birth?"), [DateOfBirth]);
        assert_eq!(kinds("Please enter your PIN."), [Password]);
        assert_eq!(kinds("Kindly share your pin code"), [PostCode]);
    }

    #[test]
    fn what_is_only_mentioned_is_not_asked_for() {
        assert_eq!(kinds("I have changed your address. Anything else?"), []);
        assert_eq!(kinds("Thanks for waiting."), []);
    }
}
