//! One file or row, as it was given, into articles; or the reason why not.

use jiff::civil::Date;
use serde::Serialize;
use signalbox_model::time::Timestamp;

use crate::article::{Article, NotAnArticle, slug};
use crate::limits::FILE_BYTES_MAX;
use crate::markdown::{Kind, blocks};
use crate::{html, pdf};

/// What every article of one import has unless the file says otherwise.
#[derive(Clone, Debug)]
pub struct Defaults {
    pub collection: String,
    pub language: String,
    pub owner: Option<String>,
    pub review_by: Option<Date>,
    /// When the import takes place.
    pub now: Timestamp,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Markdown,
    Html,
    Pdf,
    Jsonl,
}

/// Something that was not imported, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The file, with the line for a row: `faq.jsonl:12`.
    pub name: String,
    pub why: Why,
}

/// Why something was not imported. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("its name ends in none of .md .markdown .txt .html .htm .pdf .jsonl")]
    UnknownFormat,
    #[error("it has {0} bytes, {FILE_BYTES_MAX} are allowed; divide it")]
    TooLarge(u64),
    #[error("it is not UTF-8; save it as UTF-8")]
    NotUtf8,
    #[error("{0}")]
    Pdf(pdf::NoText),
    #[error("this page is damaged or too large and is missing in the article; save the document again")]
    PageUnreadable,
    #[error("{0}")]
    NotAnArticle(NotAnArticle),
    #[error("the line is no JSON object: {0}")]
    NotJson(String),
    #[error("`{0}` is missing or no text")]
    FieldMissing(String),
    #[error("`{0}` is no date like 2026-11-22")]
    NotADate(String),
    #[error("another article of this import has the id `{0}`; ids must differ")]
    RepeatedId(String),
    #[error("it could not be read: {0}")]
    Unreadable(String),
    #[error("it lies deeper or comes later than an import goes; import its folder on its own")]
    NotReached,
}

/// Articles and what was rejected, both in the order of the source.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub articles: Vec<Article>,
    pub rejected: Vec<Rejected>,
}

impl Outcome {
    /// Adds what another file gave.
    pub fn extend(&mut self, other: Outcome) {
        self.articles.extend(other.articles);
        self.rejected.extend(other.rejected);
    }
}

/// The format that a file's name promises.
pub fn format_of(name: &str) -> Option<Format> {
    match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "md" | "markdown" | "txt" => Some(Format::Markdown),
        "html" | "htm" => Some(Format::Html),
        "pdf" => Some(Format::Pdf),
        "jsonl" => Some(Format::Jsonl),
        _ => None,
    }
}

/// Reads one file. Its name gives the format and, but for JSONL, the id.
pub fn read(name: &str, bytes: &[u8], defaults: &Defaults, mapping: &Mapping) -> Outcome {
    let reject = |why| Outcome { articles: vec![], rejected: vec![Rejected { name: name.to_owned(), why }] };
    let Some(format) = format_of(name) else { return reject(Why::UnknownFormat) };
    if bytes.len() > FILE_BYTES_MAX {
        return reject(Why::TooLarge(bytes.len() as u64));
    }
    if format == Format::Jsonl {
        return match std::str::from_utf8(bytes) {
            Ok(text) => rows(name, text, defaults, mapping),
            Err(_) => reject(Why::NotUtf8),
        };
    }
    match one(name, format, bytes, defaults) {
        Ok((article, rejected)) => Outcome { articles: vec![article], rejected },
        Err(why) => reject(why),
    }
}

/// The article, and the pages of it that could not be read.
fn one(name: &str, format: Format, bytes: &[u8], defaults: &Defaults) -> Result<(Article, Vec<Rejected>), Why> {
    let text = || std::str::from_utf8(bytes).map_err(|_| Why::NotUtf8);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut article = blank(slug(stem), name, defaults);
    let mut unread = Vec::new();
    match format {
        Format::Markdown => read_markdown(text()?, &mut article)?,
        Format::Html => {
            let page = html::to_markdown(text()?);
            article.title = page.title.unwrap_or_default();
            article.language = page.language.map_or_else(|| defaults.language.clone(), |tag| primary(&tag));
            article.body = page.markdown;
        }
        Format::Pdf => {
            let pages = pdf::read(bytes).map_err(Why::Pdf)?;
            article.title = pages.title.unwrap_or_default();
            article.body = pages.text;
            let page = |number: u32| Rejected { name: format!("{name}, page {number}"), why: Why::PageUnreadable };
            unread = pages.unread.into_iter().map(page).collect();
        }
        Format::Jsonl => unreachable!("rows are read by `rows`"),
    }
    if article.title.trim().is_empty() {
        let first = blocks(&article.body).into_iter().find(|block| matches!(block.kind, Kind::Heading(_)));
        let last = stem.rsplit('/').next().unwrap_or(stem);
        article.title = first.map_or_else(|| last.replace(['-', '_'], " "), |block| block.text);
    }
    let article = article.checked().map_err(Why::NotAnArticle)?;
    Ok((article, unread))
}

