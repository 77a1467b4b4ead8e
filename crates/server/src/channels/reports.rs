//! Puts what other systems report into the log: each event once, in whatever order it comes.
//!
//! A conversation is opened by the first event that names it. The command of that opening is derived from the
//! conversation, so two events racing for it open it once; an `open` that comes later completes it.

use signalbox_adapters::derived::Namespace;
use signalbox_adapters::import::plan;
use signalbox_adapters::import::record::Record;
use signalbox_adapters::ingest::{Holder, Opening, Place, Report, What, happened};
use signalbox_engine::directory::Directory;
use signalbox_eventlog::{AppendError, EventLog, Log, ReadError};
use signalbox_model::contact::{Actor, Origin, Owner};
use signalbox_model::event::customer::{CustomerMerged, CustomerSeen};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{CustomerId, Position, QueueId};
use signalbox_model::time::Timestamp;

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
    /// Where facts of their conversation belong.
    pub fn place(&self, theirs: &str) -> Place {
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
        let place = self.place(&report.conversation);
        match &report.what {
            What::Open(opening) => {
                let found = opening.queue.as_deref().and_then(&queue);
                let unknown_queue = opening.queue.is_some() && found.is_none();
                Ok(Taken { unknown_queue, ..self.open(report, &place, opening, found).await? })
            }
            What::Turn(said) => {
                self.provisional(report, &place).await?;
                let content = self.names.content(&["event", &report.id]);
                self.add(report, vec![place.said(said, content, report.at)]).await
            }
            What::Ownership(holder) => {
                self.provisional(report, &place).await?;
                let named = match holder {
                    Holder::Queue(name) => name.as_deref(),
                    _ => None,
                };
                let found = named.and_then(&queue);
                let taken = self.add(report, vec![place.owned(holder, found, report.at)]).await?;
                Ok(Taken { unknown_queue: named.is_some() && found.is_none(), ..taken })
            }
            What::Outcome { outcome, label } => {
                self.provisional(report, &place).await?;
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
    fn beginning(&self, place: &Place, opening: &Opening, queue: Option<QueueId>, at: Timestamp) -> Vec<NewEvent> {
        let seen = CustomerSeen { customer: place.customer, channel: opening.channel };
        vec![happened(Event::CustomerSeen(seen), at), place.opened(opening, queue, at)]
    }

    async fn provisional(&self, report: &Report, place: &Place) -> Result<(), ReportError> {
        let command = self.names.command(&["begin", &report.conversation]);
        let events = self.beginning(place, &Opening::blank(), None, report.at);
        self.commands.submit(self.actor.clone(), Some(command), events).await?;
        Ok(())
    }

    async fn open(
        &self,
        report: &Report,
        place: &Place,
        opening: &Opening,
        queue: Option<QueueId>,
    ) -> Result<Taken, ReportError> {
        let mut events = Vec::new();
        let begin = self.names.command(&["begin", &report.conversation]);
        let appended = self
            .commands
            .submit(self.actor.clone(), Some(begin), self.beginning(place, opening, queue, report.at))
            .await?;
        if appended.repeated {
            events.extend(self.completion(place, place.opened(opening, queue, report.at)).await?);
        }
        events.extend(self.details(report, place, opening).await?);
        if events.is_empty() {
            return Ok(Taken { repeated: appended.repeated, position: appended.last, unknown_queue: false });
        }
        self.add(report, events).await
    }

    /// Labels and identities. Who is known already keeps what finds them; the conversation's own customer is merged into them.
    async fn details(&self, report: &Report, place: &Place, opening: &Opening) -> Result<Vec<NewEvent>, ReportError> {
        let known = self.known(place.customer, opening).await?;
        let mut details = place.labelled(&opening.labels, report.at);
        let holder = Place { customer: known.map_or(place.customer, |(customer, _)| customer), ..*place };
        for (index, identity) in opening.identities.iter().enumerate() {
            let found_by = known.is_some_and(|(_, by)| by == index || identity.lookup.is_none());
            if !found_by {
                let content = self.names.content(&["event", &report.id, identity.kind.as_str()]);
                details.push(holder.identified(identity, content, report.at));
            }
        }
        if let Some((customer, _)) = known {
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

    /// Somebody whom we know under an identity that finds people, and which identity that is.
    async fn known(&self, own: CustomerId, opening: &Opening) -> Result<Option<(CustomerId, usize)>, ReportError> {
        for (index, identity) in opening.identities.iter().enumerate() {
            let Some(lookup) = &identity.lookup else { continue };
            if let Some(found) = self.log.find_identity(lookup).await?.into_iter().find(|found| *found != own) {
                return Ok(Some((found, index)));
            }
        }
        Ok(None)
    }

    /// Takes one conversation of a file, all of it or nothing of a part.
    ///
    /// # Errors
    /// When it could not be taken to its end; sent again, what is there already is passed over.
    pub async fn take_record(&self, record: &Record, queue: Option<QueueId>) -> Result<Taken, ReportError> {
        let mut place = self.place(&record.id);
        // An import may bring many conversations of one customer: they belong to whom we know already.
        let known = self.known(place.customer, &record.opening).await?;
        if let Some((customer, _)) = known {
            place.customer = customer;
        }
        let (mut repeated, mut position) = (true, Position::START);
        for part in plan::parts(record, &self.names, &place, queue, known.is_some()) {
            let appended = self.commands.submit(self.actor.clone(), Some(part.command), part.events).await?;
            repeated &= appended.repeated;
            position = appended.last;
        }
        Ok(Taken { repeated, position, unknown_queue: record.opening.queue.is_some() && queue.is_none() })
    }
}
