//! What the engine decided, in the words of a transcript. Wishes and set-up say nothing: the scenario has them.

use signalbox_model::event::conversation::QueuedBecause;
use signalbox_model::event::routing::{OfferPurpose, OfferReason, TransferTo};
use signalbox_model::event::supervision::RefusedBecause;
use signalbox_model::event::{Class, Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId, QueueId};

use super::Play;

impl Play {
    fn c(&self, id: ConversationId) -> String {
        self.name(id.uuid())
    }

    fn p(&self, id: PersonId) -> String {
        self.name(id.uuid())
    }

    fn q(&self, id: QueueId) -> String {
        self.name(id.uuid())
    }

    pub(super) fn said(&self, recorded: &Recorded) -> Option<String> {
        if recorded.event.class() == Class::Reported {
            return None;
        }
        Some(match &recorded.event {
            Event::ConversationQueued(e) => {
                let only = e.only.map_or(String::new(), |person| format!(" only={}", self.p(person)));
                let place = serde_json::to_value(e.place).unwrap();
                let because = self.queued(&e.because);
                format!(
                    "{} waits in {} place={}{only} because={because}",
                    self.c(e.conversation),
                    self.q(e.queue),
                    place.as_str().unwrap()
                )
            }
            Event::OfferMade(e) => {
                let purpose = if e.purpose == OfferPurpose::Brief { " to brief" } else { "" };
                let because: Vec<String> = e.because.iter().filter_map(|reason| self.reason(reason)).collect();
                format!(
                    "{} offered to {}{purpose} waited={}s because={}",
                    self.c(e.conversation),
                    self.p(e.person),
                    e.waited_ms.0 / 1_000,
                    because.join(",")
                )
            }
            Event::AskRefused(e) => {
                let who = e.person.map_or("somebody".into(), |person| self.p(person));
                let because = match &e.because {
                    RefusedBecause::TakenBy { person } => format!("taken_by {}", self.p(*person)),
                    RefusedBecause::NotOwner { owner: Some(owner) } => format!("not_owner, {} is", self.p(*owner)),
                    other => serde_json::to_value(other).unwrap()["kind"].as_str().unwrap().to_owned(),
                };
                format!("{who} refused: {because}")
            }
            Event::PresenceChanged(e) => {
                let presence = serde_json::to_value(e.presence).unwrap();
                let because = serde_json::to_value(e.because).unwrap();
                format!("{} {} because={}", self.p(e.person), presence.as_str().unwrap(), because.as_str().unwrap())
            }
            Event::TransferStarted(e) => {
                let to = match e.to {
                    TransferTo::Queue { queue } => self.q(queue),
                    TransferTo::Person { person } => self.p(person),
                };
                format!("{} warm transfer to {to}", self.c(e.conversation))
            }
            other => self.plain(other),
        })
    }

    fn plain(&self, event: &Event) -> String {
        let who: Vec<String> = [event.conversation().map(|id| self.c(id)), event.person().map(|id| self.p(id))]
            .into_iter()
            .flatten()
            .collect();
        let data = serde_json::to_value(event).unwrap()["data"].clone();
        let because = &data["because"];
        let because =
            because.as_str().or(because["kind"].as_str()).map_or(String::new(), |word| format!(" because={word}"));
        let outcome = data["outcome"].as_str().map_or(String::new(), |word| format!(" outcome={word}"));
        let word = |key: &str| {
            let word = data[key].as_str().or(data[key]["kind"].as_str());
            word.map_or(String::new(), |word| format!(" {key}={word}"))
        };
        let ai: String = ["handle", "task", "reason", "verdict", "how"].into_iter().map(word).collect();
        let ring = data["ring"].as_u64().map_or(String::new(), |ring| format!(" ring={ring}"));
        format!("{} {}{ring}{ai}{because}{outcome}", event.name(), who.join(" "))
    }

    fn queued(&self, because: &QueuedBecause) -> String {
        let kind = serde_json::to_value(because).unwrap()["kind"].as_str().unwrap().to_owned();
        match because {
            QueuedBecause::Overflowed { from } => format!("{kind} from {}", self.q(*from)),
            _ => kind,
        }
    }

    fn reason(&self, reason: &OfferReason) -> Option<String> {
        Some(match reason {
            OfferReason::ServesQueue { .. } | OfferReason::NoSkillNeeded | OfferReason::Load { .. } => return None,
            OfferReason::SkillMatch { needs } => {
                let needs: Vec<String> =
                    needs.iter().map(|n| format!("{}:{}", self.name(n.skill.uuid()), n.level_min)).collect();
                format!("skill {}", needs.join("+"))
            }
            OfferReason::RingOpen { ring } => format!("ring {ring}"),
            OfferReason::LongestIdle { idle_ms, over } => {
                format!("longest_idle {}s of {}", idle_ms.0 / 1_000, over + 1)
            }
            OfferReason::HighestLevel { level, over } => format!("highest_level {level} of {}", over + 1),
            OfferReason::LeastVersatile { other_levels, over } => {
                format!("least_versatile {other_levels} of {}", over + 1)
            }
            OfferReason::OnlyCandidate => "only_candidate".into(),
            OfferReason::HighestScore { score_milli, over } => format!("score {score_milli} of {}", over + 1),
            OfferReason::ReturnedToFront => "front".into(),
            OfferReason::AskedForByName { .. } => "by_name".into(),
        })
    }
}
