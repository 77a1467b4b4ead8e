//! From a turn to what is personal in it.

use super::asked::Asked;
use super::features::{Faces, Features, Known};
use super::hiding::{Found, FoundBy, Redacted, hide};
use super::kinds::{Counts, PersonalKind, Policy};
use super::lexicon::DATE;
use super::limits::TURN_BYTES_MAX;
use super::model::{LABELLED, Model, NoWeights, Odds};
use super::numbers::{Run, runs};
use super::patterns::{Match, matches};
use super::pieces::{Class, Pieces};
use super::validators::Region;
use std::borrow::Cow;
use std::sync::OnceLock;

/// What is known beside the turn itself.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// What the last agent turn asked for.
    pub asked: Asked,
    /// Where the customer's numbers come from.
    pub region: Region,
    /// Which kinds are hidden.
    pub policy: Policy,
    /// How many tokens of each kind the conversation already holds; numbering goes on from there.
    pub counts: Counts,
}

/// Finds and hides personal data.
pub struct Redactor {
    model: Model,
}

/// Turns of more pieces are no bare answer to what was asked.
const ANSWER_PIECES_MAX: usize = 8;
/// Digits that a bare number needs to be an answer.
const ANSWER_DIGITS_MIN: usize = 3;
/// A longer number is more likely a card or an account, whatever was asked for.
const REFERENCE_DIGITS_MAX: usize = 11;
/// Kinds whose answer is a number; the first that was asked for is taken.
const NUMBERED: [PersonalKind; 7] = [
    PersonalKind::CardNumber,
    PersonalKind::NationalId,
    PersonalKind::AccountNumber,
    PersonalKind::Phone,
    PersonalKind::PostCode,
    PersonalKind::Iban,
    PersonalKind::Password,
];
/// From this probability on, what is not hidden is reported.
const SHOWN_MIN: f32 = 0.5;

impl Redactor {
    /// With the weights that come with this crate.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Redactor> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let bytes = include_bytes!("../../weights/redaction.bin");
            Self::with_weights(Cow::Borrowed(bytes)).expect("the embedded weights are read in every test")
        })
    }

    /// With weights of one's own.
    pub fn with_weights(bytes: Cow<'static, [u8]>) -> Result<Self, NoWeights> {
        Ok(Self { model: Model::read(bytes)? })
    }

    /// The turn without what is to be hidden.
    pub fn redact(&self, text: &str, context: &Context) -> Redacted {
        hide(text, &self.find(text, context), &context.policy, &context.counts)
    }

    /// Everything personal in a turn, hidden or not, in order and without overlap.
    pub fn find(&self, text: &str, context: &Context) -> Vec<Found> {
        let read = text.floor_char_boundary(TURN_BYTES_MAX);
        let pieces = Pieces::of(&text[..read]);
        let runs = runs(&pieces);
        let matches = matches(&pieces, &runs, context.region);
        let odds = self.odds(&pieces, &matches);
        let mut verdicts: Vec<Option<Verdict>> =
            odds.iter().enumerate().map(|(at, odds)| self.verdict(&pieces, at, odds, context)).collect();
        take_references(&pieces, &runs, &mut verdicts);
        take_answers(&pieces, &runs, context, self.model.known(), &mut verdicts);
        for found in matches.iter().filter(|found| found.is_certain) {
            let verdict = Verdict { kind: found.kind, by: FoundBy::Pattern, confidence: 1.0 };
            verdicts[found.first..=found.last].fill(Some(verdict));
        }
        spread(&pieces, &mut verdicts);
        let mut found = joined(&pieces, &verdicts);
        if read < text.len() {
            let rest =
                Found { kind: PersonalKind::Unread, start: read, end: text.len(), by: FoundBy::Limit, confidence: 1.0 };
            found.push(rest);
        }
        found
    }

    fn odds(&self, pieces: &Pieces, matches: &[Match]) -> Vec<Odds> {
        let faces = Faces::of(pieces, matches, self.model.known());
        let mut features = Features::default();
        let fits: Vec<Odds> = (0..pieces.all.len())
            .map(|at| {
                faces.features(at, &mut features);
                self.model.fit(&features)
            })
            .collect();
        self.model.odds(&fits)
    }

    /// For a turn without context: the highest probability of any piece to be of a kind that is hidden. Training sets the threshold by it.
    pub(super) fn peak(&self, text: &str, policy: &Policy) -> f32 {
        let pieces = Pieces::of(text);
        let matches = matches(&pieces, &runs(&pieces), Region::default());
        if matches.iter().any(|found| found.is_certain && policy.hide.contains(&found.kind)) {
            return 1.0;
        }
        let of_piece = |odds: &Odds| hidden_odds(odds, policy).0;
        self.odds(&pieces, &matches)
            .iter()
            .zip(&pieces.all)
            .filter(|(_, piece)| piece.class != Class::Mark)
            .map(|(odds, _)| of_piece(odds))
            .fold(0.0, f32::max)
    }

    fn verdict(&self, pieces: &Pieces, at: usize, odds: &Odds, context: &Context) -> Option<Verdict> {
        let (hidden, likeliest) = hidden_odds(odds, &context.policy);
        if hidden >= self.model.threshold {
            return Some(Verdict { kind: likeliest, by: FoundBy::Tagger, confidence: hidden });
        }
        if hidden >= self.model.asked_threshold && !context.asked.is_empty() {
            let as_number = || {
                NUMBERED
                    .into_iter()
                    .find(|kind| context.asked.has(*kind))
                    .filter(|_| pieces.all[at].class == Class::Number)
            };
            let kind = if context.asked.has(likeliest) { Some(likeliest) } else { as_number() };
            if let Some(kind) = kind {
                return Some(Verdict { kind, by: FoundBy::Asked, confidence: hidden });
            }
        }
        let shown = LABELLED
            .iter()
            .zip(&odds[1..])
            .find(|(kind, odds)| **odds >= SHOWN_MIN && !context.policy.hide.contains(kind))?;
        Some(Verdict { kind: *shown.0, by: FoundBy::Tagger, confidence: *shown.1 })
    }
}

