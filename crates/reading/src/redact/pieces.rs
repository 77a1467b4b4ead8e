//! A turn cut into words, numbers and marks, each with what is known about it alone.

use super::lexicon::{self, Marks};

/// What a piece is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Letters, with apostrophes inside.
    Word,
    /// Digits.
    Number,
    /// One other character that is no space.
    Mark,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// No capital.
    Lower,
    /// A capital first, and no other.
    Title,
    /// Capitals only, at least two letters.
    Upper,
    /// Anything else.
    Mixed,
}

/// One piece of a turn.
#[derive(Debug, Clone)]
pub struct Piece {
    /// First byte in the turn.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    pub class: Class,
    pub case: Case,
    /// Characters.
    pub chars: usize,
    /// Where its lower-case form stands in [`Pieces::lower`].
    pub lower: (usize, usize),
    /// What the lists say about it.
    pub marks: Marks,
    /// Nothing stands between it and the piece before.
    pub is_glued: bool,
    /// A line ends between it and the piece before.
    pub is_after_line: bool,
    /// It is the first of a sentence.
    pub begins_sentence: bool,
}

/// A turn in pieces.
#[derive(Debug)]
pub struct Pieces<'a> {
    pub text: &'a str,
    pub lower: String,
    pub all: Vec<Piece>,
}

impl<'a> Pieces<'a> {
    /// Cuts a text.
    pub fn of(text: &'a str) -> Self {
        let mut pieces =
            Self { text, lower: String::with_capacity(text.len()), all: Vec::with_capacity(text.len() / 5 + 1) };
        let mut chars = text.char_indices().peekable();
        let (mut is_after_line, mut begins_sentence) = (false, true);
        while let Some((start, first)) = chars.next() {
            if first.is_whitespace() {
                is_after_line |= first == '\n';
                begins_sentence |= first == '\n';
                continue;
            }
            let class = class_of(first);
            let mut end = start + first.len_utf8();
            while class != Class::Mark
                && let Some(&(at, next)) = chars.peek()
                && (runs_on(class, next) || (class == Class::Word && is_inner_apostrophe(text, at, next)))
            {
                end = at + next.len_utf8();
                chars.next();
            }
            pieces.push(start, end, class, is_after_line, begins_sentence);
            begins_sentence =
                matches!(first, '.' | '!' | '?' | ':' | '"' | '“' | '•') || (begins_sentence && class == Class::Mark);
            is_after_line = false;
        }
        pieces
    }

    fn push(&mut self, start: usize, end: usize, class: Class, is_after_line: bool, begins_sentence: bool) {
        let written = &self.text[start..end];
        let from = self.lower.len();
        let (mut chars, mut uppers, mut is_first_upper) = (0, 0, false);
        for (at, char) in written.chars().enumerate() {
            let is_upper = char.is_uppercase();
            is_first_upper |= at == 0 && is_upper;
            uppers += usize::from(is_upper);
            chars += 1;
            self.lower.extend(char.to_lowercase());
        }
        let lower = (from, self.lower.len());
        let marks = if class == Class::Word { lexicon::marks(&self.lower[lower.0..lower.1]) } else { 0 };
        let case = match (uppers, is_first_upper) {
            (0, _) => Case::Lower,
            (1, true) => Case::Title,
            (uppers, _) if uppers == chars => Case::Upper,
            _ => Case::Mixed,
        };
        let is_glued = self.all.last().is_some_and(|last| last.end == start);
        self.all.push(Piece { start, end, class, case, chars, lower, marks, is_glued, is_after_line, begins_sentence });
    }

    /// The piece as it was written.
    pub fn written(&self, at: usize) -> &'a str {
        &self.text[self.all[at].start..self.all[at].end]
    }

    /// The piece in lower case; nothing where there is no such piece.
    pub fn word(&self, at: usize) -> &str {
        self.all.get(at).map_or("", |piece| &self.lower[piece.lower.0..piece.lower.1])
    }

    /// The piece's only character, if it is a mark.
    pub fn mark(&self, at: usize) -> Option<char> {
        let piece = self.all.get(at).filter(|piece| piece.class == Class::Mark)?;
        self.text[piece.start..].chars().next()
    }

    /// Whether any of these words stands among the `reach` pieces before.
    pub fn has_before(&self, at: usize, reach: usize, words: &[&str]) -> bool {
        (at.saturating_sub(reach)..at).any(|before| words.contains(&self.word(before)))
    }
}

fn class_of(char: char) -> Class {
    if char.is_numeric() {
        Class::Number
    } else if char.is_alphabetic() {
        Class::Word
    } else {
        Class::Mark
    }
}

fn runs_on(class: Class, next: char) -> bool {
    let is_accent = ('\u{300}'..='\u{36f}').contains(&next);
    class_of(next) == class || (class == Class::Word && is_accent)
}

/// `o'brien` and `don't` are one word; the `'s` of `ravi's` is not part of the name.
fn is_inner_apostrophe(text: &str, at: usize, char: char) -> bool {
    if !matches!(char, '\'' | '’') {
        return false;
    }
    let mut after = text[at + char.len_utf8()..].chars();
    let (first, second) = (after.next(), after.next());
    let is_genitive = matches!(first, Some('s' | 'S')) && !second.is_some_and(char::is_alphabetic);
    first.is_some_and(char::is_alphabetic) && !is_genitive
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let pieces = Pieces::of(text);
        (0..pieces.all.len()).map(|at| pieces.written(at)).collect()
    }

    #[test]
    fn words_numbers_and_marks_are_told_apart() {
        assert_eq!(cut("Hi, I'm at k18-b!"), ["Hi", ",", "I'm", "at", "k", "18", "-", "b", "!"]);
        assert_eq!(cut("O'Brien's cat"), ["O'Brien", "'", "s", "cat"]);
        assert_eq!(cut("  \n "), Vec::<&str>::new());
    }

    #[test]
    fn lines_and_sentences_are_noted() {
        let pieces = Pieces::of("Well. Ravi\nhere");
        let begins: Vec<_> = pieces.all.iter().map(|piece| piece.begins_sentence).collect();
        assert_eq!(begins, [true, false, true, true]);
        assert!(pieces.all[3].is_after_line);
        assert_eq!(pieces.word(2), "ravi");
    }
}
