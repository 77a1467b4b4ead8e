//! Training a model and asking it.

use super::{
    limits::{LETTERS_MAX, LETTERS_MIN, RUNNERS_UP_MAX, WEIGHTS_MAX},
    linear::{Packed, Weights, train},
    scale::{HeldOut, Scale, dealt, familiarity, outside, sharpness},
    set::{SetError, TrainingSet},
    vocabulary::{Scratch, Vector, Vocabulary},
};
use serde::Serialize;
use signalbox_stats::Rng;

/// From this confidence on an intent is [`Verdict::Sure`].
pub const SURE: f32 = 0.8;
/// From this likelihood on a text is [`Verdict::NoneOfThese`].
pub const NONE: f32 = 0.5;
/// Sets up to this size are held out in full, a third at a time; of larger ones a fifth is enough to measure by.
const SMALL: usize = 4_000;

/// A trained classifier of texts by what their writer wants.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentModel {
    pub(super) seed: u64,
    pub(super) fingerprint: [u8; 32],
    pub(super) slugs: Vec<String>,
    pub(super) vocabulary: Vocabulary,
    pub(super) weights: Packed,
    pub(super) scale: Scale,
}

/// What a text is taken for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Guess {
    /// The likeliest intent, unless none of them is meant or nothing can be said.
    pub intent: Option<String>,
    /// How likely the best intent is the right one, if any of them is: of guesses with 0.8, four of five are right.
    pub confidence: f32,
    /// The intents that come next, with their likelihoods; under [`Verdict::NoneOfThese`] the best one leads them.
    pub runners_up: Vec<(String, f32)>,
    /// How likely the text is about something that no intent covers.
    pub none_of_these: f32,
    /// What follows from all that.
    pub verdict: Verdict,
}

/// Whether a guess may be acted on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Verdict {
    /// Confident enough.
    Sure,
    /// The best intent is named, but a person or a question back should settle it.
    Unsure {
        /// Confidence that [`Verdict::Sure`] needs.
        needed: f32,
    },
    /// The text is likely about something else.
    NoneOfThese {
        /// How likely.
        likelihood: f32,
    },
    /// There is nothing to judge by.
    CannotSay {
        /// Why.
        why: CannotSay,
    },
}

/// Why a text has no intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CannotSay {
    /// Nearly no letters.
    #[error("{letters} letters or digits are too few, {need} are needed")]
    TooShort {
        /// Read.
        letters: usize,
        /// Needed.
        need: usize,
    },
    /// No word or piece of a word is known from the examples.
    #[error("nothing in the text is known from the examples")]
    NothingKnown,
}

impl IntentModel {
    /// Learns from the examples. The same set and seed give the same model.
    pub fn train(set: &TrainingSet, seed: u64) -> Result<Self, SetError> {
        let (slugs, places) = set.checked()?;
        let rng = Rng::seeded(seed);
        let texts: Vec<&str> = set.examples.iter().map(|example| example.text.as_str()).collect();
        let sample = Sample { texts, places, intents: slugs.len() };
        let scale = sample.scale(&set.out_of_scope, &rng);
        let all: Vec<usize> = (0..sample.texts.len()).collect();
        let learner = sample.learn(&all, rng.fork("all"));
        let weights = Packed::from_weights(&learner.weights);
        Ok(Self { seed, fingerprint: set.fingerprint(), slugs, vocabulary: learner.vocabulary, weights, scale })
    }

    /// What this text is taken for.
    pub fn classify(&self, text: &str) -> Guess {
        let letters = text.chars().take(LETTERS_MAX).filter(|letter| letter.is_alphanumeric()).count();
        if letters < LETTERS_MIN {
            return cannot_say(CannotSay::TooShort { letters, need: LETTERS_MIN });
        }
        let (mut vector, mut scores) = (Vector::new(), Vec::new());
        let known = self.vocabulary.vector(text, &mut Scratch::default(), &mut vector);
        if vector.is_empty() {
            return cannot_say(CannotSay::NothingKnown);
        }
        self.weights.score(&vector, &mut scores);
        self.judge(&mut scores, known)
    }

    /// The seed it was trained with.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The hash of the set it was trained from: [`TrainingSet::fingerprint`].
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The slugs that it can name, in order.
    pub fn intents(&self) -> &[String] {
        &self.slugs
    }

    /// Features that it looks for.
    pub fn features(&self) -> usize {
        self.vocabulary.features().len()
    }

