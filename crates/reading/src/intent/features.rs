//! What is seen in a text: words, neighbours, pairs of words that stand near each other, and pieces of words. All as hashes,
//! so that a model holds no word of a customer.

use super::words::{Words, stem};

/// How far apart two words may stand and still count as a pair, in any order: "card … arrived" and "arrived … card" meet.
/// The bound keeps the work linear in the text.
const PAIR_REACH: usize = 8;
/// Lengths of the pieces of words, which forgive misspellings.
const PIECE_LETTERS: std::ops::RangeInclusive<usize> = 2..=4;

const PRIME: u64 = 0x0100_0000_01b3;
const WORD: u64 = 0x9e37_79b9_7f4a_7c15;
const NEIGHBOURS: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PAIR: u64 = 0x1656_67b1_9e37_79f9;
const PIECE: u64 = 0x27d4_eb2f_1656_67c5;
const EDGE: u64 = 0x85eb_ca77_c2b2_ae63;

/// Features are weighed apart by kind, so that the many pieces do not drown the few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words and neighbours.
    Words = 0,
    /// Pieces of words.
    Pieces = 1,
    /// Words that stand near each other.
    Pairs = 2,
}

/// The weight of each kind; chosen by cross-validation on training sets.
pub const KIND_WEIGHTS: [f32; 3] = [1.0, 1.0, 0.8];

impl Kind {
    /// Marks a hash as a feature of this kind, in its lowest two bits.
    fn mark(self, hash: u64) -> u64 {
        scramble(hash) & !3 | self as u64
    }
}

/// The place of a feature's kind in [`KIND_WEIGHTS`]; a number that no kind has counts as the last.
pub fn kind_of(feature: u64) -> usize {
    (feature & 3).min(2) as usize
}

/// Reads texts into features. It keeps its buffers between texts.
#[derive(Debug, Default)]
pub struct Reader {
    words: Words,
    stems: Vec<u64>,
    padded: Vec<u8>,
}

impl Reader {
    /// The features of a text, with repetitions, in no particular order.
    pub fn read(&mut self, text: &str, features: &mut Vec<u64>) {
        features.clear();
        self.words.read(text);
        self.stems.clear();
        self.stems.extend(self.words.iter().map(|word| hash(WORD, stem(word).as_bytes())));
        features.extend(self.stems.iter().map(|stem| Kind::Words.mark(*stem)));
        self.neighbours(features);
        for word in self.words.iter() {
            self.padded.clear();
            self.padded.push(b' ');
            self.padded.extend(word.as_bytes());
            self.padded.push(b' ');
            pieces(&self.padded, features);
        }
    }

    /// Words side by side, in order, with the edges of the text; and pairs within reach, in any order.
    fn neighbours(&self, features: &mut Vec<u64>) {
        let mut previous = EDGE;
        for (at, stem) in self.stems.iter().enumerate() {
            features.push(Kind::Words.mark(both(NEIGHBOURS, previous, *stem)));
            previous = *stem;
            let within = self.stems.len().min(at + 1 + PAIR_REACH);
            for other in &self.stems[at + 1..within] {
                features.push(Kind::Pairs.mark(both(PAIR, *stem.min(other), *stem.max(other))));
            }
        }
        if !self.stems.is_empty() {
            features.push(Kind::Words.mark(both(NEIGHBOURS, previous, EDGE)));
        }
    }
}

/// Pieces of one word with a blank on both sides, never cutting through a character.
fn pieces(padded: &[u8], features: &mut Vec<u64>) {
    let is_begin = |byte: u8| byte & 0xc0 != 0x80;
    for begins in (0..padded.len()).filter(|at| is_begin(padded[*at])) {
        let (mut hash, mut letters) = (PIECE, 0);
        for (at, byte) in padded.iter().enumerate().skip(begins) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
            if padded.get(at + 1).is_none_or(|next| is_begin(*next)) {
                letters += 1;
                if PIECE_LETTERS.contains(&letters) {
                    features.push(Kind::Pieces.mark(hash));
                }
                if letters == *PIECE_LETTERS.end() {
                    break;
                }
            }
        }
    }
}

fn hash(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

fn both(seed: u64, one: u64, other: u64) -> u64 {
    (seed ^ one).wrapping_mul(PRIME).rotate_left(23) ^ other.wrapping_mul(WORD | 1)
}

/// Spreads a hash over all bits.
fn scramble(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}
