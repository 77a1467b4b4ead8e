//! The documents that hold now: the newest revision of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signalbox_model::contact::Actor;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{
    AlertRuleId, ArticleId, CollectionId, ConnectorId, DispositionId, HoursId, PersonId, ProfileId, QueueId,
    SavedReplyId, SkillId, TokenId, ToolId,
};
use signalbox_model::setup::alerting::AlertRule;
use signalbox_model::setup::connector::{Connector, Tool};
use signalbox_model::setup::hours::Hours;
use signalbox_model::setup::knowledge::{Article, Collection};
use signalbox_model::setup::people::{Disposition, Person, ProfileQueue, RoutingProfile, SavedReply, Skill, Token};
use signalbox_model::setup::queue::Queue;
use signalbox_model::setup::{Document, DocumentId};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

use crate::registry::Registry;

/// When a document was published, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Counts up from 1.
    pub revision: u32,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom; none: at set-up.
    pub published_by: Option<PersonId>,
}

/// An article without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleHead {
    /// To which collection it belongs.
    pub collection: CollectionId,
    /// What it is about.
    pub title: String,
    /// In which language.
    pub language: Option<Slug>,
    /// Where it came from.
    pub source: Option<String>,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// The day by which somebody should read it again.
    pub review_by: Option<String>,
    /// Characters of its text.
    pub chars: u32,
    /// No longer answered from.
    pub retired: bool,
}

impl ArticleHead {
    fn of(article: &Article) -> ArticleHead {
        ArticleHead {
            collection: article.collection,
            title: article.title.clone(),
            language: article.language.clone(),
            source: article.source.clone(),
            owner: article.owner,
            review_by: article.review_by.clone(),
            chars: u32::try_from(article.body.chars().count()).unwrap_or(u32::MAX),
            retired: article.retired,
        }
    }
}

/// Every document that holds now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// Waiting lines.
    pub queues: BTreeMap<QueueId, Arc<Queue>>,
    /// Abilities.
    pub skills: BTreeMap<SkillId, Arc<Skill>>,
    /// Rules of work.
    pub profiles: BTreeMap<ProfileId, Arc<RoutingProfile>>,
    /// Opening hours.
    pub hours: BTreeMap<HoursId, Arc<Hours>>,
    /// Those who work here.
    pub people: BTreeMap<PersonId, Arc<Person>>,
    /// Rules that raise alerts.
    pub alert_rules: BTreeMap<AlertRuleId, Arc<AlertRule>>,
    /// Replies kept for use again.
    pub saved_replies: BTreeMap<SavedReplyId, Arc<SavedReply>>,
    /// Ways to file a conversation.
    pub dispositions: BTreeMap<DispositionId, Arc<Disposition>>,
    /// Tokens of other systems.
    pub tokens: BTreeMap<TokenId, Arc<Token>>,
    /// Systems that are reached over a network.
    #[serde(default)]
    pub connectors: BTreeMap<ConnectorId, Arc<Connector>>,
    /// What AI agents may do in other systems.
    #[serde(default)]
    pub tools: BTreeMap<ToolId, Arc<Tool>>,
    /// Collections of articles.
    #[serde(default)]
    pub collections: BTreeMap<CollectionId, Arc<Collection>>,
    /// Articles without their text, which is long and which nothing is decided from.
    #[serde(default)]
    pub articles: BTreeMap<ArticleId, ArticleHead>,
    /// AI agents, their versions, and what is stopped.
    #[serde(default)]
    pub registry: Registry,
    /// A list, since the key is not a text and so cannot be one of a JSON object.
    revisions: Vec<(DocumentId, Revision)>,
    /// People by queue that they serve.
    serving: BTreeMap<QueueId, Vec<PersonId>>,
    /// Waits after which another group sees a queue's conversations.
    delays: BTreeMap<QueueId, Vec<DurationMs>>,
}

