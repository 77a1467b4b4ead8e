//! The sample program that the demo uses.

use signalbox_guided::{BriefingView, Day, Known, Limits, Procedure, Program};

pub const PROCEDURES: [&str; 3] = [
    include_str!("../../samples/order_status.txt"),
    include_str!("../../samples/cancel_order.txt"),
    include_str!("../../samples/change_address.txt"),
];

pub fn known() -> Known {
    serde_json::from_str(include_str!("../../samples/tools.json")).expect("the sample tools are well-formed")
}

pub fn briefing() -> BriefingView {
    BriefingView::parse(include_str!("../../samples/briefing.txt")).expect("the sample briefing is well-formed")
}

/// A Sunday.
pub fn today() -> Day {
    Day::parse("2026-11-22").expect("a day")
}

pub fn procedure(text: &str) -> Procedure {
    Procedure::parse(text, &known()).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

pub fn program() -> Program {
    Program::new(briefing(), PROCEDURES.into_iter().map(procedure).collect(), Limits::default())
}

#[test]
fn samples_are_accepted_and_survive_being_written_and_read_again() {
    for text in PROCEDURES {
        let first = procedure(text);
        let written = first.to_text();
        let second = procedure(&written);
        assert_eq!(first, second, "{written}");
        assert_eq!(written, second.to_text());
        assert_eq!(first.code, second.code);
    }
}
