//! What an import would change, before it changes anything.

use std::collections::{BTreeMap, BTreeSet};

use crate::article::Article;
use crate::limits::COLLECTION_ARTICLES_MAX;
use crate::source::{Outcome, Rejected, Why};

/// What to do with articles that the source no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// They go: the source is the whole collection.
    Remove,
    /// They stay: the source is a part of it.
    Keep,
}

/// The difference between what is there and what comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlan {
    pub added: Vec<Article>,
    pub changed: Vec<Article>,
    /// Ids.
    pub unchanged: Vec<String>,
    /// Ids that are there and do not come.
    pub gone: Vec<String>,
    pub rejected: Vec<Rejected>,
}

/// Why a plan is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(
        "collection `{collection}` would have {articles} articles, {COLLECTION_ARTICLES_MAX} are allowed; make a second collection"
    )]
    TooManyArticles { collection: String, articles: usize },
}

/// Compares. `existing` is what the collections that the source speaks for hold now. The first article with an id is taken; a later
/// one with the same id is rejected, and so is nothing else.
pub fn plan(existing: &[Article], incoming: Outcome) -> ImportPlan {
    let there: BTreeMap<&str, String> =
        existing.iter().map(|article| (article.id.as_str(), article.digest())).collect();
    let mut plan = ImportPlan { rejected: incoming.rejected, ..ImportPlan::default() };
    let mut seen = BTreeSet::new();
    for article in incoming.articles {
        if !seen.insert(article.id.clone()) {
            plan.rejected.push(Rejected { name: article.source.clone(), why: Why::RepeatedId(article.id) });
            continue;
        }
        match there.get(article.id.as_str()) {
            None => plan.added.push(article),
            Some(digest) if *digest == article.digest() => plan.unchanged.push(article.id),
            Some(_) => plan.changed.push(article),
        }
    }
    plan.gone = there.keys().filter(|id| !seen.contains(**id)).map(|id| (*id).to_owned()).collect();
    plan
}

/// Carries a plan out on the articles by id. Either all of it is done, or nothing.
pub fn apply(plan: &ImportPlan, gone: Gone, articles: &mut BTreeMap<String, Article>) -> Result<(), Refused> {
    let removed: BTreeSet<&str> = match gone {
        Gone::Remove => plan.gone.iter().map(String::as_str).collect(),
        Gone::Keep => BTreeSet::new(),
    };
    let incoming = || plan.added.iter().chain(&plan.changed);
    let replaced: BTreeSet<&str> = incoming().map(|article| article.id.as_str()).collect();
    let staying = articles.values().filter(|article| {
        let id = article.id.as_str();
        !removed.contains(id) && !replaced.contains(id)
    });
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for article in staying.chain(incoming()) {
        *sizes.entry(&article.collection).or_default() += 1;
    }
    if let Some((collection, size)) = sizes.into_iter().find(|(_, size)| *size > COLLECTION_ARTICLES_MAX) {
        return Err(Refused::TooManyArticles { collection: collection.to_owned(), articles: size });
    }
    articles.retain(|id, _| !removed.contains(id.as_str()));
    articles.extend(incoming().map(|article| (article.id.clone(), article.clone())));
    Ok(())
}

impl std::fmt::Display for ImportPlan {
    /// What a person reads before saying yes.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (added, changed) = (self.added.len(), self.changed.len());
        let (unchanged, gone, rejected) = (self.unchanged.len(), self.gone.len(), self.rejected.len());
        writeln!(to, "{added} added, {changed} changed, {unchanged} unchanged, {gone} gone, {rejected} rejected")?;
        for article in &self.added {
            writeln!(to, "+ {}", article.id)?;
        }
        for article in &self.changed {
            writeln!(to, "~ {}", article.id)?;
        }
        for id in &self.gone {
            writeln!(to, "- {id}")?;
        }
        for rejected in &self.rejected {
            writeln!(to, "! {}: {}", rejected.name, rejected.why)?;
        }
        Ok(())
    }
}
