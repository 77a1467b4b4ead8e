//! Live rows with what the floor does not know: customers' names and the numbers of today.

use signalbox_model::id::{ConversationId, PersonId};

use crate::follower::lookup;
use crate::state::AppState;
use crate::wire::{ConversationSummary, Today, conversation_summary};

/// These conversations, as far as they are open or in wrap-up; neediest first.
pub async fn summaries(state: &AppState, ids: Vec<ConversationId>) -> Vec<ConversationSummary> {
    let live: Vec<_> = {
        let floor = state.floor();
        ids.iter().filter_map(|id| floor.conversation(*id).cloned()).collect()
    };
    let mut customers: Vec<_> = live.iter().map(|conversation| conversation.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    let names = lookup::customer_names(state, customers).await;
    let now = state.clock.now();
    let directory = state.directory();
    let row = |conversation| {
        let conversation: &signalbox_engine::conversation::Conversation = conversation;
        conversation_summary(conversation, &directory, names.get(&conversation.customer).cloned(), now)
    };
    let mut rows: Vec<ConversationSummary> = live.iter().map(row).collect();
    rows.sort_by(|a, b| b.need.points.cmp(&a.need.points).then(a.opened_at.cmp(&b.opened_at)));
    rows
}

/// The numbers of today of one person.
pub async fn person_today(state: &AppState, person: PersonId) -> Today {
    lookup::figures(state).await.people.remove(&person).unwrap_or_default()
}
