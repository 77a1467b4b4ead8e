//! What the double does next.

use std::time::Duration;

use serde_json::Value;

/// What a model does with one request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Says this, in pieces.
    Say(String),
    /// Says this and never counts tokens.
    SayUncounted(String),
    /// Says this and stops in the middle, for it has reached its bound.
    SayUnfinished(String),
    /// Asks for tools: names and arguments as raw text.
    Call(Vec<(String, String)>),
    /// Asks for a tool under the highest number that the wire has.
    CallNumberedHigh(String, String),
    /// Answers with a status and headers.
    Status(u16, Vec<(String, String)>),
    /// Answers with a status and a code inside the body.
    Code(u16, Value),
    /// Does not answer.
    Hang,
    /// Says this, letter by letter, each after a while.
    Drip(String, Duration),
    /// Says this and cuts the connection.
    Cut(String),
    /// Ends the stream in good order and without an end of the answer.
    EndEarly(String),
    /// Sends so many bytes of words.
    Flood(usize),
    /// Sends an event that is not JSON.
    Garbage,
    /// Answers with a page instead of a stream.
    Page,
    /// Begins, and then says that it is overloaded.
    OverloadedInside,
    /// Refuses to answer.
    Refuse,
}

impl Act {
    /// Says this.
    pub fn say(text: &str) -> Act {
        Act::Say(text.to_owned())
    }

    /// Asks for one tool.
    pub fn call(name: &str, arguments: &Value) -> Act {
        Act::Call(vec![(name.to_owned(), arguments.to_string())])
    }

    /// Answers with a bare status.
    pub fn status(status: u16) -> Act {
        Act::Status(status, Vec::new())
    }
}

/// What a tool's server does with one request.
#[derive(Clone, Debug)]
pub enum ToolAct {
    /// Does it and answers.
    Json(Value),
    /// Does nothing and answers with a status and headers.
    Status(u16, Vec<(String, String)>),
    /// Does nothing and does not answer.
    Hang,
    /// Does it and does not answer.
    DoAndHang,
    /// Does it and answers with a status.
    DoAndFail(u16),
    /// Does it and cuts the connection in the middle of the answer.
    DoAndCut,
    /// Does it and sends so many bytes.
    Flood(usize),
    /// Does it and answers in another charset.
    Latin,
    /// Does it and answers with a page.
    Page,
    /// Does nothing and sends the caller elsewhere.
    Redirect(String),
}
