//! Retrieval on the public banking library: `cargo run --release -p signalbox-knowledge --example banking -- ../shared/data`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signalbox_knowledge::article::Article;
use signalbox_knowledge::curve::{LabelledQuestion, curve};
use signalbox_knowledge::extract::answer;
use signalbox_knowledge::index::{Index, Reader};
use signalbox_knowledge::search::Query;
use signalbox_knowledge::source::{Defaults, Mapping, read};
use signalbox_model::time::Timestamp;
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _};
use tantivy::{TantivyDocument, doc};

type Failure = Box<dyn std::error::Error>;

/// A scenario and the articles that it needs.
struct Scenario {
    query: String,
    needed: BTreeSet<String>,
}

fn main() -> Result<(), Failure> {
    let data = PathBuf::from(std::env::args().nth(1).ok_or("name the folder that holds knowledge_banking.docs.jsonl")?);
    let articles = articles(&data)?;
    let scenarios = scenarios(&data)?;
    let mut index = Index::in_ram(None)?;
    for article in &articles {
        index.upsert(article)?;
    }
    index.commit()?;
    let reader = index.reader();
    println!("{} articles, {} passages, {} scenarios", reader.articles(), reader.passages(), scenarios.len());
    println!("                     recall@1     @5    @10    @20    MRR");
    measure("plain tantivy", &scenarios, &plain(&articles, &scenarios)?);
    measure("this crate", &scenarios, &ours(&reader, &scenarios)?);
    for (half, name) in [(0, "  even scenarios"), (1, "  odd scenarios")] {
        let some: Vec<_> = scenarios.iter().skip(half).step_by(2).collect();
        let some: Vec<_> =
            some.iter().map(|one| Scenario { query: one.query.clone(), needed: one.needed.clone() }).collect();
        measure(name, &some, &ours(&reader, &some)?);
    }
    floors(&reader, &articles, &data)?;
    answers(&reader)
}

