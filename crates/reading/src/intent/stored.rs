//! A model as bytes: a magic word, a version, the parts in order, and a checksum. No words of customers are in it.

use super::{
    limits::{INTENTS_MAX, SLUG_BYTES_MAX, WEIGHTS_MAX},
    linear::Packed,
    model::IntentModel,
    scale::Scale,
    vocabulary::Vocabulary,
};
use sha2::{Digest, Sha256};

const MAGIC: [u8; 8] = *b"sbintent";
/// Counts up when the meaning of the bytes changes; what features are is part of it.
const VERSION: u32 = 1;
const CHECKSUM_BYTES: usize = 32;

/// Why bytes are no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// They begin differently.
    #[error("this is no intent model: give the bytes that a model was stored as")]
    NotAModel,
    /// Written by another version of this program.
    #[error("the intent model has format {found}, this program reads {known}: train it again from its set")]
    OtherVersion {
        /// In the bytes.
        found: u32,
        /// Read by this program.
        known: u32,
    },
    /// Cut off or changed.
    #[error("the intent model is damaged ({what}): restore it, or train it again from its set")]
    Damaged {
        /// What is wrong.
        what: &'static str,
    },
}

impl IntentModel {
    /// The model as bytes, for [`IntentModel::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.weights.rows.len() + self.features() * 16 + 4096);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.seed.to_le_bytes());
        bytes.extend(self.fingerprint);
        for number in [self.scale.sharpness, self.scale.outside.0, self.scale.outside.1] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend((self.slugs.len() as u32).to_le_bytes());
        for slug in &self.slugs {
            bytes.extend((slug.len() as u32).to_le_bytes());
            bytes.extend(slug.as_bytes());
        }
        bytes.extend((self.features() as u32).to_le_bytes());
        self.vocabulary.features().iter().for_each(|feature| bytes.extend(feature.to_le_bytes()));
        self.vocabulary.rarities().iter().for_each(|rarity| bytes.extend(rarity.to_le_bytes()));
        self.weights.scales.iter().for_each(|scale| bytes.extend(scale.to_le_bytes()));
        bytes.extend(self.weights.rows.iter().map(|weight| weight.to_le_bytes()[0]));
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }

    /// The model that was stored as these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let mut rest = Rest(bytes.strip_prefix(&MAGIC).ok_or(StoredError::NotAModel)?);
        let found = rest.number()?;
        if found != VERSION {
            return Err(StoredError::OtherVersion { found, known: VERSION });
        }
        let content = bytes.len().checked_sub(CHECKSUM_BYTES).ok_or(CUT)?;
        if Sha256::digest(&bytes[..content])[..] != bytes[content..] {
            return Err(StoredError::Damaged { what: "its checksum is wrong" });
        }
        let seed = u64::from_le_bytes(rest.array()?);
        let fingerprint = rest.array()?;
        let scale = Scale { sharpness: rest.weight()?, outside: (rest.weight()?, rest.weight()?) };
        let intents = rest.count(INTENTS_MAX)?;
        let slugs = (0..intents).map(|_| rest.slug()).collect::<Result<Vec<String>, _>>()?;
        let features = rest.count(WEIGHTS_MAX)?;
        if intents < 2 || features * intents > WEIGHTS_MAX {
            return Err(StoredError::Damaged { what: "its size is impossible" });
        }
        let hashes = rest.take(features * 8)?.chunks_exact(8).map(|eight| u64::from_le_bytes(array(eight))).collect();
        let rarities = rest.weights(features)?;
        let vocabulary = Vocabulary::from_parts(hashes, rarities);
        let scales = rest.weights(features + 1)?;
        let rows = rest.take((features + 1) * intents)?.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
        if rest.0.len() != CHECKSUM_BYTES {
            return Err(StoredError::Damaged { what: "something follows its end" });
        }
        Ok(Self { seed, fingerprint, slugs, vocabulary, weights: Packed { intents, scales, rows }, scale })
    }
}

const CUT: StoredError = StoredError::Damaged { what: "it is cut off" };

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], StoredError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StoredError> {
        Ok(array(self.take(N)?))
    }

    fn number(&mut self) -> Result<u32, StoredError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn count(&mut self, most: usize) -> Result<usize, StoredError> {
        let count = self.number()? as usize;
        if count > most { Err(StoredError::Damaged { what: "its size is impossible" }) } else { Ok(count) }
    }

    fn weight(&mut self) -> Result<f32, StoredError> {
        let weight = f32::from_le_bytes(self.array()?);
        if weight.is_finite() { Ok(weight) } else { Err(StoredError::Damaged { what: "a number is none" }) }
    }

    fn weights(&mut self, count: usize) -> Result<Vec<f32>, StoredError> {
        (0..count).map(|_| self.weight()).collect()
    }

    fn slug(&mut self) -> Result<String, StoredError> {
        let length = self.count(SLUG_BYTES_MAX)?;
        let bytes = self.take(length)?.to_vec();
        String::from_utf8(bytes).map_err(|_| StoredError::Damaged { what: "a slug is no text" })
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("so many bytes were taken")
}
