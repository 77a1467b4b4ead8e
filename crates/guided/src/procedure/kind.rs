//! Kinds of answers in the words of a procedure.

use super::{
    Known,
    lex::{Piece, Token},
};
use crate::value::SlotKind;

/// The kind that stands in brackets; `None` if it is not understood.
pub fn read(tokens: &[Token], known: &Known) -> Option<SlotKind> {
    let words: Vec<String> = tokens
        .iter()
        .filter_map(|token| if let Piece::Word(word) = &token.piece { Some(word.to_lowercase()) } else { None })
        .collect();
    let quotes: Vec<String> = tokens
        .iter()
        .filter_map(|token| if let Piece::Quote(quote) = &token.piece { Some(quote.clone()) } else { None })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !["a", "an", "the"].contains(word)).collect();
    let is_choice = words.starts_with(&["one", "of"])
        || words.first().is_some_and(|word| ["choice", "either", "option"].contains(word));
    if is_choice {
        let options = if quotes.is_empty() { listed(tokens) } else { quotes };
        return (options.len() >= 2).then_some(SlotKind::Choice { options });
    }
    if let Some(place) = words.iter().position(|word| ["like", "form", "pattern"].contains(word)) {
        let pattern = quotes.first().cloned().or_else(|| words.get(place + 1).map(|word| (*word).to_uppercase()))?;
        return pattern.contains(['#', '@']).then_some(SlotKind::Reference { pattern: Some(pattern) });
    }
    if words.first() == Some(&"number") && words.len() > 1 && words[1] != "of" {
        return range(&words[1..]);
    }
    named(&words.join(" "), known)
}

/// The kind that a label names by itself: "e-mail address" is an e-mail address.
pub fn named(label: &str, known: &Known) -> Option<SlotKind> {
    let label = label.trim().to_lowercase();
    if let Some(slot) = known.slots.iter().find(|slot| slot.label.eq_ignore_ascii_case(&label)) {
        return Some(slot.kind.clone());
    }
    match label.as_str() {
        "text" | "words" | "free text" | "sentence" => Some(SlotKind::Text),
        "number" | "whole number" | "count" | "number of" | "quantity" => {
            Some(SlotKind::Number { min: None, max: None })
        }
        "amount" | "money" | "amount of money" | "sum" | "price" => Some(SlotKind::Money),
        "date" | "day" => Some(SlotKind::Date),
        "email" | "e-mail" | "email address" | "e-mail address" => Some(SlotKind::Email),
        "phone" | "phone number" | "telephone" | "telephone number" | "mobile number" => Some(SlotKind::Phone),
        "order number" | "reference" | "reference number" | "booking reference" | "account number" | "order_number"
        | "customer number" | "booking number" | "policy number" => Some(SlotKind::Reference { pattern: None }),
        "yes or no" | "yes_no" | "yes/no" => Some(SlotKind::YesNo),
        "name" | "full name" | "person's name" => Some(SlotKind::Name),
        _ => None,
    }
}

fn range(words: &[&str]) -> Option<SlotKind> {
    let number = |at: usize| words.get(at)?.parse::<i64>().ok();
    let (min, max) = match words.first().copied()? {
        "from" | "between" => (number(1), number(3)),
        "at" if words.get(1) == Some(&"least") => (number(2), None),
        "at" if words.get(1) == Some(&"most") => (None, number(2)),
        "up" => (None, number(2)),
        _ => return None,
    };
    (min.is_some() || max.is_some()).then_some(SlotKind::Number { min, max })
}

/// `one of small, medium or large` without quotation marks.
fn listed(tokens: &[Token]) -> Vec<String> {
    let mut options: Vec<Vec<String>> = vec![Vec::new()];
    for token in tokens {
        match &token.piece {
            Piece::Mark(_) => options.push(Vec::new()),
            Piece::Word(word) if word.eq_ignore_ascii_case("or") => options.push(Vec::new()),
            Piece::Word(word) => options.last_mut().into_iter().for_each(|option| option.push(word.clone())),
            Piece::Quote(_) => {}
        }
    }
    if let Some(first) = options.first_mut() {
        let lead = first.iter().position(|word| word.eq_ignore_ascii_case("of")).map_or(1, |of| of + 1);
        first.drain(..lead.min(first.len()));
    }
    options.into_iter().filter(|option| !option.is_empty()).map(|option| option.join(" ")).collect()
}
