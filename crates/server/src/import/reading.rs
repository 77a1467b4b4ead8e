//! Reads and checks lines on a thread of its own, a bounded number ahead of what is stored.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::Value;
use signalbox_adapters::fields::Reject;
use signalbox_adapters::import::lines::Lines;
use signalbox_adapters::import::mapping::Mapping;
use signalbox_adapters::import::record::{self, Record};
use tokio::sync::mpsc;

use super::ImportError;
use crate::clock::Clock;

/// Lines read ahead.
const AHEAD: usize = 256;

/// One conversation that was read.
pub struct Piece {
    /// The line that it stands in.
    pub line: u64,
    /// In our schema.
    pub value: Value,
    /// Checked.
    pub record: Record,
}

/// One line.
pub struct Line {
    /// Counted from 1.
    pub number: u64,
    /// Its bytes.
    pub bytes: u64,
    /// What is in it, or why nothing.
    pub piece: Result<Piece, Reject>,
}

/// Lines on their way.
pub struct Reading {
    /// The file's size, where it is known.
    pub bytes: Option<u64>,
    path: String,
    lines: mpsc::Receiver<io::Result<Line>>,
}

impl Reading {
    /// Begins to read.
    pub fn start(path: &Path, mapping: Option<Mapping>, clock: Clock) -> Result<Reading, ImportError> {
        let name = path.display().to_string();
        let (sender, lines) = mpsc::channel(AHEAD);
        let bytes = if name == "-" {
            std::thread::spawn(move || read(io::stdin().lock(), mapping.as_ref(), &clock, &sender));
            None
        } else {
            let wrong = |error| ImportError::File { path: name.clone(), error };
            let file = File::open(path).map_err(wrong)?;
            let size = file.metadata().map_err(wrong)?;
            if size.is_dir() {
                return Err(wrong(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder: give a file")));
            }
            std::thread::spawn(move || {
                read(BufReader::with_capacity(1 << 18, file), mapping.as_ref(), &clock, &sender)
            });
            Some(size.len())
        };
        Ok(Reading { bytes, path: name, lines })
    }

    /// The next line; none at the end.
    pub async fn next(&mut self) -> Result<Option<Line>, ImportError> {
        match self.lines.recv().await {
            None => Ok(None),
            Some(Ok(line)) => Ok(Some(line)),
            Some(Err(error)) => Err(ImportError::File { path: self.path.clone(), error }),
        }
    }
}

fn read(reader: impl BufRead, mapping: Option<&Mapping>, clock: &Clock, sender: &mpsc::Sender<io::Result<Line>>) {
    for line in Lines::new(reader) {
        let failed = line.is_err();
        let told = line.map(|line| Line {
            number: line.number,
            bytes: line.bytes,
            piece: line.value.and_then(|value| piece(value, line.number, mapping, clock)),
        });
        // Nobody listens any more: the import has stopped.
        if sender.blocking_send(told).is_err() || failed {
            return;
        }
    }
}

fn piece(value: Value, line: u64, mapping: Option<&Mapping>, clock: &Clock) -> Result<Piece, Reject> {
    let value = match mapping {
        Some(mapping) => mapping.apply(&value, line)?,
        None => value,
    };
    let record = record::parse(&value, clock.now())?;
    Ok(Piece { line, value, record })
}
