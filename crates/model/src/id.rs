//! Typed ids: a UUIDv7 inside, kept as a number so that comparing is cheap, and sorting is by birth; a prefix outside, so that a person can tell them apart.
//!
//! Text form is the prefix, an underscore and 26 characters of Crockford's base 32 in lower case,
//! as in `conv_01jd6zq2w3e4r5t6y7u8i9p0as`. Parsing is exact: another prefix, length or letter is refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_CHARS: usize = 26;

/// A text that is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind: expected `{expected}_` followed by 26 characters")]
pub struct IdError {
    /// The prefix that was expected.
    pub expected: &'static str,
}

fn encode(value: u128, out: &mut String) {
    for index in (0..TEXT_CHARS).rev() {
        out.push(ALPHABET[((value >> (index * 5)) & 31) as usize] as char);
    }
}

fn decode(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    // 26 letters hold 130 bits: a first letter above 7 would not fit in 128.
    if bytes.len() != TEXT_CHARS || bytes[0] > b'7' {
        return None;
    }
    bytes.iter().try_fold(0u128, |value, byte| {
        let digit = ALPHABET.iter().position(|letter| letter == byte)?;
        Some((value << 5) | digit as u128)
    })
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What the text form starts with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a UUID made at the edge.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid.as_u128())
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                Uuid::from_u128(self.0)
            }

            /// An id from a small number, for tests and simulation.
            pub const fn from_number(number: u128) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = String::with_capacity($prefix.len() + 1 + TEXT_CHARS);
                text.push_str($prefix);
                text.push('_');
                encode(self.0, &mut text);
                f.write_str(&text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .and_then(decode)
                    .map(Self)
                    .ok_or(IdError { expected: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::SchemaType::Type(utoipa::openapi::Type::String))
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-hjkmnp-tv-z]{26}$")))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

typed_id!(
    /// One conversation, whatever channels and owners it had.
    ConversationId, "conv"
);
typed_id!(
    /// A customer, known or not.
    CustomerId, "cus"
);
typed_id!(
    /// Somebody who works here and may sign in.
    PersonId, "per"
);
typed_id!(
    /// A waiting line.
    QueueId, "que"
);
typed_id!(
    /// An ability.
    SkillId, "skl"
);
typed_id!(
    /// Rules of work for a group of people.
    ProfileId, "pro"
);
typed_id!(
    /// Opening hours.
    HoursId, "hrs"
);
typed_id!(
    /// A rule that raises alerts.
    AlertRuleId, "alr"
);
typed_id!(
    /// A reply kept for use again.
    SavedReplyId, "rep"
);
typed_id!(
    /// A way in which a conversation can be filed when it is over.
    DispositionId, "dsp"
);
typed_id!(
    /// Words or a file, kept beside the log.
    ContentId, "cnt"
);
typed_id!(
    /// A token with which another system calls the API.
    TokenId, "tok"
);
typed_id!(
    /// An AI agent that is registered here.
    AiAgentId, "aia"
);
typed_id!(
    /// A system that is reached over a network: a model, a set of actions, an MCP server.
    ConnectorId, "con"
);
typed_id!(
    /// Something an AI agent may do in another system.
    ToolId, "tol"
);
typed_id!(
    /// Articles that belong together.
    CollectionId, "col"
);
typed_id!(
    /// One article of knowledge.
    ArticleId, "art"
);
typed_id!(
    /// Scenarios with which a version is tried before it meets customers.
    SuiteId, "sui"
);
typed_id!(
    /// One run of a suite.
    RunId, "run"
);
typed_id!(
    /// A wish of an AI agent that a person decides.
    ApprovalId, "apv"
);
typed_id!(
    /// Something that went wrong and is looked after.
    IncidentId, "inc"
);
typed_id!(
    /// A command: sent again with the same id it is done once.
    CommandId, "cmd"
);

/// Place of a fact in the log: the first is 1, and there are no gaps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
#[schema(value_type = u64)]
pub struct Position(pub u64);

impl Position {
    /// Before the first fact.
    pub const START: Position = Position(0);

    /// The place after this one.
    pub fn next(self) -> Position {
        Position(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_reads_back_from_its_text(value: u128) {
            let id = ConversationId::from_number(value);
            prop_assert_eq!(id.to_string().parse::<ConversationId>(), Ok(id));
        }

        #[test]
        fn ids_sort_as_their_texts_do(a: u128, b: u128) {
            let (a, b) = (QueueId::from_number(a), QueueId::from_number(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let text = CustomerId::from_number(7).to_string();
        assert_eq!(text.parse::<ConversationId>(), Err(IdError { expected: "conv" }));
        assert!("conv_8zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<ConversationId>().is_err());
        assert!("conv_0000000000000000000000000u".parse::<ConversationId>().is_err());
    }
}
