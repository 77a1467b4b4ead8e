//! Addresses, headers and bodies with gaps that arguments and secrets fill. A model chooses what stands in a gap, never where a request goes.

use hyper::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::schema::Schema;
use crate::secret::Secrets;

/// What the body of a request holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyTemplate {
    /// Nothing.
    #[default]
    None,
    /// The arguments that the address does not use, as one object.
    Arguments,
    /// This document; a text `{name}` in it becomes the argument of that name.
    Json(Value),
}

/// A template that cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A verb that is not taken.
    #[error("`method` must be GET, POST, PUT, PATCH or DELETE")]
    Method,
    /// Not an address, or one whose host a model could choose.
    #[error("`url` must be https://host/… with `{{name}}` only in path and query")]
    Url,
    /// A gap that nothing fills.
    #[error("nothing fills `{{{0}}}`: the schema has no such argument, or does not require it in the path")]
    Gap(String),
    /// A header that may not be set here.
    #[error("the header `{0}` is not for a tool to set")]
    Header(String),
    /// A secret that nobody has set.
    #[error("the secret `{0}` is not set; set it in the connector")]
    Secret(String),
    /// An argument that would lead to another path.
    #[error("an argument cannot stand in the address")]
    Argument,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Argument(String),
    Secret(String),
}

/// A request with gaps.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) method: Method,
    place: Url,
    path: Vec<Vec<Piece>>,
    query: Vec<(String, Vec<Piece>)>,
    headers: Vec<(String, Vec<Piece>)>,
    body: BodyTemplate,
}

/// A request without gaps.
pub(super) struct Filled {
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

impl Template {
    pub(super) fn parse(
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: &BodyTemplate,
        schema: &Schema,
    ) -> Result<Template, TemplateError> {
        let method = match method.to_ascii_uppercase().as_str() {
            "GET" => Method::GET,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            _ => return Err(TemplateError::Method),
        };
        let after_scheme = url.find("://").ok_or(TemplateError::Url)? + 3;
        let end = url[after_scheme..].find(['/', '?', '#']).map_or(url.len(), |at| after_scheme + at);
        if url[..end].contains(['{', '}', '@', '\\']) || url.contains('#') {
            return Err(TemplateError::Url);
        }
        let place = Url::parse(&url[..end]).map_err(|_| TemplateError::Url)?;
        let (path, query) = url[end..].split_once('?').unwrap_or((&url[end..], ""));
        let path = path.trim_start_matches('/').split('/').map(pieces).collect::<Result<Vec<_>, _>>()?;
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((name.to_owned(), pieces(value)?))
        };
        let query = query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect::<Result<Vec<_>, _>>()?;
        let headers = headers.iter().map(|(name, value)| {
            let is_ours = ["host", "content-length", "transfer-encoding", "connection"];
            match is_ours.contains(&name.to_ascii_lowercase().as_str()) {
                true => Err(TemplateError::Header(name.clone())),
                false => Ok((name.clone(), pieces(value)?)),
            }
        });
        let headers = headers.collect::<Result<Vec<_>, _>>()?;
        let template = Template { method, place, path, query, headers, body: body.clone() };
        template.check_gaps(schema)?;
        Ok(template)
    }

    fn check_gaps(&self, schema: &Schema) -> Result<(), TemplateError> {
        for piece in self.path.iter().flatten() {
            match piece {
                Piece::Argument(name) if !schema.requires(name) => return Err(TemplateError::Gap(name.clone())),
                Piece::Secret(name) => return Err(TemplateError::Gap(name.clone())),
                _ => {}
            }
        }
        let rest = self.query.iter().chain(&self.headers).flat_map(|(_, pieces)| pieces);
        for piece in rest {
            if let Piece::Argument(name) = piece
                && !schema.has_property(name)
            {
                return Err(TemplateError::Gap(name.clone()));
            }
        }
        match &self.body {
            BodyTemplate::Json(body) => check_body(body, schema),
            BodyTemplate::None | BodyTemplate::Arguments => Ok(()),
        }
    }

