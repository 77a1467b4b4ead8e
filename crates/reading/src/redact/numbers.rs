//! Digits that belong together: in groups, with marks between, or spelled out.

use super::lexicon::spelled_digit;
use super::limits::NUMBER_PIECES_MAX;
use super::pieces::{Class, Pieces};

/// A number that may stand in several pieces.
#[derive(Debug, Clone)]
pub struct Run {
    /// The first piece.
    pub first: usize,
    /// The last piece.
    pub last: usize,
    /// Its digits.
    pub digits: Vec<u8>,
    /// How many digits each group has.
    pub groups: Vec<usize>,
    /// A mark stands between two groups, or a plus or bracket before.
    pub has_marks: bool,
    /// It begins with a plus.
    pub has_plus: bool,
    /// Its digits were spelled out.
    pub is_spelled: bool,
}

/// Every number of a turn.
pub fn runs(pieces: &Pieces) -> Vec<Run> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < pieces.all.len() {
        match run_from(pieces, at) {
            Some(run) => {
                at = run.last + 1;
                found.push(run);
            }
            None => at += 1,
        }
    }
    found
}

fn run_from(pieces: &Pieces, first: usize) -> Option<Run> {
    let begins = first + opening_marks(pieces, first);
    let mut run = Run {
        first,
        last: begins,
        digits: Vec::new(),
        groups: Vec::new(),
        has_marks: begins > first,
        has_plus: pieces.mark(first) == Some('+'),
        is_spelled: false,
    };
    let mut at = begins;
    while at < pieces.all.len() && at - first < NUMBER_PIECES_MAX {
        let taken = take_group(pieces, at, &mut run);
        if taken == 0 {
            break;
        }
        run.last = at + taken - 1;
        at += taken;
        let marks = marks_between(pieces, at);
        let continues = pieces.all.get(at + marks).is_some_and(|next| next.class == Class::Number || run.is_spelled);
        if !continues {
            break;
        }
        if marks == 0 && pieces.all[at].is_after_line {
            break;
        }
        run.has_marks |= marks > 0;
        at += marks;
    }
    let is_number = run.groups.len() > usize::from(run.is_spelled) * 2;
    is_number.then_some(run)
}

/// `+`, `(`, `+(`, or `#` at the beginning of a number.
fn opening_marks(pieces: &Pieces, at: usize) -> usize {
    let is_opening = |at: usize| matches!(pieces.mark(at), Some('+' | '('));
    match (is_opening(at), is_opening(at + 1)) {
        (true, true) => 2,
        (true, false) => 1,
        (false, _) => 0,
    }
}

/// Adds one group of digits, or spelled digits; says how many pieces it took.
fn take_group(pieces: &Pieces, at: usize, run: &mut Run) -> usize {
    let piece = &pieces.all[at];
    match piece.class {
        Class::Number => {
            let before = run.digits.len();
            run.digits.extend(pieces.word(at).chars().filter_map(digit_of));
            let taken = run.digits.len() - before;
            run.groups.extend((taken > 0).then_some(taken));
            usize::from(taken > 0)
        }
        Class::Word => {
            let times = match pieces.word(at) {
                "double" => 2,
                "triple" => 3,
                _ => 1,
            };
            let word = at + usize::from(times > 1);
            let Some(digit) = spelled_digit(pieces.word(word)).filter(|_| run.digits.is_empty() || run.is_spelled)
            else {
                return 0;
            };
            run.is_spelled = true;
            run.digits.extend(std::iter::repeat_n(digit, times));
            run.groups.push(times);
            1 + usize::from(times > 1)
        }
        Class::Mark => 0,
    }
}

/// The first digit of each script whose digits people type for numbers; the other nine follow it.
const ZEROS: [char; 15] = ['0', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '０'];

fn digit_of(char: char) -> Option<u8> {
    let digits = ZEROS.iter().map(|zero| (char as u32).wrapping_sub(*zero as u32));
    digits.into_iter().find(|digit| *digit < 10).map(|digit| digit as u8)
}

/// How many marks stand between two groups of one number: `-`, `.`, `/`, `) `, `) -`.
fn marks_between(pieces: &Pieces, at: usize) -> usize {
    let is_between = |at: usize| matches!(pieces.mark(at), Some('-' | '.' | '(' | ')' | '/' | '–' | '‑' | '·'));
    if pieces.mark(at) == Some('.') && pieces.all.get(at + 1).is_some_and(|next| !next.is_glued) {
        return 0;
    }
    (0..3).take_while(|more| is_between(at + more)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<String> {
        let written = |run: &Run| run.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        runs(&Pieces::of(text)).iter().map(written).collect()
    }

    #[test]
    fn groups_are_put_together() {
        assert_eq!(digits("card 4111-1111 1111.1111 now"), ["4111111111111111"]);
        assert_eq!(digits("call +44 (0)20 7946 0018"), ["4402079460018"]);
        assert_eq!(digits("٤١١١ and ４１１１, not ½"), ["4111", "4111"]);
        assert_eq!(digits("it was 12. 13 came later"), ["12", "13"]);
    }

    #[test]
    fn spelled_digits_are_read() {
        assert_eq!(digits("four nine double two nine"), ["49229"]);
        assert_eq!(digits("one of two"), Vec::<String>::new());
        assert_eq!(digits("my two cards, 1 and 2"), ["1", "2"]);
    }
}
