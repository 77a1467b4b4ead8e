//! A question in; articles with their passages, reasons and a confidence out.
//!
//! Every sentence of the question is asked on its own, of the articles (title, words, neighbouring words) and of their passages.
//! What a sentence finds counts by the power [`EVIDENCE`] of its score, so that the sentences that the library can answer outweigh
//! those that it cannot: a customer's story holds both.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::embed::cosine;
use crate::index::{IndexError, Reader, Snapshot};
use crate::limits::{HIT_PASSAGES_MAX, HITS_MAX, QUERY_CHARS_MAX, QUERY_SENTENCES_MAX, QUERY_TERMS_MAX};
use crate::passage::Passage;
use crate::sentence::sentences;
use crate::shelf::{Looked, OTHERS};
use crate::terms::{pairs, terms};

/// A word in the title says more about an article than the same word in its text.
const TITLE: f32 = 2.0;
/// Two words that stand side by side in both.
const PAIRS: f32 = 0.5;
/// The best passage beside the whole article: a long article is not better for being long.
const PASSAGE: f32 = 1.0;
/// Between adding scores up (1) and listening to the surest sentence alone (large).
const EVIDENCE: f32 = 1.5;
/// Likeness of meaning beside likeness of words, where there is a model.
const MEANING: f32 = 1.0;
/// Terms that a sentence needs to be asked on its own, unless it is the only one.
const SENTENCE_TERMS_MIN: usize = 3;
/// Confidence is held back as if the question had this many more of the rarest words, none of them found: one word is no evidence.
const DOUBT: f32 = 0.5;

/// A question that has every word of an article's title is about that article, however many other words it has.
const TITLED: f64 = 0.62;
/// Stems that questions are made of. They say what kind of answer is wanted, not about what.
const ASKING: [&str; 14] = [
    "long", "possibl", "take", "find", "item", "thing", "way", "after", "need", "like", "work", "know", "someth",
    "anyth",
];

/// Where the floor stands until somebody has looked at a curve of their own.
pub const FLOOR_DEFAULT: f64 = 0.5;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    pub text: &'a str,
    /// Articles wanted; at most `limits::HITS_MAX` are given.
    pub limit: usize,
    /// Only these; empty means all.
    pub collections: &'a [String],
    /// Only articles in this language.
    pub language: Option<&'a str>,
    /// Confidence below which nothing is said to be an answer.
    pub floor: f64,
}

impl<'a> Query<'a> {
    /// Ten articles of all collections and languages, with the floor that nobody has chosen yet.
    pub fn new(text: &'a str) -> Query<'a> {
        Query { text, limit: 10, collections: &[], language: None, floor: FLOOR_DEFAULT }
    }
}

/// One article that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    pub article: String,
    pub collection: String,
    pub title: String,
    pub language: String,
    /// Words of the whole article.
    pub words: usize,
    /// For the order only; scores of two searches cannot be compared.
    pub score: f32,
    /// 0 to 1: which share of the question's rare words this article's best passage has, or how alike they are in meaning.
    pub confidence: f64,
    /// Why: terms of the question that its best passage has, rarest first.
    pub matched: Vec<String>,
    /// Its best passages, best first.
    pub passages: Vec<Passage>,
}

/// Whether what was found is good enough to be given as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Answerable {
    Yes,
    /// Something was found, but the surest of it is below the floor.
    BelowFloor {
        best: f64,
        floor: f64,
    },
    /// No article shares a word that carries a subject with the question.
    NothingFound,
}

/// One sentence as it was asked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Asked {
    /// Each term with its rarity; a term that the library does not have is as rare as can be.
    pub terms: BTreeMap<String, f32>,
    /// The rarest term that the library has: the subject, as far as words can tell.
    pub subject: Option<String>,
    #[serde(skip)]
    pairs: Vec<String>,
}

/// What a search gives.
#[derive(Clone, Debug, Serialize)]
pub struct SearchResult {
    /// Best first.
    pub hits: Vec<Hit>,
    pub answerable: Answerable,
    /// The floor that was asked for.
    pub floor: f64,
    /// The question as it was understood, sentence by sentence.
    pub asked: Vec<Asked>,
}

