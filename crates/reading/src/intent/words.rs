//! A text as words: lower case, apostrophes resolved, long words cut to a stem. One pass, bounded.

use super::limits::{LETTERS_MAX, LETTERS_OF_A_WORD_MAX};

/// The words of one text, each with the letters as typed (lower case) and the stem that stands for its inflections.
#[derive(Debug, Default)]
pub struct Words {
    letters: String,
    ends: Vec<u32>,
}

impl Words {
    /// Reads at most [`LETTERS_MAX`] characters; what follows is not looked at.
    pub fn read(&mut self, text: &str) {
        self.letters.clear();
        self.ends.clear();
        let mut begins = 0;
        let mut previous = ' ';
        for letter in text.chars().take(LETTERS_MAX).chain([' ']) {
            let is_joining = matches!(letter, '\'' | '’') && previous.is_alphanumeric();
            if letter.is_alphanumeric() {
                if self.letters.len() - begins < LETTERS_OF_A_WORD_MAX {
                    self.letters.extend(letter.to_lowercase());
                }
            } else if !is_joining && self.letters.len() > begins {
                self.close(begins);
                begins = self.letters.len();
            }
            previous = letter;
        }
    }

    /// The words in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, end)| &self.letters[begin as usize..*end as usize])
    }

    /// Ends the word that began there, in two words if it is a contraction.
    fn close(&mut self, begins: usize) {
        match contraction(&self.letters[begins..]) {
            Some(parts) => {
                self.letters.truncate(begins);
                for part in parts {
                    self.letters.push_str(part);
                    self.ends.push(self.letters.len() as u32);
                }
            }
            None => self.ends.push(self.letters.len() as u32),
        }
    }
}

/// English contractions, with or without their apostrophe, as the words they stand for.
fn contraction(word: &str) -> Option<&'static [&'static str]> {
    Some(match word {
        "cant" | "cannot" => &["can", "not"],
        "wont" => &["will", "not"],
        "dont" => &["do", "not"],
        "doesnt" => &["does", "not"],
        "didnt" => &["did", "not"],
        "isnt" => &["is", "not"],
        "arent" => &["are", "not"],
        "wasnt" => &["was", "not"],
        "werent" => &["were", "not"],
        "hasnt" => &["has", "not"],
        "havent" => &["have", "not"],
        "hadnt" => &["had", "not"],
        "couldnt" => &["could", "not"],
        "wouldnt" => &["would", "not"],
        "shouldnt" => &["should", "not"],
        "im" => &["i", "am"],
        "ive" => &["i", "have"],
        "youre" => &["you", "are"],
        "youve" => &["you", "have"],
        "theyre" => &["they", "are"],
        "weve" => &["we", "have"],
        "whats" => &["what", "is"],
        "wheres" => &["where", "is"],
        "whens" => &["when", "is"],
        "hows" => &["how", "is"],
        "whos" => &["who", "is"],
        "thats" => &["that", "is"],
        "theres" => &["there", "is"],
        "gonna" => &["going", "to"],
        "wanna" => &["want", "to"],
        "gotta" => &["got", "to"],
        _ => return None,
    })
}

/// The word without common English endings, so that "transferring" and "transfers" meet. Other languages keep their words.
pub fn stem(word: &str) -> &str {
    if !word.is_ascii() || word.len() < 4 {
        return word;
    }
    let cut = |ending: &str, least: usize| word.strip_suffix(ending).filter(|left| left.len() >= least);
    let left = cut("ations", 3)
        .or_else(|| cut("ation", 3))
        .or_else(|| cut("ings", 3))
        .or_else(|| cut("ing", 3))
        .or_else(|| cut("ies", 3))
        .or_else(|| cut("ied", 3))
        .or_else(|| cut("edly", 3))
        .or_else(|| cut("ed", 3))
        .or_else(|| cut("ly", 3))
        .or_else(|| cut("es", 3))
        .or_else(|| cut("s", 3).filter(|left| !left.ends_with('s')))
        .unwrap_or(word);
    let left = match left.as_bytes() {
        [.., a, b] if a == b && left.len() > 3 && !matches!(b, b'l' | b's' | b'z' | b'e') => &left[..left.len() - 1],
        _ => left,
    };
    left.strip_suffix(['e', 'y']).filter(|left| left.len() >= 3).unwrap_or(left)
}
