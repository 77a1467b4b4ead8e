//! Fits the model: a conditional random field by stochastic gradient, then a threshold on conversations that were set aside.

use super::chance::Chance;
use super::turns::{LabelledTurn, styled};
use super::written::Writer;
use crate::redact::features::{Faces, Features, Known, ROW_BITS, WORD_BITS, bits_of, word_number};
use crate::redact::kinds::{PersonalKind, Policy};
use crate::redact::model::{LABELLED, LABELS, Model, Odds, WIDTH, as_factors, odds};
use crate::redact::numbers::runs;
use crate::redact::patterns::matches;
use crate::redact::pieces::{Class, Pieces};
use crate::redact::redactor::Redactor;
use crate::redact::validators::Region;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Times that every turn is seen.
const ROUNDS: usize = 7;
/// Share of the conversations that only tune the threshold.
const SET_ASIDE: f64 = 0.1;
/// Share of clean turns, among those set aside, in which something may be hidden.
const FALSE_ALARMS: f64 = 0.025;
/// How much likelier a kind is after it was asked for, as a factor of the odds.
const ASKED_FACTOR: f32 = 12.0;
/// Made-up turns for each real one.
const WRITTEN_SHARE: f64 = 0.3;
/// Share of the real turns that are also learned with capitals and marks.
const STYLED_SHARE: f64 = 0.35;
/// How often a word's own features are left out, so that unknown words are learned from what stands around them.
const BLIND_SHARE: f64 = 0.2;
/// A word is known when it was seen so often outside of personal data …
const KNOWN_MIN: u32 = 6;
/// … and at most once in so many times inside.
const KNOWN_RATIO: u32 = 8;
const RATE: f32 = 0.2;
const ROWS: usize = (1 << ROW_BITS) * WIDTH;

/// What training did.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Turns learned from, the made-up ones included.
    pub turns: usize,
    /// Clean turns that set the threshold.
    pub clean_set_aside: usize,
    /// From this probability on a piece is hidden.
    pub threshold: f32,
    /// The same for a kind that was asked for.
    pub asked_threshold: f32,
}

/// Trains on labelled turns and on clean turns of other texts; gives the file of weights.
pub fn train(labelled: &[LabelledTurn], clean: &[String], seed: u64) -> (Vec<u8>, Report) {
    let mut chance = Chance::new(seed);
    let conversations: BTreeSet<&str> = labelled.iter().map(|turn| turn.conversation.as_str()).collect();
    let aside: BTreeSet<&str> = conversations.into_iter().filter(|_| chance.is(SET_ASIDE)).collect();
    let (tuning, learned): (Vec<_>, Vec<_>) =
        labelled.iter().partition(|turn| aside.contains(turn.conversation.as_str()));
    let mut turns: Vec<LabelledTurn> = learned.into_iter().cloned().collect();
    let styled: Vec<_> = turns.iter().filter(|_| chance.is(STYLED_SHARE)).cloned().collect();
    turns.extend(styled.iter().map(|turn| self::styled(turn, &mut chance)).collect::<Vec<_>>());
    let mut writer = Writer::new(chance.next());
    let written = (labelled.len() as f64 * WRITTEN_SHARE) as usize;
    turns.extend((0..written).map(|_| writer.turn()));
    turns.extend(clean.iter().map(|text| LabelledTurn {
        conversation: String::new(),
        text: text.clone(),
        spans: Vec::new(),
    }));
    let known = known_words(&turns);
    let mut fitting = Fitting {
        rows: vec![0.0; ROWS],
        row_sums: vec![0.0; ROWS],
        chain: vec![0.0; CHAIN],
        chain_sums: vec![0.0; CHAIN],
    };
    for round in 0..ROUNDS {
        chance.shuffle(&mut turns);
        let rate = RATE * (1.0 - round as f32 / ROUNDS as f32 * 0.8);
        turns.iter().for_each(|turn| fitting.learn(turn, Known(&known), rate, &mut chance));
    }
    let write = |thresholds| Model::write(thresholds, &fitting.chain, &known, &fitting.rows);
    let redactor = Redactor::with_weights(Cow::Owned(write([1.0, 1.0]))).expect("just written");
    let (threshold, clean_set_aside) = threshold_for(&redactor, &tuning);
    let odds = threshold / (1.0 - threshold) / ASKED_FACTOR;
    let asked_threshold = odds / (1.0 + odds);
    let report = Report { turns: turns.len(), clean_set_aside, threshold, asked_threshold };
    (write([threshold, asked_threshold]), report)
}

