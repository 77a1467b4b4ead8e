//! Reads what stands between "if" and the comma.

use super::{
    Condition, Guard, Test,
    lex::{Piece, Token},
};

/// A guard, or the place of the token that is not understood; `Err(None)` if "and" and "or" are mixed.
pub fn read(tokens: &[Token]) -> Result<Guard, Option<usize>> {
    let mut conditions = Vec::new();
    let (mut ands, mut ors) = (0, 0);
    let mut begins = 0;
    let mut at = 0;
    while at <= tokens.len() {
        let joint = tokens.get(at).map(lower);
        let is_joint = matches!(joint.as_deref(), Some("and" | "or")) && !is_list(tokens, at);
        if at == tokens.len() || is_joint {
            conditions.push(one(&tokens[begins..at]).ok_or(Some(begins.min(tokens.len().saturating_sub(1))))?);
            ands += usize::from(joint.as_deref() == Some("and"));
            ors += usize::from(joint.as_deref() == Some("or"));
            begins = at + 1;
        }
        at += 1;
    }
    if ands > 0 && ors > 0 {
        return Err(None);
    }
    Ok(Guard { conditions, is_all: ors == 0 })
}

fn lower(token: &Token) -> String {
    match &token.piece {
        Piece::Word(word) => word.to_lowercase().replace(['\'', '’'], ""),
        Piece::Quote(_) | Piece::Mark(_) => String::new(),
    }
}

/// `"a" or "b"` lists values; `a is 1 or b is 2` joins conditions.
fn is_list(tokens: &[Token], at: usize) -> bool {
    let is_quote = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| matches!(token.piece, Piece::Quote(_)))
    };
    is_quote(at.checked_sub(1)) && is_quote(Some(at + 1))
}

fn one(tokens: &[Token]) -> Option<Condition> {
    let words: Vec<String> = tokens.iter().map(lower).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !["the", "a", "an"].contains(word)).collect();
    let quotes: Vec<String> = tokens
        .iter()
        .filter_map(|token| if let Piece::Quote(quote) = &token.piece { Some(quote.clone()) } else { None })
        .collect();
    if let Some(test) = whole(&words) {
        return Some(Condition { subject: String::new(), test });
    }
    let subject = *words.first()?;
    let rest: Vec<&str> =
        words[1..].iter().copied().filter(|word| !["does", "do", "was", "has", "been", "are"].contains(word)).collect();
    let subject = if ["it", "nothing", "something", "tool", "that"].contains(&subject) {
        String::new()
    } else {
        subject.to_string()
    };
    Some(Condition { subject, test: test(&rest, quotes)? })
}

/// Conditions without a name in them.
fn whole(words: &[&str]) -> Option<Test> {
    let text = words.join(" ");
    match text.as_str() {
        "nothing is found" | "nothing was found" | "not found" | "it is not found" => Some(Test::NotFound),
        "something is found" | "found" | "it is found" => Some(Test::Found),
        "customer says no"
        | "customer declines"
        | "customer does not agree"
        | "customer refuses"
        | "not confirmed"
        | "no"
        | "answer is no"
        | "they say no"
        | "not" => Some(Test::Declined),
        "customer says yes" | "customer agrees" | "customer confirms" | "confirmed" | "yes" | "answer is yes"
        | "they say yes" => Some(Test::Agreed),
        _ => None,
    }
}

fn test(words: &[&str], quotes: Vec<String>) -> Option<Test> {
    let number = || words.last().and_then(|word| hundredths(word));
    let bare = || words.last().map(|word| vec![(*word).to_string()]).unwrap_or_default();
    let values = |from: usize| {
        if !quotes.is_empty() {
            Some(quotes.clone())
        } else if words.len() == from + 1 {
            Some(bare())
        } else {
            None
        }
    };
    match words {
        ["is", "not", "found"]
        | ["isnt", "found"]
        | ["not", "found"]
        | ["not", "exist"]
        | ["cannot", "be", "found"]
        | ["is", "unknown"] => Some(Test::NotFound),
        ["is", "found"] | ["found"] | ["exists"] => Some(Test::Found),
        ["is", "refused"] | ["refuses"] | ["refused"] | ["is", "not", "allowed"] => Some(Test::Refused),
        ["is", "missing" | "empty"] | ["is", "not", "known" | "given"] => Some(Test::Missing),
        ["is", "known" | "given"] | ["is", "not", "missing" | "empty"] => Some(Test::Known),
        ["is", "more" | "greater" | "higher", "than", _] | ["is", "over" | "above", _] => number().map(Test::MoreThan),
        ["is", "less" | "lower" | "fewer", "than", _] | ["is", "under" | "below", _] => number().map(Test::LessThan),
        ["is", "at", "least", _] => number().map(Test::AtLeast),
        ["is", "at", "most", _] | ["is", "up", "to", _] => number().map(Test::AtMost),
        ["is", "not", "one", "of", ..] | ["is", "none", "of", ..] => values(4).map(Test::IsNot),
        ["is", "one", "of", ..] | ["is", "either", ..] => values(3).map(Test::Is),
        ["is", "not", ..] | ["isnt", ..] => values(2).map(Test::IsNot),
        ["is" | "equals", ..] => values(1).map(Test::Is),
        _ => None,
    }
}

/// `50`, `£49.99` in hundredths.
pub fn hundredths(text: &str) -> Option<i64> {
    let plain: String =
        text.trim().trim_start_matches(['£', '$', '€']).chars().filter(|letter| *letter != ',').collect();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let (minus, whole) = whole.strip_prefix('-').map_or((1, whole), |whole| (-1, whole));
    let is_plain = !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_plain || part.len() > 2 {
        return None;
    }
    let cents: i64 = format!("{part:0<2}").parse().ok()?;
    Some(minus * whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)?)
}
