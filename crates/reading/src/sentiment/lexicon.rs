//! Words and turns of phrase with what they say about the mood of the person who writes them.
//!
//! Only feelings and judgements stand here. "Stolen", "declined" and "broken" are what contact centres are for: a person who
//! reports them flatly is neutral. Words stand in lower case without apostrophes; accents are kept and also tried without.

use std::collections::HashMap;

/// What a word does to the words around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// Says something itself, in points.
    Says(f32),
    /// Turns what follows around.
    Negates,
    /// Makes what follows stronger or weaker, by a factor.
    Weighs(f32),
    /// Makes what follows a wish and no judgement.
    Wishes,
    /// What follows weighs more than what was before.
    But,
}

/// What a turn of phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhraseKind {
    /// A feeling or a judgement in several words.
    Feeling,
    /// A complaint about what was done, or not done, again.
    Complaint,
    /// The customer means to leave, or to go to a lawyer, the press or a regulator.
    Threat,
    /// A custom of speech: no sentiment, though a word of it may look like one.
    Custom,
}

/// A lexicon as it is written down: words and phrases in lists.
pub struct Source {
    pub words: &'static [(f32, &'static str)],
    pub negators: &'static str,
    pub stronger: &'static str,
    pub weaker: &'static str,
    pub wishes: &'static str,
    pub buts: &'static str,
    /// Separated by "|".
    pub phrases: &'static [(PhraseKind, f32, &'static str)],
}

/// A phrase, taken apart.
#[derive(Debug)]
pub struct Phrase {
    /// As it is written in the lexicon.
    pub entry: &'static str,
    /// Its words.
    pub words: Vec<&'static str>,
    /// What it is.
    pub kind: PhraseKind,
    /// What it says, in points.
    pub points: f32,
}

/// A lexicon for look-up.
#[derive(Debug)]
pub struct Lexicon {
    words: HashMap<&'static str, Role>,
    /// By first word, longest first.
    phrases: HashMap<&'static str, Vec<Phrase>>,
}

impl Lexicon {
    /// Makes lists quick to search.
    pub fn build(source: &Source) -> Self {
        let mut words = HashMap::new();
        for (points, list) in source.words {
            words.extend(list.split_whitespace().map(|word| (word, Role::Says(*points))));
        }
        let roles = [
            (source.negators, Role::Negates),
            (source.stronger, Role::Weighs(1.4)),
            (source.weaker, Role::Weighs(0.5)),
            (source.wishes, Role::Wishes),
            (source.buts, Role::But),
        ];
        for (list, role) in roles {
            words.extend(list.split_whitespace().map(|word| (word, role)));
        }
        let mut phrases = HashMap::<_, Vec<Phrase>>::new();
        for (kind, points, list) in source.phrases {
            for entry in list.split('|').map(str::trim).filter(|entry| !entry.is_empty()) {
                let words: Vec<&str> = entry.split(' ').collect();
                phrases.entry(words[0]).or_default().push(Phrase { entry, words, kind: *kind, points: *points });
            }
        }
        phrases.values_mut().for_each(|list| list.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len())));
        Self { words, phrases }
    }

    /// The entry and role of a word.
    pub fn word(&self, word: &str) -> Option<(&'static str, Role)> {
        self.words.get_key_value(word).map(|(entry, role)| (*entry, *role))
    }

    /// The longest phrase with which these words begin.
    pub fn phrase<'a>(&self, words: impl Iterator<Item = &'a str> + Clone) -> Option<&Phrase> {
        let first = words.clone().next()?;
        let begins = |phrase: &&Phrase| {
            let mut here = words.clone();
            phrase.words.iter().all(|word| here.next() == Some(word))
        };
        self.phrases.get(first)?.iter().find(begins)
    }
}
