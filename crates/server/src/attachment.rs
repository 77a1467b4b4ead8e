//! Files that people send: what they really are, and a name that does no harm.
//!
//! The sender's word about the type counts for nothing: the first bytes decide, and what is not on the list is refused.

use signalbox_model::content::Body;
use signalbox_model::limits::{ATTACHMENT_BYTES_MAX, FILE_NAME_BYTES_MAX};

/// Media types that are taken, for the sentence that says so.
pub const MEDIA_TYPES: &str = "PNG, JPEG, GIF and WebP pictures, PDF and plain text";

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Too many bytes.
    #[error("the file has more than {} MB; send a smaller one", ATTACHMENT_BYTES_MAX / 1024 / 1024)]
    TooLarge,
    /// Something else than what is on the list.
    #[error("the file is of a kind that is not taken; send {MEDIA_TYPES}")]
    Kind,
}

/// A file as it may be kept.
///
/// # Errors
/// When it is empty, too large or of a kind that is not taken.
pub fn parse_attachment(name: &str, bytes: Vec<u8>) -> Result<Body, AttachmentError> {
    if bytes.is_empty() {
        return Err(AttachmentError::Empty);
    }
    if bytes.len() > ATTACHMENT_BYTES_MAX {
        return Err(AttachmentError::TooLarge);
    }
    let (media_type, extension) = sniffed(&bytes).ok_or(AttachmentError::Kind)?;
    Ok(Body::File { name: clean_name(name, extension), media_type: media_type.to_owned(), bytes })
}

/// What the bytes are, with the usual ending of a file name.
fn sniffed(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let found = match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => ("image/png", "png"),
        [0xff, 0xd8, 0xff, ..] => ("image/jpeg", "jpg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => ("image/gif", "gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ("image/webp", "webp"),
        [b'%', b'P', b'D', b'F', b'-', ..] => ("application/pdf", "pdf"),
        text if is_plain_text(text) => ("text/plain; charset=utf-8", "txt"),
        _ => return None,
    };
    Some(found)
}

/// Text that is text: UTF-8 without control characters but the usual blanks, and no markup that a browser could run.
fn is_plain_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{feff}');
    let start = text.trim_start_matches('\u{feff}').trim_start();
    text.chars().all(plain) && !start.starts_with('<')
}

/// The last part of the name, without anything that a file system, a header or a reader could be fooled by.
fn clean_name(name: &str, extension: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks that turn the reading direction can hide the real ending: `gpj.exe` shown as `exe.jpg`.
    let harmless = |c: &char| {
        !c.is_control()
            && !matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let cleaned: String = last.chars().filter(harmless).collect();
    let cleaned = cleaned.trim().trim_matches('.').trim();
    let (stem, ending) = cleaned.rsplit_once('.').unwrap_or((cleaned, ""));
    let fits = ending.eq_ignore_ascii_case(extension) || (extension == "jpg" && ending.eq_ignore_ascii_case("jpeg"));
    let stem = if fits { stem } else { cleaned };
    let stem = if stem.is_empty() { "file" } else { stem };
    let mut end = stem.len().min(FILE_NAME_BYTES_MAX - extension.len() - 1);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}.{extension}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_and_type(name: &str, bytes: &[u8]) -> (String, String) {
        match parse_attachment(name, bytes.to_vec()).unwrap() {
            Body::File { name, media_type, .. } => (name, media_type),
            Body::Text { .. } | Body::Identity { .. } => panic!("not a file"),
        }
    }

    #[test]
    fn the_first_bytes_decide_and_not_the_name() {
        let (name, media_type) = name_and_type("photo.exe", b"\x89PNG\r\n\x1a\nrest");
        assert_eq!((name.as_str(), media_type.as_str()), ("photo.exe.png", "image/png"));
        assert_eq!(parse_attachment("a.png", b"MZ\x90\x00".to_vec()), Err(AttachmentError::Kind));
    }

    #[test]
    fn markup_is_no_plain_text() {
        for text in ["<svg onload=alert(1)>", "  <!doctype html>", "\u{feff}<script>", "a\u{0}b"] {
            assert_eq!(parse_attachment("a.txt", text.as_bytes().to_vec()), Err(AttachmentError::Kind), "{text}");
        }
        assert_eq!(name_and_type("notes.txt", b"1 < 2").1, "text/plain; charset=utf-8");
    }

    #[test]
    fn names_lose_paths_quotes_and_hidden_marks() {
        assert_eq!(name_and_type("../../etc/pass\"wd\n.txt", b"x").0, "passwd.txt");
        assert_eq!(name_and_type("C:\\a\\invoice.pdf", b"%PDF-1.7").0, "invoice.pdf");
        assert_eq!(name_and_type("exe.\u{202e}gpj", b"\xff\xd8\xff\xe0").0, "exe.gpj.jpg");
        assert_eq!(name_and_type("...", b"x").0, "file.txt");
        assert!(name_and_type(&"ü".repeat(500), b"x").0.len() <= FILE_NAME_BYTES_MAX);
    }

    #[test]
    fn empty_and_huge_files_are_refused() {
        assert_eq!(parse_attachment("a", Vec::new()), Err(AttachmentError::Empty));
        assert_eq!(parse_attachment("a", vec![b'a'; ATTACHMENT_BYTES_MAX + 1]), Err(AttachmentError::TooLarge));
    }
}
