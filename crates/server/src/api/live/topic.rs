//! What a tab can look at, and whether it may.

use signalbox_model::id::ConversationId;

use crate::api::access;
use crate::api::error::ApiError;
use crate::api::extract::Signed;
use crate::auth::Permission;
use crate::state::AppState;

/// Topics of one stream.
const TOPICS_MAX: usize = 16;

/// Something to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Everything that is going on.
    Floor,
    /// What is on one's own desk.
    Desk,
    /// Alerts.
    Alerts,
    /// One conversation, word by word.
    Conversation(ConversationId),
}

impl Topic {
    /// Reads the list.
    ///
    /// # Errors
    /// When there is none, too many, or one that does not exist.
    pub fn parse_all(text: &str) -> Result<Vec<Topic>, ApiError> {
        let mut topics = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let topic = match word.strip_prefix("conversation:") {
                Some(id) => Topic::Conversation(id.parse()?),
                None => Topic::plain(word)?,
            };
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        match topics.len() {
            0 => Err(ApiError::invalid("topics", "name at least one: floor, desk, alerts or conversation:<id>")),
            1..=TOPICS_MAX => Ok(topics),
            _ => Err(ApiError::invalid("topics", format!("at most {TOPICS_MAX}"))),
        }
    }

    fn plain(word: &str) -> Result<Topic, ApiError> {
        match word {
            "floor" => Ok(Topic::Floor),
            "desk" => Ok(Topic::Desk),
            "alerts" => Ok(Topic::Alerts),
            _ => Err(ApiError::invalid("topics", "there are: floor, desk, alerts, conversation:<id>")),
        }
    }

    /// Its name, as in the list.
    pub fn name(self) -> String {
        match self {
            Topic::Floor => "floor".to_owned(),
            Topic::Desk => "desk".to_owned(),
            Topic::Alerts => "alerts".to_owned(),
            Topic::Conversation(id) => format!("conversation:{id}"),
        }
    }

    /// Refuses what this person may not look at. A conversation that is not theirs does not exist for them.
    ///
    /// # Errors
    /// When they may not.
    pub async fn check(self, state: &AppState, signed: &Signed) -> Result<(), ApiError> {
        match self {
            Topic::Desk => Ok(()),
            Topic::Floor => signed.require(state, Permission::Floor, "GET /api/live").await,
            Topic::Alerts => signed.require(state, Permission::Alerts, "GET /api/live").await,
            Topic::Conversation(id) => access::find(state, signed, &id.to_string()).await.map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_once_each_and_unknown_ones_refused() {
        let id = ConversationId::from_number(7);
        let topics = Topic::parse_all(&format!("desk, floor,desk,conversation:{id}")).unwrap();
        assert_eq!(topics, [Topic::Desk, Topic::Floor, Topic::Conversation(id)]);
        assert!(Topic::parse_all("").is_err());
        assert!(Topic::parse_all("everything").is_err());
        assert!(Topic::parse_all("conversation:7").is_err());
    }
}
