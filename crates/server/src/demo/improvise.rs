//! What a simulated agent answers to a visitor who writes to the demo themselves: plain rules over their words.

/// Words that give a topic away, and what is said to it.
const TOPICS: &[(&[&str], &[&str])] = &[
    (
        &["bot", "human", "person", "mensch", "robot", "real"],
        &[
            "You are talking to {agent}, one of the simulated agents of this demo. To answer yourself, sign in as an agent and take a chat.",
            "I am {agent}, simulated, but I do read what you write. What is it about?",
        ],
    ),
    (
        &[
            "refund",
            "money back",
            "geld",
            "charged",
            "charge",
            "invoice",
            "rechnung",
            "bill",
            "payment",
            "paid",
            "price",
            "cost",
        ],
        &[
            "I see the payment. Was it by card or by bank transfer?",
            "Thank you. I have sent the amount back; banks take three to five working days to show it.",
            "I have written it into your account, so that nobody asks you again.",
        ],
    ),
    (
        &[
            "order", "parcel", "package", "delivery", "deliver", "shipping", "where is", "sb-", "paket", "bestell",
            "track",
        ],
        &[
            "Let me look up the order. Do you have the number? It begins with SB.",
            "It is with the carrier and planned for tomorrow before noon.",
            "I have asked the carrier to leave it with a neighbour if nobody opens.",
        ],
    ),
    (
        &[
            "broken",
            "broke",
            "damage",
            "defect",
            "not work",
            "doesn't work",
            "does not work",
            "kaputt",
            "error",
            "crash",
            "stuck",
            "slow",
        ],
        &[
            "I am sorry to hear that. Since when does it do so, and does any light blink?",
            "Please take it off the power for thirty seconds and try again.",
            "Then I send you a new one today. You need not send the old one back.",
        ],
    ),
    (
        &["password", "login", "log in", "sign in", "account"],
        &[
            "For your account I have sent a link to the mail address that we have of you. Did it arrive?",
            "The link is good for an hour. I stay here until it works.",
        ],
    ),
    (
        &["cancel", "kündig", "quit"],
        &[
            "I can cancel it for you. Shall it end now or at the end of the month?",
            "It is cancelled. You get a mail about it in a minute.",
        ],
    ),
    (
        &["thank", "thanks", "thx", "danke", "merci", "great", "perfect"],
        &["Gladly! Is there anything else that I can do?", "You are welcome. Have a good day!"],
    ),
    (&["bye", "goodbye", "tschüss", "ciao"], &["Goodbye, and thank you for writing!"]),
    (
        &["hello", "hi", "hey", "hallo", "good morning", "good evening", "test"],
        &["Hello, {agent} here. What can I do for you?", "I am here. Tell me what it is about."],
    ),
];

/// When no rule fits.
const OTHERWISE: &[&str] = &[
    "Thank you. Could you tell me a little more, so that I understand it rightly?",
    "I see. I have noted that and look into it while we write.",
    "That I cannot settle alone. I have written it down for a colleague, who answers by mail.",
    "Understood. Is there anything else that I should know?",
];

/// What is said to a customer whom an AI agent gave to a person.
pub const TAKEN_OVER: &str = "Hello {customer}, {agent} here. I have read what you wrote to our assistant. I take care of it and write to you today.";

/// First words to somebody who has not written yet.
pub const GREETING: &str = "Hello, {agent} here. How can I help?";
/// After a silence.
pub const STILL_THERE: &str = "Are you still there? I keep this open for a few more minutes.";

/// An answer to what was written. `said` counts the answers before, so that none is given twice in a row.
pub fn answer(words: &str, agent: &str, said: usize) -> String {
    let lower = words.to_lowercase();
    let has_word = |word: &&str| match word.contains(' ') || word.len() > 4 {
        true => lower.contains(*word),
        false => lower.split(|c: char| !c.is_alphanumeric()).any(|other| other == *word),
    };
    let topic = TOPICS.iter().find(|(keys, _)| keys.iter().any(has_word));
    let choice = topic.map_or(OTHERWISE, |(_, answers)| answers);
    choice[said % choice.len()].replace("{agent}", agent.split(' ').next().unwrap_or(agent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_fits_the_topic_and_is_not_given_twice_in_a_row() {
        let first = answer("Where is my ORDER?", "Ana Kovač", 0);
        assert!(first.contains("SB"), "{first}");
        assert_ne!(first, answer("where is my order", "Ana Kovač", 1));
        assert!(answer("hi", "Ana Kovač", 0).contains("Ana"));
        assert!(!answer("this thing", "Ana Kovač", 0).contains("Ana"), "`this` is not `hi`");
    }
}
