//! What can go wrong with the views. Nothing is ever lost by it: they are made from the log.

/// Why the views could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ViewsError {
    /// The disk is full.
    #[error(
        "no space left for the views: free disk space; they go on where they stopped, and nothing of the log is lost"
    )]
    NoSpace,
    /// A cursor that no answer gave.
    #[error("the cursor is not one that this list gave: ask again without it")]
    Cursor,
    /// More than a question may ask for.
    #[error("{what}: ask for at most {max}")]
    TooMuch {
        /// What of it.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// A row that this version did not write.
    #[error(
        "the views are damaged ({0}): stop the program, delete views.db and start again; they are made anew from the log"
    )]
    Damaged(String),
    /// The file system or the database failed.
    #[error(
        "the views could not be used ({0}): check the disk; if it goes on, stop the program, delete views.db and start again"
    )]
    Storage(String),
}

impl From<rusqlite::Error> for ViewsError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => ViewsError::NoSpace,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                ViewsError::Damaged(error.to_string())
            }
            _ => ViewsError::Storage(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for ViewsError {
    fn from(error: serde_json::Error) -> Self {
        ViewsError::Damaged(error.to_string())
    }
}
