//! The index: made from articles, kept in memory or in a folder, thrown away whenever it does not fit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::article::Article;
use crate::embed::Model;
use crate::passage::{Passage, passages};
use crate::shelf::{Row, Shelf, View};
use crate::terms::{pairs, terms};

/// Counted up when the index must be built anew for this program.
const VERSION: u32 = 1;

/// Why the index could not do something. It holds nothing of its own: delete its folder and build it again.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the index could not be read or written: {0}; delete its folder, it is built again from the articles")]
    Tantivy(#[from] tantivy::TantivyError),
    #[error("the folder of the index: {0}")]
    Folder(#[from] std::io::Error),
    #[error("a row of the index is damaged; delete its folder, it is built again from the articles")]
    Damaged,
}

/// Writes. One per folder; reading goes through [`Reader`].
pub struct Index {
    articles: Shelf,
    passages: Shelf,
    reader: Reader,
    commits: u64,
}

/// Reads; cheap to clone, and every thread may have one. A search sees one commit from beginning to end.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<RwLock<Arc<Snapshot>>>,
}

/// What an article's row carries.
#[derive(Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) collection: String,
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) words: usize,
}

/// Everything as of one commit.
pub(crate) struct Snapshot {
    pub(crate) articles: View,
    pub(crate) passages: View,
    /// The article's row of each passage's row.
    pub(crate) owners: Vec<Option<u32>>,
    pub(crate) languages: Vec<String>,
    pub(crate) meaning: Option<Meaning>,
}

/// Vectors of the passages, by row; a passage without a known word has none.
pub(crate) struct Meaning {
    pub(crate) model: Arc<Model>,
    pub(crate) vectors: Vec<Option<Vec<f32>>>,
}

impl Index {
    /// An empty index in memory.
    pub fn in_ram(model: Option<Arc<Model>>) -> Result<Index, IndexError> {
        Index::with(Shelf::open(None)?, Shelf::open(None)?, model, 0)
    }

    /// The index in a folder. One that another version wrote, or whose last commit was cut off, is emptied: see [`Index::is_empty`].
    pub fn in_folder(folder: &Path, model: Option<Arc<Model>>) -> Result<Index, IndexError> {
        let paths = [folder.join(format!("articles-{VERSION}")), folder.join(format!("passages-{VERSION}"))];
        if let Ok(Some((articles, passages, commits))) = open_both(&paths) {
            return Index::with(articles, passages, model, commits);
        }
        for path in &paths {
            if path.exists() {
                std::fs::remove_dir_all(path)?;
            }
        }
        let (articles, passages, commits) = open_both(&paths)?.ok_or(IndexError::Damaged)?;
        Index::with(articles, passages, model, commits)
    }

    fn with(articles: Shelf, passages: Shelf, model: Option<Arc<Model>>, commits: u64) -> Result<Index, IndexError> {
        let snapshot = Snapshot::take(&articles, &passages, model)?;
        let reader = Reader { shared: Arc::new(RwLock::new(Arc::new(snapshot))) };
        Ok(Index { articles, passages, reader, commits })
    }

    /// True when there is nothing in it: then it wants to be built from the articles.
    pub fn is_empty(&self) -> bool {
        self.reader.snapshot().articles.live_rows() == 0
    }

    /// A handle for reading.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Puts an article in the place of what has its id. Seen after [`Index::commit`].
    pub fn upsert(&mut self, article: &Article) -> Result<(), IndexError> {
        self.remove(&article.id);
        let language = article.language.as_str();
        let cut = passages(article);
        let title = terms(&article.title, language);
        let mut body = title.clone();
        for passage in &cut {
            body.extend(terms(&passage.text, language));
        }
        let words = cut.iter().map(|passage| crate::sentence::count_words(&passage.text)).sum();
        let key = key(&article.id);
        let (id, collection) = (article.id.clone(), article.collection.clone());
        let card = Card { id, collection, title: article.title.clone(), language: language.to_owned(), words };
        let (stored, pairs) = (json(&card)?, pairs(&body));
        let row =
            Row { key, collection: &article.collection, language, head: &title, body: &body, pairs: &pairs, stored };
        self.articles.add(row)?;
        for passage in &cut {
            let mut body = title.clone();
            body.extend(terms(&passage.headings.join(" "), language));
            body.extend(terms(&passage.text, language));
            let stored = json(passage)?;
            let row =
                Row { key, collection: &article.collection, language, head: &[], body: &body, pairs: &[], stored };
            self.passages.add(row)?;
        }
        Ok(())
    }

