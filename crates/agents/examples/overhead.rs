//! How much time our part adds to a model call: the prompt, the budget, the address check, the stream, the checks of the reply. The model is a
//! local server that answers at once, so what is measured besides is one exchange over this machine's loopback; that alone is
//! measured, too, and taken off.
//!
//! `cargo run --release -p signalbox-agents --example overhead`

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use signalbox_agents::double::{Act, Double};
use signalbox_agents::http::Pace;
use signalbox_agents::model_engine::{
    Briefing, Fallback, Grounding, Hands, ModelEngine, Nonce, Outcome, Passage, Said, Section, TurnRequest, Who,
};
use signalbox_agents::provider::{BudgetLimits, Endpoint, Provider};
use signalbox_agents::reach::Reach;
use signalbox_agents::secret::Secrets;
use signalbox_agents::tools::Autonomy;
use url::Url;

const WARM_UP: usize = 200;
const ROUNDS: usize = 2_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    let double = runtime.block_on(Double::start());
    double.model("m", vec![Act::say("You have 30 days to send it back [p1].")]);
    let url = Url::parse(&double.url("models/m/")).expect("an address");
    let direct = sorted((0..WARM_UP + ROUNDS).map(|_| exchange(&url)).collect());
    let engine = ModelEngine::new(double.http(), vec![Fallback::Model(provider(url))]);
    let reach = Reach::new(double.http(), Secrets::default(), Vec::new(), Pace::default());
    let hands = Hands::live(reach, None, Box::new(str::to_owned));
    let ours = runtime.block_on(async {
        let mut took = Vec::new();
        for _ in 0..WARM_UP + ROUNDS {
            let request = request();
            let begun = Instant::now();
            let result = engine.answer(request, &hands).await;
            took.push(begun.elapsed());
            assert!(matches!(result.outcome, Outcome::Reply { .. }), "{result:?}");
        }
        sorted(took)
    });
    println!("{ROUNDS} turns with 20 said, 5 passages, one model call each; microseconds");
    println!("{:<28} {:>8} {:>8}", "", "p50", "p99");
    row("plain exchange, no client", &direct);
    row("whole turn through us", &ours);
    let added = |at: usize| ours[at].saturating_sub(direct[at]).as_micros();
    println!("{:<28} {:>8} {:>8}", "added by us", added(ROUNDS / 2), added(ROUNDS * 99 / 100));
}

fn sorted(mut took: Vec<Duration>) -> Vec<Duration> {
    took.drain(..WARM_UP);
    took.sort();
    took
}

fn row(name: &str, took: &[Duration]) {
    println!("{name:<28} {:>8} {:>8}", took[ROUNDS / 2].as_micros(), took[ROUNDS * 99 / 100].as_micros());
}

thread_local! {
    static CONNECTION: std::cell::RefCell<Option<TcpStream>> = const { std::cell::RefCell::new(None) };
}

/// The least that anybody needs: a request of the same size on an open connection, and the answer read to its end.
fn exchange(url: &Url) -> Duration {
    CONNECTION.with_borrow_mut(|connection| {
        let place = (url.host_str().expect("a host"), url.port().expect("a port"));
        let stream = connection.get_or_insert_with(|| {
            let stream = TcpStream::connect(place).expect("the double listens");
            stream.set_nodelay(true).expect("an option of TCP");
            stream
        });
        let body = "x".repeat(6_000);
        let head =
            format!("POST /models/m/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
        let begun = Instant::now();
        stream.write_all(format!("{head}{body}").as_bytes()).expect("the double reads");
        let (mut seen, mut piece) = (Vec::new(), [0; 16_384]);
        while !seen.windows(6).any(|window| window == b"[DONE]") {
            let length = stream.read(&mut piece).expect("the double answers");
            seen.extend_from_slice(&piece[..length]);
        }
        begun.elapsed()
    })
}

fn provider(base: Url) -> Provider {
    let second = Duration::from_secs(1);
    Provider::OpenAiCompatible(Endpoint {
        name: "local".into(),
        base,
        model: "m".into(),
        key: None,
        price: None,
        first_byte: second,
        idle: second,
        total: second,
        pace: Pace::default(),
    })
}

fn request() -> TurnRequest {
    let said = |number: usize| Said {
        who: if number.is_multiple_of(2) { Who::Agent } else { Who::Customer },
        text: "Words of a conversation, about as many as people write at once. ".repeat(2),
    };
    let passage = |number: usize| Passage {
        id: format!("kb_{number}"),
        title: "Sending back".into(),
        text: "Whoever wants to send something back may do so within thirty days. ".repeat(6),
    };
    let section = Section { title: "Who you are".into(), text: "You answer for a shop. ".repeat(20) };
    TurnRequest {
        key: "turn".into(),
        nonce: Nonce::parse("q7w8e9r0t1y2u3i4").expect("long enough"),
        version: "v1".into(),
        briefing: Briefing { sections: vec![section], grounding: Grounding::Required },
        history: (0..20).map(said).collect(),
        passages: (0..5).map(passage).collect(),
        tools: Vec::new(),
        used: BTreeMap::new(),
        earlier: Vec::new(),
        autonomy: Autonomy::ActAlone,
        limits: BudgetLimits::default(),
        dry_run: false,
        deltas: None,
    }
}
