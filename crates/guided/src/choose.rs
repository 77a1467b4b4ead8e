//! Which procedure a customer wants: how much of a trigger phrase the text holds, rare words counting more.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    procedure::Procedure,
    reading::{alike_stems, plain, stem},
};

/// Words that say little about what is wanted.
const WEAK: &[&str] = &[
    "i", "my", "me", "the", "a", "an", "to", "is", "are", "of", "on", "in", "it", "for", "do", "does", "can", "could",
    "would", "like", "want", "need", "please", "you", "your", "have", "has", "with", "this", "that", "what", "be",
    "and", "im", "id", "will", "at", "up", "get", "am", "how", "when",
];
/// What a weak word counts beside one of 1.
const WEAK_WEIGHT: f32 = 0.12;
/// How much a trigger in the customer's own order counts beside its words in any order.
const ORDER_SHARE: f32 = 0.06;

#[derive(Clone, Debug)]
struct Trigger {
    procedure: usize,
    words: Vec<(String, f32)>,
}

/// Trigger phrases with the weights of their words.
#[derive(Clone, Debug, Default)]
pub struct Index {
    triggers: Vec<Trigger>,
}

impl Index {
    /// Weighs the words: what few procedures say, tells more.
    pub fn new(procedures: &[Procedure]) -> Index {
        let mut said: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut phrases = Vec::new();
        for (at, procedure) in procedures.iter().enumerate() {
            for trigger in &procedure.triggers {
                let words = plain(trigger);
                for word in &words {
                    said.entry(stem(word)).or_default().insert(at);
                }
                phrases.push((at, words));
            }
        }
        let weight = |word: &String| {
            let spread = said.get(&stem(word)).map_or(1, BTreeSet::len) as f32;
            let base = if WEAK.contains(&word.as_str()) { WEAK_WEIGHT } else { 1.0 };
            (stem(word), base / spread.sqrt())
        };
        let triggers = phrases.into_iter().filter(|(_, words)| !words.is_empty());
        Index {
            triggers: triggers
                .map(|(procedure, words)| Trigger { procedure, words: words.iter().map(weight).collect() })
                .collect(),
        }
    }

    /// How sure it is that the text wants each procedure, from 0 to 1, the surest first.
    pub fn scores(&self, text: &str) -> Vec<(usize, f32)> {
        let stems: Vec<String> = plain(text).iter().map(|word| stem(word)).collect();
        let mut best: BTreeMap<usize, f32> = BTreeMap::new();
        for trigger in &self.triggers {
            let score = trigger.score(&stems);
            let most = best.entry(trigger.procedure).or_insert(0.0);
            *most = most.max(score);
        }
        let mut scores: Vec<(usize, f32)> = best.into_iter().collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        scores
    }
}

impl Trigger {
    fn score(&self, stems: &[String]) -> f32 {
        let (mut have, mut all, mut strong) = (0.0, 0.0, 0.0_f32);
        let (mut last, mut in_order) = (None, true);
        for (word, weight) in &self.words {
            all += weight;
            if let Some(place) = stems.iter().position(|typed| alike_stems(typed, word)) {
                have += weight;
                strong = strong.max(*weight);
                in_order &= last.is_none_or(|last| place > last);
                last = Some(place);
            }
        }
        // A few weak words are in every sentence.
        if strong <= WEAK_WEIGHT && have < all {
            return 0.0;
        }
        let share = have / all;
        share * (1.0 - if in_order { 0.0 } else { ORDER_SHARE })
    }
}

/// What to do about a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// It is this procedure.
    Start(usize),
    /// It is one of these two, or this one perhaps.
    Between(Vec<usize>),
    /// It is none.
    None,
}

/// Chooses among scores that are joined with what the classifier says.
pub fn choose(scores: &[(usize, f32)], start: f32, clarify: f32, margin: f32) -> Choice {
    let second = scores.get(1).copied();
    match scores.first().copied() {
        Some((best, score)) if score >= clarify => match second {
            Some((other, near)) if near >= clarify && score - near < margin => Choice::Between(vec![best, other]),
            _ if score >= start => Choice::Start(best),
            _ => Choice::None,
        },
        _ => Choice::None,
    }
}
