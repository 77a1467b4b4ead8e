//! A turn as the rules see it: words with their places, where clauses end, how loud it is, which emoji it holds.

/// Characters of a turn that are read; the rest is not looked at.
pub const LETTERS_MAX: usize = 2_000;

/// One word.
#[derive(Debug, PartialEq)]
pub struct Token {
    /// Lower case, without apostrophes; a letter that is repeated three times or more stands once.
    pub word: String,
    /// The bytes of the turn that hold it.
    pub at: (u32, u32),
    /// A clause ends after it.
    pub ends_clause: bool,
}

/// An emoji or a typed face, and what it says.
#[derive(Debug, PartialEq)]
pub struct Face {
    pub points: f32,
    pub at: (u32, u32),
}

/// What was read.
#[derive(Debug, Default, PartialEq)]
pub struct Turn {
    pub tokens: Vec<Token>,
    pub faces: Vec<Face>,
    /// Exclamation marks.
    pub exclamations: u32,
    /// Question marks that stand beside another question or exclamation mark.
    pub piled_questions: u32,
    /// Words of two or more letters, and how many of them are in capitals.
    pub long_words: u32,
    pub capitals: u32,
}

impl Turn {
    /// Reads at most [`LETTERS_MAX`] characters.
    pub fn read(text: &str) -> Self {
        let mut turn = Turn::default();
        let mut begins = None;
        let mut previous = ' ';
        let mut end = 0;
        for (at, letter) in text.char_indices().take(LETTERS_MAX) {
            end = at + letter.len_utf8();
            let is_joining = matches!(letter, '\'' | '’') && begins.is_some();
            if letter.is_alphanumeric() {
                begins.get_or_insert(at);
            } else if !is_joining {
                if let Some(begins) = begins.take() {
                    turn.push(text, begins, at);
                }
                turn.mark(text, at, letter, previous);
            }
            previous = letter;
        }
        if let Some(begins) = begins {
            turn.push(text, begins, end);
        }
        turn
    }

    /// Whether most of it is in capitals; one word alone may be a name or a code.
    pub fn is_shouted(&self) -> bool {
        self.long_words >= 3 && self.capitals * 10 >= self.long_words * 6
    }

    fn push(&mut self, text: &str, begins: usize, ends: usize) {
        let typed = text[begins..ends].trim_end_matches(['\'', '’']);
        let letters = typed.chars().filter(|letter| letter.is_alphabetic()).count();
        if letters >= 2 {
            self.long_words += 1;
            self.capitals += u32::from(!typed.chars().any(char::is_lowercase));
        }
        let lower = typed.chars().flat_map(char::to_lowercase);
        let mut word = String::with_capacity(typed.len());
        // "c'est" and "j'en" are two words; "don't" is one, without its apostrophe.
        let mut from = begins as u32;
        for letter in lower {
            if matches!(letter, '\'' | '’') {
                if word.chars().count() == 1 && word != "i" {
                    let ends = from + word.len() as u32;
                    self.tokens.push(Token { word: std::mem::take(&mut word), at: (from, ends), ends_clause: false });
                    from = ends;
                }
                continue;
            }
            word.push(letter);
        }
        let word = without_stretching(&word);
        self.tokens.push(Token { word, at: (from, (begins + typed.len()) as u32), ends_clause: false });
    }

    fn mark(&mut self, text: &str, at: usize, letter: char, previous: char) {
        match letter {
            '!' => self.exclamations += 1,
            '?' if matches!(previous, '?' | '!') => self.piled_questions += 1,
            _ => {}
        }
        if matches!(letter, '.' | ',' | ';' | ':' | '!' | '?' | '\n')
            && let Some(last) = self.tokens.last_mut()
        {
            last.ends_clause = true;
        }
        let points = emoji(letter);
        if points != 0.0 {
            self.faces.push(Face { points, at: (at as u32, (at + letter.len_utf8()) as u32) });
        } else if matches!(letter, ':' | ';')
            && let Some((face, points)) = TYPED_FACES.iter().find(|(face, _)| text[at..].starts_with(face))
        {
            self.faces.push(Face { points: *points, at: (at as u32, (at + face.len()) as u32) });
        }
    }
}

/// "Soooo" is "so" and "grrreat" is "great"; doubled letters stay.
fn without_stretching(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut short = String::with_capacity(word.len());
    let mut at = 0;
    while at < letters.len() {
        let run = letters[at..].iter().take_while(|letter| **letter == letters[at]).count();
        let kept = if run >= 3 && letters[at].is_alphabetic() { 1 } else { run };
        short.extend(std::iter::repeat_n(letters[at], kept));
        at += run;
    }
    short
}

const TYPED_FACES: &[(&str, f32)] =
    &[(":-)", 1.0), (":)", 1.0), (":D", 2.0), (";)", 0.5), (":-(", -1.5), (":(", -1.5), (":/", -1.0), (":'(", -2.0)];

fn emoji(letter: char) -> f32 {
    match letter {
        '😀'..='😆' | '😊' | '☺' | '🙂' | '👍' | '👏' | '🤗' | '✨' | '🌟' => 2.0,
        '😍' | '🥰' | '❤' | '💕' | '💖' | '🎉' | '🥳' | '🤩' | '😘' => 3.0,
        '🙁' | '☹' | '😞' | '😔' | '😟' | '😕' | '😒' | '🙄' | '😢' | '👎' | '😩' | '😫' | '😤' => {
            -2.0
        }
        '😠' | '😡' | '🤬' | '💩' | '🖕' | '😭' => -3.0,
        _ => 0.0,
    }
}
