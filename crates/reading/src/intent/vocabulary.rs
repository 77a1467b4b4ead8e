//! The features that the examples have, what each is worth, and texts as vectors of them.

use super::features::{KIND_WEIGHTS, Reader, kind_of};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// A text as weights of features, by growing number of the feature.
pub type Vector = Vec<(u32, f32)>;

/// Features are hashes already; hashing them again would take half the time of a classification.
#[derive(Debug, Default, Clone, Copy)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("features are single numbers");
    }
    fn write_u64(&mut self, feature: u64) {
        self.0 = feature;
    }
}

type ByFeature<T> = HashMap<u64, T, BuildHasherDefault<AsIs>>;

/// Every known feature with its number and its weight, the rarer the heavier.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    numbers: ByFeature<u32>,
    features: Vec<u64>,
    rarities: Vec<f32>,
}

/// Buffers for reading one text after the other.
#[derive(Debug, Default)]
pub struct Scratch {
    reader: Reader,
    features: Vec<u64>,
    numbers: Vec<u32>,
}

impl Vocabulary {
    /// The features of these texts, at most so many: those that the most texts have.
    pub fn learn<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> Self {
        let mut counts = ByFeature::<u32>::default();
        let (mut reader, mut features, mut total) = (Reader::default(), Vec::new(), 0f32);
        for text in texts {
            reader.read(text, &mut features);
            features.sort_unstable();
            features.dedup();
            features.iter().for_each(|feature| *counts.entry(*feature).or_default() += 1);
            total += 1.0;
        }
        let mut counted: Vec<(u64, u32)> = counts.into_iter().collect();
        counted.sort_unstable_by_key(|(feature, count)| (std::cmp::Reverse(*count), *feature));
        counted.truncate(most);
        // Neighbours in number share cache lines: frequent features stand together, and rare ones are seldom met.
        let rarities = counted.iter().map(|(_, count)| ((1.0 + total) / (1.0 + *count as f32)).ln() + 1.0).collect();
        Self::from_parts(counted.into_iter().map(|(feature, _)| feature).collect(), rarities)
    }

    /// From what [`Vocabulary::features`] and [`Vocabulary::rarities`] gave.
    pub fn from_parts(features: Vec<u64>, rarities: Vec<f32>) -> Self {
        let numbers = features.iter().enumerate().map(|(number, feature)| (*feature, number as u32)).collect();
        Self { numbers, features, rarities }
    }

    /// All features, by number.
    pub fn features(&self) -> &[u64] {
        &self.features
    }

    /// The weight of every feature, by number.
    pub fn rarities(&self) -> &[f32] {
        &self.rarities
    }

    /// A text as a vector, each kind of feature as long as it weighs; and the share of its features that are known.
    pub fn vector(&self, text: &str, scratch: &mut Scratch, vector: &mut Vector) -> f32 {
        let Scratch { reader, features, numbers } = scratch;
        reader.read(text, features);
        numbers.clear();
        numbers.extend(features.iter().filter_map(|feature| self.numbers.get(feature)));
        numbers.sort_unstable();
        vector.clear();
        let mut squares = [0f32; KIND_WEIGHTS.len()];
        for same in numbers.chunk_by(|one, other| one == other) {
            let weight = (1.0 + (same.len() as f32).ln()) * self.rarities[same[0] as usize];
            squares[self.kind(same[0])] += weight * weight;
            vector.push((same[0], weight));
        }
        for (number, weight) in vector.iter_mut() {
            let kind = self.kind(*number);
            *weight *= KIND_WEIGHTS[kind] / squares[kind].sqrt();
        }
        numbers.len() as f32 / features.len().max(1) as f32
    }

    fn kind(&self, number: u32) -> usize {
        kind_of(self.features[number as usize])
    }
}
