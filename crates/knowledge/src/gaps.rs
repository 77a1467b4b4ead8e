//! Questions that nobody could answer, gathered into articles that somebody might write.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::index::{IndexError, Reader};
use crate::limits::{GAP_EXAMPLES_MAX, GAP_QUESTIONS_MAX, GAP_TERMS_MAX};
use crate::search::Query;
use crate::terms::terms;

/// How alike two groups must be on average to become one.
const ALIKE: f32 = 0.25;
/// Questions that make a gap; fewer are single questions.
const GAP_MIN: usize = 2;

/// Questions about one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// How many questions.
    pub size: usize,
    /// The most typical ones first, as they were given.
    pub examples: Vec<String>,
    /// What they have in common, strongest first; stems, not words.
    pub key_terms: Vec<String>,
    /// The article that comes nearest, with its confidence: perhaps it only wants a paragraph more.
    pub nearest: Option<(String, f64)>,
}

/// The gaps, largest first, and what was left out of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Gaps {
    pub gaps: Vec<Gap>,
    /// Questions that resemble no other.
    pub single: usize,
    /// Questions beyond `limits::GAP_QUESTIONS_MAX`, not looked at.
    pub left_out: usize,
}

type Vector = BTreeMap<u32, f32>;

/// Gathers unanswered questions. They must be redacted: examples are shown.
pub fn gaps(reader: &Reader, questions: &[String], language: &str) -> Result<Gaps, IndexError> {
    let looked_at = &questions[..questions.len().min(GAP_QUESTIONS_MAX)];
    let split: Vec<Vec<String>> = looked_at.iter().map(|question| terms(question, language)).collect();
    let (names, vectors) = vectors(&split);
    let groups = gather(&vectors);
    let mut found = Gaps { left_out: questions.len() - looked_at.len(), ..Gaps::default() };
    for group in groups {
        if group.len() < GAP_MIN {
            found.single += group.len();
            continue;
        }
        let mut sum = Vector::new();
        group.iter().flat_map(|one| &vectors[*one]).for_each(|(term, weight)| *sum.entry(*term).or_default() += weight);
        let mut typical: Vec<(usize, f32)> = group.iter().map(|one| (*one, dot(&vectors[*one], &sum))).collect();
        typical.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut strongest: Vec<(u32, f32)> = sum.into_iter().collect();
        strongest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let key_terms: Vec<String> =
            strongest.iter().take(GAP_TERMS_MAX).map(|(term, _)| names[*term as usize].to_owned()).collect();
        let examples: Vec<String> =
            typical.iter().take(GAP_EXAMPLES_MAX).map(|(one, _)| looked_at[*one].clone()).collect();
        let nearest = reader.search(&Query { limit: 1, ..Query::new(&examples[0]) })?;
        let nearest = nearest.hits.into_iter().next().map(|hit| (hit.article, hit.confidence));
        found.gaps.push(Gap { size: group.len(), examples, key_terms, nearest });
    }
    found.gaps.sort_by_key(|gap| std::cmp::Reverse(gap.size));
    Ok(found)
}

/// Each question as a vector of length one: how often a term stands in it, times how rare it is among the questions.
fn vectors(split: &[Vec<String>]) -> (Vec<&str>, Vec<Vector>) {
    let mut spread: BTreeMap<&str, usize> = BTreeMap::new();
    for question in split {
        for term in question.iter().map(String::as_str).collect::<BTreeSet<_>>() {
            *spread.entry(term).or_default() += 1;
        }
    }
    let names: Vec<&str> = spread.keys().copied().collect();
    let number: BTreeMap<&str, u32> = (0..).zip(&names).map(|(at, name)| (*name, at)).collect();
    let one = |question: &Vec<String>| {
        let mut vector = Vector::new();
        for term in question {
            let rare = ((1 + split.len()) as f32 / (1 + spread[term.as_str()]) as f32).ln() + 1.0;
            *vector.entry(number[term.as_str()]).or_default() += rare;
        }
        let length = vector.values().map(|weight| weight * weight).sum::<f32>().sqrt();
        vector.values_mut().for_each(|weight| *weight /= length.max(f32::MIN_POSITIVE));
        vector
    };
    let vectors = split.iter().map(one).collect();
    (names, vectors)
}

fn dot(a: &Vector, b: &Vector) -> f32 {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    few.iter().filter_map(|(term, weight)| many.get(term).map(|other| weight * other)).sum()
}

/// Joins the two groups that are most alike on average, again and again, until none are alike enough. The sum of a group's vectors
/// times the sum of another's is the sum of all their likenesses, so that no table of pairs of questions is kept.
fn gather(vectors: &[Vector]) -> Vec<Vec<usize>> {
    let count = vectors.len();
    let mut groups: Vec<Vec<usize>> = (0..count).map(|one| vec![one]).collect();
    let mut alike = vec![0.0f32; count * count];
    for a in 0..count {
        for b in 0..a {
            let likeness = dot(&vectors[a], &vectors[b]);
            (alike[a * count + b], alike[b * count + a]) = (likeness, likeness);
        }
    }
    let best_of = |row: usize, alike: &[f32], groups: &[Vec<usize>]| {
        let mean = |other: usize| alike[row * count + other] / (groups[row].len() * groups[other].len()) as f32;
        let others = (0..count).filter(|other| *other != row && !groups[*other].is_empty());
        others.map(|other| (other, mean(other))).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    };
    let mut nearest: Vec<Option<(usize, f32)>> = (0..count).map(|row| best_of(row, &alike, &groups)).collect();
    loop {
        let rows = nearest.iter().enumerate().filter_map(|(row, near)| near.map(|(other, mean)| (row, other, mean)));
        let Some((into, from, mean)) = rows.max_by(|a, b| a.2.total_cmp(&b.2).then(b.0.cmp(&a.0))) else { break };
        if mean < ALIKE {
            break;
        }
        let moved = std::mem::take(&mut groups[from]);
        groups[into].extend(moved);
        nearest[from] = None;
        for other in 0..count {
            alike[into * count + other] += alike[from * count + other];
            alike[other * count + into] = alike[into * count + other];
        }
        for row in (0..count).filter(|row| !groups[*row].is_empty()).collect::<Vec<_>>() {
            if row == into || nearest[row].is_some_and(|(other, _)| other == into || other == from) {
                nearest[row] = best_of(row, &alike, &groups);
            }
        }
    }
    groups.into_iter().filter(|group| !group.is_empty()).collect()
}
