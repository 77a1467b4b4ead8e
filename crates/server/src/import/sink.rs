//! Where conversations go: nowhere, a stopped store, or a running server.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use signalbox_adapters::derived::Namespace;
use signalbox_engine::directory::Directory;
use signalbox_eventlog::{EventLog, Log, Options};
use signalbox_model::contact::{Actor, Origin};
use signalbox_model::event::Event;
use signalbox_model::id::{Position, QueueId};

use super::reading::Piece;
use super::report::Report;
use super::{ImportArgs, ImportError, Tally};
use crate::api::ingest::IngestAnswer;
use crate::channels::reports::{Reporter, queue_named};
use crate::clock::Clock;
use crate::health::Health;
use crate::ingest::Commands;
use crate::settled::Settled;

/// Conversations stored at once; the log writes them together.
const AT_ONCE: usize = 64;
/// Facts read at once while looking for queues.
const READ_MAX: usize = 20_000;
/// Times that a request is sent before the import gives up.
const TRIES: u32 = 4;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Where conversations go.
pub enum Sink {
    /// Nowhere: everything is only checked.
    Dry,
    /// A stopped store.
    Store(Box<Store>),
    /// A running server.
    Server(Server),
}

/// A stopped store.
pub struct Store {
    log: Log,
    commands: Commands,
    names: Namespace,
    /// Read when the first conversation names a queue.
    directory: Option<Directory>,
}

/// A running server.
pub struct Server {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Sink {
    /// Opens what the arguments name.
    pub fn open(args: &ImportArgs, source: &str, clock: Clock) -> Result<Sink, ImportError> {
        if args.dry_run {
            return Ok(Sink::Dry);
        }
        if let Some(folder) = &args.data {
            let log = Log::open(folder, Options::default())?;
            let commands = Commands::new(log.clone(), clock, Settled::new(Position::START), Health::default());
            let names = Namespace::of_import(source);
            return Ok(Sink::Store(Box::new(Store { log, commands, names, directory: None })));
        }
        let url = args.url.as_ref().ok_or(ImportError::NoTarget)?;
        let token = args.token.clone().ok_or(ImportError::NoToken)?;
        // The source is one word of letters that need no escape, or of ones that are escaped by the address parser.
        let url = format!("{}/api/ingest/conversations?source={source}", url.trim_end_matches('/'));
        let client = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(|error| ImportError::Unreachable { url: url.clone(), error })?;
        Ok(Sink::Server(Server { client, url, token }))
    }

    /// Takes a chunk of conversations.
    pub async fn take(&mut self, chunk: Vec<Piece>, tally: &mut Tally, report: &mut Report) -> Result<(), ImportError> {
        match self {
            Sink::Dry => {
                tally.added += chunk.len() as u64;
                for piece in &chunk {
                    left_out(piece, tally, report)?;
                }
                Ok(())
            }
            Sink::Store(store) => store.take(chunk, tally, report).await,
            Sink::Server(server) => server.take(&chunk, tally, report).await,
        }
    }

