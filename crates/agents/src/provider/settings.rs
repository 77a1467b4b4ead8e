//! A provider as the configuration writes it, read once into one that can be asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::ask::{Endpoint, Provider};
use super::price::Price;
use crate::http::Pace;
use crate::limits::ATTEMPTS_MAX;
use crate::secret::Secrets;

/// Which wire format a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// Chat completions, as OpenAI began them.
    OpenaiCompatible,
    /// Anthropic's messages.
    Anthropic,
}

/// Prices of a million tokens in units of the currency, as vendors publish them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceSettings {
    /// Of tokens that the model reads.
    pub input_per_million: f64,
    /// Of tokens that it writes.
    pub output_per_million: f64,
}

/// A provider as the configuration writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// What traces call it.
    pub name: String,
    /// Its wire format.
    pub wire: Wire,
    /// Its address, up to where the wire format's paths begin.
    pub base_url: String,
    /// The model, as the vendor calls it.
    pub model: String,
    /// The name of the secret that is its key; local servers need none.
    #[serde(default)]
    pub key_secret: Option<String>,
    /// Its price; without one costs cannot be said.
    #[serde(default)]
    pub price: Option<PriceSettings>,
    /// Time to the first byte.
    #[serde(default = "first_byte_ms")]
    pub first_byte_ms: u64,
    /// Time between two pieces.
    #[serde(default = "idle_ms")]
    pub idle_ms: u64,
    /// Time for one attempt.
    #[serde(default = "total_ms")]
    pub total_ms: u64,
    /// How often it is tried.
    #[serde(default = "attempts")]
    pub attempts: u32,
}

fn first_byte_ms() -> u64 {
    8_000
}

fn idle_ms() -> u64 {
    5_000
}

fn total_ms() -> u64 {
    20_000
}

fn attempts() -> u32 {
    ATTEMPTS_MAX
}

/// Settings that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A field with a value that it cannot have.
    #[error("provider `{provider}`: `{field}` {what}")]
    Field {
        /// The provider.
        provider: String,
        /// The field.
        field: &'static str,
        /// What it must be.
        what: &'static str,
    },
}

impl ProviderSettings {
    /// Reads settings.
    ///
    /// # Errors
    /// When a field has a value that it cannot have, or its secret is not set.
    pub fn parse(&self, secrets: &Secrets) -> Result<Provider, SettingsError> {
        let wrong = |field, what| SettingsError::Field { provider: self.name.clone(), field, what };
        let base = Url::parse(&self.base_url).ok().filter(|url| url.has_host() && !url.cannot_be_a_base());
        let base = base.ok_or_else(|| wrong("base_url", "must be an address such as https://api.example.com/v1"))?;
        if self.model.is_empty() {
            return Err(wrong("model", "must not be empty"));
        }
        let key = match &self.key_secret {
            None => None,
            Some(name) => {
                Some(secrets.find(name).cloned().ok_or_else(|| wrong("key_secret", "names a secret that is not set"))?)
            }
        };
        if self.first_byte_ms == 0 || self.idle_ms == 0 || self.total_ms == 0 {
            return Err(wrong("first_byte_ms, idle_ms and total_ms", "must be above zero"));
        }
        if !(1..=ATTEMPTS_MAX).contains(&self.attempts) {
            return Err(wrong("attempts", "must be between 1 and 3"));
        }
        let price = match self.price {
            None => None,
            Some(price) => Some(Price {
                input_micros_per_million: micros(price.input_per_million)
                    .ok_or_else(|| wrong("price", "must not be negative"))?,
                output_micros_per_million: micros(price.output_per_million)
                    .ok_or_else(|| wrong("price", "must not be negative"))?,
            }),
        };
        let endpoint = Endpoint {
            name: self.name.clone(),
            base,
            model: self.model.clone(),
            key,
            price,
            first_byte: Duration::from_millis(self.first_byte_ms),
            idle: Duration::from_millis(self.idle_ms),
            total: Duration::from_millis(self.total_ms),
            pace: Pace { attempts_max: self.attempts, ..Pace::default() },
        };
        Ok(match self.wire {
            Wire::OpenaiCompatible => Provider::OpenAiCompatible(endpoint),
            Wire::Anthropic => Provider::Anthropic(endpoint),
        })
    }
}

fn micros(units: f64) -> Option<u64> {
    (units.is_finite() && (0.0..1e9).contains(&units)).then(|| (units * 1e6).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use serde_json::{Value, json};

    fn read(change: impl FnOnce(&mut Value)) -> Result<Provider, String> {
        let mut settings = json!({
            "name": "main", "wire": "openai_compatible", "base_url": "https://api.example.com/v1", "model": "m-1",
            "key_secret": "vendor", "price": { "input_per_million": 2.5, "output_per_million": 10 }
        });
        change(&mut settings);
        let settings: ProviderSettings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
        let secrets = Secrets::default().with("vendor", Secret::new("sk"));
        settings.parse(&secrets).map_err(|error| error.to_string())
    }

    #[test]
    fn settings_are_read_once_and_refused_with_what_to_change() {
        let price = read(|_| {}).unwrap().endpoint().price.unwrap();
        assert_eq!((price.input_micros_per_million, price.output_micros_per_million), (2_500_000, 10_000_000));
        let refused = |name: &str, value: Value| read(|settings| settings[name] = value).unwrap_err();
        assert_eq!(
            refused("base_url", json!("api")),
            "provider `main`: `base_url` must be an address such as https://api.example.com/v1"
        );
        assert_eq!(
            refused("key_secret", json!("other")),
            "provider `main`: `key_secret` names a secret that is not set"
        );
        assert_eq!(refused("attempts", json!(9)), "provider `main`: `attempts` must be between 1 and 3");
        assert_eq!(
            refused("price", json!({ "input_per_million": -1, "output_per_million": 1 })),
            "provider `main`: `price` must not be negative"
        );
        assert!(refused("wire", json!("other")).contains("unknown variant"));
        assert!(refused("modle", json!("m")).contains("unknown field"));
    }
}
