//! Text in, labels out: what a turn holds that must not be kept, its language, its intent, how its customer feels.
//!
//! Pure functions without IO, clock or chance. They are run beside the engine, never by the decider, and what they find becomes
//! facts. Modules are declared in reading order and use only modules above them.

pub mod redact;
pub mod language;
pub mod intent;
pub mod sentiment;
