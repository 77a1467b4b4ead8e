//! Where a sentence ends.

use std::ops::Range;

/// What ends in a full stop without ending a sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "etc", "mr", "mrs", "ms", "dr", "no", "vs", "approx", "incl", "max", "min", "st", "inc", "ltd", "co",
];

/// The sentences of a text as byte ranges, in order, without the white space around them. A line end ends a sentence.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '\n' | '。' | '！' | '？' => true,
            '.' | '!' | '?' => {
                while let Some((_, '"' | '\'' | ')' | '”' | '’' | '.' | '!' | '?')) = chars.peek() {
                    chars.next();
                }
                let next = chars.peek().map_or(text.len(), |(next, _)| *next);
                let begins_anew = text[next..].starts_with(char::is_whitespace) || next == text.len();
                begins_anew && !(c == '.' && is_abbreviation(&text[start..at]))
            }
            _ => false,
        };
        if ends {
            let end = chars.peek().map_or(text.len(), |(next, _)| *next).max(end);
            push(text, start..end, &mut found);
            start = end;
        }
    }
    push(text, start..text.len(), &mut found);
    found
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let is_list_number = word == before.trim_start() && !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    is_list_number || is_initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

fn push(text: &str, range: Range<usize>, to: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let trimmed = part.trim();
    if !trimmed.is_empty() {
        let start = range.start + (part.len() - part.trim_start().len());
        to.push(start..start + trimmed.len());
    }
}

/// Words of a text: what stands between white space.
pub fn count_words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_would_stop() {
        let text = "The fee is $3.50. It applies, e.g. abroad, to Mr. Lin (no. 4)! \"Really?\" Yes.\n1. Log in. 2. Pay";
        let expected = [
            "The fee is $3.50.",
            "It applies, e.g. abroad, to Mr. Lin (no. 4)!",
            "\"Really?\"",
            "Yes.",
            "1. Log in.",
            "2. Pay",
        ];
        assert_eq!(split(text), expected);
        assert_eq!(split(" \n "), Vec::<&str>::new());
        assert_eq!(split("你好。再见"), ["你好。", "再见"]);
    }
}
