//! Optional: static embeddings from a local folder in the layout of model2vec (`tokenizer.json`, `model.safetensors`,
//! `config.json`). A text's vector is the mean of its tokens' vectors, so that there is no network to run and nothing to download.
//!
//! Tokenizers of the kind WordPiece, which the English model2vec models have, are read here in a few lines; another kind is refused
//! by name. That is cheaper than a tokenizer library whose build costs more than this whole crate.

use std::collections::HashMap;
use std::path::Path;

use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::limits::{EMBED_TOKENS_MAX, MODEL_BYTES_MAX};

/// Why a folder is no model.
#[derive(Debug, thiserror::Error)]
pub enum NoModel {
    #[error("`{0}` could not be read: {1}; a model folder holds tokenizer.json, model.safetensors and config.json")]
    Unreadable(&'static str, std::io::Error),
    #[error("`{0}` is not what it should be: {1}")]
    Malformed(&'static str, String),
    #[error("its tokenizer is of the kind {0}; only WordPiece is read, take an English model2vec model")]
    OtherTokenizer(String),
    #[error("its matrix has {0} bytes, {MODEL_BYTES_MAX} are allowed")]
    TooLarge(u64),
}

/// A model in memory.
#[derive(Debug)]
pub struct Model {
    tokens: HashMap<String, u32>,
    prefix: String,
    unknown: Option<u32>,
    is_lower_case: bool,
    normalises: bool,
    width: usize,
    matrix: Vec<f32>,
}

#[derive(Deserialize)]
struct TokenizerFile {
    model: TokenizerModel,
    #[serde(default)]
    normalizer: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct TokenizerModel {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    vocab: serde_json::Value,
    #[serde(default)]
    unk_token: Option<String>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
}

#[derive(Deserialize, Default)]
struct ConfigFile {
    #[serde(default = "yes")]
    normalize: bool,
}

fn yes() -> bool {
    true
}

impl Model {
    /// Reads a model folder.
    pub fn open(folder: &Path) -> Result<Model, NoModel> {
        let read =
            |name: &'static str| std::fs::read(folder.join(name)).map_err(|error| NoModel::Unreadable(name, error));
        let malformed =
            |name: &'static str| move |error: serde_json::Error| NoModel::Malformed(name, error.to_string());
        let path = folder.join("model.safetensors");
        let size = std::fs::metadata(&path).map_err(|error| NoModel::Unreadable("model.safetensors", error))?.len();
        if size > MODEL_BYTES_MAX {
            return Err(NoModel::TooLarge(size));
        }
        let file: TokenizerFile =
            serde_json::from_slice(&read("tokenizer.json")?).map_err(malformed("tokenizer.json"))?;
        let config: ConfigFile = serde_json::from_slice(&read("config.json")?).map_err(malformed("config.json"))?;
        let kind = file.model.kind.unwrap_or_else(|| "WordPiece".to_owned());
        if kind != "WordPiece" {
            return Err(NoModel::OtherTokenizer(kind));
        }
        let tokens: HashMap<String, u32> =
            serde_json::from_value(file.model.vocab).map_err(malformed("tokenizer.json"))?;
        let (width, matrix) = matrix(&read("model.safetensors")?)?;
        if tokens.values().any(|token| *token as usize * width >= matrix.len()) {
            return Err(NoModel::Malformed("model.safetensors", "it has fewer rows than there are tokens".to_owned()));
        }
        Ok(Model {
            unknown: file.model.unk_token.and_then(|token| tokens.get(&token).copied()),
            prefix: file.model.continuing_subword_prefix.unwrap_or_else(|| "##".to_owned()),
            is_lower_case: file.normalizer.is_some_and(|normalizer| normalizer["lowercase"] != false),
            normalises: config.normalize,
            tokens,
            width,
            matrix,
        })
    }

    /// Numbers in one vector.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The vector of a text; `None` when no token of it is known, which is not the same as a vector of zeros.
    pub fn embed(&self, text: &str) -> Option<Vec<f32>> {
        // What the model does not know says nothing; model2vec leaves it out, too.
        let tokens: Vec<u32> =
            self.tokens(text).into_iter().filter(|token| Some(*token) != self.unknown).take(EMBED_TOKENS_MAX).collect();
        if tokens.is_empty() {
            return None;
        }
        let mut sum = vec![0.0f32; self.width];
        for token in &tokens {
            let row = &self.matrix[*token as usize * self.width..][..self.width];
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let length = match self.normalises {
            true => sum.iter().map(|value| value * value).sum::<f32>().sqrt(),
            false => tokens.len() as f32,
        };
        (length > 0.0).then(|| sum.iter().map(|value| value / length).collect())
    }

    fn tokens(&self, text: &str) -> Vec<u32> {
        let text: String = match self.is_lower_case {
            true => text.to_lowercase().nfd().filter(|c| !is_combining_mark(*c)).collect(),
            false => text.to_owned(),
        };
        let mut found = Vec::new();
        for word in words(&text) {
            self.pieces(word, &mut found);
        }
        found
    }

    /// The longest known beginning, then the longest known continuation, and so on.
    fn pieces(&self, word: &str, found: &mut Vec<u32>) {
        let before = found.len();
        let mut start = 0;
        while start < word.len() {
            let ends = word[start..].char_indices().map(|(at, c)| start + at + c.len_utf8()).rev();
            let piece = ends.into_iter().find_map(|end| {
                let text = &word[start..end];
                let token = match start {
                    0 => self.tokens.get(text),
                    _ => self.tokens.get(&format!("{}{text}", self.prefix)),
                };
                token.map(|token| (*token, end))
            });
            let Some((token, end)) = piece else {
                found.truncate(before);
                found.extend(self.unknown);
                return;
            };
            found.push(token);
            start = end;
        }
    }
}

/// Runs of letters and digits, and each other sign on its own.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().flat_map(|chunk| {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, c) in chunk.char_indices().filter(|(_, c)| !c.is_alphanumeric()) {
            parts.push(&chunk[start..at]);
            start = at + c.len_utf8();
            parts.push(&chunk[at..start]);
        }
        parts.push(&chunk[start..]);
        parts.into_iter().filter(|part| !part.is_empty())
    })
}

