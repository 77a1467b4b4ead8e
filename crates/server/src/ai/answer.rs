//! The one entrance: a turn goes in, what is said and done comes out, always within its time.

use signalbox_model::setup::ai_agent::EngineChoice;

use super::brain::{Brain, failed};
use super::turn::{Answered, Turn};
use super::{guided, model};

impl Brain {
    /// Works a turn out. A turn that is not done by its time has failed, and says so.
    pub async fn answer(&self, turn: &Turn) -> Answered {
        let until = turn.until;
        let work = async {
            match &turn.snapshot.draft.engine {
                EngineChoice::Guided => guided::answer(self, turn, &self.program(turn)).await,
                EngineChoice::Model { .. } => model::answer(self, turn).await,
            }
        };
        match tokio::time::timeout_at(until, work).await {
            Ok(answered) => answered,
            Err(_) => failed(turn, "timed_out", "the time of the turn was over"),
        }
    }
}
