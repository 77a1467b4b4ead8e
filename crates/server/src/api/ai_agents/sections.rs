//! What a version is made of as sections that people can read, in the order in which the agent reads them; and what differs between two.

use serde::Serialize;
use signalbox_engine::directory::Directory;
use signalbox_model::setup::ai_agent::{Draft, EngineChoice, ModelChoice, Snapshot};
use signalbox_model::setup::connector::{Access, ApprovalRule, Tool};
use utoipa::ToSchema;

/// Cells of the table that finds the longest common lines; beyond, a section is shown as taken out and put in again.
const CELLS_MAX: usize = 4_000_000;

/// One section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SectionShown {
    /// The field of the draft that it comes from, as in `briefing.purpose`.
    pub field: String,
    /// Its heading.
    pub title: String,
    /// Its lines; none: nothing is written there.
    pub lines: Vec<String>,
}

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineFate {
    /// It is in both.
    Same,
    /// It came in.
    Added,
    /// It went.
    Removed,
}

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineDiff {
    /// What happened to it.
    pub fate: LineFate,
    /// Its words.
    pub text: String,
}

/// A section of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SectionDiff {
    /// The field of the draft that it comes from.
    pub field: String,
    /// Its heading.
    pub title: String,
    /// Whether anything differs.
    pub changed: bool,
    /// Its lines, those of before and after together.
    pub lines: Vec<LineDiff>,
}

fn section(field: impl Into<String>, title: impl Into<String>, lines: Vec<String>) -> SectionShown {
    SectionShown { field: field.into(), title: title.into(), lines }
}

fn lines(text: &str) -> Vec<String> {
    text.trim().lines().map(|line| line.trim_end().to_owned()).collect()
}

fn listed(items: &[String]) -> Vec<String> {
    items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

/// The sections of a draft, in the order in which the agent reads them; then what it may use.
pub fn sections(draft: &Draft, tools: &[Tool], knowledge: &str, directory: &Directory) -> Vec<SectionShown> {
    let briefing = &draft.briefing;
    let mut shown = vec![
        section("briefing.disclosure", "Who it says it is", lines(&briefing.disclosure)),
        section("briefing.purpose", "Purpose", lines(&briefing.purpose)),
        section("briefing.tone", "Tone", lines(&briefing.tone)),
        section("briefing.forbidden", "Never talks about", listed(&briefing.forbidden)),
        section("briefing.facts", "Finds out", listed(&briefing.facts)),
        section("briefing.escalation", "Hands over to a person when", listed(&briefing.escalation)),
    ];
    let rule = |rule: &signalbox_model::setup::ai_agent::IntentRule| {
        let boundary = if rule.boundary.is_empty() { String::new() } else { format!(" – {}", rule.boundary) };
        format!("{}: level {}{boundary}", rule.intent, rule.autonomy.level())
    };
    let mut intents = vec![format!("anything else: level {}", draft.autonomy.level())];
    intents.extend(draft.intents.iter().map(rule));
    shown.push(section("intents", "How far it may go", intents));
    for (index, text) in draft.procedures.iter().enumerate() {
        let written = lines(text);
        let title = written.first().filter(|line| !line.is_empty());
        let title = title.map_or_else(|| format!("Procedure {}", index + 1), Clone::clone);
        shown.push(section(format!("procedures[{index}]"), title, written));
    }
    shown.push(section("briefing.closing", "Last sentence", lines(&briefing.closing)));
    shown.push(section("engine", "How it answers", engine(&draft.engine, directory)));
    shown.push(section("tools", "Tools", tools.iter().flat_map(tool_lines).collect()));
    let collection = |id: &signalbox_model::id::CollectionId| {
        directory.collections.get(id).map_or_else(|| id.to_string(), |collection| collection.name.to_string())
    };
    let mut known: Vec<String> = draft.collections.iter().map(collection).collect();
    if !known.is_empty() {
        known.push(format!("as it stood: {}", &knowledge[..12.min(knowledge.len())]));
    }
    shown.push(section("collections", "Knowledge", known));
    shown.push(section("budgets", "Budgets", budgets(draft)));
    if let Some(voice) = &draft.voice {
        shown.push(section("voice", "Voice", vec![voice.to_string()]));
    }
    shown
}

/// The sections of a version.
pub fn of_snapshot(snapshot: &Snapshot, directory: &Directory) -> Vec<SectionShown> {
    sections(&snapshot.draft, &snapshot.tools, &snapshot.knowledge, directory)
}

fn engine(engine: &EngineChoice, directory: &Directory) -> Vec<String> {
    let model = |choice: &ModelChoice| {
        let at = directory.connectors.get(&choice.connector).map_or_else(String::new, |found| found.name.to_string());
        let warmth = f64::from(choice.temperature_milli) / 1_000.0;
        format!(
            "{} at {at}, temperature {warmth}, answers of at most {} tokens",
            choice.model, choice.answer_tokens_max
        )
    };
    match engine {
        EngineChoice::Guided => vec!["guided: from knowledge and procedures, without a language model".to_owned()],
        EngineChoice::Model { first, second, guided_after, grounded } => {
            let mut told = vec![model(first)];
            told.extend(second.as_ref().map(|second| format!("then {}", model(second))));
            if *guided_after {
                told.push("then guided answers".to_owned());
            }
            told.push(if *grounded { "must name its source" } else { "need not name its source" }.to_owned());
            told
        }
    }
}

fn tool_lines(tool: &Tool) -> Vec<String> {
    let access = if tool.access == Access::Write { "changes things" } else { "only reads" };
    let mut told = vec![format!("{}: {access}. {}", tool.handle, tool.description)];
    if let Some(cap) = &tool.amount_cap {
        told.push(format!("{}: {} at most {}", tool.handle, cap.argument, cap.max));
    }
    if let Some(most) = tool.daily_per_customer_max {
        told.push(format!("{}: at most {most} times a day for one customer", tool.handle));
    }
    let approval = match tool.approval {
        ApprovalRule::Never => "no approval".to_owned(),
        ApprovalRule::AboveAmount { amount } => format!("approval above {amount}"),
        ApprovalRule::Always => "approval always".to_owned(),
    };
    told.push(format!("{}: {approval}, at most {} ms", tool.handle, tool.timeout_ms.0));
    told
}

fn budgets(draft: &Draft) -> Vec<String> {
    let budgets = &draft.budgets;
    let mut told = vec![
        format!("at most {} turns in a conversation", budgets.turns_max),
        format!("at most {} ms for a turn", budgets.turn_ms.0),
    ];
    told.extend(budgets.tokens_max.map(|most| format!("at most {most} tokens in a conversation")));
    told.extend(
        budgets.cost_micros_max.map(|most| format!("at most {most} millionths of the currency in a conversation")),
    );
    told
}

/// What differs, section by section. Procedures are known by their first line, so that one put in between does not change those after it.
pub fn diff(before: &[SectionShown], after: &[SectionShown]) -> Vec<SectionDiff> {
    let key = |section: &SectionShown| match section.field.starts_with("procedures[") {
        true => section.title.clone(),
        false => section.field.clone(),
    };
    let mut left: Vec<&SectionShown> = before.iter().collect();
    let mut told = Vec::new();
    for section in after {
        let found = left.iter().position(|other| key(other) == key(section));
        let earlier = found.map(|index| left.remove(index));
        let lines = line_diff(earlier.map_or(&[], |earlier| &earlier.lines), &section.lines);
        told.push(difference(section, lines));
    }
    for gone in left {
        told.push(difference(gone, line_diff(&gone.lines, &[])));
    }
    told
}

fn difference(section: &SectionShown, lines: Vec<LineDiff>) -> SectionDiff {
    let changed = lines.iter().any(|line| line.fate != LineFate::Same);
    SectionDiff { field: section.field.clone(), title: section.title.clone(), changed, lines }
}

/// The lines of both: what is common stays, what went stands before what came.
pub fn line_diff(before: &[String], after: &[String]) -> Vec<LineDiff> {
    let line = |fate| move |text: &String| LineDiff { fate, text: text.clone() };
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[head..before.len() - tail], &after[head..after.len() - tail]);
    let mut told: Vec<LineDiff> = before[..head].iter().map(line(LineFate::Same)).collect();
    if old.len().saturating_mul(new.len()) > CELLS_MAX {
        told.extend(old.iter().map(line(LineFate::Removed)));
        told.extend(new.iter().map(line(LineFate::Added)));
    } else {
        told.extend(longest_common(old, new));
    }
    told.extend(before[before.len() - tail..].iter().map(line(LineFate::Same)));
    told
}

