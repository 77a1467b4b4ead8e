//! JSON Schema, as much of it as arguments of tools need: `type`, `properties`, `required`, `additionalProperties`, `enum`, `const`,
//! `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength`, `pattern`, `items`, `minItems`,
//! `maxItems`, `anyOf`, `oneOf`, `allOf` and `$ref` inside the document. Annotations are passed over. A schema with any other keyword
//! is refused when it is read: what cannot be checked must not look checked.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value;

use crate::limits::{DEPTH_MAX, PATTERN_CHARS_MAX};

/// A schema that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A keyword that is not checked here.
    #[error("the keyword `{keyword}` at {at} is not supported; describe the arguments without it")]
    Keyword {
        /// The keyword.
        keyword: String,
        /// Where, as a JSON pointer.
        at: String,
    },
    /// A keyword with a value that it cannot have.
    #[error("`{keyword}` at {at} does not have a value that it can have")]
    Value {
        /// The keyword.
        keyword: String,
        /// Where, as a JSON pointer.
        at: String,
    },
    /// Deeper than the limit, or a reference that leads in a circle.
    #[error("the schema is nested deeper than {DEPTH_MAX} levels at {0}")]
    Deep(String),
    /// A reference to nowhere.
    #[error("the reference at {0} leads nowhere in this document")]
    Reference(String),
}

/// What is wrong with a value. Says what was expected, and never repeats the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a JSON pointer; empty is the whole.
    pub at: String,
    /// What is expected.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", if self.at.is_empty() { "/" } else { &self.at }, self.what)
    }
}

/// A schema that was read and can be held against values.
#[derive(Clone, Debug)]
pub struct Schema {
    source: Value,
    root: Node,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Schema) -> bool {
        self.source == other.source
    }
}

#[derive(Clone, Debug, Default)]
struct Node {
    types: Vec<String>,
    properties: BTreeMap<String, Node>,
    required: Vec<String>,
    additional: Additional,
    one_of_values: Option<Vec<Value>>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    above: Option<f64>,
    below: Option<f64>,
    length: (Option<usize>, Option<usize>),
    pattern: Option<Regex>,
    items: Option<Box<Node>>,
    count: (Option<usize>, Option<usize>),
    all: Vec<Node>,
    any: Vec<Node>,
    one: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
enum Additional {
    #[default]
    Any,
    None,
    Like(Box<Node>),
}

const ANNOTATIONS: &[&str] = &[
    "$schema",
    "$id",
    "$defs",
    "definitions",
    "$comment",
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "format",
    "nullable",
    "xml",
    "externalDocs",
    "discriminator",
];
const TYPES: &[&str] = &["object", "array", "string", "number", "integer", "boolean", "null"];

impl Schema {
    /// Reads a schema whose references lead into itself.
    ///
    /// # Errors
    /// When it holds what cannot be checked.
    pub fn parse(source: &Value) -> Result<Schema, SchemaError> {
        Schema::parse_in(source, source)
    }

    /// Reads a schema whose references lead into a document around it.
    ///
    /// # Errors
    /// When it holds what cannot be checked.
    pub fn parse_in(source: &Value, document: &Value) -> Result<Schema, SchemaError> {
        let root = Reader { document }.node(source, "", 0)?;
        Ok(Schema { source: source.clone(), root })
    }

    /// The schema as it was written.
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// Whether an object of this schema has a property of this name.
    pub fn has_property(&self, name: &str) -> bool {
        self.root.properties.contains_key(name)
    }

    /// Whether an object of this schema must have this property.
    pub fn requires(&self, name: &str) -> bool {
        self.root.required.iter().any(|required| required == name)
    }

    /// What is wrong with a value; nothing if it fits.
    pub fn problems(&self, value: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        check(&self.root, value, "", 0, &mut problems);
        problems
    }
}

struct Reader<'a> {
    document: &'a Value,
}

