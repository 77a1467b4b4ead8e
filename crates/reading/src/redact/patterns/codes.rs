//! Letters and digits mixed: IBANs, British codes, what follows a word like "passport".

use super::Match;
use crate::redact::kinds::PersonalKind;
use crate::redact::pieces::{Class, Pieces};
use crate::redact::validators::{is_british_post_code, is_iban, is_national_insurance};

/// Pieces that one code may be cut into: an IBAN in groups of four, each cut between letters and digits.
const CODE_PIECES_MAX: usize = 24;
/// Letters and digits of the longest code, an IBAN.
const CODE_CHARS_MAX: usize = 34;

/// Finds them all.
pub fn find(pieces: &Pieces, found: &mut Vec<Match>) {
    let mut at = 0;
    while at < pieces.all.len() {
        at = code(pieces, at, found).or_else(|| named(pieces, at, found)).unwrap_or(at + 1);
    }
}

/// A code that its form proves; the longest goes first.
fn code(pieces: &Pieces, at: usize, found: &mut Vec<Match>) -> Option<usize> {
    let piece = &pieces.all[at];
    let is_start = piece.class == Class::Word && piece.chars <= CODE_CHARS_MAX && !piece.is_glued;
    let has_digit_near = pieces.all.get(at + 1).is_some_and(|next| next.class == Class::Number);
    if !is_start || !has_digit_near {
        return None;
    }
    let mut written = String::with_capacity(CODE_CHARS_MAX);
    let mut ends = Vec::with_capacity(CODE_PIECES_MAX);
    for (more, next) in pieces.all[at..].iter().take(CODE_PIECES_MAX).enumerate() {
        if next.class == Class::Mark || next.is_after_line && more > 0 || written.len() + next.chars > CODE_CHARS_MAX {
            break;
        }
        written.push_str(pieces.written(at + more));
        ends.push((at + more, written.len()));
    }
    for (last, length) in ends.into_iter().rev() {
        let code = &written[..length];
        let ends_here = pieces.all.get(last + 1).is_none_or(|next| !next.is_glued || next.class == Class::Mark);
        let kind = match length {
            _ if !ends_here => None,
            15.. if is_in_fours(pieces, at, last) && is_iban(code) => Some(PersonalKind::Iban),
            9 if is_national_insurance(code) => Some(PersonalKind::NationalId),
            5..=7 if is_british_post_code(code) && is_written_as_post_code(pieces, at, last) => {
                Some(PersonalKind::PostCode)
            }
            _ => None,
        };
        if let Some(kind) = kind {
            found.push(Match { kind, first: at, last, is_certain: true });
            return Some(last + 1);
        }
    }
    None
}

/// IBANs are written in one, or in groups of four; other words in a row may have the right remainder by chance.
fn is_in_fours(pieces: &Pieces, first: usize, last: usize) -> bool {
    let mut groups = vec![0];
    for (at, piece) in pieces.all[first..=last].iter().enumerate() {
        if at > 0 && !piece.is_glued {
            groups.push(0);
        }
        *groups.last_mut().expect("one group from the start") += piece.chars;
    }
    groups.len() == 1 || (groups[..groups.len() - 1].iter().all(|chars| *chars == 4) && groups[groups.len() - 1] <= 4)
}

/// A booking code may have the shape of a post code: capitals and one space, or a word that says so, make the difference.
fn is_written_as_post_code(pieces: &Pieces, first: usize, last: usize) -> bool {
    let spaces = pieces.all[first + 1..=last].iter().filter(|piece| !piece.is_glued).count();
    let is_upper = pieces.text[pieces.all[first].start..pieces.all[last].end].chars().all(|char| !char.is_lowercase());
    pieces.has_before(first, 3, &["postcode", "code", "post"]) || (is_upper && spaces == 1 && pieces.all[last].is_glued)
}

/// Words after which a code stands, and how many pieces may lie between.
const NAMED: &[(PersonalKind, &[&str])] = &[
    (PersonalKind::Passport, &["passport"]),
    (PersonalKind::DrivingLicence, &["license", "licence"]),
    (PersonalKind::LicencePlate, &["plate", "plates", "registration"]),
];

/// `passport number X1234567`: a code with a digit, soon after a word that names it.
fn named(pieces: &Pieces, at: usize, found: &mut Vec<Match>) -> Option<usize> {
    let (kind, _) = NAMED.iter().find(|(_, words)| words.contains(&pieces.word(at)))?;
    let is_filler = |at: usize| {
        matches!(pieces.word(at), "number" | "no" | "num" | "is" | "plate" | "#" | ":" | "." | "id" | "it's" | "its")
    };
    let mut first = at + 1;
    while first < at + 5 && is_filler(first) {
        first += 1;
    }
    let mut last = first;
    let is_coded = |at: usize| {
        pieces.all.get(at).is_some_and(|piece| match piece.class {
            Class::Number => true,
            Class::Word => piece.is_glued || piece.chars <= 3,
            Class::Mark => pieces.mark(at) == Some('-'),
        })
    };
    while last < first + 9 && is_coded(last) && (last == first || !pieces.all[last].is_after_line) {
        last += 1;
    }
    let digits =
        (first..last).filter(|at| pieces.all[*at].class == Class::Number).map(|at| pieces.all[at].chars).sum::<usize>();
    while last > first && pieces.all[last - 1].class != Class::Number && !pieces.all[last - 1].is_glued {
        last -= 1;
    }
    (digits >= 3 && last > first).then(|| {
        found.push(Match { kind: *kind, first, last: last - 1, is_certain: true });
        last
    })
}
