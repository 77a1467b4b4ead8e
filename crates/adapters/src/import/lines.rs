//! Reads lines in constant memory. A line that cannot be read is told with its number, and the next one is read.

use std::io::{self, BufRead};

use serde_json::Value;
use signalbox_model::limits::{IMPORT_LINE_BYTES_MAX, JSON_DEPTH_MAX};

use crate::fields::{Reject, reject};

/// One line that is not blank.
#[derive(Debug)]
pub struct Line {
    /// Counted from 1.
    pub number: u64,
    /// Bytes with its end.
    pub bytes: u64,
    /// The JSON in it, or why there is none.
    pub value: Result<Value, Reject>,
}

/// The lines of a file.
pub struct Lines<R> {
    reader: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Starts at the beginning.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, number: 0, buffer: Vec::new() }
    }

    /// Fills the buffer with one line without its end; beyond the limit bytes are counted and dropped. Gives the bytes read.
    fn fill(&mut self) -> io::Result<u64> {
        self.buffer.clear();
        let mut read = 0;
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Ok(read);
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let piece = &chunk[..end.unwrap_or(chunk.len())];
            // One byte more than allowed tells a line that is too long from one that just fits.
            let room = (IMPORT_LINE_BYTES_MAX + 1).saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(&piece[..piece.len().min(room)]);
            let used = piece.len() + usize::from(end.is_some());
            self.reader.consume(used);
            read += used as u64;
            if end.is_some() {
                return Ok(read);
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bytes = match self.fill() {
                Err(error) => return Some(Err(error)),
                Ok(0) => return None,
                Ok(bytes) => bytes,
            };
            self.number += 1;
            let line = if self.number == 1 {
                self.buffer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.buffer)
            } else {
                &self.buffer
            };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(Ok(Line { number: self.number, bytes, value: parse(line) }));
        }
    }
}

/// Reads one JSON text within the limits.
///
/// # Errors
/// When it is too long, not UTF-8, nested too deeply or not JSON; the sentence says where.
pub fn parse(line: &[u8]) -> Result<Value, Reject> {
    if line.len() > IMPORT_LINE_BYTES_MAX {
        let limit = IMPORT_LINE_BYTES_MAX / (1024 * 1024);
        return Err(reject(
            "line_too_long",
            format!("the line has more than {limit} MB: split the conversation or leave files out of it"),
        ));
    }
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => {
            return Err(reject(
                "not_utf8",
                format!("byte {} is not UTF-8: save the file as UTF-8", error.valid_up_to() + 1),
            ));
        }
    };
    if depth(text) > JSON_DEPTH_MAX {
        return Err(reject("too_deep", format!("the JSON is nested deeper than {JSON_DEPTH_MAX} levels")));
    }
    serde_json::from_str(text)
        .map_err(|error| reject("not_json", format!("not JSON: {} at column {}", fault(&error), error.column())))
}

/// What is wrong, without the words that a parser's own message may repeat.
fn fault(error: &serde_json::Error) -> &'static str {
    if error.is_eof() { "it ends too early" } else { "a character that cannot stand there" }
}

/// How deeply brackets are nested outside of texts.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest, mut in_text, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                open += 1;
                deepest = deepest.max(open);
            }
            b']' | b'}' if !in_text => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Cursor, Read};

    fn codes(bytes: &[u8]) -> Vec<(u64, &'static str)> {
        let lines = Lines::new(BufReader::with_capacity(7, Cursor::new(bytes)));
        lines
            .map(|line| line.unwrap())
            .map(|line| (line.number, line.value.map_or_else(|error| error.code, |_| "ok")))
            .collect()
    }

    #[test]
    fn broken_lines_are_told_by_number_and_the_rest_goes_on() {
        let deep = "[".repeat(40) + &"]".repeat(40);
        let mut bytes = b"\xef\xbb\xbf{\"a\":1}\r\n\n{\"a\":\n\xff\xfe\n".to_vec();
        bytes.extend_from_slice(deep.as_bytes());
        bytes.extend_from_slice(b"\n{\"text\":\"[[[[{{{{ \\\" \"}");
        assert_eq!(codes(&bytes), [(1, "ok"), (3, "not_json"), (4, "not_utf8"), (5, "too_deep"), (6, "ok")]);
    }

    #[test]
    fn errors_never_repeat_what_stands_in_the_line() {
        let error = parse(b"{\"text\":\"secret\" secret}").unwrap_err();
        assert!(!error.detail.contains("secret"), "{}", error.detail);
    }

    /// Lines made while they are read, so that the file itself takes no memory.
    struct Made {
        line: u64,
        lines: u64,
        rest: Vec<u8>,
    }

    impl Read for Made {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.rest.is_empty() && self.line < self.lines {
                self.line += 1;
                self.rest = match self.line {
                    45_000 => b"{\"id\": broken\n".to_vec(),
                    20_000 => [vec![b'x'; IMPORT_LINE_BYTES_MAX + 9], b"\n".to_vec()].concat(),
                    number => format!("{{\"id\":{number},\"turns\":[{{\"by\":\"customer\",\"text\":\"hello\"}}]}}\n")
                        .into_bytes(),
                };
            }
            let count = into.len().min(self.rest.len());
            into[..count].copy_from_slice(&self.rest[..count]);
            self.rest.drain(..count);
            Ok(count)
        }
    }

    #[test]
    fn a_long_file_with_a_broken_line_goes_through_in_constant_memory() {
        let made = Made { line: 0, lines: 50_000, rest: Vec::new() };
        let mut lines = Lines::new(BufReader::with_capacity(1 << 16, made));
        let (mut good, mut bad) = (0, Vec::new());
        for line in lines.by_ref() {
            let line = line.unwrap();
            match line.value {
                Ok(_) => good += 1,
                Err(error) => bad.push((line.number, error.code)),
            }
        }
        assert_eq!((good, bad), (49_998, vec![(20_000, "line_too_long"), (45_000, "not_json")]));
        assert!(lines.buffer.capacity() <= 2 * IMPORT_LINE_BYTES_MAX + 2, "{}", lines.buffer.capacity());
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_every_line_that_is_not_blank_is_told(bytes: Vec<u8>) {
            let told = codes(&bytes).len();
            let there = bytes.split(|byte| *byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace)).count();
            prop_assert_eq!(told, there);
        }
    }
}
