//! Measures everything that reads turns: intents on public sets beside published peers, language and sentiment on our own tables.
//!
//!     cargo run --release -p signalbox-reading --example intents -- ../shared/data

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measurement reads files and the clock; the crate does not"
)]

use signalbox_reading::{
    intent::{Example, Guess, IntentModel, TrainingSet, Verdict},
    language, sentiment,
};
use signalbox_stats::Rng;
use std::{
    path::Path,
    time::{Duration, Instant},
};

const SEED: u64 = 1;
/// The clock of processor time ticks a hundred times a second: one round over a test set would be too short.
const ROUNDS: usize = 10;
const RUNS_OF_A_TEXT: usize = 5;

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "../shared/data".into());
    let folder = Path::new(&folder);
    println!(
        "intents                 accuracy  peers: SVM  MiniLM   ECE  train CPU-s  texts/CPU-s    MB  p50 µs  p99 µs"
    );
    let outside = read(folder, "out_of_scope.jsonl");
    let banking = [read(folder, "intents_banking77.train.jsonl"), read(folder, "intents_banking77.test.jsonl")];
    let clinc = [read(folder, "intents_clinc150.train.jsonl"), read(folder, "intents_clinc150.val.jsonl")];
    if banking.iter().chain(&clinc).any(Vec::is_empty) || outside.is_empty() {
        println!("skipped: {} is not here", folder.display());
    } else {
        measure("Banking77", &banking, "       .913    .929");
        let model = measure("CLINC150", &clinc, "       .925    .955");
        out_of_scope(&model, &clinc[1], &outside);
        println!("\nfew examples");
        for per_intent in [5, 10, 20, 50] {
            few("Banking77", &banking, per_intent);
            few("CLINC150", &clinc, per_intent);
        }
    }
    languages();
    english_chats(folder);
    sentiments();
    real_turns(folder);
}

fn read(folder: &Path, file: &str) -> Vec<Example> {
    let Ok(text) = std::fs::read_to_string(folder.join(file)) else { return Vec::new() };
    text.lines().map(|line| serde_json::from_str(line).expect("every line is an example")).collect()
}

fn trained(examples: &[Example]) -> (IntentModel, f64) {
    let set = TrainingSet { examples: examples.to_vec(), out_of_scope: Vec::new() };
    let begin = cpu_seconds();
    let model = IntentModel::train(&set, SEED).expect("a public set can be learnt from");
    (model, cpu_seconds() - begin)
}

/// Processor time of this process: other work on the machine does not count. Where there is no /proc, the time on the wall.
fn cpu_seconds() -> f64 {
    static BEGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let ticks = || -> Option<f64> {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        Some(fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?)
    };
    ticks().map_or_else(|| BEGIN.elapsed().as_secs_f64(), |ticks| ticks / 100.0)
}

fn measure(name: &str, [train, test]: &[Vec<Example>; 2], peers: &str) -> IntentModel {
    let (model, seconds) = trained(train);
    let bytes = model.to_bytes();
    assert_eq!(IntentModel::from_bytes(&bytes).as_ref(), Ok(&model));
    let guesses: Vec<Guess> = test.iter().map(|example| model.classify(&example.text)).collect();
    let begin = cpu_seconds();
    (0..ROUNDS).for_each(|_| test.iter().for_each(|example| drop(model.classify(&example.text))));
    let rate = (ROUNDS * test.len()) as f64 / (cpu_seconds() - begin);
    let times = times(test, |text| {
        model.classify(text);
    });
    let right = rights(&guesses, test);
    println!(
        "{name:22}  {:.4}   {peers}  {:.4}  {seconds:11.1}  {rate:11.0}  {:4.1}  {times}",
        share(&right),
        calibration_error(&guesses, &right),
        bytes.len() as f64 / 1e6
    );
    reliability(&guesses, &right);
    model
}

/// Best intents even where "none of these" was said: accuracy is asked of the classifier, not of the verdict.
fn best(guess: &Guess) -> Option<&str> {
    guess.intent.as_deref().or(guess.runners_up.first().map(|(slug, _)| slug.as_str()))
}

fn rights(guesses: &[Guess], test: &[Example]) -> Vec<bool> {
    guesses.iter().zip(test).map(|(guess, example)| best(guess) == Some(&example.intent)).collect()
}

fn share(right: &[bool]) -> f64 {
    right.iter().filter(|right| **right).count() as f64 / right.len().max(1) as f64
}

fn bin(guess: &Guess) -> usize {
    ((guess.confidence * 10.0) as usize).min(9)
}

/// Expected calibration error over ten bins of confidence.
fn calibration_error(guesses: &[Guess], right: &[bool]) -> f64 {
    let mut bins = [(0.0, 0.0); 10];
    for (guess, right) in guesses.iter().zip(right) {
        bins[bin(guess)].0 += f64::from(guess.confidence);
        bins[bin(guess)].1 += f64::from(u8::from(*right));
    }
    bins.iter().map(|(said, was)| (said - was).abs()).sum::<f64>() / guesses.len() as f64
}