impl Reader<'_> {
    fn node(&self, source: &Value, at: &str, depth: usize) -> Result<Node, SchemaError> {
        if depth > DEPTH_MAX {
            return Err(SchemaError::Deep(at.to_owned()));
        }
        let wrong = |keyword: &str| SchemaError::Value { keyword: keyword.to_owned(), at: at.to_owned() };
        let fields = match source {
            Value::Bool(true) => return Ok(Node::default()),
            Value::Object(fields) => fields,
            _ => return Err(wrong("schema")),
        };
        if let Some(reference) = fields.get("$ref") {
            let path = reference.as_str().and_then(|text| text.strip_prefix('#')).ok_or_else(|| wrong("$ref"))?;
            let target = self.document.pointer(path).ok_or_else(|| SchemaError::Reference(at.to_owned()))?;
            return self.node(target, at, depth + 1);
        }
        let mut node = Node::default();
        for (keyword, value) in fields {
            self.keyword(&mut node, keyword, value, at, depth)?;
        }
        if source["nullable"] == true && !node.types.is_empty() {
            node.types.push("null".to_owned());
        }
        Ok(node)
    }

    fn keyword(
        &self,
        node: &mut Node,
        keyword: &str,
        value: &Value,
        at: &str,
        depth: usize,
    ) -> Result<(), SchemaError> {
        let wrong = || SchemaError::Value { keyword: keyword.to_owned(), at: at.to_owned() };
        let number = || value.as_f64().ok_or_else(wrong).map(Some);
        let size = || value.as_u64().ok_or_else(wrong).map(|size| Some(size as usize));
        let inner = |value: &Value, at: &str| self.node(value, at, depth + 1);
        let list = |value: &Value| -> Result<Vec<Node>, SchemaError> {
            value.as_array().ok_or_else(wrong)?.iter().map(|part| inner(part, &format!("{at}/{keyword}"))).collect()
        };
        match keyword {
            "type" => node.types = types(value).ok_or_else(wrong)?,
            "properties" => {
                for (name, property) in value.as_object().ok_or_else(wrong)? {
                    node.properties.insert(name.clone(), inner(property, &format!("{at}/properties/{name}"))?);
                }
            }
            "required" => node.required = texts(value).ok_or_else(wrong)?,
            "additionalProperties" => {
                node.additional = match value {
                    Value::Bool(true) => Additional::Any,
                    Value::Bool(false) => Additional::None,
                    like => Additional::Like(Box::new(inner(like, &format!("{at}/additionalProperties"))?)),
                }
            }
            "enum" => node.one_of_values = Some(value.as_array().ok_or_else(wrong)?.clone()),
            "const" => node.one_of_values = Some(vec![value.clone()]),
            "minimum" => node.minimum = number()?,
            "maximum" => node.maximum = number()?,
            "exclusiveMinimum" => node.above = number()?,
            "exclusiveMaximum" => node.below = number()?,
            "minLength" => node.length.0 = size()?,
            "maxLength" => node.length.1 = size()?,
            "minItems" => node.count.0 = size()?,
            "maxItems" => node.count.1 = size()?,
            "pattern" => {
                let pattern = value.as_str().filter(|text| text.chars().count() <= PATTERN_CHARS_MAX);
                node.pattern = Some(Regex::new(pattern.ok_or_else(wrong)?).map_err(|_| wrong())?);
            }
            "items" => node.items = Some(Box::new(inner(value, &format!("{at}/items"))?)),
            "allOf" => node.all = list(value)?,
            "anyOf" => node.any = list(value)?,
            "oneOf" => node.one = list(value)?,
            known if ANNOTATIONS.contains(&known) || known.starts_with("x-") => {}
            unknown => return Err(SchemaError::Keyword { keyword: unknown.to_owned(), at: at.to_owned() }),
        }
        Ok(())
    }
}

fn types(value: &Value) -> Option<Vec<String>> {
    let types = if let Value::String(one) = value { vec![one.clone()] } else { texts(value)? };
    types.iter().all(|name| TYPES.contains(&name.as_str())).then_some(types)
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    }
}

