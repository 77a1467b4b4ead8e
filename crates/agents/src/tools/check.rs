//! May this call be made? A pure function of the definition, the arguments, what was done before and what the agent may do alone.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::definition::{Access, Approval, DailyCap, Tool};
use crate::schema::Problem;

/// What an agent may do alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Autonomy {
    /// It only looks on.
    Observe,
    /// It suggests to a person.
    Suggest,
    /// It drafts what a person sends.
    Draft,
    /// It acts after a person has agreed.
    ActWithApproval,
    /// It acts alone, within the limits of each tool.
    ActAlone,
}

/// What this tool did for this customer today.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    /// Calls.
    pub count: u32,
    /// The sum of the amounts.
    pub sum: f64,
}

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such tool, or not for this agent.
    #[error("this agent has no tool of that name")]
    NotAllowed,
    /// Arguments that are not JSON.
    #[error("the arguments are not a JSON object")]
    NotJson,
    /// Arguments that do not fit the schema.
    #[error("the arguments do not fit: {}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))]
    Arguments(Vec<Problem>),
    /// More than one call may move.
    #[error("the amount is above the cap of this tool")]
    AboveCap,
    /// Not an amount at all, or a negative one.
    #[error("the amount must be a number and not negative")]
    NoAmount,
    /// More than may be done for one customer in one day.
    #[error("this tool's cap for one customer and day is reached")]
    DailyCap,
    /// The agent may not change anything.
    #[error("this agent may look things up, and may not change anything")]
    ReadOnly,
    /// The same call with the same arguments was made before.
    #[error("the same call was made before")]
    Repeated,
    /// Too many calls.
    #[error("no more calls are allowed in this turn")]
    TooMany,
}

/// Why a person must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedsApproval {
    /// The tool always needs it.
    Always,
    /// The amount does.
    Amount,
    /// The agent acts only with approval.
    Autonomy,
}

/// May it be made?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// When a person agrees.
    NeedsApproval {
        /// Why.
        why: NeedsApproval,
    },
    /// No.
    Refused {
        /// Why.
        why: Refusal,
    },
}

/// Judges one call.
pub fn check(tool: &Tool, arguments: &Value, used: Used, autonomy: Autonomy) -> Verdict {
    let definition = &tool.definition;
    let refused = |why| Verdict::Refused { why };
    let problems = tool.schema.problems(arguments);
    if !problems.is_empty() {
        return refused(Refusal::Arguments(problems));
    }
    if let Some(cap) = &definition.amount_cap {
        match amount(arguments, &cap.argument) {
            None => return refused(Refusal::NoAmount),
            Some(amount) if amount > cap.max => return refused(Refusal::AboveCap),
            Some(_) => {}
        }
    }
    match &definition.daily_cap_per_customer {
        Some(DailyCap::Count(most)) if used.count >= *most => return refused(Refusal::DailyCap),
        Some(DailyCap::Sum { argument, max }) => match amount(arguments, argument) {
            None => return refused(Refusal::NoAmount),
            Some(amount) if used.sum + amount > *max => return refused(Refusal::DailyCap),
            Some(_) => {}
        },
        Some(DailyCap::Count(_)) | None => {}
    }
    if definition.access == Access::Write && autonomy < Autonomy::ActWithApproval {
        return refused(Refusal::ReadOnly);
    }
    let needs = |why| Verdict::NeedsApproval { why };
    match &definition.approval {
        Approval::Always => needs(NeedsApproval::Always),
        Approval::AboveAmount { argument, amount: most } => match amount(arguments, argument) {
            None => refused(Refusal::NoAmount),
            Some(amount) if amount > *most => needs(NeedsApproval::Amount),
            Some(_) => by_autonomy(definition.access, autonomy),
        },
        Approval::Never => by_autonomy(definition.access, autonomy),
    }
}

fn by_autonomy(access: Access, autonomy: Autonomy) -> Verdict {
    match (access, autonomy) {
        (Access::Write, Autonomy::ActWithApproval) => Verdict::NeedsApproval { why: NeedsApproval::Autonomy },
        _ => Verdict::Allowed,
    }
}

fn amount(arguments: &Value, name: &str) -> Option<f64> {
    // A negative amount would make room below every cap.
    arguments[name].as_f64().filter(|amount| *amount >= 0.0)
}

impl Tool {
    /// The amount that a call adds to a customer's sum of the day.
    pub fn amount(&self, arguments: &Value) -> f64 {
        let argument = match (&self.definition.daily_cap_per_customer, &self.definition.amount_cap) {
            (Some(DailyCap::Sum { argument, .. }), _) => Some(argument),
            (_, Some(cap)) => Some(&cap.argument),
            _ => None,
        };
        argument.and_then(|name| amount(arguments, name)).unwrap_or_default()
    }
}

/// A digest of tool and arguments: equal for equal calls, in whatever order the fields stand.
pub fn call_digest(tool: &str, arguments: &Value) -> String {
    // Maps are sorted here, because serde_json keeps the order of arrival when another crate asks it to.
    hex(&Sha256::digest(format!("{tool}\n{}", sorted(arguments))))
}

