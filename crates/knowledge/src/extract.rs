//! An answer in the article's own words, with the place that it was taken from. No model writes anything here.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use crate::limits::{EXTRACT_SENTENCES_MAX, PARAGRAPH_WORDS_MAX, SHORT_ARTICLE_WORDS};
use crate::markdown::Kind;
use crate::passage::Passage;
use crate::search::{Answerable, Asked, Hit, SearchResult};
use crate::sentence::{count_words, sentences};
use crate::terms::terms;

/// Articles that are looked into for an answer.
const HITS_LOOKED_AT: usize = 10;
/// A heading that asks the question makes what stands below it the answer, even where it repeats no word of the question.
const HEADING: f32 = 0.6;
/// The title names the subject, and all parts of the article share it: another card's fee is no answer, however well it is worded.
const TITLE: f32 = 0.9;
/// A sentence joins the answer when it is at least this good beside the best one.
const COMPANION: f32 = 0.7;

/// Sentences, word for word, and where each stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Extract {
    /// In the order of the article.
    pub sentences: Vec<String>,
    /// One per sentence.
    pub citations: Vec<Citation>,
    /// The lower of the article's confidence and of the share of the question that the best sentence covers.
    pub confidence: f64,
}

/// A place in an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Citation {
    pub article: String,
    pub title: String,
    /// The passage's id.
    pub passage: String,
    /// Bytes in the passage's text.
    pub start: usize,
    pub end: usize,
}

/// A sentence that might be the answer.
struct Candidate<'a> {
    hit: &'a Hit,
    passage: &'a Passage,
    /// The part that it belongs to, by number.
    part: usize,
    /// The heading that it stands under, by number of its part.
    section: Option<usize>,
    range: Range<usize>,
    /// Share of the question's rare words that it has or stands under.
    covered: f32,
    score: f32,
}

/// The best one to three sentences of one passage. `None` when the search said that nothing is sure enough, or when no sentence has a
/// word of the question: then a person answers.
pub fn answer(result: &SearchResult) -> Option<Extract> {
    if result.answerable != Answerable::Yes {
        return None;
    }
    let mut candidates = Vec::new();
    for hit in result.hits.iter().take(HITS_LOOKED_AT) {
        for passage in &hit.passages {
            candidates.extend(of_passage(result, hit, passage));
        }
    }
    // The first among equals: articles and passages come best first, sentences in the order of reading.
    let best = candidates.iter().reduce(|best, one| if one.score > best.score { one } else { best })?;
    // The article may be right and still not say it: a sentence about another subject is worse than silence.
    if best.covered <= 0.0 || f64::from(best.covered) < result.floor {
        return None;
    }
    let nearby: Vec<&Candidate<'_>> = candidates
        .iter()
        .filter(|one| std::ptr::eq(one.passage, best.passage) && one.section == best.section)
        .collect();
    let chosen = if is_step(best) { steps(best, &nearby) } else { companions(best, &nearby) };
    Some(extract(best, chosen))
}

/// A step of a numbered list: what stands before and after it belongs to it.
fn is_step(candidate: &Candidate<'_>) -> bool {
    let part = &candidate.passage.parts[candidate.part];
    let number = candidate.passage.text[part.range.clone()].split_once(". ").map(|(number, _)| number);
    part.kind == Kind::Item
        && number.is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

/// The list from its first step, or from the best one when that comes later than there is room for.
fn steps<'c, 'a>(best: &Candidate<'a>, nearby: &[&'c Candidate<'a>]) -> Vec<&'c Candidate<'a>> {
    let list: Vec<&Candidate<'_>> = nearby.iter().copied().filter(|one| is_step(one)).collect();
    let at = list.iter().position(|one| one.part == best.part).unwrap_or_default();
    let from = if at < EXTRACT_SENTENCES_MAX { 0 } else { at };
    list.into_iter().skip(from).take(EXTRACT_SENTENCES_MAX).collect()
}

/// The sentences that are about as good, best first; of a short article the whole paragraph.
fn companions<'c, 'a>(best: &Candidate<'a>, nearby: &[&'c Candidate<'a>]) -> Vec<&'c Candidate<'a>> {
    let paragraph = &best.passage.text[best.passage.parts[best.part].range.clone()];
    let is_whole = best.hit.words <= SHORT_ARTICLE_WORDS && count_words(paragraph) <= PARAGRAPH_WORDS_MAX;
    let joins = |one: &&Candidate<'_>| (is_whole && one.part == best.part) || one.score >= COMPANION * best.score;
    let mut chosen: Vec<&Candidate<'_>> = nearby.iter().copied().filter(joins).collect();
    chosen.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.range.start.cmp(&b.range.start)));
    chosen.truncate(EXTRACT_SENTENCES_MAX);
    chosen
}