fn blank(id: String, source: &str, defaults: &Defaults) -> Article {
    Article {
        id,
        collection: defaults.collection.clone(),
        title: String::new(),
        body: String::new(),
        source: source.to_owned(),
        owner: defaults.owner.clone(),
        review_by: defaults.review_by,
        language: defaults.language.clone(),
        updated: defaults.now,
    }
}

/// `en-GB` is English.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase()
}

/// Lines `key: value` between two lines `---` at the top say what the folder does not.
fn read_markdown(text: &str, article: &mut Article) -> Result<(), Why> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let front = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    let Some((front, body)) = front else {
        article.body = text;
        return Ok(());
    };
    for (key, value) in front.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        match key.trim() {
            "id" => article.id = value,
            "title" => article.title = value,
            "owner" => article.owner = Some(value).filter(|owner| !owner.is_empty()),
            "language" => article.language = primary(&value),
            "source" => article.source = value,
            "review_by" => article.review_by = Some(date("review_by", &value)?),
            _ => {}
        }
    }
    article.body = body.to_owned();
    Ok(())
}

fn date(field: &str, value: &str) -> Result<Date, Why> {
    value.parse().map_err(|_| Why::NotADate(field.to_owned()))
}

/// Which field of a row holds what. Fields that are named here and absent in a row take the import's defaults, but for id, title
/// and body, which every row must have.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub id: String,
    pub title: String,
    pub body: String,
    pub collection: String,
    pub source: String,
    pub owner: String,
    pub review_by: String,
    pub language: String,
    pub updated: String,
}

impl Default for Mapping {
    fn default() -> Mapping {
        let name = str::to_owned;
        Mapping {
            id: name("id"),
            title: name("title"),
            body: name("body"),
            collection: name("collection"),
            source: name("source"),
            owner: name("owner"),
            review_by: name("review_by"),
            language: name("language"),
            updated: name("updated"),
        }
    }
}

fn rows(name: &str, text: &str, defaults: &Defaults, mapping: &Mapping) -> Outcome {
    let mut outcome = Outcome::default();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{name}:{}", at + 1);
        match row(line, &place, defaults, mapping) {
            Ok(article) => outcome.articles.push(article),
            Err(why) => outcome.rejected.push(Rejected { name: place, why }),
        }
    }
    outcome
}

fn row(line: &str, place: &str, defaults: &Defaults, mapping: &Mapping) -> Result<Article, Why> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line)
        .map_err(|error| Why::NotJson(format!("{:?} error at column {}", error.classify(), error.column())))?;
    let text = |field: &str| object.get(field).and_then(|value| value.as_str()).map(str::to_owned);
    let need = |field: &str| text(field).ok_or_else(|| Why::FieldMissing(field.to_owned()));
    let mut article = blank(need(&mapping.id)?, place, defaults);
    article.title = need(&mapping.title)?;
    article.body = need(&mapping.body)?;
    if let Some(collection) = text(&mapping.collection) {
        article.collection = collection;
    }
    if let Some(source) = text(&mapping.source) {
        article.source = source;
    }
    if let Some(language) = text(&mapping.language) {
        article.language = primary(&language);
    }
    article.owner = text(&mapping.owner).or(article.owner);
    if let Some(day) = text(&mapping.review_by) {
        article.review_by = Some(date(&mapping.review_by, &day)?);
    }
    if let Some(millis) = object.get(&mapping.updated).and_then(|value| value.as_i64()) {
        article.updated = Timestamp(millis);
    }
    article.checked().map_err(Why::NotAnArticle)
}