/// The key under which a call is done once, however often it is sent: the customer's turn, the tool and its arguments.
pub fn idempotency_key(turn: &str, tool: &str, arguments: &Value) -> String {
    hex(&Sha256::digest(format!("{turn}\n{}", call_digest(tool, arguments))))[..32].to_owned()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            Value::Object(names.into_iter().map(|name| (name.clone(), sorted(&fields[name]))).collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Number(number) => match number.as_f64() {
            // 20 and 20.0 are one amount.
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => Value::from(float as i64),
            _ => value.clone(),
        },
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::definition::{AmountCap, DryRun, Idempotency, Kept, Kind, ToolDefinition};
    use crate::tools::template::BodyTemplate;
    use serde_json::json;

    fn refund() -> ToolDefinition {
        let target = Kind::Http {
            method: "POST".into(),
            url: "https://shop.example/refunds".into(),
            headers: Vec::new(),
            body: BodyTemplate::Arguments,
        };
        let properties = json!({ "order": { "type": "string" }, "amount": { "type": "number" } });
        ToolDefinition {
            name: "refund".into(),
            description: "Pays money back.".into(),
            target,
            access: Access::Write,
            schema: json!({ "type": "object", "required": ["order", "amount"], "properties": properties }),
            kept: Kept::All,
            amount_cap: Some(AmountCap { argument: "amount".into(), max: 100.0 }),
            daily_cap_per_customer: Some(DailyCap::Sum { argument: "amount".into(), max: 150.0 }),
            approval: Approval::AboveAmount { argument: "amount".into(), amount: 50.0 },
            idempotency: Idempotency::None,
            dry_run: DryRun::Unsupported,
            timeout_ms: 1_000,
        }
    }

    fn judged(change: impl FnOnce(&mut ToolDefinition), arguments: Value, used: Used, autonomy: Autonomy) -> String {
        let mut definition = refund();
        change(&mut definition);
        match check(&Tool::parse(definition).unwrap(), &arguments, used, autonomy) {
            Verdict::Allowed => "allowed".to_owned(),
            Verdict::NeedsApproval { why } => format!("needs approval: {why:?}"),
            Verdict::Refused { why } => format!("refused: {why}"),
        }
    }

    #[test]
    fn a_call_is_judged_by_arguments_caps_autonomy_and_approval_in_this_order() {
        let call = |amount: Value| json!({ "order": "AB1", "amount": amount });
        let used = |count, sum| Used { count, sum };
        use Autonomy::{ActAlone, ActWithApproval, Draft, Observe};
        let table = [
            (call(json!(50)), used(0, 0.0), ActAlone, "allowed"),
            (call(json!(50.01)), used(0, 0.0), ActAlone, "needs approval: Amount"),
            (call(json!(100.01)), used(0, 0.0), ActAlone, "refused: the amount is above the cap of this tool"),
            (call(json!(1e300)), used(0, 0.0), ActAlone, "refused: the amount is above the cap of this tool"),
            (call(json!(-20)), used(0, 0.0), ActAlone, "refused: the amount must be a number and not negative"),
            (call(json!("20")), used(0, 0.0), ActAlone, "refused: the arguments do not fit: /amount: must be number"),
            (call(json!(20)), used(2, 130.0), ActAlone, "allowed"),
            (
                call(json!(20)),
                used(2, 130.01),
                ActAlone,
                "refused: this tool's cap for one customer and day is reached",
            ),
            (call(json!(20)), used(0, 0.0), ActWithApproval, "needs approval: Autonomy"),
            (
                call(json!(20)),
                used(0, 0.0),
                Draft,
                "refused: this agent may look things up, and may not change anything",
            ),
            (
                call(json!(20)),
                used(0, 0.0),
                Observe,
                "refused: this agent may look things up, and may not change anything",
            ),
            (
                json!({ "amount": 20 }),
                used(0, 0.0),
                ActAlone,
                "refused: the arguments do not fit: /: `order` is missing",
            ),
        ];
        for (arguments, used, autonomy, expected) in table {
            assert_eq!(judged(|_| {}, arguments.clone(), used, autonomy), expected, "{arguments} {autonomy:?}");
        }
        let always = |definition: &mut ToolDefinition| definition.approval = Approval::Always;
        assert_eq!(judged(always, call(json!(1)), used(0, 0.0), ActAlone), "needs approval: Always");
        let twice = |definition: &mut ToolDefinition| definition.daily_cap_per_customer = Some(DailyCap::Count(2));
        assert_eq!(judged(twice, call(json!(1)), used(1, 0.0), ActAlone), "allowed");
        let refused = "refused: this tool's cap for one customer and day is reached";
        assert_eq!(judged(twice, call(json!(1)), used(2, 0.0), ActAlone), refused);
    }

    #[test]
    fn a_cap_on_an_argument_that_may_be_left_out_is_refused_when_the_tool_is_defined() {
        let mut definition = refund();
        definition.schema["required"] = json!(["order"]);
        assert!(Tool::parse(definition).unwrap_err().to_string().contains("amount_cap"));
        let mut definition = refund();
        definition.name = "refund money".into();
        assert!(Tool::parse(definition).unwrap_err().to_string().contains("name"));
        let mut definition = refund();
        definition.timeout_ms = 0;
        assert!(Tool::parse(definition).unwrap_err().to_string().contains("timeout_ms"));
    }

    #[test]
    fn equal_calls_have_equal_keys_in_whatever_order_their_fields_stand() {
        let (one, two) = (json!({ "a": 20, "b": [1] }), json!({ "b": [1], "a": 20.0 }));
        assert_eq!(idempotency_key("turn", "refund", &one), idempotency_key("turn", "refund", &two));
        assert_ne!(idempotency_key("turn", "refund", &one), idempotency_key("other", "refund", &one));
        assert_ne!(call_digest("refund", &one), call_digest("refund", &json!({ "a": 21, "b": [1] })));
    }
}
