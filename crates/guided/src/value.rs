//! What an answer of a customer can be: kinds of answers, and values of these kinds.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::day::Day;

/// What kind of answer a question wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SlotKind {
    /// Any words.
    Text,
    /// A whole number, within bounds if there are any.
    Number {
        /// The least.
        #[serde(default)]
        min: Option<i64>,
        /// The most.
        #[serde(default)]
        max: Option<i64>,
    },
    /// An amount of money.
    Money,
    /// A day.
    Date,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The number of an order, a booking, an account.
    Reference {
        /// `#` stands for a digit, `@` for a letter, everything else for itself.
        #[serde(default)]
        pattern: Option<String>,
    },
    /// One of a list.
    Choice {
        /// The list, in the order in which it is asked.
        options: Vec<String>,
    },
    /// Yes or no.
    YesNo,
    /// A person's name.
    Name,
}

impl SlotKind {
    /// The kind in the words of a procedure; `Procedure::parse` reads them again.
    pub fn in_words(&self) -> String {
        match self {
            SlotKind::Text => "text".into(),
            SlotKind::Number { min: Some(min), max: Some(max) } => format!("number from {min} to {max}"),
            SlotKind::Number { min: Some(min), max: None } => format!("number from {min}"),
            SlotKind::Number { min: None, max: Some(max) } => format!("number up to {max}"),
            SlotKind::Number { .. } => "number".into(),
            SlotKind::Money => "amount".into(),
            SlotKind::Date => "date".into(),
            SlotKind::Email => "email".into(),
            SlotKind::Phone => "phone".into(),
            SlotKind::Reference { pattern: None } => "reference".into(),
            SlotKind::Reference { pattern: Some(pattern) } => format!("reference like {pattern:?}"),
            SlotKind::Choice { options } => format!("one of {}", quoted(options)),
            SlotKind::YesNo => "yes or no".into(),
            SlotKind::Name => "name".into(),
        }
    }

    /// True if a value of this kind may stand where `other` is wanted.
    pub fn fits(&self, other: &SlotKind) -> bool {
        matches!(other, SlotKind::Text) || std::mem::discriminant(self) == std::mem::discriminant(other) || {
            let is_word =
                |kind: &SlotKind| matches!(kind, SlotKind::Text | SlotKind::Reference { .. } | SlotKind::Choice { .. });
            is_word(self) && is_word(other)
        }
    }
}

/// `"a", "b"`
pub fn quoted(options: &[String]) -> String {
    options.iter().map(|option| format!("\"{option}\"")).collect::<Vec<_>>().join(", ")
}

/// A value that a customer gave or a tool returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub enum Value {
    /// Words.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount.
    Money {
        /// In the smallest unit: pence, cents.
        minor: i64,
        /// `GBP`, `EUR`, `USD`; `None` if it was not said.
        currency: Option<String>,
    },
    /// A day.
    Date(Day),
    /// An e-mail address.
    Email(String),
    /// A telephone number: digits, perhaps a plus in front.
    Phone(String),
    /// The number of an order, a booking, an account; in capitals.
    Reference(String),
    /// One of a list, as the list writes it.
    Choice(String),
    /// Yes or no.
    YesNo(bool),
    /// A name.
    Name(String),
    /// A value that was sealed before the text came here: `[email_1]`. Tools resolve it; nothing here can.
    Sealed(String),
}

impl Value {
    /// What a tool is given.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Text(text) | Value::Email(text) | Value::Phone(text) | Value::Reference(text) => json!(text),
            Value::Choice(text) | Value::Name(text) => json!(text),
            Value::Number(number) => json!(number),
            Value::Money { minor, currency } => json!({ "minor": minor, "currency": currency }),
            Value::Date(day) => json!(day),
            Value::YesNo(yes) => json!(yes),
            Value::Sealed(token) => json!({ "sealed": token }),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) | Value::Email(text) | Value::Phone(text) | Value::Reference(text) => f.write_str(text),
            Value::Choice(text) | Value::Name(text) | Value::Sealed(text) => f.write_str(text),
            Value::Number(number) => write!(f, "{number}"),
            Value::Money { minor, currency } => {
                let sign = match currency.as_deref() {
                    Some("GBP") => "£",
                    Some("EUR") => "€",
                    Some("USD") => "$",
                    _ => "",
                };
                let minus = if *minor < 0 { "-" } else { "" };
                write!(f, "{minus}{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
            }
            Value::Date(day) => f.write_str(&day.in_words()),
            Value::YesNo(true) => f.write_str("yes"),
            Value::YesNo(false) => f.write_str("no"),
        }
    }
}
