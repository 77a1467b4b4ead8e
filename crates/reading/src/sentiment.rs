//! How a customer feels, turn by turn, with the reasons: a lexicon and a handful of rules that a person can check.
//!
//! **Customers only.** What workers write is never scored: inferring emotions of people at work is not offered, there is no
//! switch for it, and callers must pass turns of customers alone. A problem that is told flatly is neutral, as are
//! courtesies: "please", "thanks" and "good morning" say how somebody speaks, not how they feel.

mod turn;
mod lexicon;
mod english;
mod abroad;
mod tongue;
mod trend;

pub use tongue::Tongue;
pub use trend::{Trend, trend};
pub use turn::LETTERS_MAX;

use crate::language;
use lexicon::{Lexicon, PhraseKind, Role};
use turn::{Token, Turn};

/// Cues that are kept for one turn; more change nothing.
pub const CUES_MAX: usize = 32;
/// The ends of the scale.
pub const SCORE_MAX: i8 = 5;
/// How sure it must be that a turn is in a language without a lexicon before an English word in it counts no more.
const FOREIGN: f32 = 0.75;
/// Words before a word that may turn it around.
const REACH: usize = 3;
const NEGATED_PRAISE: f32 = -0.8;
const NEGATED_BLAME: f32 = -0.3;

/// How the customer who wrote a turn feels, and why that is said.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Sentiment {
    /// −5 to +5.
    pub score: i8,
    /// The sign of the score, in words.
    pub verdict: Verdict,
    /// What in the turn says so, in its order. A cue holds places and lexicon entries, never the customer's words.
    pub because: Vec<Cue>,
}

/// Below, at or above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Complaint, anger, disappointment.
    Negative,
    /// Neither.
    Neutral,
    /// Satisfaction, warmth.
    Positive,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Cue {
    /// Which rule.
    pub kind: CueKind,
    /// The lexicon's entry, where the rule has one.
    pub entry: Option<&'static str>,
    /// What it adds to the score.
    pub points: f32,
    /// The bytes of the turn, the second number exclusive.
    pub at: (u32, u32),
}

/// The rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CueKind {
    /// A word that says something.
    Word,
    /// A word that is turned around: "not happy".
    Negated,
    /// A turn of phrase.
    Phrase,
    /// A complaint about what was done, or not done, again.
    Complaint,
    /// The customer means to leave or to go to a lawyer, the press or a regulator.
    ThreatToLeave,
    /// An emoji or a typed face.
    Face,
    /// Praise before a complaint: "great, another useless link".
    Sarcasm,
    /// Capitals, or piled question marks.
    Loudness,
}

/// Why a turn has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum CannotSay {
    /// Nothing to read.
    #[error("the turn is empty")]
    Empty,
    /// There is no lexicon for its language.
    #[error("there is no lexicon for the language {code}")]
    NoLexicon {
        /// The language that was recognised.
        code: &'static str,
    },
    /// A trend needs more turns.
    #[error("a trend needs {need} turns, there are {have}")]
    TooFewTurns {
        /// Scores given.
        have: usize,
        /// Scores needed.
        need: usize,
    },
}

/// The sentiment of a customer's turn; its language is recognised first. In a turn too short to have one, the first lexicon
/// that knows a word of it speaks, English before others.
pub fn of(text: &str) -> Result<Sentiment, CannotSay> {
    let (foreign, is_certain) = match language::of(text) {
        Ok(language) => match Tongue::of_code(language.code) {
            Some(tongue) => return of_in(text, tongue),
            None => (Some(language.code), language.confidence >= FOREIGN),
        },
        Err(language::CannotSay::Undecided { candidates }) => {
            (candidates.first().copied().filter(|code| Tongue::of_code(code).is_none()), false)
        }
        Err(_) => (None, false),
    };
    let no_lexicon = foreign.map(|code| CannotSay::NoLexicon { code });
    if let Some(reason) = no_lexicon.filter(|_| is_certain) {
        return Err(reason);
    }
    let mut plain = None;
    for tongue in Tongue::ALL {
        let sentiment = of_in(text, tongue)?;
        if sentiment.because.iter().any(|cue| cue.entry.is_some()) {
            return Ok(sentiment);
        }
        plain.get_or_insert(sentiment);
    }
    match no_lexicon {
        Some(reason) => Err(reason),
        None => plain.ok_or(CannotSay::Empty),
    }
}

