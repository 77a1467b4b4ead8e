//! What the model sees of a piece: itself, its neighbours, the form of its turn, each as a number.

use super::patterns::Match;
use super::pieces::{Case, Class, Pieces};
use super::validators::is_day_in_digits;

/// Bits of a feature's number; the model has one row of weights for each.
pub const ROW_BITS: u32 = 17;
/// Bits of the table of words that are known to be no personal data.
pub const WORD_BITS: u32 = 18;
/// Turns of at most so many pieces are also seen as a whole.
const WHOLE_MAX: usize = 6;
/// How far to the left single words are seen.
const LEFT_REACH: usize = 6;
/// How far to both sides single words are seen from a number.
const AROUND_REACH: usize = 12;

/// Words that are seen often and hardly ever as personal data, as a table of bits.
#[derive(Clone, Copy)]
pub struct Known<'a>(pub &'a [u8]);

impl Known<'_> {
    /// Whether a word in lower case is among them.
    pub fn has_word(self, word: &str) -> bool {
        self.has(word_number(word))
    }

    fn has(self, word: u64) -> bool {
        bits_of(word).into_iter().all(|bit| self.0[bit / 8] & 1 << (bit % 8) != 0)
    }
}

/// The two bits of a word in the table.
pub fn bits_of(word: u64) -> [usize; 2] {
    let mixed = mix(word, 0x5eed);
    let mask = (1usize << WORD_BITS) - 1;
    [mixed as usize & mask, (mixed >> 32) as usize & mask]
}

