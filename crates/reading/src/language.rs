//! The language of a customer's turn, from scripts, small words, telling letters and, for longer turns, trigrams.
//!
//! A chat turn has two to eight words. Trigrams alone guess wildly on them, so they only add to what the small words say,
//! the more the longer the text is. "Ok", a name or an order number has no language: that is an answer, too.

mod frequent;

use frequent::{LISTED, place, who_says, who_writes, without_accent};
use whatlang::{Detector, Info, Lang, Script};

/// Characters of a text that are read; the rest is not looked at.
pub const LETTERS_MAX: usize = 600;
/// Below this share of the evidence the answer is [`CannotSay::Undecided`].
pub const CONFIDENCE_MIN: f32 = 0.6;
/// Letters from which on trigrams alone may decide.
const LETTERS_FOR_TRIGRAMS: usize = 24;
/// The same within a script other than Latin, where fewer languages compete.
const LETTERS_OF_A_SCRIPT: usize = 8;
/// What evidence of no language in particular weighs: a single word shared by two languages must not decide.
const UNKNOWN: f32 = 1.5;
/// What the evidence of a single word is cut to.
const LONE_WORD: f32 = 0.7;
const PER_WORD: f32 = 2.2;
const PER_LETTER: f32 = 1.6;
const PER_TRIGRAM_GUESS: f32 = 3.0;

/// A language by its two-letter code, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Language {
    /// ISO 639-1 code, such as "en".
    pub code: &'static str,
    /// Share of the evidence that speaks for it, 0 to 1.
    pub confidence: f32,
}

/// Why no language is named.
#[derive(Debug, Clone, PartialEq, serde::Serialize, thiserror::Error)]
pub enum CannotSay {
    /// Digits, punctuation or symbols only.
    #[error("the text has no letters")]
    NoLetters,
    /// A few letters without a word that gives the language away.
    #[error("{letters} letters without a telling word are too few")]
    TooShort {
        /// Letters read.
        letters: usize,
    },
    /// The evidence points at several languages.
    #[error("it could be any of: {}", candidates.join(", "))]
    Undecided {
        /// The likeliest codes, best first.
        candidates: Vec<&'static str>,
    },
    /// The script belongs to no language of the list that was given.
    #[error("no language that is served is written in this script")]
    NoneServed,
}

/// The language of a text among all that are known.
pub fn of(text: &str) -> Result<Language, CannotSay> {
    among(text, &[])
}

/// The language of a text among those that a centre serves, by two-letter code; an empty list means all. A code that is
/// not known is passed over.
pub fn among(text: &str, served: &[&str]) -> Result<Language, CannotSay> {
    let is_served = |code: &str| served.is_empty() || served.contains(&code);
    let seen = Seen::read(text);
    if seen.letters == 0 {
        return Err(CannotSay::NoLetters);
    }
    let read: String = text.chars().take(LETTERS_MAX).collect();
    let allowed: Vec<Lang> = CODES.iter().filter(|(_, code)| is_served(code)).map(|(lang, _)| *lang).collect();
    let script = whatlang::detect_script(&read).unwrap_or(Script::Latin);
    let written: Vec<Lang> = script.langs().iter().filter(|lang| allowed.contains(lang)).copied().collect();
    if let [only] = written[..] {
        return decide_for_only(only, script, &seen);
    }
    if written.is_empty() {
        return Err(CannotSay::NoneServed);
    }
    let guess = Detector::with_allowlist(written.clone()).detect(&read);
    if script != Script::Latin {
        return among_script(guess, &written, &seen);
    }
    seen.decide(guess.map(|guess| (code_of(guess.lang()), guess.confidence() as f32)), is_served)
}

/// Trigrams decide between the languages of a script other than Latin: no small words are listed for them.
fn among_script(guess: Option<Info>, written: &[Lang], seen: &Seen) -> Result<Language, CannotSay> {
    let Some(guess) = guess.filter(|_| seen.letters >= LETTERS_OF_A_SCRIPT) else {
        return Err(CannotSay::TooShort { letters: seen.letters });
    };
    let confidence = 0.5 + 0.5 * guess.confidence() as f32;
    if confidence < CONFIDENCE_MIN {
        let others = written.iter().filter(|lang| **lang != guess.lang());
        let candidates = std::iter::once(&guess.lang()).chain(others).take(3).map(|lang| code_of(*lang)).collect();
        return Err(CannotSay::Undecided { candidates });
    }
    Ok(Language { code: code_of(guess.lang()), confidence })
}

/// One language alone is written in this script. Latin letters are no evidence by themselves: the text may still be in a
/// language that the centre does not serve.
fn decide_for_only(only: Lang, script: Script, seen: &Seen) -> Result<Language, CannotSay> {
    let code = code_of(only);
    if script != Script::Latin {
        return Ok(Language { code, confidence: 0.99 });
    }
    seen.decide((seen.letters >= LETTERS_FOR_TRIGRAMS).then_some((code, 0.5)), |_| true)
        .and_then(|language| if language.code == code { Ok(language) } else { Err(CannotSay::NoneServed) })
}

/// What small words and letters say.
struct Seen {
    letters: usize,
    words: usize,
    evidence: [f32; LISTED.len()],
}

