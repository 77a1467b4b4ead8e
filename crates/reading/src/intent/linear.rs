//! A linear support vector machine per intent against all others, trained side by side.
//!
//! Squared hinge loss, dual coordinate descent (Hsieh et al., 2008). One pass over a text's features serves all intents: the
//! weights of a feature for every intent stand in one row. That is what makes it fast enough to train while somebody waits.

use super::vocabulary::Vector;
use signalbox_stats::Rng;

/// How much an error costs against large weights. Chosen by cross-validation on training sets.
const COST: f32 = 1.5;
/// Passes over the examples at most; accuracy stays the same with more.
const PASSES_MAX: usize = 8;
/// Steps below this change no decision.
const STEP_MIN: f32 = 1e-4;
/// Passes end early once no step is larger.
const STEP_SETTLED: f32 = 1e-2;

/// Weights of features (rows) for intents (columns). The first row is what every text gets.
#[derive(Debug, Clone)]
pub struct Weights {
    pub intents: usize,
    pub rows: Vec<f32>,
}

/// Trains from vectors and the place of each one's intent.
pub fn train(vectors: &[&Vector], places: &[usize], intents: usize, features: usize, mut rng: Rng) -> Weights {
    let mut weights = Weights { intents, rows: vec![0.0; (features + 1) * intents] };
    let mut duals = vec![0f32; vectors.len() * intents];
    let softness = 0.5 / COST;
    let mut order: Vec<usize> = (0..vectors.len()).collect();
    let mut scores = vec![0f32; intents];
    for _ in 0..PASSES_MAX {
        rng.shuffle(&mut order);
        let mut largest = 0f32;
        for &at in &order {
            weights.score(vectors[at], &mut scores);
            let square: f32 = 1.0 + vectors[at].iter().map(|(_, weight)| weight * weight).sum::<f32>();
            let duals = &mut duals[at * intents..][..intents];
            let moved = step(&mut scores, duals, places[at], softness, 1.0 / (square + softness));
            if moved > STEP_MIN {
                weights.add(vectors[at], &scores);
            }
            largest = largest.max(moved);
        }
        if largest < STEP_SETTLED {
            break;
        }
    }
    weights
}

/// The best change of one example's duals for all intents. Scores become the change of the weights; the largest is returned.
fn step(scores: &mut [f32], duals: &mut [f32], place: usize, softness: f32, rate: f32) -> f32 {
    let mut moved = 0f32;
    for (at, (score, dual)) in scores.iter_mut().zip(duals).enumerate() {
        let side = if at == place { 1.0 } else { -1.0 };
        let slope = side * *score - 1.0 + softness * *dual;
        let next = (*dual - slope * rate).max(0.0);
        let change = next - *dual;
        *dual = next;
        *score = change * side;
        moved = moved.max(change.abs());
    }
    moved
}

impl Weights {
    /// The score of every intent: above zero speaks for it.
    pub fn score(&self, vector: &Vector, scores: &mut [f32]) {
        scores.copy_from_slice(&self.rows[..self.intents]);
        for (number, weight) in vector {
            let row = &self.rows[(*number as usize + 1) * self.intents..][..self.intents];
            scores.iter_mut().zip(row).for_each(|(score, row)| *score += weight * row);
        }
    }

    fn add(&mut self, vector: &Vector, change: &[f32]) {
        self.rows[..self.intents].iter_mut().zip(change).for_each(|(row, change)| *row += change);
        for (number, weight) in vector {
            let row = &mut self.rows[(*number as usize + 1) * self.intents..][..self.intents];
            row.iter_mut().zip(change).for_each(|(row, change)| *row += weight * change);
        }
    }
}

/// The same weights in a quarter of the memory: a byte each, and a scale per row. Decisions stay the same but for near ties.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    pub intents: usize,
    pub scales: Vec<f32>,
    pub rows: Vec<i8>,
}

impl Packed {
    /// Rounds every row to its own scale.
    pub fn from_weights(weights: &Weights) -> Self {
        let mut packed =
            Self { intents: weights.intents, scales: Vec::new(), rows: Vec::with_capacity(weights.rows.len()) };
        for row in weights.rows.chunks(weights.intents) {
            let largest = row.iter().fold(0f32, |largest, weight| largest.max(weight.abs()));
            let scale = largest / 127.0;
            packed.scales.push(scale);
            packed.rows.extend(row.iter().map(|weight| if scale > 0.0 { (weight / scale).round() as i8 } else { 0 }));
        }
        packed
    }

    /// The score of every intent: above zero speaks for it.
    pub fn score(&self, vector: &Vector, scores: &mut Vec<f32>) {
        scores.clear();
        scores.extend(self.rows[..self.intents].iter().map(|weight| f32::from(*weight) * self.scales[0]));
        for (number, weight) in vector {
            let number = *number as usize + 1;
            let weight = weight * self.scales[number];
            let row = &self.rows[number * self.intents..][..self.intents];
            scores.iter_mut().zip(row).for_each(|(score, row)| *score += weight * f32::from(*row));
        }
    }
}
