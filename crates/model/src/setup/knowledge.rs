//! What AI agents and people answer from: collections of articles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SetupError, wrong};
use crate::id::{ArticleId, CollectionId, PersonId};
use crate::limits::ARTICLE_CHARS_MAX;
use crate::word::{Name, Slug};

/// Articles that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// What people call it.
    pub name: Name,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<PersonId>,
    /// Nothing is answered from a passage of less confidence than this, in thousandths.
    #[schema(minimum = 0, maximum = 1000)]
    pub floor_milli: u16,
    /// No longer searched.
    #[serde(default)]
    pub retired: bool,
}

impl Collection {
    /// Checks it.
    ///
    /// # Errors
    /// A floor above 1.
    pub fn validate(&self) -> Result<(), SetupError> {
        if self.floor_milli > 1_000 { Err(wrong("floor_milli", "must be 0 to 1000")) } else { Ok(()) }
    }
}

/// One article: the centre's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// To which collection it belongs.
    pub collection: CollectionId,
    /// What it is about.
    pub title: String,
    /// Its text, as Markdown.
    pub body: String,
    /// In which language, as in `en`.
    #[serde(default)]
    pub language: Option<Slug>,
    /// Where it came from: a path or a number in another system. Importing it again finds it by this.
    #[serde(default)]
    pub source: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<PersonId>,
    /// The day by which somebody should read it again, as in `2027-01-31`.
    #[serde(default)]
    pub review_by: Option<String>,
    /// No longer answered from.
    #[serde(default)]
    pub retired: bool,
}

impl Article {
    /// Checks it.
    ///
    /// # Errors
    /// No title, no text, too much text, a day that is none.
    pub fn validate(&self) -> Result<(), SetupError> {
        let title = self.title.trim().chars().count();
        if title == 0 || title > 300 {
            return Err(wrong("title", "must have 1 to 300 characters"));
        }
        let body = self.body.chars().count();
        if self.body.trim().is_empty() || body > ARTICLE_CHARS_MAX {
            return Err(wrong("body", format!("must have 1 to {ARTICLE_CHARS_MAX} characters, has {body}")));
        }
        match self.review_by.as_deref().map(is_day) {
            Some(false) => Err(wrong("review_by", "must be a day, as in 2027-01-31")),
            _ => Ok(()),
        }
    }
}

fn is_day(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| (part.len(), part.parse::<u32>()));
    matches!(
        (parts.next(), parts.next(), parts.next(), parts.next()),
        (Some((4, Ok(_))), Some((2, Ok(1..=12))), Some((2, Ok(1..=31))), None)
    )
}
