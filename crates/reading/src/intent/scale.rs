//! From scores to probabilities, on texts that were held out of the training.

use serde::Serialize;
use signalbox_stats::Rng;

/// One text in so many is taken to be about something else when [`Scale::none_of_these`] is set: nobody knows the share in a
/// centre's real traffic, and this one is stated rather than guessed anew.
pub const OUTSIDE_SHARE: f64 = 0.2;
/// Held-out texts below which a probability is not fitted.
const HELD_OUT_MIN: usize = 20;
/// Where nothing can be held out: found on public sets of intents.
const SHARPNESS_BY_DEFAULT: f32 = 3.0;
const OUTSIDE_BY_DEFAULT: (f32, f32) = (1.5, -4.0);

/// Turns scores into probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scale {
    /// Scores are multiplied by it before they become shares.
    pub sharpness: f32,
    /// Intercept and slope of the log-odds that a text of this familiarity belongs to no intent.
    pub outside: (f32, f32),
}

impl Default for Scale {
    fn default() -> Self {
        Self { sharpness: SHARPNESS_BY_DEFAULT, outside: OUTSIDE_BY_DEFAULT }
    }
}

/// A held-out text's scores, and where its intent stands.
pub struct HeldOut {
    pub scores: Vec<f32>,
    pub place: usize,
}

/// How much a text is like the examples: its best score, and the share of its features that are known. Both halves were weighed
/// by leaving intents out of training sets.
pub fn familiarity(best: f32, known: f32) -> f32 {
    best + known
}

impl Scale {
    /// Turns scores into shares that sum to 1.
    pub fn shares(&self, scores: &mut [f32]) {
        let best = scores.iter().fold(f32::NEG_INFINITY, |best, score| best.max(*score));
        scores.iter_mut().for_each(|score| *score = ((*score - best) * self.sharpness).exp());
        let total: f32 = scores.iter().sum();
        scores.iter_mut().for_each(|score| *score /= total);
    }

    /// How likely a text of this familiarity belongs to no intent.
    pub fn none_of_these(&self, familiarity: f32) -> f32 {
        1.0 / (1.0 + (-self.outside.0 - self.outside.1 * familiarity).exp())
    }
}

/// The sharpness under which the held-out texts are likeliest. Golden-section search: the likelihood has one peak.
pub fn sharpness(held_out: &[HeldOut]) -> f32 {
    if held_out.len() < HELD_OUT_MIN {
        return SHARPNESS_BY_DEFAULT;
    }
    let surprise = |sharpness: f32| -> f64 {
        let of = |text: &HeldOut| {
            let own = text.scores[text.place];
            let sum: f64 = text.scores.iter().map(|score| f64::from((score - own) * sharpness).exp()).sum();
            sum.ln()
        };
        held_out.iter().map(of).sum()
    };
    let (mut low, mut high) = (0.2f32, 30.0f32);
    let ratio = 0.618_034;
    for _ in 0..24 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if surprise(left) < surprise(right) { high = right } else { low = left }
    }
    (low + high) / 2.0
}

/// Logistic regression of "belongs to no intent" on familiarity, both sides weighed to [`OUTSIDE_SHARE`]. Newton's method.
pub fn outside(inside: &[f32], outside: &[f32]) -> (f32, f32) {
    if inside.len() < HELD_OUT_MIN || outside.len() < HELD_OUT_MIN {
        return OUTSIDE_BY_DEFAULT;
    }
    let weigh = |count: usize, share: f64| share / count as f64;
    let sides =
        [(inside, 0.0, weigh(inside.len(), 1.0 - OUTSIDE_SHARE)), (outside, 1.0, weigh(outside.len(), OUTSIDE_SHARE))];
    let (mut intercept, mut slope) = ((OUTSIDE_SHARE / (1.0 - OUTSIDE_SHARE)).ln(), 0.0f64);
    for _ in 0..50 {
        // A little resistance keeps the slope finite where the sides do not overlap.
        let (mut pull, mut curve) = ([0.0, 1e-3 * slope], [1e-9, 0.0, 1e-3]);
        for (texts, is_outside, weight) in sides {
            for familiarity in texts.iter().map(|familiarity| f64::from(*familiarity)) {
                let chance = 1.0 / (1.0 + (-intercept - slope * familiarity).exp());
                let (away, bend) = (weight * (chance - is_outside), weight * chance * (1.0 - chance));
                pull = [pull[0] + away, pull[1] + away * familiarity];
                curve = [curve[0] + bend, curve[1] + bend * familiarity, curve[2] + bend * familiarity * familiarity];
            }
        }
        let size = curve[0] * curve[2] - curve[1] * curve[1];
        let steps =
            [(curve[2] * pull[0] - curve[1] * pull[1]) / size, (curve[0] * pull[1] - curve[1] * pull[0]) / size];
        intercept -= steps[0].clamp(-4.0, 4.0);
        slope -= steps[1].clamp(-4.0, 4.0);
        if steps[0].abs() + steps[1].abs() < 1e-6 {
            break;
        }
    }
    (intercept as f32, slope as f32)
}

/// Deals texts into parts so that every intent is spread over all of them: the part of each text.
pub fn dealt(places: &[usize], intents: usize, parts: usize, rng: &mut Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    rng.shuffle(&mut order);
    let mut next: Vec<usize> = (0..intents).collect();
    let mut dealt = vec![0; places.len()];
    for at in order {
        dealt[at] = next[places[at]] % parts;
        next[places[at]] += 1;
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharpness_makes_shares_as_right_as_they_say() {
        // Two intents one point apart, right three times out of four: the odds 3 are e to the power of ln 3.
        let held_out: Vec<HeldOut> =
            (0..400).map(|at| HeldOut { scores: vec![1.0, 0.0], place: usize::from(at % 4 == 0) }).collect();
        assert!((sharpness(&held_out) - 3f32.ln()).abs() < 0.01, "{}", sharpness(&held_out));
    }

    #[test]
    fn unfamiliar_texts_are_likely_outside_and_the_middle_leans_to_the_stated_share() {
        let inside: Vec<f32> = (0..100).map(|at| 1.0 + at as f32 / 50.0).collect();
        let others: Vec<f32> = (0..100).map(|at| at as f32 / 50.0).collect();
        let scale = Scale { outside: outside(&inside, &others), ..Scale::default() };
        assert!(scale.none_of_these(0.0) > 0.6 && scale.none_of_these(3.0) < 0.05, "{scale:?}");
        let mean =
            |texts: &[f32]| texts.iter().map(|f| f64::from(scale.none_of_these(*f))).sum::<f64>() / texts.len() as f64;
        let expected = OUTSIDE_SHARE * mean(&others) + (1.0 - OUTSIDE_SHARE) * mean(&inside);
        assert!((expected - OUTSIDE_SHARE).abs() < 0.02, "{expected}");
    }

    #[test]
    fn every_part_has_some_of_every_intent() {
        let places: Vec<usize> = (0..60).map(|at| at % 5).collect();
        let parts = dealt(&places, 5, 3, &mut Rng::seeded(1));
        for part in 0..3 {
            for intent in 0..5 {
                assert_eq!((0..60).filter(|at| parts[*at] == part && places[*at] == intent).count(), 4);
            }
        }
    }
}