impl SearchResult {
    /// The highest confidence; `None` when nothing was found.
    pub fn best(&self) -> Option<f64> {
        self.hits.iter().map(|hit| hit.confidence).reduce(f64::max)
    }
}

impl Reader {
    /// Searches. A question without a word that carries a subject finds nothing.
    pub fn search(&self, query: &Query<'_>) -> Result<SearchResult, IndexError> {
        let snapshot = self.snapshot();
        let asked = snapshot.ask(query)?;
        let scores = snapshot.score(query, &asked)?;
        let mut hits = Vec::new();
        for (row, score) in best(&scores.articles, query.limit.min(HITS_MAX)) {
            hits.push(snapshot.hit(row, score, &asked, &scores)?);
        }
        let found = hits.iter().map(|hit| hit.confidence).reduce(f64::max);
        let answerable = match found {
            None => Answerable::NothingFound,
            Some(best) if best < query.floor => Answerable::BelowFloor { best, floor: query.floor },
            Some(_) => Answerable::Yes,
        };
        Ok(SearchResult { hits, answerable, floor: query.floor, asked })
    }
}

/// Scores by row; zero means not found.
struct Scores {
    articles: Vec<f32>,
    passages: Vec<f32>,
    /// Likeness in meaning of each passage, where there is a model.
    meaning: Vec<f32>,
    /// Passages by article.
    of: BTreeMap<u32, Vec<u32>>,
}

/// The best rows, best first; equal ones in the order of the index.
fn best(scores: &[f32], limit: usize) -> Vec<(u32, f32)> {
    let mut found: Vec<(u32, f32)> = (0..).zip(scores.iter().copied()).filter(|(_, score)| *score > 0.0).collect();
    let better = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if found.len() > limit && limit > 0 {
        found.select_nth_unstable_by(limit - 1, better);
    }
    found.truncate(limit);
    found.sort_by(better);
    found
}

impl Snapshot {
    fn ask(&self, query: &Query<'_>) -> Result<Vec<Asked>, IndexError> {
        let end = query.text.char_indices().nth(QUERY_CHARS_MAX).map_or(query.text.len(), |(at, _)| at);
        let text = &query.text[..end];
        let only = query.language.map(|language| vec![language.to_owned()]);
        let languages = only.as_ref().unwrap_or(&self.languages);
        let mut asked = Vec::new();
        for range in sentences(text) {
            let one = self.asked(&text[range], languages)?;
            if one.terms.len() >= SENTENCE_TERMS_MIN {
                asked.push(one);
            }
        }
        if asked.is_empty() {
            asked.extend(Some(self.asked(text, languages)?).filter(|one| !one.terms.is_empty()));
        }
        asked.sort_by(|a, b| b.mass().total_cmp(&a.mass()));
        asked.truncate(QUERY_SENTENCES_MAX);
        limit_terms(&mut asked);
        Ok(asked)
    }

    /// A sentence in the language of the library that knows most of its words, among equals the one that leaves fewest unknown:
    /// function words of another language are words that nothing holds.
    fn asked(&self, text: &str, languages: &[String]) -> Result<Asked, IndexError> {
        let view = &self.articles;
        let mut best: Option<((usize, Reverse<usize>), Asked)> = None;
        for language in languages {
            let found = terms(text, language);
            let pairs: BTreeSet<String> = pairs(&found).into_iter().collect();
            let (mut rarities, mut known) = (BTreeMap::new(), 0);
            let mut subject: Option<(f32, String)> = None;
            for term in found {
                let rarity = view.rarity(view.fields.body, &term)?;
                if view.holds(view.fields.body, &term)? {
                    known += 1;
                    if subject.as_ref().is_none_or(|(rarest, _)| rarity > *rarest) {
                        subject = Some((rarity, term.clone()));
                    }
                }
                rarities.insert(term, rarity);
            }
            let fit = (known, Reverse(rarities.len()));
            if best.as_ref().is_none_or(|(most, _)| fit > *most) {
                let (subject, pairs) = (subject.map(|(_, term)| term), pairs.into_iter().collect());
                best = Some((fit, Asked { terms: rarities, subject, pairs }));
            }
        }
        Ok(best.map(|(_, asked)| asked).unwrap_or_default())
    }