fn check(node: &Node, value: &Value, at: &str, depth: usize, problems: &mut Vec<Problem>) {
    let mut say = |what: String| problems.push(Problem { at: at.to_owned(), what });
    if depth > DEPTH_MAX {
        return say(format!("at most {DEPTH_MAX} levels"));
    }
    if !node.types.is_empty() && !node.types.iter().any(|name| is_type(name, value)) {
        return say(format!("must be {}", node.types.join(" or ")));
    }
    if let Some(values) = node.one_of_values.as_ref().filter(|values| !values.contains(value)) {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        say(format!("must be one of {}", values.join(", ")));
    }
    match value {
        Value::Number(number) => check_number(node, number.as_f64().unwrap_or(f64::NAN), &mut say),
        Value::String(text) => check_text(node, text, &mut say),
        Value::Array(items) => check_items(node, items, at, depth, problems),
        Value::Object(fields) => check_fields(node, fields, at, depth, problems),
        Value::Null | Value::Bool(_) => {}
    }
    let fits = |part: &Node| {
        let mut found = Vec::new();
        check(part, value, at, depth + 1, &mut found);
        found.is_empty()
    };
    for part in &node.all {
        check(part, value, at, depth + 1, problems);
    }
    let mut say = |what: &str| problems.push(Problem { at: at.to_owned(), what: what.to_owned() });
    if !node.any.is_empty() && !node.any.iter().any(fits) {
        say("must fit one of the given forms");
    }
    if !node.one.is_empty() && node.one.iter().filter(|part| fits(part)).count() != 1 {
        say("must fit exactly one of the given forms");
    }
}

fn check_number(node: &Node, number: f64, say: &mut impl FnMut(String)) {
    let bounds = [
        (node.minimum, "at least", node.minimum.is_some_and(|bound| number < bound)),
        (node.maximum, "at most", node.maximum.is_some_and(|bound| number > bound)),
        (node.above, "above", node.above.is_some_and(|bound| number <= bound)),
        (node.below, "below", node.below.is_some_and(|bound| number >= bound)),
    ];
    for (bound, word, _) in bounds.into_iter().filter(|(.., is_broken)| *is_broken) {
        say(format!("must be {word} {}", bound.unwrap_or_default()));
    }
}

fn check_text(node: &Node, text: &str, say: &mut impl FnMut(String)) {
    let have = text.chars().count();
    if node.length.0.is_some_and(|least| have < least) {
        say(format!("must have at least {} characters", node.length.0.unwrap_or_default()));
    }
    if node.length.1.is_some_and(|most| have > most) {
        say(format!("must have at most {} characters", node.length.1.unwrap_or_default()));
    }
    if let Some(pattern) = node.pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
        say(format!("must match {}", pattern.as_str()));
    }
}

fn check_items(node: &Node, items: &[Value], at: &str, depth: usize, problems: &mut Vec<Problem>) {
    let mut say = |what: String| problems.push(Problem { at: at.to_owned(), what });
    if node.count.0.is_some_and(|least| items.len() < least) {
        say(format!("must have at least {} items", node.count.0.unwrap_or_default()));
    }
    if node.count.1.is_some_and(|most| items.len() > most) {
        say(format!("must have at most {} items", node.count.1.unwrap_or_default()));
    }
    if let Some(like) = &node.items {
        for (number, item) in items.iter().enumerate() {
            check(like, item, &format!("{at}/{number}"), depth + 1, problems);
        }
    }
}