/// The sentiment of a customer's turn in a language that the caller knows.
pub fn of_in(text: &str, tongue: Tongue) -> Result<Sentiment, CannotSay> {
    let turn = Turn::read(text);
    if turn.tokens.is_empty() && turn.faces.is_empty() && turn.exclamations + turn.piled_questions == 0 {
        return Err(CannotSay::Empty);
    }
    let mut because = words(&turn.tokens, tongue.lexicon());
    sarcasm(&turn.tokens, &mut because);
    because.extend(turn.faces.iter().map(|face| Cue {
        kind: CueKind::Face,
        entry: None,
        points: face.points,
        at: face.at,
    }));
    let sum: f32 = because.iter().map(|cue| cue.points).sum();
    let sum = sum + loudness(&turn, sum, &mut because);
    because.sort_by_key(|cue| cue.at);
    because.truncate(CUES_MAX);
    let score = sum.round().clamp(-f32::from(SCORE_MAX), f32::from(SCORE_MAX)) as i8;
    let verdict = match score {
        ..0 => Verdict::Negative,
        0 => Verdict::Neutral,
        1.. => Verdict::Positive,
    };
    Ok(Sentiment { score, verdict, because })
}

/// Cues of words and phrases, from left to right.
fn words(tokens: &[Token], lexicon: &Lexicon) -> Vec<Cue> {
    let mut cues = Vec::new();
    let mut at = 0;
    let mut was = 1.0;
    while at < tokens.len() && cues.len() < CUES_MAX {
        if let Some(phrase) = lexicon.phrase(tokens[at..].iter().map(|token| token.word.as_str())) {
            let end = at + phrase.words.len();
            let kind = match phrase.kind {
                PhraseKind::Feeling => CueKind::Phrase,
                PhraseKind::Complaint => CueKind::Complaint,
                PhraseKind::Threat => CueKind::ThreatToLeave,
                PhraseKind::Custom => {
                    at = end;
                    continue;
                }
            };
            let (kind, points) = turned(kind, phrase.points, &before(tokens, at, lexicon));
            cues.push(Cue {
                kind,
                entry: Some(phrase.entry),
                points: points * was,
                at: (tokens[at].at.0, tokens[end - 1].at.1),
            });
            at = end;
            continue;
        }
        match lexicon.word(&tokens[at].word) {
            Some((entry, Role::Says(points))) => {
                let (kind, points) = turned(CueKind::Word, points, &before(tokens, at, lexicon));
                if points != 0.0 {
                    cues.push(Cue { kind, entry: Some(entry), points: points * was, at: tokens[at].at });
                }
            }
            Some((_, Role::But)) if !cues.is_empty() => {
                cues.iter_mut().for_each(|cue| cue.points *= 0.4);
                was = 1.3;
            }
            _ => {}
        }
        at += 1;
    }
    cues
}

/// What the words before do to a word.
#[derive(Default)]
struct Before {
    is_negated: bool,
    is_wished: bool,
    weight: f32,
}

/// Looks back a few words, not over the end of a clause.
fn before(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Before {
    let mut found = Before { weight: 1.0, ..Before::default() };
    for (distance, token) in tokens[..at].iter().rev().take(REACH + 1).enumerate() {
        if token.ends_clause {
            break;
        }
        match lexicon.word(&token.word).map(|(_, role)| role) {
            Some(Role::Negates) if distance < REACH => found.is_negated = true,
            Some(Role::Weighs(factor)) if distance < 2 => found.weight *= factor,
            Some(Role::Wishes) => found.is_wished = true,
            Some(Role::But) => break,
            _ => {}
        }
    }
    found
}

fn turned(kind: CueKind, points: f32, before: &Before) -> (CueKind, f32) {
    let points = points * before.weight.min(2.0);
    match (before.is_negated, points > 0.0) {
        (true, true) => (CueKind::Negated, points * NEGATED_PRAISE),
        // A threat or a complaint is not taken back by a "not" nearby: "I will not wait, I have had enough".
        (true, false) if kind == CueKind::Word => (CueKind::Negated, points * NEGATED_BLAME),
        // "It would be great if" asks; it does not praise.
        (false, true) if before.is_wished => (kind, 0.0),
        _ => (kind, points),
    }
}

/// Praise as the very first word and a complaint after it is meant the other way round.
fn sarcasm(tokens: &[Token], cues: &mut [Cue]) {
    let later: f32 = cues.iter().skip(1).map(|cue| cue.points).sum();
    if let (Some(first), Some(token)) = (cues.first_mut(), tokens.first())
        && first.kind == CueKind::Word
        && first.at == token.at
        && first.points > 0.0
        && token.ends_clause
        && later < 0.0
    {
        first.kind = CueKind::Sarcasm;
        first.points *= -0.5;
    }
}

/// Loudness makes a feeling stronger; piled question marks and long shouting are a mild one by themselves.
fn loudness(turn: &Turn, sum: f32, because: &mut Vec<Cue>) -> f32 {
    let marks = turn.exclamations.min(3) as f32;
    let mut points = sum * 0.12 * marks;
    if turn.is_shouted() {
        points += sum * 0.25;
    }
    if turn.piled_questions > 0 && sum <= 0.0 {
        points -= 1.0;
    }
    if points.abs() >= 0.1 {
        let end = turn.tokens.last().map_or(0, |token| token.at.1);
        because.push(Cue { kind: CueKind::Loudness, entry: None, points, at: (0, end) });
    }
    points
}