fn longest_common(old: &[String], new: &[String]) -> Vec<LineDiff> {
    let width = new.len() + 1;
    let mut length = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            length[i * width + j] = match old[i] == new[j] {
                true => length[(i + 1) * width + j + 1] + 1,
                false => length[(i + 1) * width + j].max(length[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut told) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let is_same = i < old.len() && j < new.len() && old[i] == new[j];
        let goes = j == new.len() || i < old.len() && length[(i + 1) * width + j] >= length[i * width + j + 1];
        let (fate, text) = match (is_same, goes) {
            (true, _) => (LineFate::Same, &old[i]),
            (false, true) => (LineFate::Removed, &old[i]),
            (false, false) => (LineFate::Added, &new[j]),
        };
        told.push(LineDiff { fate, text: text.clone() });
        i += usize::from(fate != LineFate::Added);
        j += usize::from(fate != LineFate::Removed);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(diff: &[LineDiff]) -> String {
        let sign = |fate| match fate {
            LineFate::Same => ' ',
            LineFate::Added => '+',
            LineFate::Removed => '-',
        };
        diff.iter().map(|line| format!("{}{}\n", sign(line.fate), line.text)).collect()
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_changed_line_goes_and_comes_and_the_others_stay() {
        assert_eq!(text(&line_diff(&words("a b c d"), &words("a x c d e"))), " a\n-b\n+x\n c\n d\n+e\n");
        assert_eq!(text(&line_diff(&words(""), &words("a"))), "+a\n");
        assert_eq!(text(&line_diff(&words("a b a c"), &words("b a d c"))), "-a\n b\n a\n+d\n c\n");
    }

    #[test]
    fn a_procedure_put_before_another_does_not_change_the_other() {
        let procedure = |index: usize, title: &str| section(format!("procedures[{index}]"), title, words(title));
        let told = diff(&[procedure(0, "Status")], &[procedure(0, "Refund"), procedure(1, "Status")]);
        assert_eq!(told.iter().map(|section| section.changed).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn two_long_texts_without_a_common_line_are_told_without_a_table() {
        let many = |of: &str| (0..3_000).map(|n| format!("{of}{n}")).collect::<Vec<_>>();
        assert_eq!(line_diff(&many("a"), &many("b")).len(), 6_000);
    }
}
