//! What the engine can do in the world, as functions that are handed in: search, run, redact.

use futures_util::future::BoxFuture;

use super::turn::Passage;
use crate::reach::{Ran, Reach, Run};

/// What a search found, or that it failed.
pub type Searched = Result<Vec<Passage>, String>;

type Search = Box<dyn Fn(String) -> BoxFuture<'static, Searched> + Send + Sync>;
type RunTool = Box<dyn Fn(Run) -> BoxFuture<'static, Ran> + Send + Sync>;
type Redact = Box<dyn Fn(&str) -> String + Send + Sync>;

/// What the engine can do in the world.
pub struct Hands {
    /// Looks for knowledge; without it the model has no tool for that.
    pub search: Option<Search>,
    /// Makes a call that was allowed.
    pub run_tool: RunTool,
    /// Takes personal data out of a text, for traces.
    pub redact: Redact,
}

impl Hands {
    /// Hands that reach real systems.
    pub fn live(reach: Reach, search: Option<Search>, redact: Redact) -> Hands {
        let run_tool: RunTool = Box::new(move |run| {
            let reach = reach.clone();
            Box::pin(async move { reach.run(run).await })
        });
        Hands { search, run_tool, redact }
    }
}
