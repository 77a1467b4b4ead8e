//! Tools from an OpenAPI 3 document. What comes out are drafts: a person looks at them before an agent may use one.

use serde_json::{Map, Value, json};
use url::Url;

use super::definition::{Access, Approval, DryRun, Idempotency, Kept, Kind, Tool, ToolDefinition};
use super::template::BodyTemplate;
use crate::limits::{
    DEPTH_MAX, OPENAPI_BYTES_MAX, OPENAPI_OPERATIONS_MAX, TOOL_DESCRIPTION_CHARS_MAX, TOOL_NAME_CHARS_MAX,
};

/// A document that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// More bytes than are read.
    #[error("the document has more than {OPENAPI_BYTES_MAX} bytes")]
    TooLarge,
    /// Not JSON.
    #[error("the document is not JSON (line {0}); convert YAML to JSON first")]
    NotJson(usize),
    /// Not OpenAPI 3.
    #[error("the document is not OpenAPI 3.0 or 3.1: its `openapi` field does not say so")]
    Version,
    /// No server to talk to.
    #[error("the document names no https server; name the address at the import")]
    Server,
}

/// One operation of a document: a tool, or why it cannot be one.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Verb and path, as in `GET /orders/{id}`.
    pub operation: String,
    /// The tool, ready to be looked at, or what is in the way.
    pub tool: Result<ToolDefinition, String>,
}

const VERBS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const TIMEOUT_MS: u64 = 10_000;

/// Lists the operations of a document as drafts of tools. Looking up is `Read`; everything else is `Write` and needs approval each time.
///
/// # Errors
/// When the document as a whole cannot be used.
pub fn import_openapi(document: &[u8], server: Option<&str>) -> Result<Vec<Draft>, ImportError> {
    if document.len() > OPENAPI_BYTES_MAX {
        return Err(ImportError::TooLarge);
    }
    let document: Value = serde_json::from_slice(document).map_err(|error| ImportError::NotJson(error.line()))?;
    if !document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")) {
        return Err(ImportError::Version);
    }
    let named = server.or_else(|| document["servers"][0]["url"].as_str()).ok_or(ImportError::Server)?;
    // A local server may speak http; whether it may be reached is decided where it is reached.
    let server = Url::parse(named).ok().filter(Url::has_host).ok_or(ImportError::Server)?;
    let server = server.as_str().trim_end_matches('/').to_owned();
    let mut drafts = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for verb in VERBS {
            if drafts.len() == OPENAPI_OPERATIONS_MAX {
                return Ok(drafts);
            }
            if item[verb].is_object() {
                let operation = format!("{} {path}", verb.to_uppercase());
                drafts.push(Draft { operation, tool: Reader { document: &document }.tool(&server, path, verb, item) });
            }
        }
    }
    Ok(drafts)
}

struct Reader<'a> {
    document: &'a Value,
}

impl Reader<'_> {
    fn tool(&self, server: &str, path: &str, verb: &str, item: &Value) -> Result<ToolDefinition, String> {
        let operation = &item[verb];
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let (mut url, mut query, mut headers) = (format!("{server}{path}"), Vec::new(), Vec::new());
        let shared = item["parameters"].as_array().into_iter().flatten();
        for parameter in shared.chain(operation["parameters"].as_array().into_iter().flatten()) {
            let parameter = self.resolved(parameter, 0)?;
            let name = parameter["name"].as_str().ok_or("a parameter has no name")?;
            let place = parameter["in"].as_str().unwrap_or_default();
            match place {
                "path" => {}
                "query" => query.push(format!("{name}={{{name}}}")),
                "header" => headers.push((name.to_owned(), format!("{{{name}}}"))),
                _ if parameter["required"] == true => return Err(format!("needs a parameter in `{place}`")),
                _ => continue,
            }
            properties.insert(name.to_owned(), self.inlined(&parameter["schema"], 0)?);
            if place == "path" || parameter["required"] == true {
                required.push(Value::from(name));
            }
        }
        let body = self.body(operation, &mut properties, &mut required)?;
        if !query.is_empty() {
            url = format!("{url}?{}", query.join("&"));
        }
        let is_read = verb == "get";
        let schema =
            json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
        let definition = ToolDefinition {
            name: name(operation, verb, path),
            description: description(operation),
            target: Kind::Http { method: verb.to_uppercase(), url, headers, body },
            access: if is_read { Access::Read } else { Access::Write },
            schema,
            kept: Kept::All,
            amount_cap: None,
            daily_cap_per_customer: None,
            approval: if is_read { Approval::Never } else { Approval::Always },
            idempotency: Idempotency::None,
            dry_run: DryRun::Unsupported,
            timeout_ms: TIMEOUT_MS,
        };
        // What is offered as a draft can be published as it is.
        Tool::parse(definition).map(|tool| tool.definition().clone()).map_err(|error| error.to_string())
    }

    fn body(
        &self,
        operation: &Value,
        properties: &mut Map<String, Value>,
        required: &mut Vec<Value>,
    ) -> Result<BodyTemplate, String> {
        if operation["requestBody"].is_null() {
            return Ok(BodyTemplate::None);
        }
        let body = self.resolved(&operation["requestBody"], 0)?;
        let schema = self.inlined(&body["content"]["application/json"]["schema"], 0)?;
        if schema.is_null() {
            return match body["required"] == true {
                true => Err("needs a body that is not JSON".to_owned()),
                false => Ok(BodyTemplate::None),
            };
        }
        let fields = schema["properties"].as_object().ok_or("its body is not an object with named fields")?;
        for (name, field) in fields {
            if properties.insert(name.clone(), field.clone()).is_some() {
                return Err(format!("`{name}` is both a parameter and a field of the body"));
            }
        }
        required.extend(schema["required"].as_array().into_iter().flatten().cloned());
        Ok(BodyTemplate::Arguments)
    }

    fn resolved<'b>(&'b self, value: &'b Value, depth: usize) -> Result<&'b Value, String> {
        match value["$ref"].as_str() {
            None => Ok(value),
            Some(_) if depth > DEPTH_MAX => Err("its references lead in a circle".to_owned()),
            Some(reference) => {
                let path = reference.strip_prefix('#').ok_or("it refers to another document")?;
                let target = self.document.pointer(path).ok_or("it refers to what the document does not have")?;
                self.resolved(target, depth + 1)
            }
        }
    }

    /// The schema with what it refers to in place, so that it stands alone.
    fn inlined(&self, schema: &Value, depth: usize) -> Result<Value, String> {
        if depth > DEPTH_MAX {
            return Err("its schema is nested too deep or refers to itself".to_owned());
        }
        let schema = self.resolved(schema, depth)?;
        match schema {
            Value::Object(fields) => {
                let inlined = fields.iter().map(|(name, value)| Ok((name.clone(), self.inlined(value, depth + 1)?)));
                Ok(Value::Object(inlined.collect::<Result<_, String>>()?))
            }
            Value::Array(items) => items.iter().map(|item| self.inlined(item, depth + 1)).collect(),
            _ => Ok(schema.clone()),
        }
    }
}

