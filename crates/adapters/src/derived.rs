//! Ids that follow from what another system calls a thing: the same words give the same id, so no table is needed
//! and a thing sent twice is one thing.

use sha2::{Digest, Sha256};
use signalbox_model::id::{CommandId, ContentId, ConversationId, CustomerId};
use uuid::{Builder, Uuid};

/// Whose words they are: a token, or the source of an import. Two systems may both have a conversation "17".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace(Vec<String>);

impl Namespace {
    /// What a token sends.
    pub fn of_token(token: signalbox_model::id::TokenId) -> Namespace {
        Namespace(vec!["token".to_owned(), token.to_string()])
    }

    /// What an import brings: the same whoever runs it, so that a file taken in twice by two ways is one file.
    pub fn of_import(source: &str) -> Namespace {
        Namespace(vec!["import".to_owned(), source.to_owned()])
    }

    /// The same as words: whose reports find one another.
    pub fn label(&self) -> String {
        self.0.join(" ")
    }

    fn uuid(&self, kind: &str, parts: &[&str]) -> Uuid {
        let mut hash = Sha256::new();
        for part in self.0.iter().map(String::as_str).chain([kind]).chain(parts.iter().copied()) {
            // The length stands before each part: ("ab", "c") and ("a", "bc") must differ.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Our id of their conversation.
    pub fn conversation(&self, theirs: &str) -> ConversationId {
        ConversationId::new(self.uuid("conversation", &[theirs]))
    }

    /// The customer of their conversation, while we know no more of them.
    pub fn customer(&self, theirs: &str) -> CustomerId {
        CustomerId::new(self.uuid("customer", &[theirs]))
    }

    /// The command that does this once.
    pub fn command(&self, parts: &[&str]) -> CommandId {
        CommandId::new(self.uuid("command", parts))
    }

    /// The words that belong to this.
    pub fn content(&self, parts: &[&str]) -> ContentId {
        ContentId::new(self.uuid("content", parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_model::id::TokenId;

    #[test]
    fn the_same_words_give_the_same_id_and_other_systems_have_other_ids() {
        let (one, two) = (Namespace::of_token(TokenId::from_number(1)), Namespace::of_token(TokenId::from_number(2)));
        assert_eq!(one.conversation("17"), one.conversation("17"));
        assert_ne!(one.conversation("17"), two.conversation("17"));
        assert_ne!(one.conversation("17"), Namespace::of_import("17").conversation("17"));
        assert_ne!(one.command(&["ab", "c"]), one.command(&["a", "bc"]));
        assert_eq!(one.conversation("17").uuid().get_version_num(), 8);
    }
}
