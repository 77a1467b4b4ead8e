//! Published documents.

use signalbox_engine::directory::Directory;
use signalbox_model::contact::Actor;
use signalbox_model::event::SetupPublished;
use signalbox_model::setup::Document;

use super::names;

/// What a kind of document is called, and the document's own name.
fn title(document: &Document) -> (&'static str, &str) {
    match document {
        Document::Queue(d) => ("queue", d.name.as_str()),
        Document::Skill(d) => ("skill", d.name.as_str()),
        Document::RoutingProfile(d) => ("routing profile", d.name.as_str()),
        Document::Hours(d) => ("opening hours", d.name.as_str()),
        Document::Person(d) => ("person", d.name.as_str()),
        Document::AlertRule(d) => ("alert rule", d.name.as_str()),
        Document::SavedReply(d) => ("saved reply", d.title.as_str()),
        Document::Disposition(d) => ("disposition", d.name.as_str()),
        Document::Token(d) => ("token", d.name.as_str()),
        Document::Connector(d) => ("connector", d.name.as_str()),
        Document::Tool(d) => ("tool", d.handle.as_str()),
        Document::Collection(d) => ("collection", d.name.as_str()),
        Document::Article(d) => ("article", d.title.as_str()),
        Document::AiAgent(d) => ("AI agent", d.name.as_str()),
    }
}

fn is_retired(document: &Document) -> bool {
    match document {
        Document::Queue(d) => d.retired,
        Document::Person(d) => d.retired,
        Document::AlertRule(d) => d.retired,
        Document::SavedReply(d) => d.retired,
        Document::Disposition(d) => d.retired,
        Document::Token(d) => d.revoked,
        Document::Connector(d) => d.retired,
        Document::Tool(d) => d.retired,
        Document::Collection(d) => d.retired,
        Document::Article(d) => d.retired,
        Document::AiAgent(d) => d.retired,
        Document::Skill(_) | Document::RoutingProfile(_) | Document::Hours(_) => false,
    }
}

pub fn published(e: &SetupPublished, actor: &Actor, directory: &Directory) -> String {
    let (kind, name) = title(&e.document);
    let did = match (is_retired(&e.document), e.revision) {
        (true, _) => "retired",
        (false, 0 | 1) => "set up",
        (false, _) => "changed",
    };
    format!("{} {did} the {kind} “{name}” (revision {}).", names::actor(directory, actor), e.revision)
}
