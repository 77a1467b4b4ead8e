//! Takes a sentence apart into words, quotations and marks.

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A word as written.
    Word(String),
    /// What stands between quotation marks.
    Quote(String),
    /// `, ; : . ( )`
    Mark(char),
}

/// A piece and where it stands.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub piece: Piece,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// The pieces of one line; the column of a quotation mark that is not closed is the error.
pub fn pieces(text: &str, line: u32, first_column: u32) -> Result<Vec<Token>, u32> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let column = first_column + at as u32;
        let letter = letters[at];
        if letter.is_whitespace() {
            at += 1;
            continue;
        }
        let piece = if let Some(closing) = closing(letter) {
            let long = letters[at + 1..].iter().position(|letter| closing.contains(letter)).ok_or(column)?;
            let quote: String = letters[at + 1..at + 1 + long].iter().collect();
            at += long + 2;
            Piece::Quote(quote.trim().to_string())
        } else if is_mark(&letters, at) {
            at += 1;
            Piece::Mark(letter)
        } else {
            let begins = at;
            while at < letters.len()
                && !letters[at].is_whitespace()
                && closing(letters[at]).is_none()
                && !is_mark(&letters, at)
            {
                at += 1;
            }
            Piece::Word(letters[begins..at].iter().collect())
        };
        tokens.push(Token { piece, line, column });
    }
    Ok(tokens)
}

/// What closes a quotation that this letter opens.
fn closing(letter: char) -> Option<&'static [char]> {
    match letter {
        '"' | '“' | '”' | '„' => Some(&['"', '”', '“']),
        '«' => Some(&['»']),
        _ => None,
    }
}

/// A point inside a number or name is no mark.
fn is_mark(letters: &[char], at: usize) -> bool {
    let next_is_blank = letters.get(at + 1).is_none_or(|next| !next.is_alphanumeric());
    match letters[at] {
        ';' | ':' | '(' | ')' | '!' => true,
        ',' | '.' => next_is_blank || at > 0 && letters[at] == ',' && !letters[at - 1].is_ascii_digit(),
        _ => false,
    }
}