    fn score(&self, query: &Query<'_>, asked: &[Asked]) -> Result<Scores, IndexError> {
        let allowed = self.articles.allowed(query.collections, query.language)?;
        let allowed_passages = self.passages.allowed(query.collections, query.language)?;
        let mut looked = [Looked::default(), Looked::default()];
        let mut scores = Scores {
            articles: vec![0.0; self.articles.rows()],
            passages: vec![0.0; self.passages.rows()],
            meaning: Vec::new(),
            of: BTreeMap::new(),
        };
        for one in asked {
            let (mut articles, mut passages) = (vec![0.0; self.articles.rows()], vec![0.0; self.passages.rows()]);
            for term in one.terms.keys() {
                let fields = self.articles.fields;
                for (field, weight) in [(fields.body, 1.0), (fields.head, TITLE)] {
                    add(&mut articles, &looked[0].up(&self.articles, field, term, allowed.as_deref())?, weight);
                }
                let field = self.passages.fields.body;
                add(&mut passages, &looked[1].up(&self.passages, field, term, allowed_passages.as_deref())?, PASSAGE);
            }
            for pair in &one.pairs {
                let field = self.articles.fields.pairs;
                add(&mut articles, &looked[0].up(&self.articles, field, pair, allowed.as_deref())?, PAIRS);
            }
            add_best_passages(&mut articles, &passages, &self.owners);
            raise(&mut scores.articles, &articles);
            raise(&mut scores.passages, &passages);
        }
        if let Some(meaning) = self.meanings(query, allowed_passages.as_deref()) {
            blend(&mut scores, meaning, &self.owners);
        }
        self.group(&mut scores, query.limit.min(HITS_MAX));
        Ok(scores)
    }

    /// Likeness of the whole question to each passage, exactly.
    fn meanings(&self, query: &Query<'_>, allowed: Option<&[bool]>) -> Option<Vec<f32>> {
        let meaning = self.meaning.as_ref()?;
        let question = meaning.model.embed(query.text)?;
        let likeness = |(row, vector): (usize, &Option<Vec<f32>>)| match vector {
            Some(vector) if allowed.is_none_or(|allowed| allowed[row]) => cosine(&question, vector).max(0.0),
            _ => 0.0,
        };
        Some(meaning.vectors.iter().enumerate().map(likeness).collect())
    }

    /// The passages of the articles that will be shown.
    fn group(&self, scores: &mut Scores, limit: usize) {
        let shown: BTreeSet<u32> = best(&scores.articles, limit).into_iter().map(|(row, _)| row).collect();
        for (row, owner) in (0..).zip(&self.owners) {
            if let Some(owner) = owner.filter(|owner| shown.contains(owner)) {
                scores.of.entry(owner).or_default().push(row);
            }
        }
    }