fn matrix(bytes: &[u8]) -> Result<(usize, Vec<f32>), NoModel> {
    let wrong = |what: String| NoModel::Malformed("model.safetensors", what);
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| wrong(error.to_string()))?;
    let tensor = tensors.tensor("embeddings").map_err(|error| wrong(error.to_string()))?;
    let [_, width] = *tensor.shape() else { return Err(wrong("`embeddings` is no matrix".to_owned())) };
    if width == 0 {
        return Err(wrong("`embeddings` has no columns".to_owned()));
    }
    let data = tensor.data();
    let values = match tensor.dtype() {
        Dtype::F32 => data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        Dtype::F16 => data.chunks_exact(2).map(|b| half(u16::from_le_bytes([b[0], b[1]]))).collect(),
        other => return Err(wrong(format!("its numbers are {other:?}; F32 and F16 are read"))),
    };
    Ok((width, values))
}

/// A number of 16 bits: sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023) / 1024.0);
    match exponent {
        0 => sign * fraction * 2f32.powi(-14),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction) * 2f32.powi(exponent - 15),
    }
}

/// Likeness of two vectors, -1 to 1.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    let (a, b): (f32, f32) = (a.iter().map(|a| a * a).sum(), b.iter().map(|b| b * b).sum());
    if a > 0.0 && b > 0.0 { dot / (a * b).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_numbers_are_read() {
        assert_eq!([0x3c00, 0xc000, 0x3555, 0x0001].map(half), [1.0, -2.0, 0.333_251_95, 5.960_464_5e-8]);
    }
}