fn reliability(guesses: &[Guess], right: &[bool]) {
    for low in (0..10).step_by(2) {
        let part: Vec<usize> = (0..guesses.len()).filter(|at| bin(&guesses[*at]) / 2 * 2 == low).collect();
        let said = part.iter().map(|at| f64::from(guesses[*at].confidence)).sum::<f64>() / part.len().max(1) as f64;
        let was = share(&part.iter().map(|at| right[*at]).collect::<Vec<_>>());
        println!("    confidence .{low}–.{}: {:5} texts, said {said:.3}, right {was:.3}", low + 2, part.len());
    }
    let sure: Vec<bool> = guesses
        .iter()
        .zip(right)
        .filter(|(guess, _)| guess.verdict == Verdict::Sure)
        .map(|(_, right)| *right)
        .collect();
    println!(
        "    sure: {:.3} of the texts, {:.4} of them right",
        sure.len() as f64 / guesses.len() as f64,
        share(&sure)
    );
}

fn out_of_scope(model: &IntentModel, inside: &[Example], outside: &[Example]) {
    let none = |examples: &[Example]| -> Vec<f32> {
        examples.iter().map(|example| model.classify(&example.text).none_of_these).collect()
    };
    let (inside, outside) = (none(inside), none(outside));
    println!(
        "\nout of scope, CLINC150 against 200 other questions: AUROC {:.4} (MiniLM .966)",
        auroc(&outside, &inside)
    );
    for least in [0.2, 0.3, 0.4, 0.5, 0.6] {
        let beyond = |all: &[f32]| share(&all.iter().map(|none| *none >= least).collect::<Vec<_>>());
        println!(
            "    none of these ≥ {least}: {:.3} of the others found, {:.3} of the real ones lost",
            beyond(&outside),
            beyond(&inside)
        );
    }
}

/// How often one of the first is larger than one of the second; ties count half.
fn auroc(larger: &[f32], smaller: &[f32]) -> f64 {
    let mut wins = 0.0;
    for one in larger {
        for other in smaller {
            wins += if one > other {
                1.0
            } else if one == other {
                0.5
            } else {
                0.0
            };
        }
    }
    wins / (larger.len() * smaller.len()) as f64
}

fn few(name: &str, [train, test]: &[Vec<Example>; 2], per_intent: usize) {
    let mut order: Vec<&Example> = train.iter().collect();
    Rng::seeded(SEED).shuffle(&mut order);
    let mut counts = std::collections::BTreeMap::new();
    let is_taken = |example: &&&Example| {
        let count = counts.entry(example.intent.clone()).or_insert(0);
        *count += 1;
        *count <= per_intent
    };
    let chosen: Vec<Example> = order.iter().filter(is_taken).map(|example| (*example).clone()).collect();
    let (model, seconds) = trained(&chosen);
    let guesses: Vec<Guess> = test.iter().map(|example| model.classify(&example.text)).collect();
    let right = rights(&guesses, test);
    let sure: Vec<bool> = guesses
        .iter()
        .zip(&right)
        .filter(|(guess, _)| guess.verdict == Verdict::Sure)
        .map(|(_, right)| *right)
        .collect();
    println!(
        "    {name:10} {per_intent:3} per intent: accuracy {:.4}, ECE {:.3}, train {seconds:.2} CPU-s, sure {:.3} of which right {:.3}",
        share(&right),
        calibration_error(&guesses, &right),
        sure.len() as f64 / guesses.len() as f64,
        share(&sure)
    );
}

/// Median and 99th percentile over texts, each the fastest of its runs: on a busy machine the others measure the waiting.
fn times(test: &[Example], mut work: impl FnMut(&str)) -> String {
    let mut once = |text: &str| {
        let begin = Instant::now();
        work(text);
        begin.elapsed()
    };
    let mut fastest = |example: &Example| (0..RUNS_OF_A_TEXT).map(|_| once(&example.text)).min();
    let mut taken: Vec<Duration> = test.iter().filter_map(&mut fastest).collect();
    taken.sort_unstable();
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    format!("{:6.1}  {:6.1}", at(0.5), at(0.99))
}

fn table(text: &str) -> Vec<Example> {
    let example = |line: &str| {
        let (label, text) = line.split_once(' ')?;
        (label != "#").then(|| Example { text: text.into(), intent: label.into(), language: None })
    };
    text.lines().filter_map(example).collect()
}

fn languages() {
    let turns = table(include_str!("../tests/tables/languages.txt"));
    println!("\nlanguage, {} turns of our own               named   right of these    p50 µs  p99 µs", turns.len());
    for (name, served) in
        [("all languages", &[][..]), ("8 served", &["en", "de", "es", "fr", "it", "pt", "nl", "pl"][..])]
    {
        let found: Vec<(bool, bool)> = turns
            .iter()
            .map(|turn| language::among(&turn.text, served))
            .zip(&turns)
            .map(|(found, turn)| (found.is_ok(), found.is_ok_and(|language| language.code == turn.intent)))
            .collect();
        let named = found.iter().filter(|found| found.0).count();
        let right = found.iter().filter(|found| found.1).count();
        let times = times(&turns, |text| {
            let _ = language::among(text, served);
        });
        println!(
            "    {name:40} {:.3}   {:.3}           {times}",
            named as f64 / turns.len() as f64,
            right as f64 / named as f64
        );
    }
}

