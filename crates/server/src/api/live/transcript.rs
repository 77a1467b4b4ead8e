//! The words of one conversation, as a stream.

use std::sync::Arc;

use signalbox_model::id::{ConversationId, Position};

use crate::api::error::ApiError;
use crate::follower::lookup;
use crate::live::{Bell, Line, Listener, Typist};
use crate::state::AppState;

/// One conversation that a subscriber looks at.
pub struct Watched {
    /// Which.
    pub conversation: ConversationId,
    lines: Listener<Line>,
    bells: Listener<Bell>,
    /// Lines up to here were sent.
    sent: Position,
}

/// What is new in it.
pub enum News {
    /// A line.
    Line(Position, Arc<str>),
    /// Somebody types.
    Typing(Typist),
    /// Too much was missed: send everything again.
    Again,
    /// Facts that make no line.
    Nothing,
}

impl Watched {
    /// Begins to listen; what is there is read by [`Watched::everything`] after that, so nothing falls between.
    pub fn new(state: &AppState, conversation: ConversationId) -> Watched {
        let lines = state.live.lines.listen(conversation);
        let bells = state.live.bells.listen(conversation);
        Watched { conversation, lines, bells, sent: Position::default() }
    }

    /// All lines that there are now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn everything(&mut self, state: &AppState) -> Result<Vec<(Position, Arc<str>)>, ApiError> {
        let (items, _) = lookup::transcript(state, self.conversation).await?;
        let mut lines = Vec::new();
        if let Some(last) = items.last() {
            self.sent = Position(last.position);
        }
        for item in items {
            let data = serde_json::to_string(&item).map_err(ApiError::internal)?;
            lines.push((Position(item.position), Arc::from(data)));
        }
        Ok(lines)
    }

    /// Waits for what is new.
    pub async fn next(&mut self) -> News {
        tokio::select! {
            line = self.lines.next() => match line {
                // The snapshot had it already.
                Some(line) if line.position <= self.sent => News::Nothing,
                Some(line) => {
                    self.sent = line.position;
                    News::Line(line.position, line.data)
                }
                None => News::Again,
            },
            bell = self.bells.next() => match bell {
                Some(Bell::Typing(by)) => News::Typing(by),
                Some(Bell::Changed(_)) | None => News::Nothing,
            },
        }
    }
}
