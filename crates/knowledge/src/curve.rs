//! What a confidence floor would do, on questions whose answers somebody has marked: the choice is a person's.

use serde::Serialize;

use crate::index::{IndexError, Reader};
use crate::limits::LABELLED_MAX;
use crate::search::Query;

/// A question and the articles that answer it; none means that the library has no answer, and silence is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledQuestion {
    pub question: String,
    pub relevant: Vec<String>,
}

/// What happens at one floor. A share of nothing is `None`: it cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    pub floor: f64,
    /// Of all questions, how many are answered.
    pub answered_ratio: f64,
    /// Of those answered, how many with a relevant article in the first place.
    pub right_ratio: Option<f64>,
    /// Of those that the library answers, how many are not answered rightly: left unanswered, or answered from another article.
    pub missed_ratio: Option<f64>,
}

/// Why there is no curve.
#[derive(Debug, thiserror::Error)]
pub enum NoCurve {
    #[error("there are no labelled questions; mark at least some fifty with the articles that answer them")]
    NoQuestions,
    #[error("there are {0} labelled questions, {LABELLED_MAX} are allowed; take a sample")]
    TooMany(usize),
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Floors from 0 to 1 in steps of 0.05, lowest first.
pub fn curve(reader: &Reader, labelled: &[LabelledQuestion], collections: &[String]) -> Result<Vec<Point>, NoCurve> {
    if labelled.is_empty() {
        return Err(NoCurve::NoQuestions);
    }
    if labelled.len() > LABELLED_MAX {
        return Err(NoCurve::TooMany(labelled.len()));
    }
    let mut asked = Vec::new();
    for one in labelled {
        let result = reader.search(&Query { limit: 1, collections, ..Query::new(&one.question) })?;
        // Only the first article is given as an answer, so its confidence decides.
        let first = result.hits.first();
        let is_right = first.is_some_and(|hit| one.relevant.contains(&hit.article));
        asked.push((first.map(|hit| hit.confidence), is_right, !one.relevant.is_empty()));
    }
    Ok((0..=20).map(|step| point(&asked, f64::from(step) / 20.0)).collect())
}

fn point(asked: &[(Option<f64>, bool, bool)], floor: f64) -> Point {
    let is_answered = |confidence: Option<f64>| confidence.is_some_and(|confidence| confidence >= floor);
    let answered = asked.iter().filter(|(confidence, _, _)| is_answered(*confidence)).count();
    let right = asked.iter().filter(|(confidence, is_right, _)| is_answered(*confidence) && *is_right).count();
    let answerable = asked.iter().filter(|(_, _, is_answerable)| *is_answerable).count();
    let ratio = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
    Point {
        floor,
        answered_ratio: answered as f64 / asked.len() as f64,
        right_ratio: ratio(right, answered),
        missed_ratio: ratio(answerable.saturating_sub(right), answerable),
    }
}