/// Real chats, nearly all in English: how often is another language named?
fn english_chats(folder: &Path) {
    let Ok(text) = std::fs::read_to_string(folder.join("customer_turns.dev.jsonl")) else { return };
    let rows = text.lines().step_by(3).filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let turns: Vec<String> = rows
        .filter(|row| row["spans"].as_array().is_some_and(Vec::is_empty))
        .filter_map(|row| Some(row["text"].as_str()?.to_string()))
        .collect();
    let named = |turns: &[&String], is_english: bool| {
        turns.iter().filter(|turn| language::of(turn).is_ok_and(|found| (found.code == "en") == is_english)).count()
    };
    let all: Vec<&String> = turns.iter().collect();
    let long: Vec<&String> = turns.iter().filter(|turn| turn.split(' ').count() >= 4).collect();
    println!(
        "    {} English chat turns: {} named English, {} something else",
        all.len(),
        named(&all, true),
        named(&all, false)
    );
    println!("    {} of them with four words or more: {} named English", long.len(), named(&long, true));
}

fn sentiments() {
    let own = table(include_str!("../tests/tables/sentiment_en.txt"));
    let hard = table(include_str!("../tests/tables/sentiment_hard.txt"));
    let fresh = table(include_str!("../tests/tables/sentiment_fresh.txt"));
    let times = times(&own, |text| {
        let _ = sentiment::of(text);
    });
    println!("\nsentiment, p50 and p99 µs {times}                 accuracy of three classes");
    println!(
        "    {:3} English turns, developed on       {:.3}",
        own.len(),
        share(&own.iter().map(is_felt).collect::<Vec<_>>())
    );
    println!(
        "    {:3} English turns in unusual words    {:.3}",
        hard.len(),
        share(&hard.iter().map(is_felt).collect::<Vec<_>>())
    );
    let right = |label: &str| -> Vec<bool> {
        fresh.iter().filter(|turn| label.is_empty() || turn.intent == label).map(is_felt).collect()
    };
    let [all, negative, neutral, positive] = ["", "-", "0", "+"].map(|label| share(&right(label)));
    println!(
        "    {:3} English turns, held out           {all:.3} (− {negative:.3}, 0 {neutral:.3}, + {positive:.3})",
        fresh.len()
    );
    let more = table(include_str!("../tests/tables/sentiment_more.txt"));
    for code in ["de", "es", "fr"] {
        let part = more.iter().filter(|turn| turn.intent == code);
        let right: Vec<bool> = part
            .filter_map(|turn| turn.text.split_once(' '))
            .map(|(label, text)| is_felt(&Example { text: text.into(), intent: label.into(), language: None }))
            .collect();
        println!("    {:3} {code} turns, developed on            {:.3}", right.len(), share(&right));
    }
}

/// Real turns, most of them calm, by place in public files: how often is feeling seen where there is none?
fn real_turns(folder: &Path) {
    let places = [
        (
            "airline, developed on",
            "agent_trajectories_airline.jsonl",
            include_str!("../tests/tables/sentiment_real.txt"),
        ),
        ("chats, held out", "customer_turns.dev.jsonl", include_str!("../tests/tables/sentiment_chats.txt")),
    ];
    for (name, file, labels) in places {
        let Ok(text) = std::fs::read_to_string(folder.join(file)) else { continue };
        let rows: Vec<serde_json::Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let turn = |label: Example| {
            let mut places = label.text.split(' ').filter_map(|place| place.parse::<usize>().ok());
            let row = &rows[places.next()?];
            let text = places.next().map_or(&row["text"], |turn| &row["turns"][turn]["content"]);
            Some(Example { text: text.as_str()?.into(), ..label })
        };
        let turns: Vec<Example> = table(labels).into_iter().filter_map(turn).collect();
        let right = |is_calm: bool| -> Vec<bool> {
            turns.iter().filter(|turn| (turn.intent == "0") == is_calm).map(is_felt).collect()
        };
        let (calm, moved) = (right(true), right(false));
        println!(
            "    {:3} calm and {:2} moved turns of {name}: {:.3} and {:.3}",
            calm.len(),
            moved.len(),
            share(&calm),
            share(&moved)
        );
    }
}

fn is_felt(turn: &Example) -> bool {
    let sign = sentiment::of(&turn.text).map(|sentiment| sentiment.score.signum());
    let labelled = match turn.intent.as_str() {
        "-" => -1,
        "+" => 1,
        _ => 0,
    };
    sign == Ok(labelled)
}
