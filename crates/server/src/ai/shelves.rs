//! Knowledge as AI agents and people search it: an index over the articles that hold now. Disposable; made anew at the start.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use signalbox_knowledge::article::Article as Shelved;
use signalbox_knowledge::extract;
use signalbox_knowledge::index::{Index, IndexError, Reader};
use signalbox_knowledge::search::{Answerable, Query, SearchResult};
use signalbox_model::id::{ArticleId, CollectionId};
use signalbox_model::setup::knowledge::Article;
use signalbox_model::time::Timestamp;

use super::trace::SourceSeen;

/// Passages of one article that are shown.
const PASSAGES_SHOWN: usize = 3;

/// Sentences of an article that is less sure than the surest by more than this are not said: the surest passage is.
const EXTRACT_LEAD: f64 = 0.1;

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Found {
    /// Best first.
    pub passages: Vec<SourceSeen>,
    /// The sentences that answer, word for word, and what they rest on; none: nothing does.
    pub answer: Option<(String, Vec<SourceSeen>)>,
    /// How sure the best is; none: nothing was found.
    pub confidence: Option<f64>,
    /// Whether it is sure enough.
    pub answerable: bool,
}

/// Knowledge. Clones share it.
#[derive(Clone)]
pub struct Shelves {
    reader: Reader,
    index: Arc<Mutex<Index>>,
}

impl Shelves {
    /// Nothing in it.
    ///
    /// # Errors
    /// When there is no memory for the index.
    pub fn empty() -> Result<Shelves, IndexError> {
        let index = Index::in_ram(None)?;
        Ok(Shelves { reader: index.reader(), index: Arc::new(Mutex::new(index)) })
    }

    /// Puts articles in the place of what has their id; retired ones are taken out. Blocks: call it where that is allowed.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn put(&self, articles: &[(Article, Timestamp)]) -> Result<(), IndexError> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        for (article, updated) in articles {
            if article.retired {
                index.remove(&article.id.to_string());
            } else {
                index.upsert(&shelved(article, *updated))?;
            }
        }
        index.commit()
    }

    /// For questions about the shelves themselves: curves and gaps.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Articles that can be found.
    pub fn articles(&self) -> u64 {
        self.reader.articles()
    }

    /// Passages that can be found.
    pub fn passages(&self) -> u64 {
        self.reader.passages()
    }

    /// Searches some collections; none named: all.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(
        &self,
        text: &str,
        collections: &[CollectionId],
        floor: f64,
        limit: usize,
    ) -> Result<Found, IndexError> {
        let collections: Vec<String> = collections.iter().map(ToString::to_string).collect();
        let query = Query { limit, collections: &collections, floor, ..Query::new(text) };
        let result = self.reader.search(&query)?;
        Ok(found(&result))
    }
}

fn shelved(article: &Article, updated: Timestamp) -> Shelved {
    Shelved {
        id: article.id.to_string(),
        collection: article.collection.to_string(),
        title: article.title.clone(),
        body: article.body.clone(),
        source: article.source.clone().unwrap_or_default(),
        owner: article.owner.map(|owner| owner.to_string()),
        review_by: article.review_by.as_deref().and_then(|day| day.parse::<Date>().ok()),
        language: article.language.as_ref().map_or_else(|| "en".to_owned(), ToString::to_string),
        updated,
    }
}

fn found(result: &SearchResult) -> Found {
    let mut passages = Vec::new();
    // What is surest first: an answer rests on one article, and hits are ordered for readers who look at several.
    let mut hits: Vec<_> = result.hits.iter().collect();
    hits.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    for hit in &hits {
        passages.extend(hit.passages.iter().take(PASSAGES_SHOWN).map(|passage| SourceSeen {
            article: hit.article.clone(),
            title: hit.title.clone(),
            passage: passage.ordinal,
            text: passage.text.clone(),
            confidence: Some(hit.confidence),
        }));
    }
    let answerable = matches!(result.answerable, Answerable::Yes);
    let surest = hits.first().map_or(0.0, |hit| hit.confidence);
    let is_surest = |extract: &extract::Extract| extract.confidence + EXTRACT_LEAD >= surest;
    let extract = extract::answer(result).filter(is_surest).filter(|_| answerable);
    let answer = extract.map(|extract| {
        let cited = extract.citations.iter().filter_map(|citation| {
            let of = |seen: &&SourceSeen| seen.article == citation.article;
            passages.iter().find(of).cloned()
        });
        let mut sources: Vec<SourceSeen> = Vec::new();
        for source in cited {
            if !sources.iter().any(|have| have.article == source.article && have.passage == source.passage) {
                sources.push(source);
            }
        }
        (extract.sentences.join(" "), sources)
    });
    Found { passages, answer, confidence: result.best(), answerable }
}

/// The id of an article out of the index.
pub fn article_id(text: &str) -> Option<ArticleId> {
    text.parse().ok()
}