    fn judge(&self, scores: &mut [f32], known: f32) -> Guess {
        let best = scores.iter().fold(f32::NEG_INFINITY, |best, score| best.max(*score));
        let none_of_these = self.scale.none_of_these(familiarity(best, known));
        self.scale.shares(scores);
        let mut named = self.first(scores).into_iter().map(|at| (self.slugs[at].clone(), scores[at]));
        let (slug, confidence) = named.next().expect("a model has at least two intents");
        let runners_up: Vec<(String, f32)> = named.collect();
        if none_of_these >= NONE {
            let runners_up = std::iter::once((slug, confidence)).chain(runners_up).take(RUNNERS_UP_MAX).collect();
            let verdict = Verdict::NoneOfThese { likelihood: none_of_these };
            return Guess { intent: None, confidence, runners_up, none_of_these, verdict };
        }
        let verdict = if confidence >= SURE { Verdict::Sure } else { Verdict::Unsure { needed: SURE } };
        Guess { intent: Some(slug), confidence, runners_up, none_of_these, verdict }
    }

    /// The places of the largest shares, largest first.
    fn first(&self, shares: &[f32]) -> Vec<usize> {
        let mut first: Vec<usize> = Vec::with_capacity(RUNNERS_UP_MAX + 2);
        for at in 0..shares.len() {
            let place = first.iter().position(|other| shares[at] > shares[*other]).unwrap_or(first.len());
            if place <= RUNNERS_UP_MAX {
                first.insert(place, at);
                first.truncate(RUNNERS_UP_MAX + 1);
            }
        }
        first
    }
}

fn cannot_say(why: CannotSay) -> Guess {
    Guess {
        intent: None,
        confidence: 0.0,
        runners_up: Vec::new(),
        none_of_these: 0.0,
        verdict: Verdict::CannotSay { why },
    }
}

/// The examples, with the places of their intents.
struct Sample<'a> {
    texts: Vec<&'a str>,
    places: Vec<usize>,
    intents: usize,
}

/// What was learnt from some of the examples.
struct Learner {
    vocabulary: Vocabulary,
    weights: Weights,
}

impl Sample<'_> {
    fn learn(&self, chosen: &[usize], rng: Rng) -> Learner {
        let most = WEIGHTS_MAX / self.intents;
        let vocabulary = Vocabulary::learn(chosen.iter().map(|at| self.texts[*at]), most);
        let mut scratch = Scratch::default();
        let read = |at: &usize| {
            let mut vector = Vector::new();
            vocabulary.vector(self.texts[*at], &mut scratch, &mut vector);
            vector
        };
        let vectors: Vec<Vector> = chosen.iter().map(read).collect();
        let places: Vec<usize> = chosen.iter().map(|at| self.places[*at]).collect();
        let vectors: Vec<&Vector> = vectors.iter().collect();
        let weights = train(&vectors, &places, self.intents, vocabulary.features().len(), rng);
        Learner { vocabulary, weights }
    }

    /// Probabilities are fitted on examples that a model has not seen, and on intents that it has not.
    fn scale(&self, out_of_scope: &[String], rng: &Rng) -> Scale {
        let (parts, runs) = if self.texts.len() <= SMALL { (3, 3) } else { (5, 1) };
        let part_of = dealt(&self.places, self.intents, parts, &mut rng.fork("examples"));
        let mut intents: Vec<usize> = (0..self.intents).collect();
        rng.fork("intents").shuffle(&mut intents);
        let (mut held_out, mut inside, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..runs {
            let (seen, unseen): (Vec<usize>, Vec<usize>) = (0..self.texts.len()).partition(|at| part_of[*at] != run);
            let learner = self.learn(&seen, rng.fork_numbered("held out", run as u64));
            held_out.extend(
                unseen.iter().map(|at| HeldOut { scores: learner.read(self.texts[*at]).0, place: self.places[*at] }),
            );
            let is_left_out = |at: &usize| intents[self.places[*at]] % parts == run;
            let (left, kept): (Vec<usize>, Vec<usize>) = (0..self.texts.len()).partition(is_left_out);
            let seen: Vec<usize> = kept.iter().copied().filter(|at| part_of[*at] != run).collect();
            let learner = self.learn(&seen, rng.fork_numbered("left out", run as u64));
            inside.extend(kept.iter().filter(|at| part_of[**at] == run).map(|at| learner.familiarity(self.texts[*at])));
            others.extend(left.iter().map(|at| learner.familiarity(self.texts[*at])));
            others.extend(out_of_scope.iter().map(|text| learner.familiarity(text)));
        }
        Scale { sharpness: sharpness(&held_out), outside: outside(&inside, &others) }
    }
}

impl Learner {
    fn read(&self, text: &str) -> (Vec<f32>, f32) {
        let (mut scratch, mut vector) = (Scratch::default(), Vector::new());
        let known = self.vocabulary.vector(text, &mut scratch, &mut vector);
        let mut scores = vec![0.0; self.weights.intents];
        self.weights.score(&vector, &mut scores);
        (scores, known)
    }

    fn familiarity(&self, text: &str) -> f32 {
        let (scores, known) = self.read(text);
        familiarity(scores.iter().fold(f32::NEG_INFINITY, |best, score| best.max(*score)), known)
    }
}