    /// Fills every gap.
    pub(super) fn fill(&self, arguments: &Map<String, Value>, secrets: &Secrets) -> Result<Filled, TemplateError> {
        let mut url = self.place.clone();
        {
            let mut segments = url.path_segments_mut().map_err(|()| TemplateError::Url)?;
            segments.clear();
            for pieces in &self.path {
                let segment = fill(pieces, arguments, secrets)?.unwrap_or_default();
                // Two dots climb up, also when they are encoded; an empty segment may mean a whole collection.
                let has_argument = pieces.iter().any(|piece| matches!(piece, Piece::Argument(_)));
                if has_argument && (segment.is_empty() || segment.chars().all(|letter| letter == '.')) {
                    return Err(TemplateError::Argument);
                }
                segments.push(&segment);
            }
        }
        for (name, pieces) in &self.query {
            // An argument that is optional and absent takes its whole pair with it.
            if let Some(value) = fill(pieces, arguments, secrets)? {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        let mut headers = Vec::new();
        for (name, pieces) in &self.headers {
            if let Some(value) = fill(pieces, arguments, secrets)? {
                headers.push((name.clone(), value));
            }
        }
        let body = match &self.body {
            BodyTemplate::None => None,
            BodyTemplate::Arguments => Some(Value::Object(self.unused(arguments))),
            BodyTemplate::Json(body) => Some(fill_body(body, arguments).unwrap_or(Value::Null)),
        };
        Ok(Filled { url, headers, body })
    }

    fn unused(&self, arguments: &Map<String, Value>) -> Map<String, Value> {
        let pairs = self.query.iter().chain(&self.headers).flat_map(|(_, pieces)| pieces);
        let used: Vec<&str> = self.path.iter().flatten().chain(pairs).filter_map(Piece::argument).collect();
        let rest = arguments.iter().filter(|(name, _)| !used.contains(&name.as_str()));
        rest.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

impl Piece {
    fn argument(&self) -> Option<&str> {
        match self {
            Piece::Argument(name) => Some(name),
            Piece::Text(_) | Piece::Secret(_) => None,
        }
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find('{') {
        let end = rest[begin..].find('}').ok_or_else(|| TemplateError::Gap(rest[begin + 1..].to_owned()))? + begin;
        if begin > 0 {
            pieces.push(Piece::Text(rest[..begin].to_owned()));
        }
        let name = &rest[begin + 1..end];
        pieces.push(match name.strip_prefix("secret:") {
            Some(secret) => Piece::Secret(secret.to_owned()),
            None => Piece::Argument(name.to_owned()),
        });
        rest = &rest[end + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// The text of pieces; none if one of them is an argument that is absent.
fn fill(pieces: &[Piece], arguments: &Map<String, Value>, secrets: &Secrets) -> Result<Option<String>, TemplateError> {
    let mut filled = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Secret(name) => {
                let secret = secrets.find(name).ok_or_else(|| TemplateError::Secret(name.clone()))?;
                filled.push_str(secret.expose());
            }
            Piece::Argument(name) => match arguments.get(name) {
                None | Some(Value::Null) => return Ok(None),
                Some(Value::String(text)) => filled.push_str(text),
                Some(Value::Number(number)) => filled.push_str(&number.to_string()),
                Some(Value::Bool(flag)) => filled.push_str(if *flag { "true" } else { "false" }),
                Some(Value::Array(_) | Value::Object(_)) => return Err(TemplateError::Argument),
            },
        }
    }
    Ok(Some(filled))
}

fn gap(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}').filter(|name| !name.contains(['{', '}']))
}

fn check_body(body: &Value, schema: &Schema) -> Result<(), TemplateError> {
    match body {
        Value::String(text) => match gap(text) {
            Some(name) if !schema.has_property(name) => Err(TemplateError::Gap(name.to_owned())),
            _ => Ok(()),
        },
        Value::Array(items) => items.iter().try_for_each(|item| check_body(item, schema)),
        Value::Object(fields) => fields.values().try_for_each(|value| check_body(value, schema)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// The body with its gaps filled; none where an absent argument stands alone.
fn fill_body(body: &Value, arguments: &Map<String, Value>) -> Option<Value> {
    match body {
        Value::String(text) => match gap(text) {
            Some(name) => arguments.get(name).cloned(),
            None => Some(body.clone()),
        },
        Value::Array(items) => Some(items.iter().filter_map(|item| fill_body(item, arguments)).collect()),
        Value::Object(fields) => {
            let filled = fields.iter().filter_map(|(name, value)| Some((name.clone(), fill_body(value, arguments)?)));
            Some(Value::Object(filled.collect()))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(body.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use serde_json::json;

    fn schema() -> Schema {
        let schema = json!({
            "type": "object",
            "required": ["order"],
            "properties": { "order": { "type": "string" }, "limit": { "type": "integer" }, "amount": { "type": "number" } }
        });
        Schema::parse(&schema).unwrap()
    }

    fn template(url: &str, headers: &[(&str, &str)], body: BodyTemplate) -> Result<Template, TemplateError> {
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Template::parse("POST", url, &headers, &body, &schema())
    }

    fn url(order: &str) -> String {
        let template =
            template("https://shop.example/v1/orders/{order}?limit={limit}", &[], BodyTemplate::None).unwrap();
        match template.fill(json!({ "order": order }).as_object().unwrap(), &Secrets::default()) {
            Ok(filled) => filled.url.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_argument_never_leaves_its_place_in_the_address() {
        let table = [
            ("AB12", "https://shop.example/v1/orders/AB12"),
            ("a/b", "https://shop.example/v1/orders/a%2Fb"),
            ("x?admin=1#y", "https://shop.example/v1/orders/x%3Fadmin=1%23y"),
            ("../users", "https://shop.example/v1/orders/..%2Fusers"),
            ("..", "an argument cannot stand in the address"),
            (".", "an argument cannot stand in the address"),
            ("", "an argument cannot stand in the address"),
            ("%2e%2e", "https://shop.example/v1/orders/%252e%252e"),
            ("@evil.example", "https://shop.example/v1/orders/@evil.example"),
        ];
        for (order, expected) in table {
            assert_eq!(url(order), expected, "{order}");
        }
    }

    #[test]
    fn gaps_in_query_headers_and_body_are_filled_or_left_out() {
        let headers = [("authorization", "Bearer {secret:shop}"), ("x-limit", "{limit}")];
        let body =
            BodyTemplate::Json(json!({ "sum": "{amount}", "for": { "id": "{order}" }, "most": "{limit}", "n": 1 }));
        let template = template("https://shop.example/refunds?limit={limit}", &headers, body).unwrap();
        let secrets = Secrets::default().with("shop", Secret::new("s3"));
        let fill = |arguments: Value| {
            let filled = template.fill(arguments.as_object().unwrap(), &secrets).unwrap();
            (filled.url.to_string(), filled.headers.len(), filled.body.unwrap())
        };
        assert_eq!(
            fill(json!({ "order": "A", "amount": 2.5 })),
            ("https://shop.example/refunds".into(), 1, json!({ "sum": 2.5, "for": { "id": "A" }, "n": 1 }))
        );
        assert_eq!(fill(json!({ "order": "A", "limit": 3 })).0, "https://shop.example/refunds?limit=3");
        let unset = template.fill(json!({ "order": "A" }).as_object().unwrap(), &Secrets::default());
        assert_eq!(unset.map(|_| ()), Err(TemplateError::Secret("shop".to_owned())));
    }

    #[test]
    fn a_template_that_could_lead_elsewhere_is_refused() {
        let refused = |url: &str, headers: &[(&str, &str)]| template(url, headers, BodyTemplate::None).unwrap_err();
        assert_eq!(refused("https://{order}.example/", &[]), TemplateError::Url);
        assert_eq!(refused("{order}", &[]), TemplateError::Url);
        assert_eq!(refused("https://shop.example/{limit}", &[]), TemplateError::Gap("limit".to_owned()));
        assert_eq!(refused("https://shop.example/{secret:shop}", &[]), TemplateError::Gap("shop".to_owned()));
        assert_eq!(refused("https://shop.example/?x={other}", &[]), TemplateError::Gap("other".to_owned()));
        assert_eq!(refused("https://shop.example/", &[("Host", "x")]), TemplateError::Header("Host".to_owned()));
        assert_eq!(
            Template::parse("TRACE", "https://a.example/", &[], &BodyTemplate::None, &schema()).unwrap_err(),
            TemplateError::Method
        );
    }
}
