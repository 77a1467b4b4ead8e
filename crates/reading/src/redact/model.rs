//! The model: a chain of labels over pieces, weights in one byte each, read from the embedded file.

use super::features::{Features, Known, ROW_BITS, WORD_BITS};
use super::kinds::PersonalKind;
use std::borrow::Cow;

/// Labels that the model knows, the first of them "nothing".
pub const LABELS: usize = 13;
/// Labels with room to a power of two, so that a row is one load.
pub const WIDTH: usize = 16;
/// The kinds behind the labels from 1 on.
pub const LABELLED: [PersonalKind; LABELS - 1] = [
    PersonalKind::Name,
    PersonalKind::CardNumber,
    PersonalKind::AccountNumber,
    PersonalKind::NationalId,
    PersonalKind::Email,
    PersonalKind::Phone,
    PersonalKind::Address,
    PersonalKind::PostCode,
    PersonalKind::Password,
    PersonalKind::Reference,
    PersonalKind::Place,
    PersonalKind::Organisation,
];

const MAGIC: &[u8; 8] = b"sbredac1";
const HEAD: usize = MAGIC.len() + 3 * 4;
const CHAIN: usize = (WIDTH + 1) * WIDTH * 4;
const KNOWN: usize = (1 << WORD_BITS) / 8;
const ROWS: usize = (1 << ROW_BITS) * WIDTH;
/// Bytes of a file of weights.
const FILE: usize = HEAD + CHAIN + KNOWN + ROWS;
/// One step of a weight in the file.
const STEP: f32 = 1.0 / 16.0;

/// A file of weights that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoWeights {
    /// It is not such a file, or of another version.
    #[error(
        "the file does not begin like weights of this version; train them again with `cargo xtask train redaction`"
    )]
    Version,
    /// It was cut off or belongs to another layout.
    #[error("the weights have {have} bytes and must have {FILE}; train them again with `cargo xtask train redaction`")]
    Length {
        /// Bytes of the file.
        have: usize,
    },
}

/// Weights, ready to be used.
pub struct Model {
    bytes: Cow<'static, [u8]>,
    /// From this probability on a piece is found.
    pub threshold: f32,
    /// The same for a kind that was asked for.
    pub asked_threshold: f32,
    /// Factors of one label after another; the last row is the beginning of a turn.
    chain: [[f32; WIDTH]; WIDTH + 1],
}

/// For every label how probable it is.
pub type Odds = [f32; WIDTH];

impl Model {
    /// Reads weights.
    pub fn read(bytes: Cow<'static, [u8]>) -> Result<Self, NoWeights> {
        if !bytes.starts_with(MAGIC) {
            return Err(NoWeights::Version);
        }
        if bytes.len() != FILE {
            return Err(NoWeights::Length { have: bytes.len() });
        }
        let float = |at: usize| f32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let (threshold, asked_threshold) = (float(MAGIC.len()), float(MAGIC.len() + 4));
        let mut chain = [[0.0; WIDTH]; WIDTH + 1];
        for (from, row) in chain.iter_mut().enumerate() {
            for (to, factor) in row.iter_mut().enumerate().take(LABELS) {
                *factor = float(HEAD + 4 * (from * WIDTH + to)).exp();
            }
        }
        Ok(Self { threshold, asked_threshold, chain, bytes })
    }

    /// Writes weights.
    pub fn write(thresholds: [f32; 2], chain: &[f32], known: &[u8], rows: &[f32]) -> Vec<u8> {
        assert_eq!((chain.len() * 4, known.len(), rows.len()), (CHAIN, KNOWN, ROWS), "the layout of weights is fixed");
        let mut bytes = Vec::with_capacity(FILE);
        bytes.extend(MAGIC);
        bytes.extend(thresholds.iter().chain(&[STEP]).flat_map(|value| value.to_le_bytes()));
        bytes.extend(chain.iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend(known);
        bytes.extend(rows.iter().map(|weight| (weight / STEP).round().clamp(-127.0, 127.0) as i8 as u8));
        bytes
    }

    /// The words that are no personal data.
    pub fn known(&self) -> Known<'_> {
        Known(&self.bytes[HEAD + CHAIN..HEAD + CHAIN + KNOWN])
    }

