//! What one document says about others: they must exist, mail addresses must be one's own, and an admin must remain.

use signalbox_engine::directory::Directory;
use signalbox_engine::hours::is_time_zone;
use signalbox_model::id::{HoursId, PersonId, ProfileId, QueueId, SkillId};
use signalbox_model::limits::DOCUMENTS_MAX;
use signalbox_model::setup::ai_agent::{AiAgent, EngineChoice};
use signalbox_model::setup::alerting::AlertRule;
use signalbox_model::setup::connector::{Connector, Tool};
use signalbox_model::setup::knowledge::Collection;
use signalbox_model::setup::people::{Disposition, Person, Role, RoutingProfile, SavedReply, Token};
use signalbox_model::setup::queue::Queue;
use signalbox_model::setup::{Document, DocumentId};

use crate::api::error::{ApiError, Code};

/// Checks everything that a document cannot know by itself.
pub fn check(directory: &Directory, document: &Document, is_new: bool) -> Result<(), ApiError> {
    if is_new && count(directory, document) >= DOCUMENTS_MAX {
        return Err(ApiError::new(
            Code::Conflict,
            format!("There are {DOCUMENTS_MAX} documents of this kind, the limit: change one that is not used."),
        ));
    }
    match document {
        Document::Queue(queue) => check_queue(directory, queue),
        Document::RoutingProfile(profile) => check_profile(directory, profile),
        Document::Hours(hours) if !is_time_zone(&hours.time_zone) => {
            Err(ApiError::invalid("time_zone", "must be an IANA time zone as in Europe/Berlin"))
        }
        Document::Person(person) => check_person(directory, person),
        Document::AlertRule(rule) if rule.retired => Ok(()),
        Document::AlertRule(rule) => {
            rule.queue.map_or(Ok(()), |queue| queue_exists(directory, queue, "queue"))?;
            rule.owner.map_or(Ok(()), |owner| person_exists(directory, owner, "owner"))
        }
        Document::SavedReply(reply) => {
            let mut others = directory
                .saved_replies
                .values()
                .filter(|other| other.id != reply.id && !other.retired && !reply.retired);
            match others.find(|other| other.shortcut == reply.shortcut) {
                Some(other) => Err(ApiError::invalid("shortcut", format!("“{}” has it already", other.title))),
                None => Ok(()),
            }
        }
        Document::Connector(connector) => connector.owner.map_or(Ok(()), |id| person_exists(directory, id, "owner")),
        Document::Tool(tool) => check_tool(directory, tool),
        Document::Collection(collection) => collection.owner.map_or(Ok(()), |id| person_exists(directory, id, "owner")),
        Document::Article(article) => {
            let known = directory.collections.contains_key(&article.collection);
            exists(known, "collection", "collection")?;
            article.owner.map_or(Ok(()), |id| person_exists(directory, id, "owner"))
        }
        Document::AiAgent(agent) => check_ai_agent(directory, agent),
        Document::Hours(_) | Document::Skill(_) | Document::Disposition(_) | Document::Token(_) => Ok(()),
    }
}

fn count(directory: &Directory, document: &Document) -> usize {
    match document {
        Document::Queue(_) => directory.queues.len(),
        Document::Skill(_) => directory.skills.len(),
        Document::RoutingProfile(_) => directory.profiles.len(),
        Document::Hours(_) => directory.hours.len(),
        Document::Person(_) => directory.people.len(),
        Document::AlertRule(_) => directory.alert_rules.len(),
        Document::SavedReply(_) => directory.saved_replies.len(),
        Document::Disposition(_) => directory.dispositions.len(),
        Document::Token(_) => directory.tokens.len(),
        Document::Connector(_) => directory.connectors.len(),
        Document::Tool(_) => directory.tools.len(),
        Document::Collection(_) => directory.collections.len(),
        Document::Article(_) => directory.articles.len(),
        Document::AiAgent(_) => directory.registry.agents.len(),
    }
}

fn exists(is_there: bool, field: impl Into<String>, what: &str) -> Result<(), ApiError> {
    match is_there {
        true => Ok(()),
        false => Err(ApiError::invalid(field, format!("there is no such {what}"))),
    }
}