fn check_fields(
    node: &Node,
    fields: &serde_json::Map<String, Value>,
    at: &str,
    depth: usize,
    problems: &mut Vec<Problem>,
) {
    for name in node.required.iter().filter(|name| !fields.contains_key(*name)) {
        problems.push(Problem { at: at.to_owned(), what: format!("`{name}` is missing") });
    }
    for (name, value) in fields {
        match (node.properties.get(name), &node.additional) {
            (Some(property), _) => check(property, value, &format!("{at}/{name}"), depth + 1, problems),
            (None, Additional::Like(like)) => check(like, value, &format!("{at}/{name}"), depth + 1, problems),
            (None, Additional::None) => {
                // The name is the model's own: it is not repeated.
                problems
                    .push(Problem { at: at.to_owned(), what: "has a field that the tool does not know".to_owned() });
            }
            (None, Additional::Any) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(schema: Value, value: Value) -> String {
        let problems = Schema::parse(&schema).unwrap().problems(&value);
        problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn values_are_held_against_every_keyword() {
        let order = || {
            json!({
                "type": "object",
                "required": ["order"],
                "additionalProperties": false,
                "properties": {
                    "order": { "type": "string", "pattern": "^[A-Z]{2}[0-9]+$", "maxLength": 8 },
                    "amount": { "type": "number", "exclusiveMinimum": 0, "maximum": 50 },
                    "count": { "type": "integer", "minimum": 1 },
                    "reason": { "enum": ["late", "broken"] },
                    "lines": { "type": "array", "minItems": 1, "maxItems": 2, "items": { "type": "integer" } },
                    "note": { "type": ["string", "null"], "minLength": 2 }
                }
            })
        };
        let table = [
            (json!({ "order": "AB12" }), ""),
            (
                json!({ "order": "AB12", "amount": 50, "count": 2.0, "reason": "late", "lines": [1, 2], "note": null }),
                "",
            ),
            (json!([]), "/: must be object"),
            (json!({}), "/: `order` is missing"),
            (json!({ "order": 12 }), "/order: must be string"),
            (json!({ "order": "ab" }), "/order: must match ^[A-Z]{2}[0-9]+$"),
            (json!({ "order": "AB1234567" }), "/order: must have at most 8 characters"),
            (json!({ "order": "AB1", "amount": 0 }), "/amount: must be above 0"),
            (json!({ "order": "AB1", "amount": 50.01 }), "/amount: must be at most 50"),
            (json!({ "order": "AB1", "amount": "5" }), "/amount: must be number"),
            (json!({ "order": "AB1", "count": 1.5 }), "/count: must be integer"),
            (json!({ "order": "AB1", "count": 0 }), "/count: must be at least 1"),
            (json!({ "order": "AB1", "reason": "because" }), r#"/reason: must be one of "late", "broken""#),
            (json!({ "order": "AB1", "lines": [] }), "/lines: must have at least 1 items"),
            (
                json!({ "order": "AB1", "lines": [1, 2, "x"] }),
                "/lines: must have at most 2 items; /lines/2: must be integer",
            ),
            (json!({ "order": "AB1", "note": "a" }), "/note: must have at least 2 characters"),
            (json!({ "order": "AB1", "admin": true }), "/: has a field that the tool does not know"),
        ];
        for (value, expected) in table {
            assert_eq!(said(order(), value.clone()), expected, "{value}");
        }
    }

    #[test]
    fn forms_and_references_are_followed() {
        let schema = json!({
            "$defs": { "id": { "type": "integer" } },
            "type": "object",
            "properties": {
                "who": { "anyOf": [{ "$ref": "#/$defs/id" }, { "type": "null" }] },
                "one": { "oneOf": [{ "minimum": 0 }, { "maximum": 10 }] },
                "all": { "allOf": [{ "minimum": 0 }, { "maximum": 10 }] }
            }
        });
        assert_eq!(said(schema.clone(), json!({ "who": 1, "one": 11, "all": 5 })), "");
        assert_eq!(said(schema.clone(), json!({ "who": "x" })), "/who: must fit one of the given forms");
        assert_eq!(said(schema.clone(), json!({ "one": 5 })), "/one: must fit exactly one of the given forms");
        assert_eq!(said(schema, json!({ "all": 11 })), "/all: must be at most 10");
    }

    #[test]
    fn what_cannot_be_checked_is_refused_when_the_schema_is_read() {
        let refused = |schema: Value| Schema::parse(&schema).unwrap_err().to_string();
        assert!(refused(json!({ "properties": { "a": { "not": {} } } })).contains("`not` at /properties/a"));
        assert!(refused(json!({ "type": "text" })).contains("`type`"));
        assert!(refused(json!({ "pattern": "(" })).contains("`pattern`"));
        assert!(refused(json!({ "$ref": "https://elsewhere.example/s" })).contains("`$ref`"));
        assert!(refused(json!({ "$ref": "#/$defs/none" })).contains("nowhere"));
        assert!(
            refused(json!({ "$defs": { "a": { "items": { "$ref": "#/$defs/a" } } }, "$ref": "#/$defs/a" }))
                .contains("deeper")
        );
    }
}