fn extract(best: &Candidate<'_>, mut chosen: Vec<&Candidate<'_>>) -> Extract {
    chosen.sort_by_key(|candidate| candidate.range.start);
    let cite = |one: &&Candidate<'_>| Citation {
        article: one.hit.article.clone(),
        title: one.hit.title.clone(),
        passage: one.passage.id.clone(),
        start: one.range.start,
        end: one.range.end,
    };
    Extract {
        sentences: chosen.iter().map(|one| one.passage.text[one.range.clone()].to_owned()).collect(),
        citations: chosen.iter().map(cite).collect(),
        confidence: best.hit.confidence.min(f64::from(best.covered)),
    }
}

fn of_passage<'a>(result: &SearchResult, hit: &'a Hit, passage: &'a Passage) -> Vec<Candidate<'a>> {
    let set = |text: &str| terms(text, &hit.language).into_iter().collect::<BTreeSet<_>>();
    let title = set(&hit.title);
    let most = result.hits.first().map_or(hit.score, |first| first.score);
    let mut heading = set(&passage.headings.join(" "));
    let mut section = None;
    let mut candidates = Vec::new();
    for (at, part) in passage.parts.iter().enumerate() {
        let text = &passage.text[part.range.clone()];
        if matches!(part.kind, Kind::Heading(_)) {
            (heading, section) = (set(text), Some(at));
            continue;
        }
        let pieces = match part.kind {
            // A step or a row is one thing to do or to know.
            Kind::Item | Kind::Row | Kind::Code if count_words(text) <= PARAGRAPH_WORDS_MAX => {
                std::iter::once(0..text.len()).collect()
            }
            _ => sentences(text),
        };
        for piece in pieces {
            let own = set(&text[piece.clone()]);
            let covered = covered(result, &own, &heading, &title);
            let score = covered * hit.confidence as f32 * (hit.score / most);
            let range = part.range.start + piece.start..part.range.start + piece.end;
            candidates.push(Candidate { hit, passage, part: at, section, range, covered, score });
        }
    }
    candidates
}

/// The share of the question's rare words that stand in the sentence, its heading or the title; the nearer, the more they count. Zero
/// when neither the sentence nor its heading has any. The surest sentence of the question decides. Zero also without the rarest word that the library knows: the fee of another card is no answer.
fn covered(result: &SearchResult, own: &BTreeSet<String>, heading: &BTreeSet<String>, title: &BTreeSet<String>) -> f32 {
    // A word of the title says which article, not which sentence.
    let of_one = |asked: &Asked| {
        let (mut found, mut all, mut is_near) = (0.0, 0.0, false);
        for (term, rarity) in &asked.terms {
            all += rarity;
            let (is_own, is_above) = (own.contains(term), heading.contains(term));
            let place = match () {
                () if is_own => 1.0,
                () if title.contains(term) => TITLE,
                () if is_above => HEADING,
                () => continue,
            };
            is_near |= is_own || is_above;
            found += place * rarity;
        }
        let is_there = |term: &String| own.contains(term) || heading.contains(term) || title.contains(term);
        if is_near && asked.subject.as_ref().is_some_and(is_there) { found / all } else { 0.0 }
    };
    result.asked.iter().map(of_one).fold(0.0, f32::max)
}
