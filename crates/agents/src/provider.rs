//! Language models behind one function. Two wire formats are spoken: the one that OpenAI began and most others understand, and Anthropic's.

mod message;
mod price;
mod budget;
mod error;
mod events;
mod assembly;
mod open_ai;
mod anthropic;
mod ask;
mod settings;

pub use ask::{Endpoint, Provider, Watch};
pub use budget::{Budget, BudgetLimits, Limit};
pub use error::ProviderError;
pub use events::{Event, Events};
pub use message::{Completion, Message, Prompt, Stop, ToolCall, ToolSpec, Usage};
pub use price::{Cost, NoCost, Price};
pub use settings::{PriceSettings, ProviderSettings, SettingsError, Wire};
