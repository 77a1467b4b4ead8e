//! Pages of lists: how many rows, and from where on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use signalbox_model::limits::{PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX};

use super::error::ApiError;

/// The number of rows that a page has.
///
/// # Errors
/// When none or too many were asked for.
pub fn page_rows(asked: Option<usize>) -> Result<usize, ApiError> {
    match asked {
        None => Ok(PAGE_ROWS_DEFAULT),
        Some(rows) if (1..=PAGE_ROWS_MAX).contains(&rows) => Ok(rows),
        Some(_) => Err(ApiError::invalid("limit", format!("must be 1 to {PAGE_ROWS_MAX}"))),
    }
}

/// Where a page ended, as text that nobody needs to read.
pub fn cursor_text<T: Serialize>(cursor: &T) -> Result<String, ApiError> {
    serde_json::to_vec(cursor).map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(ApiError::internal)
}

/// Reads what [`cursor_text`] wrote.
///
/// # Errors
/// When somebody else wrote it.
pub fn parse_cursor<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong_cursor())?;
    serde_json::from_slice(&json).map_err(|_| wrong_cursor())
}

fn wrong_cursor() -> ApiError {
    ApiError::invalid("cursor", "must be the `next_cursor` of the page before, or left out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_a_made_up_one_is_refused() {
        let text = cursor_text(&(7i64, "conv")).unwrap();
        assert_eq!(parse_cursor::<(i64, String)>(&text).unwrap(), (7, "conv".to_owned()));
        assert!(parse_cursor::<(i64, String)>("garbage").is_err());
    }
}
