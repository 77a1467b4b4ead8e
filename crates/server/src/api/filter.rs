//! Which conversations: one parser for lists, searches and exports, so that an export holds exactly what the screen shows.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use signalbox_model::id::PersonId;
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use signalbox_views::{ConversationFilter, Sort};
use utoipa::IntoParams;

use super::error::ApiError;
use super::page::page_rows;

/// Values that one filter takes.
const VALUES_MAX: usize = 50;
/// Characters of the words to be searched for.
const WORDS_CHARS_MAX: usize = 200;

/// Which conversations. Several values of one filter are given with commas; all filters must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "names the filters for the document; the parser below reads them")]
pub struct FilterParams {
    /// `waiting`, `offered`, `active`, `held`, `wrap_up`, `closed`.
    state: Option<String>,
    /// Ids of queues.
    queue: Option<String>,
    /// `webchat`, `messaging`, `voice`, `email`.
    channel: Option<String>,
    /// Ids of people who had it.
    agent: Option<String>,
    /// Id of the customer; those who are the same are found too.
    customer: Option<String>,
    /// Labels, all of which must be there.
    label: Option<String>,
    /// Ids of dispositions.
    disposition: Option<String>,
    /// `resolved`, `unresolved`, `contained`, `abandoned`, `turned_away`.
    outcome: Option<String>,
    /// `native`, `ingested`, `imported`, `replayed`, `simulated`.
    origin: Option<String>,
    /// Words that were said.
    q: Option<String>,
    /// Opened at or after, milliseconds.
    from: Option<i64>,
    /// Opened before, milliseconds.
    to: Option<i64>,
    /// `opened_at`, `-opened_at` (the default), `wait_ms`, `-wait_ms`, `handle_ms`, `-handle_ms`.
    sort: Option<String>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "names the parameters for the document; the parser below reads them")]
pub struct PageParams {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page, 1 to 500.
    limit: Option<usize>,
}

/// The query part of an address as it came, so that a name that comes twice is noticed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Its fields by name; empty ones count as left out.
    ///
    /// # Errors
    /// When a name comes twice.
    pub fn fields(self) -> Result<Fields, ApiError> {
        let mut fields = BTreeMap::new();
        for (name, value) in self.0 {
            if fields.insert(name.clone(), value).is_some() {
                return Err(ApiError::invalid(name, "is given twice: put several values into one, with commas"));
            }
        }
        fields.retain(|_, value| !value.is_empty());
        Ok(Fields(fields))
    }
}

/// Fields that nobody has read yet.
#[derive(Clone, Debug, Default)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Takes one field.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Refuses what nobody has read.
    ///
    /// # Errors
    /// When there is a field that is not known here.
    pub fn nothing_left(self) -> Result<(), ApiError> {
        match self.0.into_keys().next() {
            Some(name) => Err(ApiError::unknown_field(&name)),
            None => Ok(()),
        }
    }

    fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(text) = self.take(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| ApiError::invalid(name, "must be a whole number"))
    }

    fn values<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>, what: &str) -> Result<Vec<T>, ApiError> {
        let Some(text) = self.take(name) else { return Ok(Vec::new()) };
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.len() > VALUES_MAX {
            return Err(ApiError::invalid(name, format!("takes at most {VALUES_MAX} values")));
        }
        let values: Option<Vec<T>> = parts.into_iter().map(parse).collect();
        values.ok_or_else(|| ApiError::invalid(name, format!("must be {what}")))
    }

    /// Words of a closed set, as they are on the wire.
    pub fn words<T: DeserializeOwned>(&mut self, name: &str, what: &str) -> Result<Vec<T>, ApiError> {
        self.values(name, |part| serde_json::from_value(Value::String(part.to_owned())).ok(), what)
    }

    /// Ids of one kind.
    pub fn ids<T: FromStr>(&mut self, name: &str) -> Result<Vec<T>, ApiError> {
        self.values(name, |part| part.parse().ok(), "ids of this kind, separated by commas")
    }
}

/// A filter with its order.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Which.
    pub views: ConversationFilter,
    /// In which order.
    pub sort: Sort,
}