impl Directory {
    /// Folds one fact.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.registry.apply(recorded);
        let Event::SetupPublished(published) = &recorded.event else { return };
        let by = match recorded.actor {
            Actor::Person { person } => Some(person),
            _ => None,
        };
        let revision = Revision { revision: published.revision, published_at: recorded.at, published_by: by };
        let id = published.document.id();
        match self.revisions.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(index) => self.revisions[index].1 = revision,
            Err(index) => self.revisions.insert(index, (id, revision)),
        }
        match published.document.clone() {
            Document::Queue(d) => drop(self.queues.insert(d.id, Arc::new(d))),
            Document::Skill(d) => drop(self.skills.insert(d.id, Arc::new(d))),
            Document::RoutingProfile(d) => drop(self.profiles.insert(d.id, Arc::new(d))),
            Document::Hours(d) => drop(self.hours.insert(d.id, Arc::new(d))),
            Document::Person(d) => drop(self.people.insert(d.id, Arc::new(d))),
            Document::AlertRule(d) => drop(self.alert_rules.insert(d.id, Arc::new(d))),
            Document::SavedReply(d) => drop(self.saved_replies.insert(d.id, Arc::new(d))),
            Document::Disposition(d) => drop(self.dispositions.insert(d.id, Arc::new(d))),
            Document::Token(d) => drop(self.tokens.insert(d.id, Arc::new(d))),
            Document::Connector(d) => drop(self.connectors.insert(d.id, Arc::new(d))),
            Document::Tool(d) => drop(self.tools.insert(d.id, Arc::new(d))),
            Document::Collection(d) => drop(self.collections.insert(d.id, Arc::new(d))),
            Document::Article(d) => drop(self.articles.insert(d.id, ArticleHead::of(&d))),
            // Registered above.
            Document::AiAgent(_) => {}
        }
        if matches!(id, DocumentId::Person(_) | DocumentId::RoutingProfile(_)) {
            self.rebuild_serving();
        }
    }

    fn rebuild_serving(&mut self) {
        self.serving.clear();
        self.delays.clear();
        for person in self.people.values().filter(|person| !person.retired) {
            let Some(profile) = person.profile.and_then(|id| self.profiles.get(&id)) else { continue };
            for row in &profile.queues {
                self.serving.entry(row.queue).or_default().push(person.id);
                let delays = self.delays.entry(row.queue).or_default();
                if row.delay_ms > DurationMs::ZERO && !delays.contains(&row.delay_ms) {
                    delays.push(row.delay_ms);
                }
            }
        }
    }

    /// The queue, unless it is retired.
    pub fn queue(&self, id: QueueId) -> Option<&Queue> {
        self.queues.get(&id).map(Arc::as_ref).filter(|queue| !queue.retired)
    }

    /// The person, unless they have left.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id).map(Arc::as_ref).filter(|person| !person.retired)
    }

    /// The person's rules of work.
    pub fn profile_of(&self, person: PersonId) -> Option<&RoutingProfile> {
        let profile = self.person(person)?.profile?;
        self.profiles.get(&profile).map(Arc::as_ref)
    }

    /// The person's row for a queue, if they serve it.
    pub fn serves(&self, person: PersonId, queue: QueueId) -> Option<ProfileQueue> {
        self.profile_of(person)?.queues.iter().copied().find(|row| row.queue == queue)
    }

    /// Those who serve a queue, in the order of their ids.
    pub fn people_serving(&self, queue: QueueId) -> &[PersonId] {
        self.serving.get(&queue).map_or(&[], Vec::as_slice)
    }

    /// Waits after which another group sees a queue's conversations.
    pub fn delays(&self, queue: QueueId) -> &[DurationMs] {
        self.delays.get(&queue).map_or(&[], Vec::as_slice)
    }

    /// What a queue is called, also when it is retired.
    pub fn queue_name(&self, id: QueueId) -> &str {
        self.queues.get(&id).map_or("a queue that is gone", |queue| queue.name.as_str())
    }

    /// What a person is called, also when they have left.
    pub fn person_name(&self, id: PersonId) -> &str {
        self.people.get(&id).map_or("somebody who is gone", |person| person.name.as_str())
    }

    /// What a skill is called.
    pub fn skill_name(&self, id: SkillId) -> &str {
        self.skills.get(&id).map_or("a skill that is gone", |skill| skill.name.as_str())
    }

    /// When a document was published last.
    pub fn revision(&self, id: DocumentId) -> Option<Revision> {
        self.revisions.binary_search_by_key(&id, |(id, _)| *id).ok().map(|index| self.revisions[index].1)
    }

    /// Every document's revision, in the order of the ids.
    pub fn revisions(&self) -> &[(DocumentId, Revision)] {
        &self.revisions
    }
}
