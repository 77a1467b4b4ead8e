//! Walks over the pieces of a sentence and complains about the one it stands at.

use super::{
    Known, Problem, ProblemKind as K,
    lex::{Piece, Token},
    names_in,
    problem::meant,
};
use crate::limits::SAY_CHARS_MAX;

/// Reads the pieces of a sentence.
pub struct Sentence<'a> {
    pub tokens: &'a [Token],
    pub at: usize,
    pub known: &'a Known,
    pub problems: &'a mut Vec<Problem>,
}

impl Sentence<'_> {
    /// The token ahead.
    pub fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    /// The word ahead in lower case, or nothing if no word stands there.
    pub fn word(&self, ahead: usize) -> String {
        match self.token(ahead).map(|token| &token.piece) {
            Some(Piece::Word(word)) => word.to_lowercase(),
            _ => String::new(),
        }
    }

    /// True if this mark is next.
    pub fn is_mark(&self, mark: char) -> bool {
        self.token(0).is_some_and(|token| token.piece == Piece::Mark(mark))
    }

    /// Line and column of what is next.
    pub fn place(&self) -> (u32, u32) {
        self.token(0).or(self.tokens.last()).map_or((1, 1), |token| (token.line, token.column))
    }

    /// Reports a problem where the sentence stands.
    pub fn complain(&mut self, kind: K, a: &str, b: &str) {
        let (line, column) = self.place();
        self.problems.push(Problem::new(kind, line, column, a, b));
    }

    /// Passes over words of this list.
    pub fn skip(&mut self, words: &[&str]) {
        while words.contains(&self.word(0).as_str()) {
            self.at += 1;
        }
    }

    /// Passes over these marks.
    pub fn skip_marks(&mut self, marks: &[char]) {
        while self.token(0).is_some_and(|token| matches!(token.piece, Piece::Mark(mark) if marks.contains(&mark))) {
            self.at += 1;
        }
    }

    /// The quotation that is next, checked for its length and braces.
    pub fn quote(&mut self) -> Option<String> {
        let Some(Token { piece: Piece::Quote(quote), .. }) = self.token(0) else { return None };
        let quote = quote.clone();
        if names_in(&quote).is_none() {
            self.complain(K::BraceOpen, &quote, "");
        }
        if quote.chars().count() > SAY_CHARS_MAX {
            self.complain(K::TooLong, "a sentence", &format!("{SAY_CHARS_MAX} characters"));
        }
        self.at += 1;
        Some(quote)
    }

    /// What stands in brackets, without them.
    pub fn brackets(&mut self) -> Option<Vec<Token>> {
        let long = self.tokens[self.at..].iter().position(|token| token.piece == Piece::Mark(')'))?;
        let inside = self.tokens[self.at + 1..self.at + long].to_vec();
        self.at += long + 1;
        Some(inside)
    }

    /// The queue as the centre writes it.
    pub fn known_queue(&mut self, name: String) -> String {
        let known = self.known;
        let found = known.queues.iter().find(|queue| queue.eq_ignore_ascii_case(&name));
        if found.is_none() && !known.queues.is_empty() {
            self.complain(K::UnknownQueue, &name, &meant(&name, known.queues.iter().map(String::as_str)));
        }
        found.cloned().unwrap_or(name)
    }
}
