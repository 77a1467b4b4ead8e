//! A folder of files. The only module that walks one.

use std::fs;
use std::path::Path;

use crate::limits::{FILE_BYTES_MAX, FOLDER_DEPTH_MAX, FOLDER_FILES_MAX};
use crate::source::{Defaults, Mapping, Outcome, Rejected, Why, format_of, read};

/// Reads every file of a folder and its folders, in the order of their names. Names with a leading dot and symbolic links are
/// passed over; whatever else is no article is reported.
pub fn read_folder(root: &Path, defaults: &Defaults, mapping: &Mapping) -> std::io::Result<Outcome> {
    let mut walk = Walk { defaults, mapping, files: 0, outcome: Outcome::default() };
    fs::read_dir(root)?;
    walk.folder(root, "", 0);
    Ok(walk.outcome)
}

struct Walk<'a> {
    defaults: &'a Defaults,
    mapping: &'a Mapping,
    files: usize,
    outcome: Outcome,
}

impl Walk<'_> {
    fn reject(&mut self, name: &str, why: Why) {
        self.outcome.rejected.push(Rejected { name: name.to_owned(), why });
    }

    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        if depth > FOLDER_DEPTH_MAX {
            return self.reject(prefix, Why::NotReached);
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.reject(prefix, Why::Unreadable(error.kind().to_string())),
        };
        let mut entries: Vec<_> = entries.flatten().collect();
        entries.sort_by_key(|entry| entry.file_name());
        for entry in entries {
            let file_name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else { continue };
            if file_name.starts_with('.') || kind.is_symlink() {
                continue;
            }
            let name = if prefix.is_empty() { file_name } else { format!("{prefix}/{file_name}") };
            if kind.is_dir() {
                self.folder(&entry.path(), &name, depth + 1);
            } else {
                self.file(&entry.path(), &name);
            }
        }
    }

    fn file(&mut self, path: &Path, name: &str) {
        self.files += 1;
        if self.files > FOLDER_FILES_MAX {
            return self.reject(name, Why::NotReached);
        }
        // Neither a film nor a disk image is read to find out that it is no article.
        if format_of(name).is_none() {
            return self.reject(name, Why::UnknownFormat);
        }
        let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
        if size > FILE_BYTES_MAX as u64 {
            return self.reject(name, Why::TooLarge(size));
        }
        match fs::read(path) {
            Ok(bytes) => self.outcome.extend(read(name, &bytes, self.defaults, self.mapping)),
            Err(error) => self.reject(name, Why::Unreadable(error.kind().to_string())),
        }
    }
}
