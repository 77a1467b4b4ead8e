//! Numbers: by check digit, by grouping, and by the words before them.

use super::Match;
use crate::redact::kinds::PersonalKind;
use crate::redact::lexicon::DATE;
use crate::redact::numbers::Run;
use crate::redact::pieces::{Class, Pieces};
use crate::redact::validators::{Region, is_card, is_grouped_phone, is_national_phone, is_social_security};

const CARD: &[&str] = &["card", "cards", "cc", "visa", "mastercard", "amex", "credit", "debit"];
const PHONE: &[&str] = &[
    "phone",
    "mobile",
    "cell",
    "telephone",
    "tel",
    "fax",
    "desk",
    "whatsapp",
    "call",
    "text",
    "ring",
    "sms",
    "reach",
    "registered",
];
const NATIONAL: &[&str] = &["ssn", "social", "aadhaar", "aadhar", "nino", "sin"];
const ACCOUNT: &[&str] = &["account", "acct", "acc"];
const SECRET: &[&str] = &["password", "passcode", "pin", "otp", "cvv", "cvc", "cvv2"];
const CODE: &[&str] = &["zip", "zipcode", "postcode", "pincode", "postal"];
const BIRTH: &[&str] = &["born", "birth", "dob", "birthday", "birthdate"];
/// How far before a number its word may stand, in pieces.
const REACH: usize = 6;

/// Finds them all.
pub fn find(pieces: &Pieces, runs: &[Run], region: Region, found: &mut Vec<Match>) {
    for run in runs {
        if let Some((kind, is_certain)) = kind_of(pieces, run, region) {
            let last = if kind == PersonalKind::Phone { with_extension(pieces, run.last) } else { run.last };
            found.push(Match { kind, first: run.first, last, is_certain });
        }
    }
    spelled_days(pieces, found);
}

fn kind_of(pieces: &Pieces, run: &Run, region: Region) -> Option<(PersonalKind, bool)> {
    let count = run.digits.len();
    let has = |words: &[&str]| pieces.has_before(run.first, REACH, words);
    let groups_of_day = (2..=3).contains(&run.groups.len()) && run.has_marks && count <= 8;
    if groups_of_day && has(BIRTH) {
        return Some((PersonalKind::DateOfBirth, true));
    }
    if is_card(&run.digits) && (count >= 13 || has(CARD)) {
        return Some((PersonalKind::CardNumber, true));
    }
    if is_social_security(&run.digits) && run.groups == [3, 2, 4] {
        return Some((PersonalKind::NationalId, true));
    }
    let is_dated = run.groups.first() == Some(&4) && run.groups.len() == 3 && count == 8;
    let is_phone = (run.has_plus && (8..=15).contains(&count))
        || (run.has_marks && !is_dated && is_grouped_phone(&run.groups, &run.digits))
        || (run.groups.len() > 1
            && run.groups.iter().all(|group| *group <= 5)
            && count >= 9
            && is_grouped_phone(&run.groups, &run.digits))
        || is_national_phone(&run.digits, region);
    if is_phone {
        return Some((PersonalKind::Phone, true));
    }
    named(pieces, run)
}

/// What the nearest word before says; the number of digits has to fit.
fn named(pieces: &Pieces, run: &Run) -> Option<(PersonalKind, bool)> {
    let count = run.digits.len();
    let nearest = (run.first.saturating_sub(REACH)..run.first).rev();
    for before in nearest {
        let word = pieces.word(before);
        let kind = match count {
            3..=9 if SECRET.contains(&word) => PersonalKind::Password,
            _ if count >= 8 && CARD.contains(&word) => PersonalKind::CardNumber,
            4..=16 if NATIONAL.contains(&word) => PersonalKind::NationalId,
            _ if count >= 6 && ACCOUNT.contains(&word) => PersonalKind::AccountNumber,
            7..=15 if PHONE.contains(&word) => PersonalKind::Phone,
            3..=10 if CODE.contains(&word) => PersonalKind::PostCode,
            6..=8 if BIRTH.contains(&word) => PersonalKind::DateOfBirth,
            _ => continue,
        };
        // Next to its word it is that; farther away it is a sign for the model.
        return Some((kind, before + 4 > run.first));
    }
    None
}

/// `345-899-3560x4587`, `… ext. 12`.
fn with_extension(pieces: &Pieces, last: usize) -> usize {
    let is_number = |at: usize| pieces.all.get(at).is_some_and(|piece| piece.class == Class::Number);
    let word = pieces.word(last + 1);
    if !matches!(word, "x" | "ext" | "extension") {
        return last;
    }
    let dot = usize::from(pieces.mark(last + 2) == Some('.'));
    if is_number(last + 2 + dot) { last + 2 + dot } else { last }
}

/// `born on 4 May 1980`, `dob: May 4th, 1980`.
fn spelled_days(pieces: &Pieces, found: &mut Vec<Match>) {
    for at in 0..pieces.all.len() {
        let is_month = pieces.all[at].marks & DATE != 0 && pieces.has_before(at, REACH, BIRTH);
        if !is_month {
            continue;
        }
        let is_part = |at: usize| {
            let piece = &pieces.all[at];
            piece.class == Class::Number || matches!(pieces.word(at), "st" | "nd" | "rd" | "th" | "of" | ",")
        };
        let mut first = at;
        while first > 0 && first + 3 > at && is_part(first - 1) && pieces.word(first - 1) != "," {
            first -= 1;
        }
        let mut last = at;
        while last + 1 < pieces.all.len() && last < at + 5 && is_part(last + 1) {
            last += 1;
        }
        while last > at && pieces.all[last].class == Class::Mark {
            last -= 1;
        }
        if last > first {
            found.push(Match { kind: PersonalKind::DateOfBirth, first, last, is_certain: true });
        }
    }
}
