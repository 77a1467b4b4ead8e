//! Every fact, newest first.

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId, Position};
use signalbox_model::limits::PAGE_ROWS_MAX;

use super::Reader;
use crate::column::{Key, from_json};
use crate::error::ViewsError;

/// Which facts. What is given must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Names, as in `supervisor.barged`, or what they start with up to a dot, as in `supervisor.`; empty: any.
    pub kinds: Vec<String>,
    /// By or about this person.
    pub person: Option<PersonId>,
    /// About this conversation.
    pub conversation: Option<ConversationId>,
    /// Before this position, for the next page.
    pub before: Option<Position>,
}

/// The numbers under which the names stand in the table.
fn numbers(kinds: &[String]) -> Vec<i64> {
    let is_wanted =
        |name: &str| kinds.iter().any(|kind| name == kind || (kind.ends_with('.') && name.starts_with(kind.as_str())));
    Event::NAMES.iter().enumerate().filter(|(_, (name, _))| is_wanted(name)).map(|(index, _)| index as i64).collect()
}

impl Reader {
    /// Facts, newest first.
    ///
    /// # Errors
    /// When the page is too long or the file cannot be read.
    pub fn audit(&self, filter: &AuditFilter, limit: usize) -> Result<Vec<Recorded>, ViewsError> {
        if limit > PAGE_ROWS_MAX {
            return Err(ViewsError::TooMuch { what: "rows of a page", max: PAGE_ROWS_MAX });
        }
        let mut sql = "SELECT data FROM fact WHERE position < ?".to_owned();
        let mut values = vec![Value::Integer(filter.before.map_or(i64::MAX, |before| before.0 as i64))];
        if !filter.kinds.is_empty() {
            let numbers = numbers(&filter.kinds);
            if numbers.is_empty() {
                return Ok(Vec::new());
            }
            sql += &format!(" AND kind IN ({})", vec!["?"; numbers.len()].join(", "));
            values.extend(numbers.into_iter().map(Value::Integer));
        }
        if let Some(person) = filter.person {
            sql += " AND person = ?";
            values.push(Value::Blob(person.blob().to_vec()));
        }
        if let Some(conversation) = filter.conversation {
            sql += " AND conversation = ?";
            values.push(Value::Blob(conversation.blob().to_vec()));
        }
        sql += " ORDER BY position DESC LIMIT ?";
        values.push(Value::Integer(limit as i64));
        self.pool.ask(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(&values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(from_json(&row.get::<_, String>(0)?)?);
            }
            Ok(found)
        })
    }
}
