//! Reads JSON objects field by field and says in words what is wrong with which. Never repeats a value: it may be a customer's.

use serde_json::{Map, Value};
use signalbox_model::time::Timestamp;

use crate::moment;

/// Characters of a field name that are repeated in an error.
const NAME_SHOWN_MAX: usize = 40;

/// Why a piece was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Reject {
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

/// Shorthand.
pub fn reject(code: &'static str, detail: impl Into<String>) -> Reject {
    Reject { code, detail: detail.into() }
}

/// An object that is read field by field. What nobody asked for is an error at the end.
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
    /// Where it stands, as in `turns[3].`.
    path: String,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// When the value is none.
    pub fn of(value: &'a Value, path: &str) -> Result<Fields<'a>, Reject> {
        let place = if path.is_empty() { "it" } else { path };
        let map = value.as_object().ok_or_else(|| reject("not_an_object", format!("{place} must be a JSON object")))?;
        let path = if path.is_empty() { String::new() } else { format!("{path}.") };
        Ok(Fields { map, path, asked: Vec::new() })
    }

    /// The field, unless it is absent or null.
    pub fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// The field's path, for errors.
    pub fn path(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// A missing field.
    pub fn missing(&self, name: &str) -> Reject {
        reject("missing_field", format!("{} is missing", self.path(name)))
    }

    /// A wrong field.
    pub fn wrong(&self, name: &str, problem: impl std::fmt::Display) -> Reject {
        reject("wrong_field", format!("{} {problem}", self.path(name)))
    }

    /// A text, if it is there.
    ///
    /// # Errors
    /// When it is no text.
    pub fn text(&mut self, name: &'static str) -> Result<Option<&'a str>, Reject> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "must be a text")),
        }
    }

    /// A yes or no, if it is there.
    ///
    /// # Errors
    /// When it is neither.
    pub fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Reject> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// A text or whole number of 1 to `max` bytes that names a thing elsewhere.
    ///
    /// # Errors
    /// When it is missing, blank, too long or of another type.
    pub fn key(&mut self, name: &'static str, max: usize) -> Result<String, Reject> {
        let text = match self.get(name) {
            None => return Err(self.missing(name)),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
            Some(_) => return Err(self.wrong(name, "must be a text or a whole number")),
        };
        let plain = !text.is_empty() && text.len() <= max && !text.chars().any(char::is_control);
        if plain { Ok(text) } else { Err(self.wrong(name, format!("must have 1 to {max} characters on one line"))) }
    }

    /// An instant, if it is there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn moment(&mut self, name: &'static str) -> Result<Option<Timestamp>, Reject> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => moment::parse(value).map(Some).map_err(|error| self.wrong(name, error)),
        }
    }

    /// A list, empty if it is not there.
    ///
    /// # Errors
    /// When it is no list or has more than `max` items.
    pub fn list(&mut self, name: &'static str, max: usize) -> Result<&'a [Value], Reject> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) if items.len() <= max => Ok(items),
            Some(Value::Array(items)) => Err(self.wrong(name, format!("has {} items and may have {max}", items.len()))),
            Some(_) => Err(self.wrong(name, "must be a list")),
        }
    }

    /// Nothing else may be there: a field that is spelt wrongly would otherwise be lost without a word.
    ///
    /// # Errors
    /// Names the first field that nobody asked for.
    pub fn finish(self) -> Result<(), Reject> {
        match self.map.keys().find(|key| !self.asked.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let shown: String = key.chars().take(NAME_SHOWN_MAX).collect();
                let known = self.asked.join(", ");
                Err(reject("unknown_field", format!("{}{shown} is not a field here; these are: {known}", self.path)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn errors_name_the_field_and_never_the_value() {
        let value = json!({"id": true, "text": "my card is 4929"});
        let mut fields = Fields::of(&value, "turns[3]").unwrap();
        assert_eq!(fields.key("id", 10).unwrap_err().detail, "turns[3].id must be a text or a whole number");
        assert_eq!(fields.moment("at"), Ok(None));
        let error = fields.finish().unwrap_err();
        assert_eq!(error.detail, "turns[3].text is not a field here; these are: id, at");
    }
}