impl Seen {
    fn read(text: &str) -> Self {
        let mut seen = Self { letters: 0, words: 0, evidence: [0.0; LISTED.len()] };
        let mut word = String::new();
        for letter in text.chars().take(LETTERS_MAX).chain([' ']) {
            if letter.is_alphabetic() {
                seen.letters += 1;
                for lower in letter.to_lowercase().filter(|lower| lower.is_alphabetic()) {
                    word.push(without_accent(lower));
                    seen.count(who_writes(lower), PER_LETTER);
                }
                seen.count(if letter == 'İ' { who_writes(letter) } else { 0 }, PER_LETTER);
            } else if matches!(letter, '¿' | '¡') {
                seen.count(who_writes(letter), PER_LETTER);
            } else if !word.is_empty() && (letter != '\'' && letter != '’' || word.len() == 1) {
                // "j'ai" is two words, "don't" is one.
                seen.count(who_says(&word), if word.len() == 1 { PER_WORD / 2.0 } else { PER_WORD });
                seen.words += 1;
                word.clear();
            }
        }
        if seen.words < 2 {
            // A word alone may be a name: "Kim" asks "who" in Turkish.
            seen.evidence.iter_mut().for_each(|evidence| *evidence *= LONE_WORD);
        }
        seen
    }

    /// The fewer languages share the evidence, the more it weighs for each.
    fn count(&mut self, languages: u16, weight: f32) {
        let weight = weight / (languages.count_ones() as f32).powf(0.8);
        for (place, evidence) in self.evidence.iter_mut().enumerate() {
            if languages & 1 << place != 0 {
                *evidence += weight;
            }
        }
    }

    fn decide(
        &self,
        guess: Option<(&'static str, f32)>,
        is_served: impl Fn(&str) -> bool,
    ) -> Result<Language, CannotSay> {
        let mut scores: Vec<(&'static str, f32)> = LISTED
            .iter()
            .zip(&self.evidence)
            .filter(|(code, _)| is_served(code))
            .map(|(code, score)| (*code, *score))
            .collect();
        if let Some((code, confidence)) = guess {
            let long = (self.letters as f32 / LETTERS_FOR_TRIGRAMS as f32).min(2.0);
            // A language without a list has no small words of its own: its trigrams must carry more.
            let factor = if place(code).is_some() { 1.0 } else { 0.7 };
            let weight = PER_TRIGRAM_GUESS * factor * long * (0.25 + 0.75 * confidence);
            match scores.iter_mut().find(|(listed, _)| *listed == code) {
                Some((_, score)) => *score += weight,
                None => scores.push((code, weight)),
            }
        }
        scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let Some(&(code, best)) = scores.first() else {
            return Err(CannotSay::NoneServed);
        };
        if best < PER_WORD * 0.55 || (self.letters < LETTERS_FOR_TRIGRAMS && self.evidence.iter().all(|e| *e == 0.0)) {
            return Err(CannotSay::TooShort { letters: self.letters });
        }
        let spoken_for = scores.iter().filter(|(_, score)| *score > 0.0);
        let total = spoken_for.map(|(_, score)| (score - best).exp()).sum::<f32>() + (UNKNOWN - best).exp();
        let confidence = 1.0 / total;
        if confidence < CONFIDENCE_MIN {
            let candidates =
                scores.iter().take(3).filter(|(_, score)| best - score < 2.0).map(|(code, _)| *code).collect();
            return Err(CannotSay::Undecided { candidates });
        }
        Ok(Language { code, confidence })
    }
}

fn code_of(lang: Lang) -> &'static str {
    CODES.iter().find(|(known, _)| *known == lang).map_or("und", |(_, code)| code)
}

/// Living languages only: nobody opens a chat in Latin, and its trigrams would only disturb.
const CODES: &[(Lang, &str)] = &[
    (Lang::Eng, "en"),
    (Lang::Deu, "de"),
    (Lang::Spa, "es"),
    (Lang::Fra, "fr"),
    (Lang::Ita, "it"),
    (Lang::Por, "pt"),
    (Lang::Nld, "nl"),
    (Lang::Pol, "pl"),
    (Lang::Swe, "sv"),
    (Lang::Dan, "da"),
    (Lang::Nob, "nb"),
    (Lang::Tur, "tr"),
    (Lang::Rus, "ru"),
    (Lang::Cmn, "zh"),
    (Lang::Ben, "bn"),
    (Lang::Ukr, "uk"),
    (Lang::Kat, "ka"),
    (Lang::Ara, "ar"),
    (Lang::Hin, "hi"),
    (Lang::Jpn, "ja"),
    (Lang::Heb, "he"),
    (Lang::Yid, "yi"),
    (Lang::Amh, "am"),
    (Lang::Jav, "jv"),
    (Lang::Kor, "ko"),
    (Lang::Fin, "fi"),
    (Lang::Hun, "hu"),
    (Lang::Ces, "cs"),
    (Lang::Ell, "el"),
    (Lang::Bul, "bg"),
    (Lang::Bel, "be"),
    (Lang::Mar, "mr"),
    (Lang::Kan, "kn"),
    (Lang::Ron, "ro"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Srp, "sr"),
    (Lang::Mkd, "mk"),
    (Lang::Lit, "lt"),
    (Lang::Lav, "lv"),
    (Lang::Est, "et"),
    (Lang::Tam, "ta"),
    (Lang::Vie, "vi"),
    (Lang::Urd, "ur"),
    (Lang::Tha, "th"),
    (Lang::Guj, "gu"),
    (Lang::Uzb, "uz"),
    (Lang::Pan, "pa"),
    (Lang::Aze, "az"),
    (Lang::Ind, "id"),
    (Lang::Tel, "te"),
    (Lang::Pes, "fa"),
    (Lang::Mal, "ml"),
    (Lang::Ori, "or"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Sin, "si"),
    (Lang::Khm, "km"),
    (Lang::Tuk, "tk"),
    (Lang::Aka, "ak"),
    (Lang::Zul, "zu"),
    (Lang::Sna, "sn"),
    (Lang::Afr, "af"),
    (Lang::Slk, "sk"),
    (Lang::Cat, "ca"),
    (Lang::Tgl, "tl"),
    (Lang::Hye, "hy"),
    (Lang::Cym, "cy"),
];