    /// How well each label fits one piece alone, as factors of which the largest is 1.
    pub fn fit(&self, features: &Features) -> Odds {
        let rows = &self.bytes[HEAD + CHAIN + KNOWN..];
        let mut sums = [0i32; WIDTH];
        for row in &features.rows {
            let begins = *row as usize * WIDTH;
            let weights: &[u8; WIDTH] = rows[begins..begins + WIDTH].try_into().expect("a row");
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i32::from(*weight as i8);
            }
        }
        as_factors(&sums.map(|sum| sum as f32 * STEP))
    }

    /// For every piece how probable each label is, given how well each fits alone.
    pub fn odds(&self, fits: &[Odds]) -> Vec<Odds> {
        odds(&self.chain, fits).0
    }
}

/// Scores as factors of which the largest is 1; labels that do not exist have none.
pub fn as_factors(scores: &Odds) -> Odds {
    let most = scores[..LABELS].iter().copied().fold(f32::MIN, f32::max);
    let mut factors = [0.0; WIDTH];
    for (factor, score) in factors.iter_mut().zip(&scores[..LABELS]) {
        *factor = (score - most).exp();
    }
    factors
}

/// Forward and backward over the chain: how probable each label is at each piece, and the sums before each piece, which
/// training needs for pairs.
pub fn odds(chain: &[[f32; WIDTH]; WIDTH + 1], fits: &[Odds]) -> (Vec<Odds>, Vec<Odds>, Vec<Odds>) {
    let mut before: Vec<Odds> = Vec::with_capacity(fits.len());
    for (at, fit) in fits.iter().enumerate() {
        let mut sums = if at == 0 { chain[WIDTH] } else { [0.0; WIDTH] };
        if at > 0 {
            for (weight, row) in before[at - 1].iter().zip(&chain[..WIDTH]) {
                sums.iter_mut().zip(row).for_each(|(sum, factor)| *sum += weight * factor);
            }
        }
        sums.iter_mut().zip(fit).for_each(|(sum, fit)| *sum *= fit);
        scale(&mut sums);
        before.push(sums);
    }
    let mut after = vec![[1.0; WIDTH]; fits.len()];
    for at in (0..fits.len().saturating_sub(1)).rev() {
        let mut next = after[at + 1];
        next.iter_mut().zip(&fits[at + 1]).for_each(|(next, fit)| *next *= fit);
        let mut sums = [0.0; WIDTH];
        for (sum, row) in sums.iter_mut().zip(&chain[..WIDTH]) {
            *sum = row.iter().zip(&next).map(|(factor, next)| factor * next).sum();
        }
        scale(&mut sums);
        after[at] = sums;
    }
    let mut odds = before.clone();
    for (odds, after) in odds.iter_mut().zip(&after) {
        odds.iter_mut().zip(after).for_each(|(odds, after)| *odds *= after);
        scale(odds);
    }
    (odds, before, after)
}

/// Makes the sum 1, so that long turns neither overflow nor vanish.
fn scale(sums: &mut Odds) {
    let sum: f32 = sums.iter().sum();
    let by = if sum > f32::MIN_POSITIVE { 1.0 / sum } else { 0.0 };
    sums.iter_mut().for_each(|value| *value *= by);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_weights_is_refused_with_what_to_do() {
        assert_eq!(Model::read(Cow::Borrowed(b"hello")).err(), Some(NoWeights::Version));
        let short = Model::read(Cow::Borrowed(MAGIC)).err().expect("too short");
        assert_eq!(short, NoWeights::Length { have: 8 });
        assert!(short.to_string().contains("cargo xtask train redaction"));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut rows = vec![0.0; ROWS];
        rows[1] = 2.0;
        let bytes = Model::write([0.5, 0.1], &vec![0.0; CHAIN / 4], &vec![0; KNOWN], &rows);
        let model = Model::read(Cow::Owned(bytes)).expect("well formed");
        assert_eq!((model.threshold, model.asked_threshold), (0.5, 0.1));
        let fit = model.fit(&Features { rows: vec![0], own: 0 });
        assert_eq!(fit[1], 1.0);
        assert!((fit[0] - (-2.0f32).exp()).abs() < 1e-6);
    }

    #[test]
    fn a_chain_without_preferences_leaves_each_piece_to_itself() {
        let mut chain = [[0.0; WIDTH]; WIDTH + 1];
        chain.iter_mut().for_each(|row| row[..LABELS].fill(1.0));
        let mut fit = [0.0; WIDTH];
        (fit[0], fit[1]) = (1.0, 3.0);
        let (odds, ..) = odds(&chain, &[fit, fit, fit]);
        for odds in odds {
            assert!((odds[1] - 0.75).abs() < 1e-6);
        }
    }
}
