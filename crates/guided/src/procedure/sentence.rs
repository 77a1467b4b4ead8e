//! Reads one numbered sentence: forgiving about wording, strict about what it means.

use super::{
    Action, Call, Guard, Known, Placed, Problem, ProblemKind as K, Question, condition,
    cursor::Sentence,
    kind,
    lex::{self, Piece, Token},
    problem::meant,
};
use crate::{reading::nearest, reason::Reason, value::SlotKind};

/// Words with which an action begins.
const STARTS: &[&str] = &[
    "ask",
    "say",
    "tell",
    "reply",
    "answer",
    "write",
    "look",
    "find",
    "fetch",
    "check",
    "search",
    "confirm",
    "do",
    "run",
    "call",
    "carry",
    "go",
    "goto",
    "return",
    "continue",
    "jump",
    "hand",
    "handoff",
    "pass",
    "transfer",
    "escalate",
    "end",
    "stop",
    "finish",
    "close",
    "collect",
    "request",
    "otherwise",
    "else",
    "then",
    "if",
];

/// What a sentence says.
#[derive(Default)]
pub struct Said {
    pub guard: Option<Guard>,
    pub actions: Vec<Placed>,
    pub otherwise: Vec<Placed>,
}

/// Reads a numbered sentence.
pub fn read(tokens: &[Token], known: &Known, problems: &mut Vec<Problem>) -> Said {
    let mut sentence = Sentence { tokens, at: 0, known, problems };
    let mut said = Said::default();
    if ["if", "when", "where"].contains(&sentence.word(0).as_str()) {
        sentence.at += 1;
        said.guard = sentence.guard();
    }
    said.actions = sentence.actions();
    if sentence.otherwise() {
        said.otherwise = sentence.actions();
    }
    said
}

/// Reads what a supervisor whispers: clauses as in a step, without conditions.
///
/// # Errors
/// What is not understood.
pub fn clauses(text: &str, known: &Known) -> Result<Vec<Placed>, Vec<Problem>> {
    let mut problems = Vec::new();
    let tokens = lex::pieces(text, 1, 1).map_err(|column| vec![Problem::new(K::QuoteOpen, 1, column, "", "")])?;
    let said = read(&tokens, known, &mut problems);
    if said.actions.is_empty() && problems.is_empty() || said.guard.is_some() || !said.otherwise.is_empty() {
        problems.push(Problem::new(K::NotUnderstood, 1, 1, &text.chars().take(40).collect::<String>(), ""));
    }
    if problems.is_empty() { Ok(said.actions) } else { Err(problems) }
}