fn queue_exists(directory: &Directory, id: QueueId, field: impl Into<String>) -> Result<(), ApiError> {
    exists(directory.queue(id).is_some(), field, "queue, or it is retired")
}

fn person_exists(directory: &Directory, id: PersonId, field: impl Into<String>) -> Result<(), ApiError> {
    exists(directory.person(id).is_some(), field, "person, or they have left")
}

fn skill_exists(directory: &Directory, id: SkillId, field: impl Into<String>) -> Result<(), ApiError> {
    exists(directory.skills.contains_key(&id), field, "skill")
}

fn hours_exist(directory: &Directory, id: HoursId, field: impl Into<String>) -> Result<(), ApiError> {
    exists(directory.hours.contains_key(&id), field, "opening hours")
}

fn profile_exists(directory: &Directory, id: ProfileId, field: impl Into<String>) -> Result<(), ApiError> {
    exists(directory.profiles.contains_key(&id), field, "routing profile")
}

fn check_tool(directory: &Directory, tool: &Tool) -> Result<(), ApiError> {
    exists(directory.connectors.contains_key(&tool.connector), "connector", "connector")?;
    let mut others = directory.tools.values().filter(|other| other.id != tool.id && !other.retired && !tool.retired);
    match others.find(|other| other.handle == tool.handle) {
        Some(_) => Err(ApiError::invalid("handle", "another tool has it already")),
        None => Ok(()),
    }
}

fn check_ai_agent(directory: &Directory, agent: &AiAgent) -> Result<(), ApiError> {
    let mut others = directory.registry.agents.values().filter(|other| other.id != agent.id);
    if others.any(|other| other.handle == agent.handle) {
        return Err(ApiError::invalid("handle", "another AI agent has it already"));
    }
    if directory.registry.agents.get(&agent.id).is_some_and(|before| before.handle != agent.handle) {
        return Err(ApiError::invalid("handle", "never changes: facts and exports name the AI agent by it"));
    }
    for (index, queue) in agent.queues.iter().enumerate() {
        exists(directory.queues.contains_key(queue), format!("queues[{index}]"), "queue")?;
    }
    for (index, tool) in agent.draft.tools.iter().enumerate() {
        exists(directory.tools.contains_key(tool), format!("draft.tools[{index}]"), "tool")?;
    }
    for (index, collection) in agent.draft.collections.iter().enumerate() {
        exists(directory.collections.contains_key(collection), format!("draft.collections[{index}]"), "collection")?;
    }
    let EngineChoice::Model { first, second, .. } = &agent.draft.engine else { return Ok(()) };
    for (field, choice) in [("draft.engine.first", Some(first)), ("draft.engine.second", second.as_ref())] {
        let Some(choice) = choice else { continue };
        let connector = directory.connectors.get(&choice.connector);
        let is_model = connector.is_some_and(|connector| connector.system.is_model());
        exists(is_model, format!("{field}.connector"), "connector to a language model")?;
    }
    Ok(())
}

fn check_queue(directory: &Directory, queue: &Queue) -> Result<(), ApiError> {
    for (index, need) in queue.needs.iter().enumerate() {
        skill_exists(directory, need.skill, format!("needs[{index}].skill"))?;
    }
    if let Some(hours) = queue.hours {
        hours_exist(directory, hours, "hours")?;
    }
    match queue.overflow {
        Some(overflow) if !queue.retired => queue_exists(directory, overflow.to, "overflow.to"),
        _ => Ok(()),
    }
}

fn check_profile(directory: &Directory, profile: &RoutingProfile) -> Result<(), ApiError> {
    for (index, row) in profile.queues.iter().enumerate() {
        // A retired queue may stay in old profiles: nothing comes from it.
        exists(directory.queues.contains_key(&row.queue), format!("queues[{index}].queue"), "queue")?;
    }
    Ok(())
}

