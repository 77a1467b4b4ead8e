//! The engine's promises, held against every fact by a second, plain reading of the log.
//!
//! The shadow kept here shares no code with the engine's fold. Where it needs the floor it reads the documents and the
//! order of the line, which the facts themselves do not carry.

mod shadow;

use std::collections::{BTreeMap, VecDeque};

use signalbox_engine::floor::Floor;
use signalbox_model::contact::Owner;
use signalbox_model::event::{Class, Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId, Position};
use signalbox_model::time::Timestamp;

use shadow::Shadow;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Violation {
    /// The engine said that something is due and then did nothing.
    #[error("something was due at {at:?}, and nothing came of it")]
    DueWithoutFact {
        /// When.
        at: Timestamp,
    },
    /// Deciding goes round in circles.
    #[error("the engine never settles")]
    NeverSettles,
    /// A fact about a conversation that cannot have it.
    #[error("{conversation}: {event} while it is {was}")]
    OutOfPlace {
        /// Which.
        conversation: ConversationId,
        /// The fact.
        event: &'static str,
        /// What it was.
        was: String,
    },
    /// The engine's own fold says something else than the facts.
    #[error("{conversation}: facts say {facts:?}, the floor says {floor:?}")]
    OwnersDiffer {
        /// Which.
        conversation: ConversationId,
        /// By the facts.
        facts: Owner,
        /// By the floor.
        floor: Option<Owner>,
    },
    /// More than the routing profile allows.
    #[error("{person} was asked for {conversation} with no slot free for it")]
    OverCapacity {
        /// Who.
        person: PersonId,
        /// For which.
        conversation: ConversationId,
    },
    /// Somebody was asked who may not be.
    #[error("{person} was asked for {conversation}: {why}")]
    NotEligible {
        /// Who.
        person: PersonId,
        /// For which.
        conversation: ConversationId,
        /// What stands against it.
        why: &'static str,
    },
    /// An offer stands after its time.
    #[error("{conversation}: its offer ended at {expires_at:?} and stands at {now:?}")]
    OfferOutlived {
        /// Of which.
        conversation: ConversationId,
        /// Its end.
        expires_at: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// A wish without an answer.
    #[error("fact {position}, {event}, was never answered")]
    Unanswered {
        /// Which.
        position: Position,
        /// Its name.
        event: &'static str,
    },
    /// Somebody waits and somebody could take it.
    #[error("{conversation} waits although {person} is free and may take it")]
    LeftWaiting {
        /// Which.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
    },
    /// Another one was first in line.
    #[error("{person} was asked for {conversation} although {first} is before it in line")]
    OutOfOrder {
        /// Who.
        person: PersonId,
        /// For which.
        conversation: ConversationId,
        /// Which is first.
        first: ConversationId,
    },
}

impl Violation {
    /// The conversation that it is about, if it is about one.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Violation::OutOfPlace { conversation, .. }
            | Violation::OwnersDiffer { conversation, .. }
            | Violation::OverCapacity { conversation, .. }
            | Violation::NotEligible { conversation, .. }
            | Violation::OfferOutlived { conversation, .. }
            | Violation::LeftWaiting { conversation, .. }
            | Violation::OutOfOrder { conversation, .. } => Some(*conversation),
            Violation::DueWithoutFact { .. } | Violation::NeverSettles | Violation::Unanswered { .. } => None,
        }
    }
}

/// Facts kept to tell how it came to a violation.
const RECENT_MAX: usize = 5_000;
/// Facts told of them.
const STORY_MAX: usize = 40;

/// Everything that is watched.
#[derive(Default)]
pub struct Check {
    recent: VecDeque<Recorded>,
    shadow: Shadow,
    unanswered: BTreeMap<Position, &'static str>,
}

impl Check {
    /// Looks at one fact before the engine folds it.
    ///
    /// # Errors
    /// The promise that it breaks.
    pub fn see(&mut self, recorded: &Recorded, floor: &Floor) -> Result<(), Violation> {
        self.recent.push_back(recorded.clone());
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_front();
        }
        let name = recorded.event.name();
        match recorded.event.class() {
            // A customer who is with a person already, or in line, is answered by that.
            Class::Reported if name.ends_with("asked") && name != "person.asked" => {
                self.unanswered.insert(recorded.position, name);
            }
            Class::Reported => {}
            Class::Decided => {
                if let Some(cause) = recorded.cause {
                    self.unanswered.remove(&cause);
                }
            }
        }
        if let Event::OfferMade(offer) = &recorded.event {
            self.shadow.may_be_asked(offer, recorded.at, floor)?;
        }
        self.shadow.see(recorded)
    }

    /// Looks at the floor when nothing is left to decide.
    ///
    /// # Errors
    /// The promise that is broken.
    pub fn settled(&self, floor: &Floor) -> Result<(), Violation> {
        if let Some((position, event)) = self.unanswered.first_key_value() {
            return Err(Violation::Unanswered { position: *position, event });
        }
        self.shadow.settled(floor)
    }

    /// The last facts about what a violation is about, one a line. Facts hold no words, so they can be shown.
    pub fn story(&self, violation: &Violation) -> Vec<String> {
        let last = self.recent.back().map_or(0, |recorded| recorded.position.0);
        let about = |recorded: &&Recorded| match (violation, violation.conversation()) {
            (Violation::LeftWaiting { person, .. }, Some(_)) if recorded.event.person() == Some(*person) => true,
            (Violation::LeftWaiting { .. }, _) => recorded.position.0 + 30 > last,
            (_, Some(conversation)) => recorded.event.conversation() == Some(conversation),
            (_, None) => true,
        };
        let lines = self.recent.iter().rev().filter(about).take(STORY_MAX);
        let mut story: Vec<String> = lines
            .map(|recorded| {
                format!(
                    "{} at {} because of {:?}: {:?}",
                    recorded.position, recorded.at.0, recorded.cause, recorded.event
                )
            })
            .collect();
        story.reverse();
        story
    }
}