/// The number of a word in lower case.
pub fn word_number(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn mix(a: u64, b: u64) -> u64 {
    let mixed = (a ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ mixed >> 32
}

/// A piece as its neighbours see it.
#[derive(Debug, Clone, Copy, Default)]
struct Face {
    /// The word; for a number only its form.
    word: u64,
    /// The form: class, case and length.
    shape: u64,
    marks: u64,
    /// The pattern that it is part of.
    pattern: u64,
    is_known: bool,
    is_number: bool,
}

/// A turn, ready to be asked for the features of its pieces.
pub struct Faces<'a> {
    pieces: &'a Pieces<'a>,
    faces: Vec<Face>,
    is_cased: bool,
    length: u64,
    whole: u64,
}

/// The features of one piece: its own word's first, then the others.
#[derive(Debug, Default, Clone)]
pub struct Features {
    /// Rows of the model.
    pub rows: Vec<u32>,
    /// How many rows are the word's own; training leaves them out at times, so that unknown words are learned too.
    pub own: usize,
}

impl Features {
    fn push(&mut self, template: u64, a: u64, b: u64) {
        let mixed = mix(mix(template, a), b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.rows.push((mixed >> (64 - ROW_BITS)) as u32);
    }
}

impl<'a> Faces<'a> {
    /// Looks at every piece of a turn.
    pub fn of(pieces: &'a Pieces<'a>, matches: &[Match], known: Known) -> Self {
        let mut faces: Vec<Face> = (0..pieces.all.len()).map(|at| face(pieces, at, known)).collect();
        for found in matches {
            let pattern = 2 * (found.kind as u64 + 1) + u64::from(found.is_certain);
            faces[found.first..=found.last].iter_mut().for_each(|face| face.pattern = pattern);
        }
        let count = faces.len();
        let is_cased = pieces.all.iter().any(|piece| piece.case != Case::Lower);
        let length = [1, 2, 3, 4, 6, 9, 14, 24].iter().take_while(|most| count > **most).count() as u64;
        let whole =
            faces.iter().take(WHOLE_MAX).fold(count.min(WHOLE_MAX + 1) as u64, |sum, face| mix(sum, kind_of(face)));
        Self { pieces, faces, is_cased, length, whole }
    }

    fn at(&self, at: usize, by: isize) -> Face {
        at.checked_add_signed(by).and_then(|at| self.faces.get(at)).copied().unwrap_or(Face {
            word: 1,
            shape: 1,
            ..Face::default()
        })
    }

    /// The features of one piece, into a list that is used again.
    pub fn features(&self, at: usize, into: &mut Features) {
        into.rows.clear();
        self.own_word(at, into);
        into.own = into.rows.len();
        self.neighbours(at, into);
        self.form(at, into);
        self.words_near(at, into);
    }

    fn own_word(&self, at: usize, into: &mut Features) {
        let (here, before, after) = (self.at(at, 0), self.at(at, -1), self.at(at, 1));
        into.push(1, here.word, 0);
        into.push(2, before.word, here.word);
        into.push(3, here.word, after.word);
        if here.is_number || self.pieces.all[at].class == Class::Mark {
            return;
        }
        let word = self.pieces.word(at);
        for length in 2..=4usize {
            let first = word.char_indices().nth(length).map_or(word.len(), |(at, _)| at);
            let last = word.char_indices().nth_back(length - 1).map_or(0, |(at, _)| at);
            into.push(3 + length as u64, word_number(&word[..first]), 0);
            into.push(7 + length as u64, word_number(&word[last..]), 0);
        }
    }

    fn neighbours(&self, at: usize, into: &mut Features) {
        let here = self.at(at, 0);
        let (before, after) = (self.at(at, -1), self.at(at, 1));
        let (before2, after2) = (self.at(at, -2), self.at(at, 2));
        into.push(12, before.word, 0);
        into.push(13, after.word, 0);
        into.push(14, before2.word, 0);
        into.push(15, after2.word, 0);
        into.push(16, before2.word, before.word);
        into.push(17, after.word, after2.word);
        into.push(18, before.word, here.shape);
        into.push(19, after.word, here.shape);
        into.push(20, before.word, after.word);
        into.push(21, mix(before2.word, before.word), here.shape);
        into.push(22, here.shape, 0);
        into.push(23, before.shape, here.shape);
        into.push(24, here.shape, after.shape);
        into.push(25, mix(before.shape, here.shape), after.shape);
        into.push(26, here.marks, u64::from(here.is_known));
        into.push(27, before.marks, here.shape);
        into.push(28, after.marks, here.shape);
        into.push(29, mix(before.marks, after.marks), here.marks);
        let known = |face: Face| 1 + u64::from(face.is_known) + 2 * u64::from(face.is_number);
        into.push(30, mix(known(before), known(here)), known(after));
        into.push(31, mix(known(before2), known(before)), mix(known(here), mix(known(after), known(after2))));
        into.push(32, before.word, known(here));
        into.push(33, mix(before2.word, before.word), known(here));
    }

    fn form(&self, at: usize, into: &mut Features) {
        let here = self.at(at, 0);
        let piece = &self.pieces.all[at];
        let last = self.faces.len() - 1;
        let place = u64::from(at == 0) + 2 * u64::from(at == last);
        into.push(34, 0, 0);
        into.push(35, here.shape, self.length);
        into.push(36, here.shape, place);
        into.push(37, kind_of(&here), self.length);
        if self.faces.len() <= WHOLE_MAX {
            into.push(38, self.whole, at as u64);
            into.push(39, mix(self.whole, at as u64), here.shape);
        }
        let written = mix(piece.case as u64, u64::from(piece.begins_sentence) + 2 * u64::from(self.is_cased));
        into.push(40, written, u64::from(here.is_known));
        into.push(41, mix(written, here.shape), here.marks);
        let next = self.pieces.all.get(at + 1);
        let edges = u64::from(piece.is_after_line)
            + 2 * u64::from(next.is_some_and(|next| next.is_after_line))
            + 4 * u64::from(piece.is_glued)
            + 8 * u64::from(next.is_some_and(|next| next.is_glued));
        into.push(42, edges, here.shape);
        into.push(43, here.pattern, 0);
        into.push(44, self.at(at, -1).pattern, here.shape);
        into.push(45, self.at(at, 1).pattern, here.shape);
        let cases = |by: isize| {
            at.checked_add_signed(by).and_then(|at| self.pieces.all.get(at)).map_or(9, |piece| piece.case as u64)
        };
        into.push(46, mix(cases(-1), cases(1)), mix(written, u64::from(here.is_known)));
    }

    fn words_near(&self, at: usize, into: &mut Features) {
        let here = self.at(at, 0);
        let kind = kind_of(&here);
        for before in &self.faces[at.saturating_sub(LEFT_REACH)..at] {
            into.push(47, before.word, kind);
        }
        if here.is_number {
            let around = at.saturating_sub(AROUND_REACH)..(at + AROUND_REACH).min(self.faces.len());
            for other in &self.faces[around] {
                into.push(48, other.word, here.shape);
            }
        }
    }
}

/// A face reduced to its class: a known word, an unknown word, a number of a certain length, a mark.
fn kind_of(face: &Face) -> u64 {
    if face.is_number { face.word } else { 2 + u64::from(face.is_known) }
}

fn face(pieces: &Pieces, at: usize, known: Known) -> Face {
    let piece = &pieces.all[at];
    let marks = u64::from(piece.marks);
    match piece.class {
        Class::Number => {
            let form = number_form(pieces.word(at));
            Face { word: form, shape: form, marks, is_number: true, ..Face::default() }
        }
        Class::Mark => {
            let word = word_number(pieces.word(at));
            Face { word, shape: mix(word, 7), marks, is_known: true, ..Face::default() }
        }
        Class::Word => {
            let word = word_number(pieces.word(at));
            let length = [1, 2, 3, 6, 10].iter().take_while(|most| piece.chars > **most).count() as u64;
            let text = pieces.word(at);
            let is_mail = text.contains("mail") || text.contains("yahoo") || text.ends_with("com");
            let shape = mix(
                8 + length,
                mix(piece.case as u64, u64::from(piece.is_glued) + 2 * u64::from(is_mail && piece.chars > 4)),
            );
            Face { word, shape, marks, is_known: known.has(word), ..Face::default() }
        }
    }
}

/// A number's form: how many digits, and whether it can be a year or a day.
fn number_form(word: &str) -> u64 {
    let digits: Vec<u8> = word.bytes().take(24).filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
    let is_year = digits.len() == 4 && matches!(digits[..2], [1, 9] | [2, 0]);
    let is_round = digits.len() > 1 && digits.last() == Some(&0);
    0x1000
        + 8 * digits.len() as u64
        + 4 * u64::from(is_year)
        + 2 * u64::from(is_day_in_digits(&digits))
        + u64::from(is_round && digits.len() < 6)
}
