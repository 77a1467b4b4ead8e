//! What answers have in common: knowledge, tools, programs kept ready.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use signalbox_agents::tools;
use signalbox_guided::Program;
use signalbox_model::event::ai_agent::{AiFigures, AiOutcome};
use signalbox_model::id::{ArticleId, CollectionId};
use signalbox_model::setup::DocumentId;
use signalbox_model::setup::connector::Tool;
use signalbox_model::word::Slug;

use super::program;
use super::shelves::{Found, Shelves};
use super::toolbox::{Toolbox, Unusable, checked};
use super::trace::{Step, Trace};
use super::turn::{Answered, Turn};
use crate::standing::Standing;

/// Programs that are kept ready.
const PROGRAMS_MAX: usize = 200;
/// Articles that one search looks at.
const HITS: usize = 5;
/// Where no collection says otherwise.
const FLOOR: f64 = 0.5;

/// What answers. Clones share it.
#[derive(Clone)]
pub struct Brain {
    /// Knowledge.
    pub shelves: Shelves,
    /// Tools.
    pub tools: Toolbox,
    standing: Standing,
    programs: Arc<Mutex<HashMap<String, Arc<Program>>>>,
}

impl Brain {
    /// Answers from these shelves with these tools.
    pub fn new(shelves: Shelves, tools: Toolbox, standing: Standing) -> Brain {
        Brain { shelves, tools, standing, programs: Arc::default() }
    }

    /// The guided program of a turn's version.
    pub fn program(&self, turn: &Turn) -> Arc<Program> {
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        if programs.len() >= PROGRAMS_MAX {
            programs.clear();
        }
        let made = || Arc::new(program::guided(&turn.snapshot.draft, &turn.snapshot.tools));
        programs.entry(turn.hash.clone()).or_insert_with(made).clone()
    }

    /// Searches collections off the threads that serve requests; gives the floor too.
    pub(super) async fn search(&self, query: &str, collections: &[CollectionId]) -> Result<(Found, f64), String> {
        let floor = self.floor(collections);
        let (shelves, query, collections) = (self.shelves.clone(), query.to_owned(), collections.to_vec());
        let searched = tokio::task::spawn_blocking(move || shelves.search(&query, &collections, floor, HITS)).await;
        match searched {
            Ok(Ok(found)) => Ok((found, floor)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the search broke off".to_owned()),
        }
    }

    /// The highest floor of these collections.
    pub fn floor(&self, collections: &[CollectionId]) -> f64 {
        let directory = self.standing.directory();
        let floors = collections.iter().filter_map(|id| directory.collections.get(id));
        floors.map(|collection| f64::from(collection.floor_milli) / 1_000.0).reduce(f64::max).unwrap_or(FLOOR)
    }

    /// Which revision of an article holds now.
    pub(super) fn article_revision(&self, article: ArticleId) -> u32 {
        self.standing.directory().revision(DocumentId::Article(article)).map_or(0, |revision| revision.revision)
    }

    /// A tool, ready to be run.
    pub(super) fn checked(&self, tool: &Tool) -> Result<tools::Tool, Unusable> {
        let connector = self.standing.directory().connectors.get(&tool.connector).cloned();
        let connector = connector.filter(|connector| !connector.retired).ok_or(Unusable::NoConnector)?;
        checked(tool, &connector)
    }

    /// The published connector.
    pub(super) fn connector(
        &self,
        id: signalbox_model::id::ConnectorId,
    ) -> Option<Arc<signalbox_model::setup::connector::Connector>> {
        self.standing.directory().connectors.get(&id).filter(|connector| !connector.retired).cloned()
    }
}

/// A turn that came to nothing, and why.
pub(super) fn failed(turn: &Turn, why: &str, detail: &str) -> Answered {
    let mut trace = Trace { version: turn.hash.clone(), memory: turn.memory.clone(), ..Trace::default() };
    trace.steps.push(Step::Failed { what: "turn".to_owned(), why: detail.to_owned() });
    let why = Slug::parse(why).expect("a word");
    let figures = AiFigures { answered_by: "nobody".to_owned(), ..AiFigures::default() };
    Answered { outcome: AiOutcome::Failed { why }, says: None, figures, trace, wanted: None }
}
