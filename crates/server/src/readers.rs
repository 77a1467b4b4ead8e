//! Reading what people write, at the one way in: personal data is hidden before anything is stored, indexed, logged or sent to a model;
//! language and the customer's mood become labels. Turns of people who work here are never read for feeling.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use signalbox_model::contact::Participant;
use signalbox_model::content::{Body, Content};
use signalbox_model::event::conversation::TurnKind;
use signalbox_model::event::reading::{HiddenCount, PersonalDataHidden, TurnRead};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, ConversationId};
use signalbox_model::word::Slug;
use signalbox_reading::redact::{Asked, Context, Counts, PersonalKind, Policy, Redacted, Redactor, asked};
use signalbox_reading::{language, sentiment};

use crate::clock::fresh;

/// Conversations whose numbering is remembered; beyond, all are forgotten and numbering begins anew.
const CONVERSATIONS_MAX: usize = 50_000;

#[derive(Clone, Debug, Default)]
struct Known {
    counts: Counts,
    asked: Asked,
}

/// What is remembered of conversations for reading them. Clones share it.
#[derive(Clone, Default)]
pub struct Readers(Arc<Mutex<HashMap<ConversationId, Known>>>);

/// Whose words they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    Customer,
    /// Somebody who answers in a conversation that lives elsewhere: what they ask for tells what a bare number after it is.
    Elsewhere,
    /// What the customer is about to read: names and the like must reach them; cards and passwords must not be sent.
    Answer,
    Colleague,
}

impl Readers {
    /// The facts with personal data hidden, and with what was found: beside a turn after it, beside a wish before it, since the wish
    /// must stay the last.
    pub fn read(&self, events: Vec<NewEvent>) -> Vec<NewEvent> {
        let mut out = Vec::with_capacity(events.len());
        for mut event in events {
            let Some((conversation, voice)) = voice(&event.event) else {
                out.push(event);
                continue;
            };
            let found = match &mut event.content {
                Some(content) => self.hide(conversation, voice, content),
                None => Vec::new(),
            };
            let found = found.into_iter().map(|new| NewEvent { occurred_at: event.occurred_at, ..new });
            if event.event.name().ends_with("_asked") || event.event.name().ends_with(".asked") {
                out.extend(found);
                out.push(event);
            } else {
                let found: Vec<NewEvent> = found.collect();
                out.push(event);
                out.extend(found);
            }
        }
        out
    }

    fn hide(&self, conversation: ConversationId, voice: Voice, content: &mut Content) -> Vec<NewEvent> {
        let Body::Text { text } = &mut content.body else { return Vec::new() };
        let redacted = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= CONVERSATIONS_MAX {
                known.clear();
            }
            let known = known.entry(conversation).or_default();
            let asked = if voice == Voice::Customer { known.asked } else { Asked::default() };
            let policy = if voice == Voice::Answer { of_answers() } else { Policy::default() };
            let context = Context { asked, policy, counts: known.counts.clone(), ..Context::default() };
            let redacted = Redactor::builtin().redact(text, &context);
            known.counts = redacted.counts.clone();
            if matches!(voice, Voice::Answer | Voice::Elsewhere) {
                known.asked = asked::of(text);
            }
            redacted
        };
        let mut found = Vec::new();
        if voice == Voice::Customer {
            found.extend(labels(conversation, content.id, text));
        }
        if !redacted.spans.is_empty() {
            found.push(sealed(conversation, content, &redacted));
            content.body = Body::Text { text: redacted.text };
        }
        found
    }
}

/// What is hidden in words that go to the customer: what must never be stored. Names, addresses and numbers to call are what an
/// answer is made of, and the customer would read a token in their place.
fn of_answers() -> Policy {
    let hide = [PersonalKind::CardNumber, PersonalKind::Iban, PersonalKind::Password];
    Policy { hide: hide.into_iter().collect() }
}

/// Whose words a fact brings, if it brings any.
fn voice(event: &Event) -> Option<(ConversationId, Voice)> {
    match event {
        Event::TurnAdded(turn) if turn.kind != TurnKind::File => Some((
            turn.conversation,
            match turn.by {
                Participant::Customer => Voice::Customer,
                Participant::System => Voice::Colleague,
                _ => Voice::Elsewhere,
            },
        )),
        Event::ReplyAsked(reply) if reply.kind == TurnKind::Text => Some((reply.conversation, Voice::Answer)),
        Event::AiTurnCompleted(turn) if turn.says.is_some() => Some((turn.conversation, Voice::Answer)),
        Event::NoteAdded(note) => Some((note.conversation, Voice::Colleague)),
        Event::WhisperAsked(whisper) => Some((whisper.conversation, Voice::Colleague)),
        _ => None,
    }
}

/// What a customer's turn is read for.
fn labels(conversation: ConversationId, turn: ContentId, text: &str) -> Option<NewEvent> {
    let language = language::of(text).ok().and_then(|found| Slug::parse(found.code).ok());
    let sentiment = sentiment::of(text).ok().map(|felt| felt.score).filter(|score| *score != 0);
    if language.is_none() && sentiment.is_none() {
        return None;
    }
    let read = TurnRead { conversation, turn, intent: None, intent_milli: None, language, sentiment };
    Some(NewEvent::now(Event::TurnRead(read)))
}

/// The fact that something was hidden, with the hidden words sealed under the customer's key.
fn sealed(conversation: ConversationId, content: &Content, redacted: &Redacted) -> NewEvent {
    let Body::Text { text: original } = &content.body else { unreachable!("only words are hidden") };
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, u16> = BTreeMap::new();
    for span in &redacted.spans {
        let token = redacted.text[span.token_start..span.token_end].to_owned();
        values.insert(token, original[span.start..span.end].to_owned());
        *kinds.entry(span.kind.word()).or_default() += 1;
    }
    let count = |(kind, count): (&str, u16)| Some(HiddenCount { kind: Slug::parse(kind).ok()?, count });
    let kept = Content {
        id: ContentId::new(fresh()),
        customer: content.customer,
        conversation: Some(conversation),
        body: Body::Text { text: serde_json::to_string(&values).expect("texts by texts") },
        lookup: None,
    };
    let hidden = PersonalDataHidden {
        conversation,
        turn: content.id,
        kinds: kinds.into_iter().filter_map(count).collect(),
        original: Some(kept.id),
    };
    NewEvent { content: Some(kept), ..NewEvent::now(Event::PersonalDataHidden(hidden)) }
}
