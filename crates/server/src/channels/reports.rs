//! Puts what other systems report into the log: each event once, in whatever order it comes.
//!
//! A conversation is opened by the first event that names it. The command of that opening is derived from the
//! conversation, so two events racing for it open it once; an `open` that comes later completes it.

use signalbox_adapters::derived::Namespace;
use signalbox_adapters::import::plan;
use signalbox_adapters::import::record::Record;
use signalbox_adapters::ingest::{Holder, Opening, Place, Report, What, happened};
use signalbox_engine::directory::Directory;
use signalbox_eventlog::{AppendError, Appended, EventLog, Log, ReadError};
use signalbox_model::contact::{Actor, Origin, Owner};
use signalbox_model::event::customer::{CustomerMerged, CustomerSeen};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ConversationId, CustomerId, Position, QueueId};
use signalbox_model::time::Timestamp;

use super::known;
use crate::ingest::{CommandError, Commands};

/// Why a report is not in the log.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It could not be appended.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// What is known of its customer could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl ReportError {
    /// Whether only this report is affected, because its customer was erased.
    pub fn is_erased(&self) -> bool {
        matches!(self, ReportError::Command(CommandError::Append(AppendError::CustomerErased(_))))
    }
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// It was there before; nothing was added.
    pub repeated: bool,
    /// Where its facts end.
    pub position: Position,
    /// A queue that it names and that is not known here.
    pub unknown_queue: bool,
}

/// Takes reports of one system.
pub struct Reporter<'a> {
    /// For reading.
    pub log: &'a Log,
    /// For writing.
    pub commands: &'a Commands,
    /// Who reports.
    pub actor: Actor,
    /// Whose ids they are.
    pub names: Namespace,
    /// How we know.
    pub origin: Origin,
}

/// The queue of this name or id, if there is one.
pub fn queue_named(directory: &Directory, name: &str) -> Option<QueueId> {
    let by_id = name.parse().ok().and_then(|id| directory.queue(id));
    by_id
        .or_else(|| {
            directory
                .queues
                .values()
                .map(|queue| &**queue)
                .find(|queue| !queue.retired && queue.name.as_str().eq_ignore_ascii_case(name))
        })
        .map(|queue| queue.id)
}