    fn hit(&self, row: u32, score: f32, asked: &[Asked], scores: &Scores) -> Result<Hit, IndexError> {
        let card = self.card(row)?;
        let mut rows = scores.of.get(&row).cloned().unwrap_or_default();
        rows.sort_by(|a, b| scores.passages[*b as usize].total_cmp(&scores.passages[*a as usize]).then(a.cmp(b)));
        rows.truncate(HIT_PASSAGES_MAX);
        let passages = rows.iter().map(|row| self.passage(*row)).collect::<Result<Vec<_>, _>>()?;
        let held: BTreeSet<String> = passages.first().map_or_else(BTreeSet::new, |passage| {
            let text = format!("{} {} {}", card.title, passage.headings.join(" "), passage.text);
            terms(&text, &card.language).into_iter().collect()
        });
        let words = asked.iter().map(|one| one.covered(&held, self)).fold(0.0, f64::max);
        let title = terms(&card.title, &card.language);
        let has_title = |one: &Asked| !title.is_empty() && title.iter().all(|term| one.terms.contains_key(term));
        let titled = if asked.iter().any(has_title) { TITLED } else { 0.0 };
        let meaning = rows.iter().filter_map(|row| scores.meaning.get(*row as usize)).copied().fold(0.0, f32::max);
        let mut matched: Vec<(&String, f32)> = asked
            .iter()
            .flat_map(|one| &one.terms)
            .filter(|(term, _)| held.contains(*term))
            .map(|(t, r)| (t, *r))
            .collect();
        matched.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        matched.dedup();
        Ok(Hit {
            article: card.id,
            collection: card.collection,
            title: card.title,
            language: card.language,
            words: card.words,
            score,
            confidence: words.max(titled).max(f64::from(meaning)).min(1.0),
            matched: matched.into_iter().map(|(term, _)| term.clone()).collect(),
            passages,
        })
    }
}

impl Asked {
    fn mass(&self) -> f32 {
        self.terms.values().sum()
    }

    fn covered(&self, held: &BTreeSet<String>, snapshot: &Snapshot) -> f64 {
        let is_subject = |term: &String| !ASKING.contains(&term.as_str());
        let has_subject = self.terms.keys().any(is_subject);
        let counts = |(term, _): &(&String, &f32)| !has_subject || is_subject(term);
        let found: f32 = self.terms.iter().filter(counts).filter(|(t, _)| held.contains(*t)).map(|(_, r)| r).sum();
        let mass: f32 = self.terms.iter().filter(counts).map(|(_, rarity)| rarity).sum();
        let rarest = (2.0 * (snapshot.articles.live_rows() + OTHERS) as f32 + 2.0).ln();
        f64::from(found / (mass + DOUBT * rarest))
    }
}

/// Leaves the rarest terms of the question.
fn limit_terms(asked: &mut [Asked]) {
    let mut rarest: Vec<(f32, String)> =
        asked.iter().flat_map(|one| &one.terms).map(|(term, rarity)| (*rarity, term.clone())).collect();
    rarest.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    rarest.dedup();
    let kept: BTreeSet<String> = rarest.into_iter().take(QUERY_TERMS_MAX).map(|(_, term)| term).collect();
    for one in asked {
        one.terms.retain(|term, _| kept.contains(term));
    }
}

fn add(scores: &mut [f32], shares: &[(u32, f32)], weight: f32) {
    for (row, share) in shares {
        scores[*row as usize] += weight * share;
    }
}

fn add_best_passages(articles: &mut [f32], passages: &[f32], owners: &[Option<u32>]) {
    let mut most = vec![0.0f32; articles.len()];
    for (score, owner) in passages.iter().zip(owners) {
        if let Some(owner) = owner {
            let most = &mut most[*owner as usize];
            *most = most.max(*score);
        }
    }
    articles.iter_mut().zip(most).for_each(|(article, most)| *article += most);
}

fn raise(sum: &mut [f32], scores: &[f32]) {
    sum.iter_mut().zip(scores).filter(|(_, score)| **score > 0.0).for_each(|(sum, score)| *sum += score.powf(EVIDENCE));
}

/// Words and meaning, each as a share of its best, added up.
fn blend(scores: &mut Scores, meaning: Vec<f32>, owners: &[Option<u32>]) {
    let shares = |values: &mut [f32]| {
        let most = values.iter().copied().fold(0.0, f32::max);
        values.iter_mut().filter(|_| most > 0.0).for_each(|value| *value /= most);
    };
    shares(&mut scores.articles);
    shares(&mut scores.passages);
    let mut relative = meaning.clone();
    shares(&mut relative);
    relative.iter_mut().for_each(|value| *value *= MEANING);
    scores.passages.iter_mut().zip(&relative).for_each(|(score, value)| *score += value);
    add_best_passages(&mut scores.articles, &relative, owners);
    scores.meaning = meaning;
}
