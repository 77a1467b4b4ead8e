//! The report of an import: one row for each line that was rejected or changed, never with the words in it.

use std::fs::File;
use std::path::Path;

use super::ImportError;

/// Rejected lines told on the terminal; all of them are in the report.
const TOLD_MAX: usize = 10;

/// Where rejected lines are noted.
pub struct Report {
    file: Option<csv::Writer<File>>,
    told: usize,
}

impl Report {
    /// Begins a report.
    pub fn create(path: Option<&Path>) -> Result<Report, ImportError> {
        let file = match path {
            None => None,
            Some(path) => {
                let file = File::create(path)
                    .map_err(|error| ImportError::File { path: path.display().to_string(), error })?;
                let mut writer = csv::Writer::from_writer(file);
                writer.write_record(["line", "kind", "code", "reason"])?;
                Some(writer)
            }
        };
        Ok(Report { file, told: 0 })
    }

    /// A line that was not taken.
    pub fn rejected(&mut self, line: u64, code: &str, reason: &str) -> Result<(), ImportError> {
        if self.told < TOLD_MAX {
            eprintln!("line {line} rejected: {reason}");
        } else if self.told == TOLD_MAX {
            eprintln!("more lines were rejected; the report has them all");
        }
        self.told += 1;
        self.row(line, "rejected", code, reason)
    }

    /// A line that was taken, with something to know about it.
    pub fn note(&mut self, line: u64, code: &str, reason: &str) -> Result<(), ImportError> {
        self.row(line, "note", code, reason)
    }

    fn row(&mut self, line: u64, kind: &str, code: &str, reason: &str) -> Result<(), ImportError> {
        if let Some(file) = &mut self.file {
            file.write_record([line.to_string().as_str(), kind, code, reason])?;
        }
        Ok(())
    }

    /// Ends the report.
    pub fn finish(mut self) -> Result<(), ImportError> {
        if let Some(file) = &mut self.file {
            file.flush().map_err(csv::Error::from)?;
        }
        Ok(())
    }
}
