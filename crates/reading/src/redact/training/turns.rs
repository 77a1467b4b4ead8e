//! Labelled turns: how labels of the data are read, and the same turn as other people would type it.

use super::chance::Chance;
use crate::redact::kinds::PersonalKind;

/// A turn with what is personal in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledTurn {
    /// The conversation it is from; training and tuning never share one.
    pub conversation: String,
    pub text: String,
    /// First byte, the byte after the last, kind.
    pub spans: Vec<(usize, usize, PersonalKind)>,
}

/// The kind behind a label of the public chats; labels of what is not looked for have none.
pub fn kind_of_label(label: &str) -> Option<PersonalKind> {
    Some(match label {
        "name" | "username" => PersonalKind::Name,
        "card_number" => PersonalKind::CardNumber,
        "account_number" | "target_account_number" | "account_id" => PersonalKind::AccountNumber,
        "ssn" => PersonalKind::NationalId,
        "email_address" => PersonalKind::Email,
        "phone_number" | "phonenumber" => PersonalKind::Phone,
        "address" => PersonalKind::Address,
        "current_zipcode" | "new_zipcode" => PersonalKind::PostCode,
        "password" => PersonalKind::Password,
        "booking_confirmation_number" | "claimid" | "policyid" | "order_number" => PersonalKind::Reference,
        "current_city" | "new_city" | "departure_city" | "arrival_city" => PersonalKind::Place,
        "company_name" => PersonalKind::Organisation,
        _ => return None,
    })
}

/// The turn with capitals and marks, as somebody with a keyboard and patience types it.
pub fn styled(turn: &LabelledTurn, chance: &mut Chance) -> LabelledTurn {
    let is_loud = chance.is(0.04);
    let keeps_values_low = chance.is(0.15);
    let mut styled = LabelledTurn { conversation: turn.conversation.clone(), text: String::new(), spans: Vec::new() };
    let mut open: Option<(usize, usize, PersonalKind)> = None;
    let mut begins = chance.is(0.9);
    let mut words = words_of(&turn.text).into_iter().peekable();
    while let Some((start, end)) = words.next() {
        let kind = turn.spans.iter().find(|span| span.0 <= start && end <= span.1).copied();
        let capital = matches!(
            kind,
            Some((.., PersonalKind::Name | PersonalKind::Place | PersonalKind::Organisation | PersonalKind::Address))
        );
        let word = &turn.text[start..end];
        let is_title =
            (capital && !keeps_values_low) || begins || word == "i" || (matches!(word, "im" | "ive" | "ill"));
        let at = styled.text.len();
        match (is_loud, is_title) {
            (true, _) => styled.text.push_str(&word.to_uppercase()),
            (false, true) => titled(word, &mut styled.text),
            (false, false) => styled.text.push_str(word),
        }
        let until = styled.text.len();
        match (&mut open, kind) {
            (Some(span), Some(kind)) if span.2 == kind.2 && kind.0 < start => span.1 = until,
            _ => {
                styled.spans.extend(open.take());
                open = kind.map(|kind| (at, until, kind.2));
            }
        }
        begins = false;
        let ends_span = kind.is_some_and(|kind| words.peek().is_none_or(|next| next.0 >= kind.1));
        if words.peek().is_some() {
            if ends_span && chance.is(0.15) {
                styled.text.push(',');
            } else if kind.is_none() && chance.is(0.02) {
                styled.text.push('.');
                begins = true;
            }
            styled.text.push(' ');
        }
    }
    styled.spans.extend(open);
    let asks = ["can", "could", "what", "how", "why", "is", "do", "when", "where", "may", "will", "are"];
    let mark = if asks.iter().any(|word| turn.text.starts_with(word)) { '?' } else { '.' };
    if chance.is(0.6) {
        styled.text.push(mark);
    }
    styled
}

fn titled(word: &str, into: &mut String) {
    let mut chars = word.chars();
    into.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    into.push_str(chars.as_str());
}

fn words_of(text: &str) -> Vec<(usize, usize)> {
    let begins = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace().map(|word| (begins(word), begins(word) + word.len())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_styled_turn_keeps_its_labels_on_the_same_words() {
        let text = "my name is asha verma from pune";
        let spans = vec![(11, 21, PersonalKind::Name), (27, 31, PersonalKind::Place)];
        let turn = LabelledTurn { conversation: "a".into(), text: text.into(), spans };
        for seed in 0..40 {
            let styled = styled(&turn, &mut Chance::new(seed));
            let values: Vec<_> =
                styled.spans.iter().map(|(start, end, _)| styled.text[*start..*end].to_lowercase()).collect();
            assert_eq!(values, ["asha verma", "pune"], "{}", styled.text);
        }
    }
}
