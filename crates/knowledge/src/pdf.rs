//! The text of a PDF, as paragraphs.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Document, Encoding, Object, ObjectId};

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
    let numbered = document.get_pages();
    if numbered.len() > PDF_PAGES_MAX {
        return Err(NoText::TooManyPages(numbered.len()));
    }
    let mut pages = Pages { title: title(&document), ..Pages::default() };
    for (number, id) in numbered {
        match page_text(&document, id) {
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

/// What a page shows, in the order in which it is drawn. A move to another line is a line end; a wide gap is a space.
fn page_text(document: &Document, page: ObjectId) -> lopdf::Result<String> {
    let fonts = document.get_page_fonts(page)?;
    let encodings: BTreeMap<Vec<u8>, Encoding<'_>> = fonts
        .into_iter()
        .filter_map(|(name, font)| {
            Some((name, font.get_font_encoding_with_limit(document, PDF_STREAM_BYTES_MAX).ok()?))
        })
        .collect();
    let content = Content::decode(&document.get_page_content_with_limit(page, PDF_STREAM_BYTES_MAX)?)?;
    let (mut text, mut encoding, mut height) = (String::new(), None, None);
    for operation in &content.operations {
        let operands = &operation.operands;
        match operation.operator.as_str() {
            "Tf" => encoding = operands.first().and_then(|font| encodings.get(font.as_name().ok()?)),
            "Td" | "TD" => {
                let down = operands.get(1).and_then(|down| down.as_float().ok()).unwrap_or_default();
                end_line(&mut text, down.abs());
            }
            "Tm" => {
                let at = operands.get(5).and_then(|at| at.as_float().ok());
                end_line(&mut text, height.zip(at).map_or(0.0, |(before, now): (f32, f32)| (before - now).abs()));
                height = at;
            }
            "T*" | "ET" => end_line(&mut text, 1.0),
            "'" | "\"" => {
                end_line(&mut text, 1.0);
                show(&mut text, encoding, operands.last());
            }
            "Tj" | "TJ" => show(&mut text, encoding, operands.first()),
            _ => {}
        }
    }
    Ok(text)
}

/// On the same line a move is a gap.
fn end_line(text: &mut String, moved: f32) {
    let end = if moved > 0.5 { '\n' } else { ' ' };
    if !text.is_empty() && !text.ends_with(['\n', end]) {
        text.push(end);
    }
}

fn show(text: &mut String, encoding: Option<&Encoding<'_>>, shown: Option<&Object>) {
    match (encoding, shown) {
        (Some(encoding), Some(Object::String(bytes, _))) => {
            text.push_str(&Document::decode_text(encoding, bytes).unwrap_or_default());
        }
        (_, Some(Object::Array(parts))) => {
            for part in parts {
                // Thousandths of the size of the letters, to the left; about a space and more is one.
                match part.as_float() {
                    Ok(left) if left < -180.0 && !text.ends_with(char::is_whitespace) => text.push(' '),
                    Ok(_) => {}
                    Err(_) => show(text, encoding, Some(part)),
                }
            }
        }
        _ => {}
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
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            out.push_str("- ");
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
