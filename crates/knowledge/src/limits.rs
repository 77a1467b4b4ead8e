//! Every bound of this crate. What happens at each is said beside the function that meets it, and in `docs/knowledge.md`.

/// Bytes of one file that is imported; a larger one is rejected.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Files looked at in one folder; the rest is reported as not read.
pub const FOLDER_FILES_MAX: usize = 20_000;
/// Depth of folders that are walked; deeper ones are reported as not read.
pub const FOLDER_DEPTH_MAX: usize = 16;
/// Characters of one article's body; a longer one is rejected.
pub const ARTICLE_CHARS_MAX: usize = 400_000;
/// Characters of a title; a longer one is cut.
pub const TITLE_CHARS_MAX: usize = 300;
/// Characters of an article's id; a longer one is rejected.
pub const ID_CHARS_MAX: usize = 200;
/// Articles in one collection; an import that would exceed it is refused whole.
pub const COLLECTION_ARTICLES_MAX: usize = 20_000;
/// Pages of one PDF; a longer one is rejected.
pub const PDF_PAGES_MAX: usize = 2_000;
/// Bytes that one stream in a PDF may unpack to; a larger one is rejected.
pub const PDF_STREAM_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Words after which a passage may end at a heading.
pub const PASSAGE_WORDS_MIN: usize = 120;
/// Words that a passage does not exceed, unless one sentence or table row alone is longer.
pub const PASSAGE_WORDS_MAX: usize = 220;
/// Characters of a question that are read; the rest is ignored.
pub const QUERY_CHARS_MAX: usize = 12_000;
/// Sentences of a question that are asked on their own; of more, those with the rarest words.
pub const QUERY_SENTENCES_MAX: usize = 64;
/// Different terms of a question that are looked up; of more, the rarest.
pub const QUERY_TERMS_MAX: usize = 256;
/// Articles that one search may return.
pub const HITS_MAX: usize = 100;
/// Passages returned with one article.
pub const HIT_PASSAGES_MAX: usize = 3;
/// Sentences of one extracted answer.
pub const EXTRACT_SENTENCES_MAX: usize = 3;
/// Words of an article that is answered with its whole best paragraph.
pub const SHORT_ARTICLE_WORDS: usize = 150;
/// Words of a paragraph that is given whole.
pub const PARAGRAPH_WORDS_MAX: usize = 80;
/// Labelled questions for one curve; more are refused.
pub const LABELLED_MAX: usize = 10_000;
/// Unanswered questions that are clustered at once; the first ones are taken and the rest is counted.
pub const GAP_QUESTIONS_MAX: usize = 1_000;
/// Examples given with one gap.
pub const GAP_EXAMPLES_MAX: usize = 5;
/// Key terms given with one gap.
pub const GAP_TERMS_MAX: usize = 6;
/// Bytes of an embedding model's matrix; a larger model is refused.
pub const MODEL_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Tokens of one text that are embedded; the rest is ignored.
pub const EMBED_TOKENS_MAX: usize = 512;
/// Memory that the index writer may use.
pub const WRITER_BYTES: usize = 32 * 1024 * 1024;

const _: () = assert!(PASSAGE_WORDS_MIN < PASSAGE_WORDS_MAX);
const _: () = assert!(PARAGRAPH_WORDS_MAX < SHORT_ARTICLE_WORDS);
