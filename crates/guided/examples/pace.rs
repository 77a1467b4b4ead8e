//! How many turns a second one thread answers: `cargo run --release -p signalbox-guided --example pace`.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a benchmark reads the clock")]

use std::{hint::black_box, time::Instant};

use serde_json::json;
use signalbox_guided::{BriefingView, Day, Dialogue, Input, Known, Limits, Procedure, Program, ToolOutcome, step};

const CONVERSATIONS: u64 = 5_000;

fn main() {
    let known: Known =
        serde_json::from_str(include_str!("../samples/tools.json")).expect("the sample tools are well-formed");
    let briefing =
        BriefingView::parse(include_str!("../samples/briefing.txt")).expect("the sample briefing is well-formed");
    let texts = [
        include_str!("../samples/order_status.txt"),
        include_str!("../samples/cancel_order.txt"),
        include_str!("../samples/change_address.txt"),
    ];
    let started = Instant::now();
    let procedures = texts.map(|text| Procedure::parse(text, &known).expect("the sample procedures are accepted"));
    println!("{} procedures checked in {:.1} ms", texts.len(), started.elapsed().as_secs_f64() * 1e3);
    let program = Program::new(briefing, procedures.to_vec(), Limits::default());
    let today = Day::parse("2026-11-22").expect("a day");
    let says = |text: &str| Input::Customer { text: text.into(), intent: None, language: None, today };
    let ran = || {
        Input::Ran(ToolOutcome::Ok {
            result: json!({ "status": "packed", "expected_on": "2026-11-26", "total": "£40.00" }),
        })
    };
    let inputs = [
        Input::Opened,
        says("hello, where is my parcel please, i ordered it last week"),
        says("it's 1048 i think"),
        ran(),
        says("sorry, i meant 1049"),
        ran(),
        says("ok then i want to cancel my order"),
        says("1049"),
        ran(),
        says("the second one"),
        says("yes please go ahead"),
        ran(),
        says("no thanks, that's all"),
    ];
    let (mut turns, mut moves) = (0_u64, 0_u64);
    let started = Instant::now();
    for _ in 0..CONVERSATIONS {
        let mut dialogue = Dialogue::default();
        for input in &inputs {
            turns += u64::from(matches!(input, Input::Customer { .. }));
            moves += black_box(step(&program, &mut dialogue, input.clone())).len() as u64;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let steps = CONVERSATIONS as f64 * inputs.len() as f64;
    println!("{turns} customer turns, {moves} moves in {seconds:.2} s");
    println!("{:.0} steps/s, {:.0} customer turns/s on one thread", steps / seconds, turns as f64 / seconds);
}