/// The threshold at which as many clean turns are touched as may be; and how many clean turns there were.
fn threshold_for(redactor: &Redactor, tuning: &[&LabelledTurn]) -> (f32, usize) {
    let policy = Policy::default();
    let is_clean = |turn: &&&LabelledTurn| !turn.spans.iter().any(|(.., kind)| policy.hide.contains(kind));
    let mut peaks: Vec<f32> = tuning.iter().filter(is_clean).map(|turn| redactor.peak(&turn.text, &policy)).collect();
    peaks.sort_by(|a, b| b.total_cmp(a));
    let allowed = (peaks.len() as f64 * FALSE_ALARMS) as usize;
    // Just above the peak of the first turn that may not be touched.
    let threshold = peaks.get(allowed).map_or(0.5, |peak| peak + 1e-6);
    (threshold.clamp(0.01, 0.99), peaks.len())
}

/// The table of words that are seen often and hardly ever as personal data.
fn known_words(turns: &[LabelledTurn]) -> Vec<u8> {
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for turn in turns {
        let pieces = Pieces::of(&turn.text);
        for (at, piece) in pieces.all.iter().enumerate().filter(|(_, piece)| piece.class == Class::Word) {
            let inside = turn.spans.iter().any(|span| span.0 <= piece.start && piece.end <= span.1 && !is_told(span.2));
            let count = counts.entry(pieces.word(at).to_string()).or_default();
            *(if inside { &mut count.1 } else { &mut count.0 }) += 1;
        }
    }
    let mut table = vec![0u8; (1 << WORD_BITS) / 8];
    for (word, (outside, inside)) in counts {
        if outside >= KNOWN_MIN && outside >= inside * KNOWN_RATIO {
            bits_of(word_number(&word)).into_iter().for_each(|bit| table[bit / 8] |= 1 << (bit % 8));
        }
    }
    table
}

/// In addresses and companies, ordinary words stand beside names; they say nothing about the word.
fn is_told(kind: PersonalKind) -> bool {
    matches!(kind, PersonalKind::Address | PersonalKind::Organisation | PersonalKind::Reference | PersonalKind::Email)
}

const CHAIN: usize = (WIDTH + 1) * WIDTH;

struct Fitting {
    rows: Vec<f32>,
    row_sums: Vec<f32>,
    chain: Vec<f32>,
    chain_sums: Vec<f32>,
}

impl Fitting {
    /// One step along the gradient of one turn, scaled by what each weight has seen before (AdaGrad).
    fn learn(&mut self, turn: &LabelledTurn, known: Known, rate: f32, chance: &mut Chance) {
        let pieces = Pieces::of(&turn.text);
        if pieces.all.is_empty() {
            return;
        }
        let matches = matches(&pieces, &runs(&pieces), Region::default());
        let faces = Faces::of(&pieces, &matches, known);
        let mut all = Vec::with_capacity(pieces.all.len());
        for at in 0..pieces.all.len() {
            let mut features = Features::default();
            faces.features(at, &mut features);
            if chance.is(BLIND_SHARE) {
                features.rows.drain(..features.own);
            }
            all.push(features.rows);
        }
        let labels: Vec<usize> = pieces.all.iter().map(|piece| label_of(turn, piece.start, piece.end)).collect();
        let fits: Vec<Odds> = all.iter().map(|rows| as_factors(&self.scores(rows))).collect();
        let factors = self.factors();
        let (odds, before, after) = odds(&factors, &fits);
        for (at, rows) in all.iter().enumerate() {
            let mut slope = odds[at].map(|odds| -odds);
            slope[labels[at]] += 1.0;
            self.step_rows(rows, &slope, rate);
        }
        self.step_chain(&labels, &fits, &factors, (&before, &after), rate);
    }

