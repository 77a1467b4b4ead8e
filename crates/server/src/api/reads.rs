//! Asking the views, which block, from handlers, which must not.

use signalbox_views::{Reader, ViewsError};

use super::error::{ApiError, Code};
use crate::state::AppState;

/// Views further behind than this are being made anew: waiting for them would not help.
const BEHIND_MAX: u64 = 5_000;

/// Asks the views where blocking is allowed, once they know what the floor knows: who closes a conversation finds it in the list.
///
/// # Errors
/// When the views cannot answer.
pub async fn look<T: Send + 'static>(
    state: &AppState,
    question: impl FnOnce(&Reader) -> Result<T, ViewsError> + Send + 'static,
) -> Result<T, ApiError> {
    let floor = state.standing.position();
    if floor.0.saturating_sub(state.views_position().0) <= BEHIND_MAX {
        state.views_at(floor).await;
    }
    let views = state.views.clone();
    let answer = tokio::task::spawn_blocking(move || question(&views)).await;
    answer.map_err(|_| ApiError::internal("a question to the views was not finished"))?.map_err(ApiError::from)
}

impl From<ViewsError> for ApiError {
    fn from(error: ViewsError) -> ApiError {
        match error {
            ViewsError::Cursor => {
                ApiError::invalid("cursor", "must be the `next_cursor` of the page before, or left out")
            }
            ViewsError::TooMuch { what, max } => ApiError::invalid("limit", format!("{what}: at most {max}")),
            ViewsError::NoSpace => ApiError::new(Code::NoSpace, "Free disk space on the server: nothing is lost."),
            other @ (ViewsError::Damaged(_) | ViewsError::Storage(_)) => ApiError::internal(other),
        }
    }
}
