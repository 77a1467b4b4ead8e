//! The text of a PDF, as paragraphs.

use lopdf::Document;

use crate::limits::{PDF_PAGES_MAX, PDF_STREAM_BYTES_MAX};

/// Why a PDF gives no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoText {
    #[error("it is encrypted; save it without a password")]
    Encrypted,
    #[error("it is damaged or no PDF; open it and save it again")]
    Damaged,
    #[error("it has {0} pages, {PDF_PAGES_MAX} are allowed; divide it")]
    TooManyPages(usize),
    #[error("it holds pictures and no text; a scanned document has to be read by OCR first")]
    OnlyPictures,
}

/// What a PDF says, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    pub title: Option<String>,
    pub text: String,
    /// Pages that could not be read, from 1. The others were.
    pub unread: Vec<u32>,
}

/// Reads the text of every page.
pub fn read(bytes: &[u8]) -> Result<Pages, NoText> {
    let locked = || bytes.windows(b"/Encrypt".len()).any(|window| window == b"/Encrypt");
    let document = Document::load_mem(bytes).map_err(|_| if locked() { NoText::Encrypted } else { NoText::Damaged })?;
    // One that opens without a password is only protected against changes, and may be read.
    if document.is_encrypted() {
        return Err(NoText::Encrypted);
    }
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    if numbers.len() > PDF_PAGES_MAX {
        return Err(NoText::TooManyPages(numbers.len()));
    }
    let mut pages = Pages { title: title(&document), ..Pages::default() };
    for number in numbers {
        match document.extract_text_with_limit(&[number], PDF_STREAM_BYTES_MAX) {
            Ok(text) => {
                pages.text.push_str(&paragraphs(&text));
                pages.text.push_str("\n\n");
            }
            Err(_) => pages.unread.push(number),
        }
    }
    pages.text.truncate(pages.text.trim_end().len());
    match (pages.text.chars().any(char::is_alphanumeric), pages.unread.is_empty()) {
        (true, _) => Ok(pages),
        (false, true) => Err(NoText::OnlyPictures),
        (false, false) => Err(NoText::Damaged),
    }
}

fn title(document: &Document) -> Option<String> {
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info)).ok()?.1.as_dict().ok()?;
    let bytes = info.get(b"Title").and_then(|title| title.as_str()).ok()?;
    let text = match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(utf16) => {
            let units = utf16.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            String::from_utf16_lossy(&units.collect::<Vec<_>>())
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    };
    Some(text.trim().to_owned()).filter(|title| !title.is_empty())
}

/// Lines joined into paragraphs: a PDF breaks lines where its page ends, not where a thought does.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        let is_item =
            line.starts_with(['•', '·', '▪', '-', '–']) && line.chars().nth(1).is_some_and(char::is_whitespace);
        if line.is_empty() {
            out.truncate(out.trim_end().len());
            out.push_str("\n\n");
        } else if is_item {
            out.push_str("\n- ");
            out.push_str(line.trim_start_matches(['•', '·', '▪', '-', '–']).trim_start());
        } else if out.ends_with('-') && line.starts_with(char::is_lowercase) {
            // A word divided at the end of a line.
            out.pop();
            out.push_str(line);
        } else {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push(' ');
            }
            out.push_str(line);
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_paragraphs_and_divided_words_become_whole() {
        let text = "Fees for cash with-\ndrawals apply\nabroad.\n\n• first\n• second\nNo. 2";
        assert_eq!(paragraphs(text), "Fees for cash withdrawals apply abroad.\n\n- first\n- second No. 2");
    }
}
