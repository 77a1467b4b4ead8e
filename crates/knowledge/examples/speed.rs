//! Speed at a hundred thousand passages: `cargo run --release -p signalbox-knowledge --example speed -- [PASSAGES]`.

use std::time::Instant;

use rand::rngs::ChaCha12Rng;
use rand::{RngExt as _, SeedableRng as _};
use signalbox_knowledge::article::Article;
use signalbox_knowledge::extract::answer;
use signalbox_knowledge::index::{Index, Reader};
use signalbox_knowledge::search::Query;
use signalbox_model::time::Timestamp;

const VOCABULARY: usize = 40_000;
const PASSAGES_PER_ARTICLE: usize = 5;
const WORDS_PER_PARAGRAPH: usize = 160;
const QUESTIONS: usize = 500;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted: usize = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let mut chance = ChaCha12Rng::seed_from_u64(7);
    let words: Vec<String> = (0..VOCABULARY).map(|_| word(&mut chance)).collect();
    let start = Instant::now();
    let mut index = Index::in_ram(None)?;
    for number in 0..wanted / PASSAGES_PER_ARTICLE {
        index.upsert(&article(number, &words, &mut chance))?;
    }
    index.commit()?;
    let reader = index.reader();
    let seconds = start.elapsed().as_secs_f64();
    let (articles, passages) = (reader.articles(), reader.passages());
    println!(
        "{articles} articles, {passages} passages indexed in {seconds:.1} s: {:.0} a second",
        passages as f64 / seconds
    );
    println!("                       p50 ms   p99 ms");
    let short: Vec<String> = (0..QUESTIONS).map(|_| sentence(8, &words, &mut chance)).collect();
    let long: Vec<String> = (0..QUESTIONS / 10)
        .map(|_| (0..20).map(|_| sentence(15, &words, &mut chance)).collect::<Vec<_>>().join(" "))
        .collect();
    time("question, 8 words", &reader, &short)?;
    time("story, 300 words", &reader, &long)?;
    let start = Instant::now();
    index.upsert(&article(1, &words, &mut chance))?;
    index.commit()?;
    println!("one article replaced and visible in {:.1} ms", start.elapsed().as_secs_f64() * 1_000.0);
    Ok(())
}

fn time(name: &str, reader: &Reader, questions: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let mut taken = Vec::new();
    for question in questions {
        let start = Instant::now();
        let result = reader.search(&Query { floor: 0.0, ..Query::new(question) })?;
        std::hint::black_box(answer(&result));
        taken.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    taken.sort_by(f64::total_cmp);
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize];
    println!("{name:<20} {:>8.2} {:>8.2}", at(0.5), at(0.99));
    Ok(())
}

fn word(chance: &mut ChaCha12Rng) -> String {
    let syllables =
        ["ka", "lo", "mi", "ren", "tus", "vo", "shi", "par", "dek", "un", "gra", "bel", "ti", "ron", "ma", "zu"];
    (0..chance.random_range(2..5)).map(|_| syllables[chance.random_range(0..syllables.len())]).collect()
}

/// A few words often and most of them rarely, as in a language.
fn sentence(length: usize, words: &[String], chance: &mut ChaCha12Rng) -> String {
    let rank = |chance: &mut ChaCha12Rng| ((VOCABULARY as f64).powf(chance.random::<f64>()) - 1.0) as usize;
    (0..length).map(|_| words[rank(chance)].as_str()).collect::<Vec<_>>().join(" ") + "."
}

fn article(number: usize, words: &[String], chance: &mut ChaCha12Rng) -> Article {
    let paragraph = |chance: &mut ChaCha12Rng| {
        (0..WORDS_PER_PARAGRAPH / 16).map(|_| sentence(16, words, chance)).collect::<Vec<_>>().join(" ")
    };
    Article {
        id: format!("article-{number}"),
        collection: format!("collection-{}", number % 10),
        title: sentence(5, words, chance),
        body: (0..PASSAGES_PER_ARTICLE).map(|_| paragraph(chance)).collect::<Vec<_>>().join("\n\n"),
        source: String::new(),
        owner: None,
        review_by: None,
        language: "en".to_owned(),
        updated: Timestamp(0),
    }
}