fn check_person(directory: &Directory, person: &Person) -> Result<(), ApiError> {
    let others = || directory.people.values().filter(|other| other.id != person.id && !other.retired);
    if !person.retired && others().any(|other| other.email.eq_ignore_ascii_case(&person.email)) {
        return Err(ApiError::invalid("email", "somebody else signs in with this address"));
    }
    for skill in person.skills.keys() {
        skill_exists(directory, *skill, format!("skills.{skill}"))?;
    }
    if let Some(profile) = person.profile {
        profile_exists(directory, profile, "profile")?;
    }
    let is_admin = |person: &Person| person.role == Role::Admin && !person.retired;
    let was_admin = directory.people.get(&person.id).is_some_and(|before| is_admin(before));
    if was_admin && !is_admin(person) && !others().any(|other| is_admin(other)) {
        return Err(ApiError::new(Code::Conflict, "This is the last admin: make somebody else an admin first."));
    }
    Ok(())
}

/// The document with its mark of retirement set.
pub fn retired(directory: &Directory, id: DocumentId) -> Result<Document, ApiError> {
    let document = match id {
        DocumentId::Queue(id) => {
            directory.queues.get(&id).map(|d| Document::Queue(Queue { retired: true, ..Queue::clone(d) }))
        }
        DocumentId::Person(id) => {
            directory.people.get(&id).map(|d| Document::Person(Person { retired: true, ..Person::clone(d) }))
        }
        DocumentId::AlertRule(id) => directory
            .alert_rules
            .get(&id)
            .map(|d| Document::AlertRule(AlertRule { retired: true, ..AlertRule::clone(d) })),
        DocumentId::SavedReply(id) => directory
            .saved_replies
            .get(&id)
            .map(|d| Document::SavedReply(SavedReply { retired: true, ..SavedReply::clone(d) })),
        DocumentId::Disposition(id) => directory
            .dispositions
            .get(&id)
            .map(|d| Document::Disposition(Disposition { retired: true, ..Disposition::clone(d) })),
        DocumentId::Token(id) => {
            directory.tokens.get(&id).map(|d| Document::Token(Token { revoked: true, ..Token::clone(d) }))
        }
        DocumentId::Connector(id) => directory
            .connectors
            .get(&id)
            .map(|d| Document::Connector(Connector { retired: true, ..Connector::clone(d) })),
        DocumentId::Tool(id) => {
            directory.tools.get(&id).map(|d| Document::Tool(Tool { retired: true, ..Tool::clone(d) }))
        }
        DocumentId::Collection(id) => directory
            .collections
            .get(&id)
            .map(|d| Document::Collection(Collection { retired: true, ..Collection::clone(d) })),
        DocumentId::AiAgent(id) => directory
            .registry
            .agents
            .get(&id)
            .map(|d| Document::AiAgent(Box::new(AiAgent { retired: true, ..AiAgent::clone(d) }))),
        DocumentId::Article(_) => {
            let detail = "An article is retired at its own address: PUT /api/knowledge/articles/{id}.";
            return Err(ApiError::new(Code::Conflict, detail));
        }
        DocumentId::Skill(_) | DocumentId::RoutingProfile(_) | DocumentId::Hours(_) => {
            let detail = "Skills, routing profiles and opening hours are not retired: take them out of the documents that use them.";
            return Err(ApiError::new(Code::Conflict, detail));
        }
    };
    document.ok_or_else(|| ApiError::not_found("document"))
}

/// The id of a document as text.
pub fn id_text(id: DocumentId) -> String {
    match id {
        DocumentId::Queue(id) => id.to_string(),
        DocumentId::Skill(id) => id.to_string(),
        DocumentId::RoutingProfile(id) => id.to_string(),
        DocumentId::Hours(id) => id.to_string(),
        DocumentId::Person(id) => id.to_string(),
        DocumentId::AlertRule(id) => id.to_string(),
        DocumentId::SavedReply(id) => id.to_string(),
        DocumentId::Disposition(id) => id.to_string(),
        DocumentId::Token(id) => id.to_string(),
        DocumentId::Connector(id) => id.to_string(),
        DocumentId::Tool(id) => id.to_string(),
        DocumentId::Collection(id) => id.to_string(),
        DocumentId::Article(id) => id.to_string(),
        DocumentId::AiAgent(id) => id.to_string(),
    }
}