    fn scores(&self, rows: &[u32]) -> Odds {
        let mut sums = [0.0; WIDTH];
        for row in rows {
            let begins = *row as usize * WIDTH;
            sums.iter_mut().zip(&self.rows[begins..begins + WIDTH]).for_each(|(sum, weight)| *sum += weight);
        }
        sums
    }

    fn factors(&self) -> [[f32; WIDTH]; WIDTH + 1] {
        let mut factors = [[0.0; WIDTH]; WIDTH + 1];
        for (from, row) in factors.iter_mut().enumerate() {
            row.iter_mut()
                .enumerate()
                .take(LABELS)
                .for_each(|(to, factor)| *factor = self.chain[from * WIDTH + to].exp());
        }
        factors
    }

    fn step_rows(&mut self, rows: &[u32], slope: &Odds, rate: f32) {
        if slope.iter().all(|slope| slope.abs() < 1e-3) {
            return;
        }
        for row in rows {
            let begins = *row as usize * WIDTH;
            let weights = &mut self.rows[begins..begins + WIDTH];
            let sums = &mut self.row_sums[begins..begins + WIDTH];
            for ((weight, sum), slope) in weights.iter_mut().zip(sums).zip(slope) {
                *sum += slope * slope;
                *weight += rate * slope / (sum.sqrt() + 0.5);
            }
        }
    }

    fn step_chain(
        &mut self,
        labels: &[usize],
        fits: &[Odds],
        factors: &[[f32; WIDTH]; WIDTH + 1],
        sums: (&[Odds], &[Odds]),
        rate: f32,
    ) {
        let (before, after) = sums;
        let mut slopes = [[0.0f32; WIDTH]; WIDTH + 1];
        slopes[WIDTH][labels[0]] += 1.0;
        for at in 1..labels.len() {
            slopes[labels[at - 1]][labels[at]] += 1.0;
            let mut pairs = [[0.0f32; WIDTH]; WIDTH];
            let mut total = 0.0;
            for (from, row) in pairs.iter_mut().enumerate().take(LABELS) {
                for (to, pair) in row.iter_mut().enumerate().take(LABELS) {
                    *pair = before[at - 1][from] * factors[from][to] * fits[at][to] * after[at][to];
                    total += *pair;
                }
            }
            for (slopes, pairs) in slopes.iter_mut().zip(&pairs) {
                slopes.iter_mut().zip(pairs).for_each(|(slope, pair)| *slope -= pair / total.max(f32::MIN_POSITIVE));
            }
        }
        let first: f32 = before[0].iter().zip(&after[0]).map(|(before, after)| before * after).sum();
        for label in 0..LABELS {
            slopes[WIDTH][label] -= before[0][label] * after[0][label] / first.max(f32::MIN_POSITIVE);
        }
        for ((weight, sum), slope) in self.chain.iter_mut().zip(&mut self.chain_sums).zip(slopes.iter().flatten()) {
            *sum += slope * slope;
            *weight += rate * slope / (sum.sqrt() + 1.0);
        }
    }
}

fn label_of(turn: &LabelledTurn, start: usize, end: usize) -> usize {
    let span = turn.spans.iter().find(|span| span.0 < end && start < span.1);
    span.and_then(|span| LABELLED.iter().position(|kind| *kind == span.2)).map_or(0, |at| at + 1)
}
