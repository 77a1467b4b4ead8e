//! A simulated supervisor who decides about what AI agents want to do, unless a visitor is faster.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use signalbox_model::contact::Actor;
use signalbox_model::event::action::ApprovalDecideAsked;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ApprovalId, ConversationId};
use signalbox_stats::Rng;

use super::seed::APPROVER;
use super::stage::Stage;
use crate::state::AppState;

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Seconds of the demo's time before it is decided: long enough for a visitor to be faster.
const THINKS_S: std::ops::Range<f64> = 9.0..22.0;
/// How often the answer is yes.
const GRANTS: f64 = 0.75;

/// Decides for ever.
pub async fn decide(stage: Arc<Stage>, state: AppState, mut rng: Rng) {
    let mut seen: HashMap<ApprovalId, Instant> = HashMap::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let open: Vec<(ApprovalId, ConversationId)> = {
            let floor = state.floor();
            let waiting = floor.conversations.values();
            waiting.filter_map(|conversation| Some((conversation.ai.approval?.id, conversation.id))).collect()
        };
        seen.retain(|approval, _| open.iter().any(|(id, _)| id == approval));
        for (approval, conversation) in open {
            let seconds = THINKS_S.start + (THINKS_S.end - THINKS_S.start) * rng.uniform();
            let at = *seen.entry(approval).or_insert_with(|| Instant::now() + stage.seconds(seconds));
            if Instant::now() < at {
                continue;
            }
            let grant = rng.chance(GRANTS);
            let reason = if grant { "" } else { "Please call the customer first." }.to_owned();
            let wish = ApprovalDecideAsked { approval, conversation, person: APPROVER, grant, reason };
            let asked = Event::ApprovalDecideAsked(wish);
            let actor = Actor::Person { person: APPROVER };
            if let Err(error) = state.commands.ask(actor, None, NewEvent::now(asked)).await {
                tracing::debug!(%error, "the simulated supervisor was refused");
            }
        }
    }
}