    /// Ends it.
    pub async fn close(self) {
        if let Sink::Store(store) = self {
            store.log.close().await;
        }
    }
}

fn left_out(piece: &Piece, tally: &mut Tally, report: &mut Report) -> Result<(), ImportError> {
    if piece.record.left_out == 0 {
        return Ok(());
    }
    tally.notes += 1;
    let reason = format!("{} turns beyond the limit of a conversation were left out", piece.record.left_out);
    report.note(piece.line, "turns_left_out", &reason)
}

impl Store {
    async fn take(&mut self, chunk: Vec<Piece>, tally: &mut Tally, report: &mut Report) -> Result<(), ImportError> {
        if self.directory.is_none() && chunk.iter().any(|piece| piece.record.opening.queue.is_some()) {
            self.directory = Some(self.read_directory().await?);
        }
        let reporter = Reporter {
            log: &self.log,
            commands: &self.commands,
            actor: Actor::System,
            names: self.names.clone(),
            origin: Origin::Imported,
        };
        // Who is found by an identity may be made by the conversation before: those wait for one another.
        let (plain, known): (Vec<_>, Vec<_>) = chunk
            .iter()
            .partition(|piece| piece.record.opening.identities.iter().all(|identity| identity.lookup("").is_none()));
        let one = |piece| {
            let (reporter, queue) = (&reporter, self.queue(piece));
            async move { (piece, reporter.take_record(&piece.record, queue).await) }
        };
        let plain = stream::iter(plain).map(one).buffer_unordered(AT_ONCE);
        let known = stream::iter(known).then(one);
        let mut results: Vec<_> = stream::select(plain, known).collect().await;
        results.sort_by_key(|(piece, _)| piece.line);
        for (piece, taken) in results {
            match taken {
                Ok(taken) => {
                    if taken.repeated {
                        tally.repeated += 1
                    } else {
                        tally.added += 1
                    }
                    if taken.unknown_queue {
                        tally.notes += 1;
                        report.note(
                            piece.line,
                            "unknown_queue",
                            "the queue is not known here and was left out: make it in setup, or correct its name",
                        )?;
                    }
                    left_out(piece, tally, report)?;
                }
                Err(error) if error.is_erased() => {
                    tally.rejected += 1;
                    report.rejected(
                        piece.line,
                        "erased",
                        "the customer was erased here: nothing is kept for them again",
                    )?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn queue(&self, piece: &Piece) -> Option<QueueId> {
        let name = piece.record.opening.queue.as_deref()?;
        queue_named(self.directory.as_ref()?, name)
    }

    async fn read_directory(&self) -> Result<Directory, ImportError> {
        let mut directory = Directory::default();
        let mut after = Position::START;
        loop {
            let facts = self.log.read(after, READ_MAX).await?;
            let Some(last) = facts.last() else { return Ok(directory) };
            after = last.position;
            for fact in facts.iter().filter(|fact| matches!(fact.event, Event::SetupPublished(_))) {
                directory.apply(fact);
            }
        }
    }
}

impl Server {
    async fn take(&self, chunk: &[Piece], tally: &mut Tally, report: &mut Report) -> Result<(), ImportError> {
        let body: String = chunk.iter().map(|piece| format!("{}\n", piece.value)).collect();
        let answer = self.send(body).await?;
        tally.added += answer.accepted as u64;
        tally.repeated += answer.repeated as u64;
        tally.rejected += answer.rejected.len() as u64;
        tally.notes += answer.notes.len() as u64;
        let line = |index: usize| chunk.get(index).map_or(0, |piece| piece.line);
        for rejected in &answer.rejected {
            report.rejected(line(rejected.index), &rejected.code, &rejected.detail)?;
        }
        for note in &answer.notes {
            report.note(line(note.index), &note.code, &note.detail)?;
        }
        Ok(())
    }

    /// Sends a chunk; sent again it adds nothing, so a lost answer does no harm.
    async fn send(&self, body: String) -> Result<IngestAnswer, ImportError> {
        let unreachable = |error| ImportError::Unreachable { url: self.url.clone(), error };
        let mut tried = 0;
        loop {
            tried += 1;
            let request = self
                .client
                .post(&self.url)
                .bearer_auth(&self.token)
                .header("content-type", "application/x-ndjson")
                .body(body.clone());
            match request.send().await {
                Err(error) if tried >= TRIES => return Err(unreachable(error)),
                Err(_) => {}
                Ok(response) if response.status().is_success() => return response.json().await.map_err(unreachable),
                Ok(response) if response.status().is_server_error() && tried < TRIES => {}
                Ok(response) => {
                    let status = response.status().as_u16();
                    let problem: serde_json::Value = response.json().await.unwrap_or_default();
                    let detail = problem["detail"].as_str().unwrap_or("no reason was given").to_owned();
                    return Err(ImportError::Answer { status, detail });
                }
            }
            tokio::time::sleep(Duration::from_millis(250 << tried)).await;
        }
    }
}