    /// Takes an article out. Seen after [`Index::commit`].
    pub fn remove(&mut self, id: &str) {
        self.articles.remove(key(id));
        self.passages.remove(key(id));
    }

    /// Makes what was put in and taken out visible. Costly: once for many articles.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        self.commits += 1;
        let mark = self.commits.to_string();
        self.passages.commit(&mark)?;
        self.articles.commit(&mark)?;
        let model = self.reader.snapshot().meaning.as_ref().map(|meaning| meaning.model.clone());
        let snapshot = Snapshot::take(&self.articles, &self.passages, model)?;
        *self.reader.shared.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        Ok(())
    }
}

impl Reader {
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Articles that can be found.
    pub fn articles(&self) -> u64 {
        self.snapshot().articles.live_rows()
    }

    /// Passages that can be found.
    pub fn passages(&self) -> u64 {
        self.snapshot().passages.live_rows()
    }
}

impl Snapshot {
    fn take(articles: &Shelf, passages: &Shelf, model: Option<Arc<Model>>) -> Result<Snapshot, IndexError> {
        let (articles, passages) = (articles.view()?, passages.view()?);
        let live = articles.allowed(&[], None)?;
        let is_live = |row: u32| live.as_ref().is_none_or(|live| live[row as usize]);
        let rows: BTreeMap<u64, u32> =
            (0..).zip(articles.keys.iter()).filter(|(row, _)| is_live(*row)).map(|(row, key)| (*key, row)).collect();
        let owners = passages.keys.iter().map(|key| rows.get(key).copied()).collect();
        let languages = articles.languages()?;
        let meaning = model.map(|model| Meaning::of(model, &passages)).transpose()?;
        Ok(Snapshot { articles, passages, owners, languages, meaning })
    }

    pub(crate) fn card(&self, row: u32) -> Result<Card, IndexError> {
        serde_json::from_str(&self.articles.stored(row)?).map_err(|_| IndexError::Damaged)
    }

    pub(crate) fn passage(&self, row: u32) -> Result<Passage, IndexError> {
        serde_json::from_str(&self.passages.stored(row)?).map_err(|_| IndexError::Damaged)
    }
}

impl Meaning {
    /// Vectors are made again at each commit and never stored: it takes microseconds a passage.
    fn of(model: Arc<Model>, passages: &View) -> Result<Meaning, IndexError> {
        let mut vectors = Vec::with_capacity(passages.rows());
        for row in 0..passages.rows() as u32 {
            let passage: Passage = serde_json::from_str(&passages.stored(row)?).map_err(|_| IndexError::Damaged)?;
            vectors.push(model.embed(&format!("{} {}", passage.headings.join(" "), passage.text)));
        }
        Ok(Meaning { model, vectors })
    }
}

/// Both shelves, if they belong together.
fn open_both(paths: &[PathBuf; 2]) -> Result<Option<(Shelf, Shelf, u64)>, IndexError> {
    for path in paths {
        std::fs::create_dir_all(path)?;
    }
    let (articles, passages) = (Shelf::open(Some(&paths[0]))?, Shelf::open(Some(&paths[1]))?);
    let (mark, other) = (articles.mark()?, passages.mark()?);
    let commits = mark.as_deref().unwrap_or("0").parse().unwrap_or(0);
    Ok((mark == other).then_some((articles, passages, commits)))
}

fn key(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    u64::from_le_bytes(std::array::from_fn(|at| digest[at]))
}

fn json(value: &impl Serialize) -> Result<String, IndexError> {
    serde_json::to_string(value).map_err(|_| IndexError::Damaged)
}