impl Reporter<'_> {
    /// Where facts of their conversation belong, as long as nobody is known who it is with.
    fn place(&self, theirs: &str) -> Place {
        Place {
            conversation: self.names.conversation(theirs),
            customer: self.names.customer(theirs),
            origin: self.origin,
        }
    }

    /// Takes one event. `queue` finds a queue by name.
    ///
    /// # Errors
    /// When nothing of it is in the log.
    pub async fn take(&self, report: &Report, queue: impl Fn(&str) -> Option<QueueId>) -> Result<Taken, ReportError> {
        match &report.what {
            What::Open(opening) => {
                let found = opening.queue.as_deref().and_then(&queue);
                let unknown_queue = opening.queue.is_some() && found.is_none();
                Ok(Taken { unknown_queue, ..self.open(report, opening, found).await? })
            }
            What::Turn(said) => {
                let place = self.begun(report).await?;
                let content = self.names.content(&["event", &report.id]);
                self.add(report, vec![place.said(said, content, report.at)]).await
            }
            What::Ownership(holder) => {
                let place = self.begun(report).await?;
                let named = match holder {
                    Holder::Queue(name) => name.as_deref(),
                    _ => None,
                };
                let found = named.and_then(&queue);
                let taken = self.add(report, vec![place.owned(holder, found, report.at)]).await?;
                Ok(Taken { unknown_queue: named.is_some() && found.is_none(), ..taken })
            }
            What::Outcome { outcome, label } => {
                let place = self.begun(report).await?;
                self.add(report, vec![place.ended(*outcome, label.clone(), report.at)]).await
            }
        }
    }

    async fn add(&self, report: &Report, events: Vec<NewEvent>) -> Result<Taken, ReportError> {
        let command = self.names.command(&["event", &report.id]);
        let appended = self.commands.submit(self.actor.clone(), Some(command), events).await?;
        Ok(Taken { repeated: appended.repeated, position: appended.last, unknown_queue: false })
    }

    /// The facts with which a conversation begins, whatever came first.
    fn beginning(
        &self,
        place: &Place,
        is_known: bool,
        opening: &Opening,
        queue: Option<QueueId>,
        at: Timestamp,
    ) -> Vec<NewEvent> {
        let seen = CustomerSeen { customer: place.customer, channel: opening.channel };
        let seen = (!is_known).then(|| happened(Event::CustomerSeen(seen), at));
        seen.into_iter().chain([place.opened(opening, queue, at)]).collect()
    }

    /// Where a conversation belongs that an `open` may have begun or not: if not, it begins with a customer of its own.
    async fn begun(&self, report: &Report) -> Result<Place, ReportError> {
        let place = self.place(&report.conversation);
        let command = self.names.command(&["begin", &report.conversation]);
        let events = self.beginning(&place, false, &Opening::blank(), None, report.at);
        let appended = self.commands.submit(self.actor.clone(), Some(command), events).await?;
        self.as_begun(place, &appended).await
    }

    /// Whoever began it said with whom it is: their words are kept under that customer's key.
    async fn as_begun(&self, place: Place, appended: &Appended) -> Result<Place, ReportError> {
        if !appended.repeated {
            return Ok(place);
        }
        let before = Position(appended.first.0.saturating_sub(1));
        let count = appended.last.0.saturating_sub(before.0) as usize;
        let facts = self.log.read(before, count).await?;
        let with = |id: ConversationId| {
            facts.iter().find_map(|fact| match &fact.event {
                Event::ConversationOpened(opened) if opened.conversation == id => Some(opened.customer),
                _ => None,
            })
        };
        Ok(Place { customer: with(place.conversation).unwrap_or(place.customer), ..place })
    }

    /// Opens a conversation with whom we know under its identities, or with somebody new.
    async fn open(&self, report: &Report, opening: &Opening, queue: Option<QueueId>) -> Result<Taken, ReportError> {
        let reporter = self.names.label();
        let _held = known::hold(&opening.identities, &reporter).await;
        let known = known::find(self.log, &opening.identities, &reporter).await?;
        let own = self.place(&report.conversation);
        let place = Place { customer: known.unwrap_or(own.customer), ..own };
        let begin = self.names.command(&["begin", &report.conversation]);
        let beginning = self.beginning(&place, known.is_some(), opening, queue, report.at);
        let appended = self.commands.submit(self.actor.clone(), Some(begin), beginning).await?;
        let place = self.as_begun(place, &appended).await?;
        let mut events = Vec::new();
        if appended.repeated {
            events.extend(self.completion(&place, place.opened(opening, queue, report.at)).await?);
        }
        events.extend(self.details(report, &place, opening, known).await?);
        if events.is_empty() {
            return Ok(Taken { repeated: appended.repeated, position: appended.last, unknown_queue: false });
        }
        self.add(report, events).await
    }

    /// Labels, and identities that are new. A conversation that began before anybody said with whom it is has a customer of
    /// its own by now: they are merged into the one whom we know.
    async fn details(
        &self,
        report: &Report,
        place: &Place,
        opening: &Opening,
        known: Option<CustomerId>,
    ) -> Result<Vec<NewEvent>, ReportError> {
        let reporter = self.names.label();
        let mut details = place.labelled(&opening.labels, report.at);
        let holder = Place { customer: known.unwrap_or(place.customer), ..*place };
        for identity in &opening.identities {
            let is_free = known::is_free(self.log, identity, &reporter).await?;
            // Who is known keeps their name and what was only said of them; what finds nobody yet is new in any case.
            let is_new = known.is_none() || is_free && identity.lookup(&reporter).is_some();
            if is_new {
                let content = self.names.content(&["event", &report.id, identity.kind.as_str()]);
                let mut told = holder.identified(identity, &reporter, content, report.at);
                if let Some(content) = told.content.as_mut().filter(|_| !is_free) {
                    // Somebody else is found by it; it stays shown here, and people see that the two may be one.
                    content.lookup = None;
                }
                details.push(told);
            }
        }
        if let Some(customer) = known.filter(|customer| *customer != place.customer) {
            let merged = CustomerMerged { customer, merged: place.customer };
            details.push(happened(Event::CustomerMerged(merged), report.at));
        }
        Ok(details)
    }

    /// What an `open` adds to a conversation that was begun by an earlier event; nothing where this very `open` began it.
    /// The floor forgets what is over: a late `open` would bring it back to life, so its end is told again.
    async fn completion(&self, place: &Place, opened: NewEvent) -> Result<Vec<NewEvent>, ReportError> {
        let transcript = self.log.read_conversation(place.conversation).await?;
        let told = |entry: &signalbox_eventlog::Entry| {
            entry.recorded.event == opened.event && entry.recorded.occurred_at == opened.occurred_at
        };
        if transcript.entries.iter().any(told) {
            return Ok(Vec::new());
        }
        let reports = transcript.entries.iter().filter_map(|entry| match &entry.recorded.event {
            Event::OwnershipReported(reported) => Some((entry.recorded.when(), &reported.owner)),
            _ => None,
        });
        let last = reports.max_by_key(|(when, _)| *when);
        let end = last
            .filter(|(_, owner)| **owner == Owner::Closed)
            .map(|(when, _)| place.owned(&Holder::Closed, None, when));
        Ok(std::iter::once(opened).chain(end).collect())
    }

    /// Takes one conversation of a file, all of it or nothing of a part.
    ///
    /// # Errors
    /// When it could not be taken to its end; sent again, what is there already is passed over.
    pub async fn take_record(&self, record: &Record, queue: Option<QueueId>) -> Result<Taken, ReportError> {
        let mut place = self.place(&record.id);
        // An import may bring many conversations of one customer: they belong to whom we know already.
        let (identities, reporter) = (&record.opening.identities, self.names.label());
        let _held = known::hold(identities, &reporter).await;
        let known = known::find(self.log, identities, &reporter).await?.filter(|known| *known != place.customer);
        place.customer = known.unwrap_or(place.customer);
        let (mut repeated, mut position) = (true, Position::START);
        for part in plan::parts(record, &self.names, &place, queue, known.is_some()) {
            let appended = self.commands.submit(self.actor.clone(), Some(part.command), part.events).await?;
            repeated &= appended.repeated;
            position = appended.last;
        }
        Ok(Taken { repeated, position, unknown_queue: record.opening.queue.is_some() && queue.is_none() })
    }
}
