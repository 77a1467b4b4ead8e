//! Articles divided into passages of about 120 to 220 words: what is searched, shown and cited.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::article::{Article, hash};
use crate::limits::{PASSAGE_WORDS_MAX, PASSAGE_WORDS_MIN};
use crate::markdown::{Block, Kind, blocks};
use crate::sentence::{count_words, sentences};

/// A piece of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The same as long as its article, headings and text are the same, wherever it stands.
    pub id: String,
    /// The article's id.
    pub article: String,
    /// The headings above its first part, outermost first.
    pub headings: Vec<String>,
    /// Its place in the article, from 0.
    pub ordinal: u32,
    /// What it covers of the article's body, in bytes.
    pub range: Range<usize>,
    /// Plain text, one part a line.
    pub text: String,
    /// The parts of the text in order.
    pub parts: Vec<Part>,
}

/// One heading, paragraph, item, row or piece of code inside a passage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub kind: Kind,
    /// Where it stands in the passage's text, in bytes.
    pub range: Range<usize>,
}

/// Divides an article. Items, rows and paragraphs stay whole; only a paragraph that alone is too long is divided, between
/// sentences, and then each piece covers the whole paragraph in the body.
pub fn passages(article: &Article) -> Vec<Passage> {
    let mut made = Vec::new();
    let mut open = Open::default();
    let mut headings: Vec<(u8, String)> = Vec::new();
    for block in blocks(&article.body).into_iter().flat_map(divide) {
        let words = count_words(&block.text);
        let ends = match block.kind {
            Kind::Heading(_) => open.words >= PASSAGE_WORDS_MIN,
            _ => open.words > 0 && open.words + words > PASSAGE_WORDS_MAX,
        };
        if ends {
            // A heading never stays behind without what it is the heading of.
            let carried = open.split_trailing_headings();
            made.extend(open.close());
            open = carried;
        }
        if let Kind::Heading(level) = block.kind {
            headings.retain(|(above, _)| *above < level);
            headings.push((level, block.text.clone()));
        }
        open.add(block, &headings);
    }
    made.extend(open.close());
    name(article, made)
}

/// A long block as several, between sentences; a sentence that alone is too long stays whole.
fn divide(block: Block) -> Vec<Block> {
    if count_words(&block.text) <= PASSAGE_WORDS_MAX || matches!(block.kind, Kind::Row | Kind::Code) {
        return vec![block];
    }
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for sentence in sentences(&block.text) {
        match pieces.last_mut() {
            Some(piece) if count_words(&block.text[piece.start..sentence.end]) <= PASSAGE_WORDS_MAX => {
                piece.end = sentence.end;
            }
            _ => pieces.push(sentence),
        }
    }
    let piece = |range: Range<usize>| Block { text: block.text[range].to_owned(), ..block.clone() };
    pieces.into_iter().map(piece).collect()
}

#[derive(Default)]
struct Open {
    blocks: Vec<Block>,
    headings: Vec<String>,
    words: usize,
}

impl Open {
    fn add(&mut self, block: Block, headings: &[(u8, String)]) {
        if self.blocks.iter().all(|block| matches!(block.kind, Kind::Heading(_))) {
            self.headings = headings.iter().map(|(_, text)| text.clone()).collect();
        }
        self.words += count_words(&block.text);
        self.blocks.push(block);
    }

    fn split_trailing_headings(&mut self) -> Open {
        let kept = self.blocks.iter().rposition(|block| !matches!(block.kind, Kind::Heading(_))).map_or(0, |at| at + 1);
        let carried = self.blocks.split_off(kept);
        let words = carried.iter().map(|block| count_words(&block.text)).sum();
        self.words -= words;
        Open { blocks: carried, headings: Vec::new(), words }
    }

    fn close(self) -> Option<Passage> {
        let range = self.blocks.first()?.range.start..self.blocks.iter().map(|block| block.range.end).max()?;
        let (mut text, mut parts) = (String::new(), Vec::new());
        for block in self.blocks {
            if !text.is_empty() {
                text.push('\n');
            }
            let start = text.len();
            text.push_str(&block.text);
            parts.push(Part { kind: block.kind, range: start..text.len() });
        }
        let (id, article) = (String::new(), String::new());
        Some(Passage { id, article, headings: self.headings, ordinal: 0, range, text, parts })
    }
}

fn name(article: &Article, mut made: Vec<Passage>) -> Vec<Passage> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (ordinal, passage) in made.iter_mut().enumerate() {
        let content = hash([article.id.as_str(), &passage.headings.join("\n"), &passage.text]);
        let times = seen.entry(content.clone()).or_default();
        // The same words twice in one article are two passages.
        passage.id = if *times == 0 { content } else { format!("{content}-{times}") };
        *times += 1;
        passage.article.clone_from(&article.id);
        passage.ordinal = ordinal as u32;
    }
    made
}
