//! Questions. They block: ask them where blocking is allowed.

pub mod customers;
pub mod people;
pub mod conversations;
pub mod measures;
pub mod alerts;
pub mod audit;
pub mod setup;

use std::path::Path;

use signalbox_model::id::Position;

use crate::error::ViewsError;
use crate::pool::Pool;
use crate::schema;

/// Asks questions of the views. Clones share a few connections.
#[derive(Clone)]
pub struct Reader {
    pool: Pool,
}

impl Reader {
    pub(crate) fn new(path: &Path) -> Reader {
        Reader { pool: Pool::new(path) }
    }

    /// The last fact that is in the views.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn position(&self) -> Result<Position, ViewsError> {
        self.pool.ask(schema::position)
    }
}

/// Words of a person as a full-text question: every word must be there, the last one may be a beginning.
/// None when there is no word in it.
fn full_text(words: &str) -> Option<String> {
    let words: Vec<String> = words
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(16)
        .map(|word| format!("\"{word}\""))
        .collect();
    (!words.is_empty()).then(|| format!("{}*", words.join(" ")))
}
