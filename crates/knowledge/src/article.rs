//! What a person keeps: articles in collections, with an owner and a date by which somebody looks at them again.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use signalbox_model::time::Timestamp;

use crate::limits::{ID_CHARS_MAX, TITLE_CHARS_MAX};

/// One article. Its body is Markdown, whatever it was imported from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Stable: the id of the system it came from, or its path made into a slug.
    pub id: String,
    /// The collection that it belongs to.
    pub collection: String,
    /// What it is called.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Where it came from: a path or an address.
    #[serde(default)]
    pub source: String,
    /// Who answers for it; `None` is shown as an article without an owner.
    #[serde(default)]
    pub owner: Option<String>,
    /// The day on which it should have been read again.
    #[serde(default)]
    pub review_by: Option<Date>,
    /// Its language as a two-letter code; decides stemming and stop words.
    #[serde(default = "english")]
    pub language: String,
    /// When its content last changed.
    #[serde(default)]
    pub updated: Timestamp,
}

fn english() -> String {
    "en".to_owned()
}

/// Why something is no article.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnArticle {
    #[error("it has no id; give every article one that stays the same")]
    NoId,
    #[error("its id has more than {ID_CHARS_MAX} characters; shorten it")]
    LongId,
    #[error("it has no title; add a first heading or a title")]
    NoTitle,
    #[error("it holds no text; a scanned document has to be read by OCR first")]
    NoText,
    #[error("its text has {0} characters, {1} are allowed; divide it by subject")]
    TooLong(usize, usize),
}

impl Article {
    /// A digest of what a reader sees and of who answers for it; `updated` does not count.
    pub fn digest(&self) -> String {
        let review = self.review_by.map(|day| day.to_string()).unwrap_or_default();
        let owner = self.owner.as_deref().unwrap_or_default();
        let parts = [&self.collection, &self.title, &self.body, &self.source, owner, &review, &self.language];
        hash(parts)
    }

    /// Cleans every text of it, and says what is missing.
    pub fn checked(mut self) -> Result<Article, NotAnArticle> {
        self.id = clean(&self.id).trim().to_owned();
        self.title = clean(&self.title).split_whitespace().collect::<Vec<_>>().join(" ");
        self.title = self.title.chars().take(TITLE_CHARS_MAX).collect();
        self.body = clean(&self.body).trim().to_owned();
        let chars = self.body.chars().count();
        match () {
            () if self.id.is_empty() => Err(NotAnArticle::NoId),
            () if self.id.chars().count() > ID_CHARS_MAX => Err(NotAnArticle::LongId),
            () if self.title.is_empty() => Err(NotAnArticle::NoTitle),
            () if self.body.is_empty() => Err(NotAnArticle::NoText),
            () if chars > crate::limits::ARTICLE_CHARS_MAX => {
                Err(NotAnArticle::TooLong(chars, crate::limits::ARTICLE_CHARS_MAX))
            }
            () => Ok(self),
        }
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of the parts, each with its length so that they cannot run together.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.as_ref().len() as u64).to_le_bytes());
        digest.update(part.as_ref().as_bytes());
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Text without control characters and without characters that hide or reorder others. Line ends become `\n`.
pub fn clean(text: &str) -> String {
    let hides = |c: char| {
        matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
            || ('\u{e0000}'..='\u{e007f}').contains(&c)
    };
    let one_line_end = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{c}'], "\n");
    one_line_end.chars().filter(|&c| c == '\n' || c == '\t' || !(c.is_control() || hides(c))).collect()
}

/// A name made into lower-case letters, digits and single hyphens; slashes stay, so that folders can be told apart.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '/' {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with(['-', '/']) {
            slug.push('-');
        }
    }
    slug.trim_matches(['-', '/']).to_owned()
}

/// An article whose day of review has passed, or that has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stale {
    pub article: String,
    pub title: String,
    pub owner: Option<String>,
    pub why: WhyStale,
}

/// Why an article is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyStale {
    /// Its review was due so many days ago.
    Overdue { days: i32 },
    /// Nobody has said when it is to be reviewed, so nobody can say that it is fresh.
    NoReviewDay,
}

/// What should be read again as of `today`: the longest overdue first, then what has no day of review.
pub fn stale(articles: &[Article], today: Date) -> Vec<Stale> {
    let mut found: Vec<Stale> = articles
        .iter()
        .filter_map(|article| {
            let why = match article.review_by {
                None => WhyStale::NoReviewDay,
                Some(day) if day < today => WhyStale::Overdue { days: (today - day).get_days() },
                Some(_) => return None,
            };
            let (id, title, owner) = (article.id.clone(), article.title.clone(), article.owner.clone());
            Some(Stale { article: id, title, owner, why })
        })
        .collect();
    found.sort_by_key(|stale| {
        let place = match stale.why {
            WhyStale::Overdue { days } => (0, -days),
            WhyStale::NoReviewDay => (1, 0),
        };
        (place, stale.article.clone())
    });
    found
}