impl Sentence<'_> {
    /// What is said; a sentence may not promise a person.
    fn speech(&mut self) -> Option<String> {
        let words = self.token(0).map(|token| {
            if let Piece::Quote(quote) = &token.piece { crate::reading::plain(quote) } else { Vec::new() }
        })?;
        let promises = [
            "transfer you",
            "transferring you",
            "put you through",
            "pass you to",
            "passing you",
            "connect you",
            "connecting you",
            "hand you over",
            "handing you",
        ];
        if promises.iter().any(|promise| crate::reading::holds(&words, promise)) {
            self.complain(K::PromisesPerson, "", "");
        }
        self.quote()
    }

    fn guard(&mut self) -> Option<Guard> {
        let begins = self.at;
        let ends = self.tokens[begins..].iter().position(|token| match &token.piece {
            Piece::Mark(mark) => [',', ':'].contains(mark),
            Piece::Word(word) => word.eq_ignore_ascii_case("then"),
            Piece::Quote(_) => false,
        });
        let mut ends = ends.map_or(self.tokens.len(), |long| begins + long);
        // A list of quotations has commas of its own.
        while ends + 1 < self.tokens.len()
            && matches!(self.tokens[ends + 1].piece, Piece::Quote(_))
            && self.tokens[ends].piece == Piece::Mark(',')
        {
            let more = self.tokens[ends + 1..].iter().position(|token| token.piece == Piece::Mark(','));
            ends = more.map_or(self.tokens.len(), |more| ends + 1 + more);
        }
        let read = condition::read(&self.tokens[begins..ends]);
        match read {
            Ok(guard) => {
                self.at = ends;
                Some(guard)
            }
            Err(None) => {
                self.complain(K::MixedConditions, "", "");
                self.at = ends;
                None
            }
            Err(Some(wrong)) => {
                self.at = begins + wrong;
                self.not_understood();
                self.at = ends;
                None
            }
        }
    }

    fn otherwise(&mut self) -> bool {
        if ["otherwise", "else"].contains(&self.word(0).as_str()) {
            self.at += 1;
            return true;
        }
        let is_if_not = self.word(0) == "if" && (["not", "no"].contains(&self.word(1).as_str()) || self.is_declined());
        if is_if_not {
            self.at += self.tokens[self.at..].iter().position(|token| token.piece == Piece::Mark(',')).unwrap_or(2);
        }
        is_if_not
    }

    /// `if the customer says no`, in the sentence of a confirmation.
    fn is_declined(&self) -> bool {
        (1..6).any(|ahead| ["no", "declines", "refuses"].contains(&self.word(ahead).as_str()))
    }

    fn actions(&mut self) -> Vec<Placed> {
        let mut actions = Vec::new();
        loop {
            self.skip_marks(&[',', ';', '.', ':', '!']);
            self.skip(&["and", "then", "also", "please", "next", "first", "finally"]);
            if self.token(0).is_none() || ["otherwise", "else", "if"].contains(&self.word(0).as_str()) {
                if self.word(0) == "if" && !["not", "no"].contains(&self.word(1).as_str()) && !self.is_declined() {
                    self.not_understood();
                    self.at = self.tokens.len();
                }
                return actions;
            }
            if matches!(self.token(0).map(|token| &token.piece), Some(Piece::Mark(_))) {
                self.at += 1;
                continue;
            }
            let (line, column) = self.place();
            let before = self.problems.len();
            match self.action() {
                Some(action) => actions.push(Placed { action, line, column }),
                None => {
                    if self.problems.len() == before {
                        self.not_understood();
                    }
                    self.at = self.tokens.len();
                }
            }
        }
    }

    fn not_understood(&mut self) {
        let words = (0..4).map_while(|ahead| self.token(ahead)).map(|token| match &token.piece {
            Piece::Word(word) => word.clone(),
            Piece::Quote(quote) => format!("“{}”", quote.chars().take(20).collect::<String>()),
            Piece::Mark(mark) => mark.to_string(),
        });
        let shown = words.collect::<Vec<_>>().join(" ");
        let near = nearest(&self.word(0), STARTS.iter().copied())
            .map_or_else(String::new, |word| format!("; did you mean {word}?"));
        self.complain(K::NotUnderstood, &shown, &near);
    }

    fn action(&mut self) -> Option<Action> {
        let (first, second) = (self.word(0), self.word(1));
        match first.as_str() {
            "ask" if ["whether", "if"].contains(&second.as_str()) || second == "for" && self.word(2) == "anything" => {
                self.anything_else()
            }
            "ask" if second == "to" && self.word(2) == "confirm" => {
                self.at += 3;
                self.confirm()
            }
            "ask" | "collect" | "request" => self.ask(),
            "get" if second == "the" => self.ask(),
            "say" | "reply" | "answer" | "write" | "tell" => {
                self.at += 1;
                self.skip(&["the", "customer", "them", "that", "to", "with"]);
                self.skip_marks(&[':', ',']);
                self.speech().map(Action::Say)
            }
            "confirm" => {
                self.at += 1;
                self.confirm()
            }
            "look" | "find" | "fetch" | "check" | "search" => self.look_up(),
            "do" | "run" | "call" | "carry" => self.act(),
            "go" | "goto" | "return" | "continue" | "jump" => self.go_to(),
            "hand" | "handoff" | "hand-off" | "pass" | "transfer" | "escalate" => self.hand_off(),
            "end" | "stop" | "finish" | "close" => {
                self.at += 1;
                self.skip(&["the", "here", "conversation", "procedure", "chat"]);
                Some(Action::End)
            }
            _ => None,
        }
    }

    fn anything_else(&mut self) -> Option<Action> {
        let ends = self.tokens[self.at..]
            .iter()
            .position(|token| token.piece == Piece::Mark('.'))
            .map_or(self.tokens.len(), |long| self.at + long);
        let says = self.tokens[self.at..ends].iter().any(|token| matches!(&token.piece, Piece::Word(word) if word.eq_ignore_ascii_case("else") || word.eq_ignore_ascii_case("more")));
        if says {
            self.at = ends;
        }
        says.then_some(Action::AnythingElse)
    }

    fn confirm(&mut self) -> Option<Action> {
        self.skip(&["with", "the", "customer", "by", "asking"]);
        self.skip_marks(&[':', ',']);
        self.speech().map(Action::Confirm)
    }

    fn ask(&mut self) -> Option<Action> {
        self.at += 1;
        self.skip(&["the", "customer", "for", "a", "an", "their", "your", "his", "her"]);
        let mut label = Vec::new();
        while let Some(Token { piece: Piece::Word(word), .. }) = self.token(0) {
            if ["as", "and"].contains(&word.to_lowercase().as_str()) {
                break;
            }
            label.push(word.to_lowercase());
            self.at += 1;
        }
        let label = label.join(" ").replace("customer's ", "");
        let mut is_optional = false;
        let mut wanted = None;
        if self.is_mark('(') {
            let inside = self.brackets()?;
            let is_word = |token: &Token, word: &str| matches!(&token.piece, Piece::Word(written) if written.eq_ignore_ascii_case(word));
            is_optional = inside.iter().any(|token| is_word(token, "optional"));
            let inside: Vec<Token> = inside.into_iter().filter(|token| !is_word(token, "optional")).collect();
            if inside.iter().any(|token| !matches!(token.piece, Piece::Mark(_))) {
                wanted = Some(self.kind(&inside)?);
            }
        }
        let mut slot = label.replace([' ', '-'], "_");
        if self.word(0) == "as" {
            slot = self.word(1);
            self.at += 2;
        }
        self.skip_marks(&[':', ',']);
        let text = self.quote().unwrap_or_else(|| format!("What is your {label}?"));
        if slot.is_empty() || label.is_empty() {
            return None;
        }
        let kind = wanted.or_else(|| kind::named(&label, self.known)).unwrap_or(SlotKind::Text);
        Some(Action::Ask(Question { slot, label, kind, is_optional, text }))
    }

    fn kind(&mut self, inside: &[Token]) -> Option<SlotKind> {
        let read = kind::read(inside, self.known);
        if read.is_none() {
            let words = inside
                .iter()
                .filter_map(|token| if let Piece::Word(word) = &token.piece { Some(word.as_str()) } else { None });
            let shown = words.collect::<Vec<_>>().join(" ");
            let labels = self.known.slots.iter().map(|slot| slot.label.as_str());
            let names = [
                "text",
                "number",
                "amount",
                "date",
                "email",
                "phone",
                "order number",
                "reference",
                "yes or no",
                "name",
            ];
            let near = meant(&shown, labels.chain(names));
            self.complain(K::UnknownKind, &shown, &near);
        }
        read
    }

    /// `order, reason as why and date`, until an action or the end.
    fn names(&mut self) -> Vec<(String, Option<String>)> {
        let mut names: Vec<(String, Option<String>)> = Vec::new();
        loop {
            self.skip(&["the"]);
            let name = self.word(0);
            if name.is_empty() || STARTS.contains(&name.as_str()) {
                return names;
            }
            self.at += 1;
            let argument = (self.word(0) == "as").then(|| self.word(1));
            self.at += if argument.is_some() { 2 } else { 0 };
            names.push((name.trim_matches(['{', '}']).to_string(), argument));
            let next = usize::from(self.is_mark(',') || self.word(0) == "and");
            let follows = self.word(next);
            if next == 0 || follows.is_empty() || STARTS.contains(&follows.as_str()) || follows == "and" {
                return names;
            }
            self.at += 1;
        }
    }

    fn look_up(&mut self) -> Option<Action> {
        self.at += 1;
        self.skip(&["up", "for"]);
        let mut names =
            if ["with", "using", "in"].contains(&self.word(0).as_str()) { Vec::new() } else { self.names() };
        self.skip(&["up"]);
        if !["with", "using", "in", "by"].contains(&self.word(0).as_str()) {
            return None;
        }
        self.at += 1;
        let tool = self.word(0);
        self.at += 1;
        if ["using", "for", "with"].contains(&self.word(0).as_str()) {
            self.at += 1;
            names.extend(self.names());
        }
        self.call(&tool, names, false).map(Action::LookUp)
    }

    fn act(&mut self) -> Option<Action> {
        self.at += 1;
        self.skip(&["out", "the"]);
        let tool = self.word(0);
        self.at += 1;
        let mut names = Vec::new();
        if ["with", "using", "for", "on"].contains(&self.word(0).as_str()) {
            self.at += 1;
            names = self.names();
        }
        self.call(&tool, names, true).map(Action::Do)
    }

    /// Arguments are named or stand in the tool's order; what each is, is checked later.
    fn call(&mut self, name: &str, names: Vec<(String, Option<String>)>, is_do: bool) -> Option<Call> {
        let known = self.known;
        if name.is_empty() {
            return None;
        }
        let Some(tool) = known.tool(name) else {
            self.at = self.at.saturating_sub(1);
            self.complain(K::UnknownTool, name, &meant(name, known.tools.iter().map(|tool| tool.name.as_str())));
            return None;
        };
        if tool.writes != is_do {
            self.complain(if is_do { K::ReadsNotWrites } else { K::WritesNotReads }, &tool.name, "");
        }
        let mut arguments: Vec<(String, String)> = Vec::new();
        for (slot, argument) in names {
            let wanted = argument.clone().unwrap_or_else(|| slot.clone());
            let by_name = tool.arguments.iter().find(|argument| argument.name.eq_ignore_ascii_case(&wanted));
            let is_free = |name: &str| !arguments.iter().any(|(taken, _)| taken == name);
            let by_place = || tool.arguments.iter().find(|argument| argument.required && is_free(&argument.name));
            match by_name.or_else(|| argument.is_none().then(by_place).flatten()) {
                Some(found) => arguments.push((found.name.clone(), slot)),
                None => self.complain(K::UnknownArgument, &wanted, &tool.name),
            }
        }
        Some(Call { tool: tool.name.clone(), arguments, writes: tool.writes })
    }

    fn go_to(&mut self) -> Option<Action> {
        self.at += 1;
        self.skip(&["back", "to", "on", "with", "at", "step"]);
        let step = self.word(0).parse::<u32>().ok()?;
        self.at += 1;
        let mark = usize::from(self.is_mark(','));
        let is_most = self.word(mark) == "at" && self.word(mark + 1) == "most"
            || self.word(mark) == "up" && self.word(mark + 1) == "to";
        if !is_most {
            return Some(Action::GoTo { step, times: None, then: Vec::new() });
        }
        self.at += mark + 2;
        let times = match self.word(0).as_str() {
            "once" | "one" => 1,
            "twice" | "two" => 2,
            "three" => 3,
            figures => figures.parse::<u8>().ok()?,
        };
        self.at += 1;
        self.skip(&["times", "time", "more"]);
        let ahead = usize::from(self.is_mark(','));
        let goes_on = ["then", "and", "otherwise", "after"].contains(&self.word(ahead).as_str());
        let mut then = Vec::new();
        if goes_on {
            self.at += ahead + 1;
            self.skip(&["that"]);
            self.skip_marks(&[',']);
            then = self.actions();
        }
        Some(Action::GoTo { step, times: Some(times), then })
    }

    fn hand_off(&mut self) -> Option<Action> {
        self.at += 1;
        self.skip(&["off", "over", "the", "conversation", "customer", "on"]);
        let mut queue = None;
        if self.word(0) == "to" {
            self.at += 1;
            self.skip(&["the"]);
            queue = self.queue();
        }
        let reason = if ["because", "for", "reason", "as", "with"].contains(&self.word(0).as_str()) {
            self.at += 1;
            self.skip(&["of", "reason"]);
            self.reason()?
        } else {
            Reason::UnsupportedRequest
        };
        Some(Action::HandOff { queue, reason })
    }

    fn queue(&mut self) -> Option<String> {
        if let Some(Token { piece: Piece::Quote(name), .. }) = self.token(0) {
            let name = name.clone();
            self.at += 1;
            return Some(self.known_queue(name));
        }
        let mut name = Vec::new();
        while let Some(Token { piece: Piece::Word(word), .. }) = self.token(0) {
            if ["because", "queue", "and"].contains(&word.to_lowercase().as_str()) {
                break;
            }
            name.push(word.clone());
            self.at += 1;
        }
        self.skip(&["queue"]);
        let name = name.join(" ");
        let is_anyone = ["", "person", "a person", "an agent", "agent", "human", "a human", "colleague", "a colleague"]
            .contains(&name.to_lowercase().as_str());
        (!is_anyone).then(|| self.known_queue(name))
    }

    fn reason(&mut self) -> Option<Reason> {
        let mut words = Vec::new();
        while words.len() < 3 && !self.word(words.len()).is_empty() {
            words.push(self.word(words.len()));
        }
        for count in (1..=words.len()).rev() {
            if let Some(reason) = Reason::named(&words[..count].join(" ")) {
                self.at += count;
                return Some(reason);
            }
        }
        let names: Vec<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        self.complain(K::UnknownReason, &words.first().cloned().unwrap_or_default(), &names.join(", "));
        None
    }
}
