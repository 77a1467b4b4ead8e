//! One person's place of work: presence, and what takes their slots.

use serde::{Deserialize, Serialize};
use signalbox_model::contact::{Channel, Presence};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId};
use signalbox_model::limits::DESK_GRACE_MS;
use signalbox_model::setup::people::Capacity;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

use crate::conversation::Conversation;

/// A slot that is taken: asked, owned, on hold, being told, or wrapping up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// By which conversation.
    pub conversation: ConversationId,
    /// Of which channel.
    pub channel: Channel,
}

/// One person's place of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Whose.
    pub person: PersonId,
    /// What they set, or the engine had to set.
    pub presence: Presence,
    /// Why away.
    pub reason: Option<Slug>,
    /// Since when.
    pub presence_since: Timestamp,
    /// Since when they have had no new work.
    pub idle_since: Timestamp,
    /// Whether a browser is open.
    pub connected: bool,
    /// Since when no browser is open.
    pub disconnected_at: Option<Timestamp>,
    /// Slots that are taken.
    pub held: Vec<Held>,
    /// Since when at least one slot is taken.
    pub busy_since: Option<Timestamp>,
}

impl Desk {
    /// Somebody who has not come yet.
    pub fn new(person: PersonId, at: Timestamp) -> Desk {
        Desk {
            person,
            presence: Presence::Offline,
            reason: None,
            presence_since: at,
            idle_since: at,
            connected: false,
            disconnected_at: None,
            held: Vec::new(),
            busy_since: None,
        }
    }

    /// Folds one fact about this person.
    pub fn apply(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::PresenceChanged(changed) => {
                // Time not available is not idle time: who comes back queues behind those who stayed.
                if changed.presence == Presence::Available && self.presence != Presence::Available {
                    self.idle_since = recorded.at;
                }
                if changed.presence != self.presence || changed.reason != self.reason {
                    self.presence_since = recorded.at;
                }
                self.presence = changed.presence;
                self.reason = changed.reason.clone();
                if changed.presence == Presence::Offline {
                    self.disconnected_at = None;
                }
            }
            Event::DeskConnected(_) => {
                self.connected = true;
                self.disconnected_at = None;
            }
            Event::DeskDisconnected(_) => {
                self.connected = false;
                self.disconnected_at = Some(recorded.at);
            }
            _ => {}
        }
    }

    /// A conversation takes a slot, or goes on taking it.
    pub fn hold(&mut self, conversation: &Conversation, at: Timestamp) {
        if self.held.iter().any(|held| held.conversation == conversation.id) {
            return;
        }
        self.held.push(Held { conversation: conversation.id, channel: conversation.channel });
        self.busy_since = self.busy_since.or(Some(at));
    }

    /// A conversation gives its slot back. An offer that was not taken is no work, so it does not end idle time.
    pub fn release(&mut self, conversation: ConversationId, event: &Event, at: Timestamp) {
        self.held.retain(|held| held.conversation != conversation);
        if self.held.is_empty() {
            self.busy_since = None;
        }
        let was_work = !matches!(event, Event::OfferDeclined(_) | Event::OfferExpired(_) | Event::OfferWithdrawn(_));
        if was_work {
            self.idle_since = at;
        }
    }

    /// Slots taken.
    pub fn used(&self) -> u8 {
        u8::try_from(self.held.len()).unwrap_or(u8::MAX)
    }

    /// Slots taken by one channel.
    pub fn used_by(&self, channel: Channel) -> u8 {
        u8::try_from(self.held.iter().filter(|held| held.channel == channel).count()).unwrap_or(u8::MAX)
    }

    /// Whether one more of this channel fits: its own slots, the slots over all channels, and channels that stand alone.
    pub fn fits(&self, capacity: &Capacity, channel: Channel) -> bool {
        let slots = capacity.per_channel.get(&channel).copied().unwrap_or(0);
        let alone = self.held.iter().any(|held| capacity.exclusive.contains(&held.channel));
        let would_be_alone = capacity.exclusive.contains(&channel) && !self.held.is_empty();
        self.used_by(channel) < slots && self.used() < capacity.total && !alone && !would_be_alone
    }

    /// Whether anything fits.
    pub fn has_room(&self, capacity: &Capacity) -> bool {
        Channel::ALL.iter().any(|channel| self.fits(capacity, *channel))
    }

    /// When a browser that is gone counts as lost.
    pub fn lost_at(&self) -> Option<Timestamp> {
        let gone = self.disconnected_at?;
        (self.presence != Presence::Offline).then(|| gone.plus(DurationMs(DESK_GRACE_MS)))
    }
}
