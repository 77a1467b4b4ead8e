//! Server-sent events, from bytes in any pieces.

use bytes::{Buf, BytesMut};

use crate::limits::STREAM_EVENT_BYTES_MAX;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Its name; empty where the stream gives none.
    pub name: String,
    /// Its data; lines are joined by a line feed.
    pub data: String,
    /// Its id, if it has one.
    pub id: Option<String>,
}

/// A stream that is not one of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// An event longer than the limit.
    #[error("an event has more than {STREAM_EVENT_BYTES_MAX} bytes")]
    TooLong,
    /// Bytes that are no text.
    #[error("an event is not UTF-8")]
    NotText,
}

/// Cuts bytes into events.
#[derive(Debug, Default)]
pub struct Events {
    waiting: BytesMut,
    begun: Event,
    has_data: bool,
}

impl Events {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next event that is whole.
    ///
    /// # Errors
    /// When it is too long or not text.
    pub fn next_event(&mut self) -> Result<Option<Event>, EventsError> {
        while let Some(end) = self.waiting.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let is_return = self.waiting[end] == b'\r';
            // A carriage return at the very end may be the first half of a line end.
            if is_return && end + 1 == self.waiting.len() {
                break;
            }
            let skipped = if is_return && self.waiting[end + 1] == b'\n' { 2 } else { 1 };
            let line = self.waiting.split_to(end);
            self.waiting.advance(skipped);
            let line = std::str::from_utf8(&line).map_err(|_| EventsError::NotText)?;
            if line.is_empty() {
                let event = std::mem::take(&mut self.begun);
                if std::mem::take(&mut self.has_data) {
                    return Ok(Some(event));
                }
                continue;
            }
            self.take_line(line)?;
        }
        match self.waiting.len() > STREAM_EVENT_BYTES_MAX {
            true => Err(EventsError::TooLong),
            false => Ok(None),
        }
    }

    fn take_line(&mut self, line: &str) -> Result<(), EventsError> {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.begun.data.push('\n');
                }
                self.has_data = true;
                self.begun.data.push_str(value);
            }
            "event" => self.begun.name = value.to_owned(),
            "id" => self.begun.id = Some(value.to_owned()),
            // Comments have an empty field; others are for those who know them.
            _ => {}
        }
        match self.begun.data.len() > STREAM_EVENT_BYTES_MAX {
            true => Err(EventsError::TooLong),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut events = Events::default();
        let mut found = Vec::new();
        for piece in pieces {
            events.push(piece);
            while let Some(event) = events.next_event().unwrap() {
                found.push((event.name, event.data));
            }
        }
        found
    }

    const STREAM: &str = ": hello\r\nevent: ping\r\ndata: {}\r\n\r\ndata: ä\ndata:b\n\nevent: empty\n\ndata: last\r\r";

    #[test]
    fn events_are_read_with_every_line_end() {
        let said = all(&[STREAM.as_bytes(), b"\n"]);
        let pair = |name: &str, data: &str| (name.to_owned(), data.to_owned());
        assert_eq!(said, [pair("ping", "{}"), pair("", "ä\nb"), pair("", "last")]);
    }

    #[test]
    fn an_event_without_end_is_refused_at_the_limit() {
        let mut events = Events::default();
        events.push(&vec![b'x'; STREAM_EVENT_BYTES_MAX + 1]);
        assert_eq!(events.next_event(), Err(EventsError::TooLong));
        let mut events = Events::default();
        events.push(b"data: \xff\n");
        assert_eq!(events.next_event(), Err(EventsError::NotText));
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_does_not_matter(first in 0usize..80, second in 0usize..80) {
            let bytes = STREAM.as_bytes();
            let (low, high) = (first.min(second).min(bytes.len()), first.max(second).min(bytes.len()));
            let whole = all(&[bytes, b"\n"]);
            prop_assert_eq!(all(&[&bytes[..low], &bytes[low..high], &bytes[high..], b"\n"]), whole);
        }
    }
}