impl Filter {
    /// Only what this person may see.
    pub fn had_by(&mut self, person: PersonId) {
        self.views.visible_to = Some(person);
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it begins.
    pub cursor: Option<String>,
    /// How long it is.
    pub rows: usize,
}

/// Reads the filter and the order; what belongs to neither is left.
///
/// # Errors
/// When a value is not one of its set.
pub fn parse_filter(fields: &mut Fields) -> Result<Filter, ApiError> {
    let mut customers = fields.ids("customer")?;
    if customers.len() > 1 {
        return Err(ApiError::invalid("customer", "takes one id"));
    }
    let text = fields.take("q").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > WORDS_CHARS_MAX) {
        return Err(ApiError::invalid("q", format!("may have {WORDS_CHARS_MAX} characters")));
    }
    let views = ConversationFilter {
        states: fields.words("state", "waiting, offered, active, held, wrap_up or closed")?,
        queues: fields.ids("queue")?,
        channels: fields.words("channel", "webchat, messaging, voice or email")?,
        agents: fields.ids("agent")?,
        customer: customers.pop(),
        labels: fields.values("label", |part| Slug::parse(part).ok(), "labels, separated by commas")?,
        dispositions: fields.ids("disposition")?,
        outcomes: fields.words("outcome", "resolved, unresolved, contained, abandoned or turned_away")?,
        origins: fields.words("origin", "native, ingested, imported, replayed or simulated")?,
        from: fields.number("from")?.map(Timestamp),
        to: fields.number("to")?.map(Timestamp),
        text,
        visible_to: None,
    };
    Ok(Filter { views, sort: parse_sort(fields.take("sort"))? })
}

fn parse_sort(text: Option<String>) -> Result<Sort, ApiError> {
    Ok(match text.as_deref() {
        None | Some("-opened_at") => Sort::OpenedDescending,
        Some("opened_at") => Sort::OpenedAscending,
        Some("-wait_ms") => Sort::WaitDescending,
        Some("wait_ms") => Sort::WaitAscending,
        Some("-handle_ms") => Sort::HandleDescending,
        Some("handle_ms") => Sort::HandleAscending,
        Some(_) => {
            return Err(ApiError::invalid(
                "sort",
                "must be opened_at, wait_ms or handle_ms, with a - before it for the largest first",
            ));
        }
    })
}

/// Reads which page; what belongs to it not is left.
///
/// # Errors
/// When the number of rows is not one.
pub fn parse_page(fields: &mut Fields) -> Result<Page, ApiError> {
    Ok(Page { cursor: fields.take("cursor"), rows: page_rows(fields.number("limit")?)? })
}

#[cfg(test)]
mod tests {
    use signalbox_engine::conversation::State;
    use signalbox_model::contact::Channel;

    use super::*;
    use crate::api::error::Code;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).fields().unwrap()
    }

    #[test]
    fn several_values_come_with_commas() {
        let filter =
            parse_filter(&mut fields(&[("state", "waiting, offered"), ("channel", "voice"), ("q", "  ")])).unwrap();
        assert_eq!(filter.views.states, [State::Waiting, State::Offered]);
        assert_eq!(filter.views.channels, [Channel::Voice]);
        assert_eq!(filter.views.text, None);
    }

    #[test]
    fn a_value_outside_its_set_is_named() {
        let error = parse_filter(&mut fields(&[("channel", "fax")])).unwrap_err();
        assert_eq!(
            (error.code(), error.detail()),
            (Code::Invalid, "channel: must be webchat, messaging, voice or email")
        );
    }

    #[test]
    fn a_field_that_nobody_reads_is_named() {
        let mut fields = fields(&[("chanel", "voice")]);
        parse_filter(&mut fields).unwrap();
        assert_eq!(fields.nothing_left().unwrap_err().code(), Code::UnknownField);
    }

    #[test]
    fn a_name_that_comes_twice_is_refused() {
        let pairs = Pairs(vec![("state".to_owned(), "held".to_owned()), ("state".to_owned(), "closed".to_owned())]);
        assert!(pairs.fields().is_err());
    }
}
