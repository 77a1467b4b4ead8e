//! Keys of other systems. They are shown to nobody, also not by accident.

use std::collections::BTreeMap;
use std::fmt;

/// A key or password. It has no text form: only [`Secret::expose`] gives it out, at the place where it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secrets that tools may name, by name.
#[derive(Clone, Debug, Default)]
pub struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    /// Adds one.
    #[must_use]
    pub fn with(mut self, name: &str, secret: Secret) -> Secrets {
        self.0.insert(name.to_owned(), secret);
        self
    }

    /// The secret of this name, if there is one.
    pub fn find(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_by_debug_output() {
        let secrets = Secrets::default().with("shop", Secret::new("sk-123"));
        assert!(!format!("{secrets:?}").contains("sk-123"));
        assert_eq!(secrets.find("shop").unwrap().expose(), "sk-123");
    }
}