fn lines(path: &Path) -> Result<Vec<Value>, Failure> {
    let text = fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn articles(data: &Path) -> Result<Vec<Article>, Failure> {
    let name = "knowledge_banking.docs.jsonl";
    let (collection, language) = ("banking".to_owned(), "en".to_owned());
    let defaults = Defaults { collection, language, owner: None, review_by: None, now: Timestamp(0) };
    let mapping = Mapping { body: "content".to_owned(), ..Mapping::default() };
    let outcome = read(name, &fs::read(data.join(name))?, &defaults, &mapping);
    for rejected in &outcome.rejected {
        println!("rejected {}: {}", rejected.name, rejected.why);
    }
    Ok(outcome.articles)
}

fn scenarios(data: &Path) -> Result<Vec<Scenario>, Failure> {
    let one = |row: Value| {
        let needed = row["required_documents"].as_array().into_iter().flatten();
        Scenario {
            query: row["query"].as_str().unwrap_or_default().to_owned(),
            needed: needed.filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        }
    };
    Ok(lines(&data.join("knowledge_banking.queries.jsonl"))?.into_iter().map(one).collect())
}

fn ours(reader: &Reader, scenarios: &[Scenario]) -> Result<Vec<Vec<String>>, Failure> {
    let mut found = Vec::new();
    for one in scenarios {
        let result = reader.search(&Query { limit: 20, ..Query::new(&one.query) })?;
        found.push(result.hits.into_iter().map(|hit| hit.article).collect());
    }
    Ok(found)
}

/// The same articles in tantivy as its manual does it: title and body, English stems, its query parser, its ranking.
fn plain(articles: &[Article], scenarios: &[Scenario]) -> Result<Vec<Vec<String>>, Failure> {
    let indexing = TextFieldIndexing::default().set_tokenizer("en_stem").set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    let id = builder.add_text_field("id", STRING | STORED);
    let title = builder.add_text_field("title", text.clone());
    let body = builder.add_text_field("body", text);
    let index = tantivy::Index::create_in_ram(builder.build());
    let mut writer = index.writer_with_num_threads(1, 32 * 1024 * 1024)?;
    for article in articles {
        writer.add_document(
            doc!(id => article.id.as_str(), title => article.title.as_str(), body => article.body.as_str()),
        )?;
    }
    writer.commit()?;
    let searcher = index.reader()?.searcher();
    let parser = QueryParser::for_index(&index, vec![title, body]);
    let mut found = Vec::new();
    for one in scenarios {
        // Its parser reads punctuation as operators; a customer means none.
        let words: String = one.query.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let (query, _) = parser.parse_query_lenient(&words.to_lowercase());
        let mut ids = Vec::new();
        for (_, address) in searcher.search(&query, &TopDocs::with_limit(20).order_by_score())? {
            let document: TantivyDocument = searcher.doc(address)?;
            ids.extend(document.get_first(id).and_then(|value| value.as_str().map(str::to_owned)));
        }
        found.push(ids);
    }
    Ok(found)
}

fn measure(name: &str, scenarios: &[Scenario], found: &[Vec<String>]) {
    let mut recalls = [0.0; 4];
    let mut reciprocal = 0.0;
    for (one, ids) in scenarios.iter().zip(found) {
        for (recall, depth) in recalls.iter_mut().zip([1, 5, 10, 20]) {
            let right = ids.iter().take(depth).filter(|id| one.needed.contains(*id)).count();
            *recall += right as f64 / one.needed.len() as f64;
        }
        reciprocal += ids.iter().position(|id| one.needed.contains(id)).map_or(0.0, |at| 1.0 / (at + 1) as f64);
    }
    let count = scenarios.len() as f64;
    let [a, b, c, d] = recalls.map(|recall| recall / count);
    println!("{name:<22} {a:>6.3} {b:>6.3} {c:>6.3} {d:>6.3} {:>6.3}", reciprocal / count);
}

/// Every third title asked as a question, and questions that have nothing to do with a bank.
fn floors(reader: &Reader, articles: &[Article], data: &Path) -> Result<(), Failure> {
    let mut labelled: Vec<LabelledQuestion> = articles
        .iter()
        .step_by(3)
        .map(|article| LabelledQuestion { question: article.title.clone(), relevant: vec![article.id.clone()] })
        .collect();
    let known = labelled.len();
    for row in lines(&data.join("out_of_scope.jsonl"))? {
        let question = row["text"].as_str().ok_or("out_of_scope.jsonl has no text")?.to_owned();
        labelled.push(LabelledQuestion { question, relevant: vec![] });
    }
    println!("\n{known} titles asked as questions, {} questions that no article answers", labelled.len() - known);
    println!("floor  answered  right  missed  of those without an answer, answered");
    let all = curve(reader, &labelled, &[])?;
    let without = curve(reader, &labelled[known..], &[])?;
    for (point, without) in all.iter().zip(&without).step_by(2) {
        let share = |ratio: Option<f64>| ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.3}"));
        let (right, missed) = (share(point.right_ratio), share(point.missed_ratio));
        println!(
            "{:.2} {:>10.3} {right:>7} {missed:>7} {:>8.3}",
            point.floor, point.answered_ratio, without.answered_ratio
        );
    }
    Ok(())
}

fn answers(reader: &Reader) -> Result<(), Failure> {
    let questions = [
        "What is the annual fee of the EcoCard?",
        "How do I apply for BNPL Diamond?",
        "Are there foreign transaction fees on the Silver Rewards Card?",
        "How do I replace a lost credit card?",
        "Which penguin won the chess tournament?",
    ];
    for question in questions {
        let result = reader.search(&Query::new(question))?;
        println!("\n{question}");
        match answer(&result) {
            None => println!("  no answer: {:?}", result.answerable),
            Some(extract) => {
                for (sentence, citation) in extract.sentences.iter().zip(&extract.citations) {
                    println!("  {sentence}\n    [{}, {}–{}]", citation.title, citation.start, citation.end);
                }
            }
        }
    }
    Ok(())
}