/// How probable it is that a piece is of any kind that is hidden, and which is the likeliest.
fn hidden_odds(odds: &Odds, policy: &Policy) -> (f32, PersonalKind) {
    let hidden = LABELLED.iter().zip(&odds[1..]).filter(|(kind, _)| policy.hide.contains(kind));
    let (sum, (_, likeliest)) = hidden.fold((0.0, (0.0, PersonalKind::Name)), |(sum, best), (kind, odds)| {
        (sum + odds, if *odds > best.0 { (*odds, *kind) } else { best })
    });
    (sum, likeliest)
}

/// What one piece is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Verdict {
    kind: PersonalKind,
    by: FoundBy,
    confidence: f32,
}

/// Words that name what the number after them belongs to.
const REFERENCE_WORDS: [&str; 12] = [
    "order",
    "booking",
    "reservation",
    "ticket",
    "case",
    "invoice",
    "tracking",
    "parcel",
    "shipment",
    "delivery",
    "return",
    "refund",
];
/// Words and marks that may stand between such a word and its number.
const REFERENCE_LINKS: [&str; 9] = ["number", "no", "nr", "id", "is", "was", "reference", "ref", "code"];
/// Pieces between such a word and its number.
const REFERENCE_REACH: usize = 4;

/// A number right after "order" and the like is what the customer talks about, not who they are: the centre looks it up.
fn take_references(pieces: &Pieces, runs: &[Run], verdicts: &mut [Option<Verdict>]) {
    let fits = |run: &&Run| (ANSWER_DIGITS_MIN..=REFERENCE_DIGITS_MAX).contains(&run.digits.len()) && !run.has_plus;
    for run in runs.iter().filter(fits) {
        let before = (run.first.saturating_sub(REFERENCE_REACH)..run.first).rev();
        let named = before
            .take_while(|at| {
                let is_link = REFERENCE_LINKS.contains(&pieces.word(*at)) || pieces.all[*at].class == Class::Mark;
                is_link || REFERENCE_WORDS.contains(&pieces.word(*at))
            })
            .any(|at| REFERENCE_WORDS.contains(&pieces.word(at)));
        if named {
            let verdict = Verdict { kind: PersonalKind::Reference, by: FoundBy::Pattern, confidence: 1.0 };
            verdicts[run.first..=run.last].fill(Some(verdict));
        }
    }
}