fn name(operation: &Value, verb: &str, path: &str) -> String {
    let given = operation["operationId"].as_str().map_or_else(|| format!("{verb}{path}"), str::to_owned);
    let mut name = String::new();
    for letter in given.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() || letter == '-' => name.push(letter),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    name.truncate(TOOL_NAME_CHARS_MAX);
    name.trim_matches('_').to_owned()
}

fn description(operation: &Value) -> String {
    let texts = ["summary", "description"].map(|name| operation[name].as_str().unwrap_or_default().trim());
    let text = texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(". ");
    text.chars().take(TOOL_DESCRIPTION_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "openapi": "3.1.0",
            "servers": [{ "url": "https://shop.example/v1/" }],
            "paths": {
                "/orders/{id}": {
                    "parameters": [{ "$ref": "#/components/parameters/Id" }],
                    "get": {
                        "operationId": "getOrder",
                        "summary": "Looks an order up",
                        "parameters": [{ "name": "verbose", "in": "query", "schema": { "type": "boolean" } }]
                    },
                    "delete": { "summary": "Cancels an order" }
                },
                "/refunds": {
                    "post": {
                        "operationId": "create refund!",
                        "requestBody": {
                            "required": true,
                            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refund" } } }
                        }
                    }
                },
                "/loop": {
                    "post": {
                        "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Loop" } } } }
                    }
                },
                "/upload": { "put": { "requestBody": { "required": true, "content": { "image/png": {} } } } },
                "/odd": { "get": { "parameters": [{ "name": "q", "in": "query", "schema": { "not": {} } }] } }
            },
            "components": {
                "parameters": { "Id": { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } },
                "schemas": {
                    "Refund": {
                        "type": "object",
                        "required": ["order", "amount"],
                        "properties": { "order": { "type": "string" }, "amount": { "$ref": "#/components/schemas/Money" } }
                    },
                    "Money": { "type": "number", "minimum": 0 },
                    "Loop": { "type": "object", "properties": { "next": { "$ref": "#/components/schemas/Loop" } } }
                }
            }
        })
    }

    fn imported() -> Vec<String> {
        let drafts = import_openapi(document().to_string().as_bytes(), None).unwrap();
        let line = |draft: &Draft| match &draft.tool {
            Err(why) => format!("{}: {why}", draft.operation),
            Ok(tool) => {
                let Kind::Http { url, body, .. } = &tool.target else { unreachable!("imports lead to HTTP") };
                let required = &tool.schema["required"];
                let body = if *body == BodyTemplate::Arguments { "body" } else { "no body" };
                format!(
                    "{}: {} {url} {:?} {:?} {required} {body}",
                    draft.operation, tool.name, tool.access, tool.approval
                )
            }
        };
        drafts.iter().map(line).collect()
    }

    #[test]
    fn operations_become_drafts_or_say_why_not() {
        let expected = [
            r#"DELETE /orders/{id}: delete_orders_id https://shop.example/v1/orders/{id} Write Always ["id"] no body"#,
            "GET /odd: the schema of the arguments cannot be used: the keyword `not` at /properties/q is not supported; describe the arguments without it",
            r#"GET /orders/{id}: getOrder https://shop.example/v1/orders/{id}?verbose={verbose} Read Never ["id"] no body"#,
            "POST /loop: its schema is nested too deep or refers to itself",
            r#"POST /refunds: create_refund https://shop.example/v1/refunds Write Always ["order","amount"] body"#,
            "PUT /upload: needs a body that is not JSON",
        ];
        let mut found = imported();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn documents_that_are_no_use_are_refused_with_what_to_do() {
        let refused = |text: &str| import_openapi(text.as_bytes(), None).unwrap_err();
        assert_eq!(refused("openapi: 3.1.0"), ImportError::NotJson(1));
        assert_eq!(refused(r#"{ "swagger": "2.0" }"#), ImportError::Version);
        assert_eq!(refused(r#"{ "openapi": "3.0.3" }"#), ImportError::Server);
        assert_eq!(refused(r#"{ "openapi": "3.0.3", "servers": [{ "url": "/v1" }] }"#), ImportError::Server);
    }
}