/// A short turn after a question is its answer: bare numbers and unknown words are what was asked for.
fn take_answers(pieces: &Pieces, runs: &[Run], context: &Context, known: Known, verdicts: &mut [Option<Verdict>]) {
    let asked = context.asked;
    if asked.is_empty() || pieces.all.len() > ANSWER_PIECES_MAX {
        return;
    }
    // What is hidden anyway gets the name that the question gives it, and is shown only if the question was for a reference.
    let mut take = |at: usize, kind: PersonalKind| {
        let is_hidden = verdicts[at].is_some_and(|verdict| context.policy.hide.contains(&verdict.kind));
        let is_named = verdicts[at].is_some_and(|verdict| asked.has(verdict.kind));
        let is_kept_hidden = is_hidden && !context.policy.hide.contains(&kind) && kind != PersonalKind::Reference;
        if !is_named && !is_kept_hidden {
            verdicts[at] = Some(Verdict { kind, by: FoundBy::Asked, confidence: 1.0 });
        }
    };
    let number =
        NUMBERED.into_iter().chain([PersonalKind::DateOfBirth, PersonalKind::Reference]).find(|kind| asked.has(*kind));
    for run in runs.iter().filter(|run| run.digits.len() >= ANSWER_DIGITS_MIN) {
        let is_too_long = number == Some(PersonalKind::Reference) && run.digits.len() > REFERENCE_DIGITS_MAX;
        if let Some(kind) = number.filter(|_| !is_too_long) {
            (run.first..=run.last).for_each(|at| take(at, kind));
        }
    }
    for at in 0..pieces.all.len() {
        let piece = &pieces.all[at];
        let is_unknown = piece.class == Class::Word && !known.has_word(pieces.word(at));
        match piece.class {
            Class::Word if is_unknown && asked.has(PersonalKind::Name) => take(at, PersonalKind::Name),
            Class::Word if is_unknown && asked.has(PersonalKind::Password) => take(at, PersonalKind::Password),
            Class::Word if piece.marks & DATE != 0 && asked.has(PersonalKind::DateOfBirth) => {
                take(at, PersonalKind::DateOfBirth);
            }
            Class::Number if asked.has(PersonalKind::DateOfBirth) => take(at, PersonalKind::DateOfBirth),
            Class::Number if asked.has(PersonalKind::Password) && pieces.all.len() <= 4 => {
                take(at, PersonalKind::Password);
            }
            _ => {}
        }
    }
}

/// What is written in one with something hidden is hidden with it: `k18`, `ravi99`; and one mark between two pieces of a kind.
fn spread(pieces: &Pieces, verdicts: &mut [Option<Verdict>]) {
    let is_soft = |verdict: &Option<Verdict>| verdict.is_none_or(|verdict| verdict.by != FoundBy::Pattern);
    for at in 1..verdicts.len() {
        let is_inside =
            pieces.all[at].is_glued && pieces.all[at].class != Class::Mark && pieces.all[at - 1].class != Class::Mark;
        if is_inside && verdicts[at].is_none() && is_soft(&verdicts[at - 1]) {
            verdicts[at] = verdicts[at - 1];
        }
    }
    for at in (1..verdicts.len()).rev() {
        let is_inside =
            pieces.all[at].is_glued && pieces.all[at].class != Class::Mark && pieces.all[at - 1].class != Class::Mark;
        if is_inside && verdicts[at - 1].is_none() && is_soft(&verdicts[at]) {
            verdicts[at - 1] = verdicts[at];
        }
    }
    for at in 1..verdicts.len().saturating_sub(1) {
        let (before, after) = (verdicts[at - 1], verdicts[at + 1]);
        let is_between = pieces.all[at].class == Class::Mark && before.map(|one| one.kind) == after.map(|one| one.kind);
        if is_between && verdicts[at].is_none() && is_soft(&before) && is_soft(&after) {
            verdicts[at] = before;
        }
    }
}

/// Neighbours of one kind as one find, without the marks at its ends.
fn joined(pieces: &Pieces, verdicts: &[Option<Verdict>]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < verdicts.len() {
        let Some(verdict) = verdicts[at] else {
            at += 1;
            continue;
        };
        let is_same = |other: &Option<Verdict>| {
            other.is_some_and(|other| {
                other.kind == verdict.kind && (other.by == FoundBy::Pattern) == (verdict.by == FoundBy::Pattern)
            })
        };
        let length = verdicts[at..].iter().take_while(|other| is_same(other)).count();
        let (mut first, mut last) = (at, at + length - 1);
        let is_outside = |at: usize| {
            verdict.by != FoundBy::Pattern && pieces.mark(at).is_some_and(|mark| !matches!(mark, '(' | '+' | '#'))
        };
        while first < last && is_outside(first) {
            first += 1;
        }
        while last > first && is_outside(last) {
            last -= 1;
        }
        let has_substance =
            !(first == last && verdict.by != FoundBy::Pattern && pieces.all[first].class == Class::Mark);
        if has_substance {
            let confidence =
                verdicts[first..=last].iter().flatten().map(|verdict| verdict.confidence).fold(1.0, f32::min);
            found.push(Found {
                kind: verdict.kind,
                start: pieces.all[first].start,
                end: pieces.all[last].end,
                by: verdict.by,
                confidence,
            });
        }
        at += length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> String {
        Redactor::builtin().redact(text, &Context::default()).text
    }

    #[test]
    fn numbers_of_orders_stay_and_numbers_of_people_do_not() {
        for text in
            ["where is my order 1048", "order number is 104812", "my booking no. 55231 please", "cancel order #1048"]
        {
            assert_eq!(hidden(text), text);
        }
        assert_eq!(hidden("my card is 4929 1111 1111 1111"), "my card is [card_1]");
        assert!(!hidden("order it to my card 4929111111111111").contains("4929"));
    }
}
