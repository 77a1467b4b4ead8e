//! The web interface, embedded: a path in, bytes and how to serve them out.
//!
//! Knows nothing of HTTP. Who serves an [`Asset`] should send `Vary: Accept-Encoding`, and
//! `Cache-Control: public, max-age=31536000, immutable` where [`Asset::immutable`] says so, `no-cache`
//! elsewhere.

use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/dist"]
struct Files;

/// One file of the web interface.
#[derive(Debug, Clone)]
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    /// The same, gzip-compressed, where that is smaller.
    pub gzip: Option<Cow<'static, [u8]>>,
    /// The value of `Content-Type`.
    pub mime: &'static str,
    /// The value of `ETag`; weak, because it stands for both encodings.
    pub etag: String,
    /// The name carries a hash of the content, so that it may be cached for ever.
    pub immutable: bool,
}

/// Where the embedded files came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Built from `web/` together with this crate.
    Built,
    /// Taken from the folder that `UI_DIST` named.
    Prebuilt,
    /// Only a page that says how to build the interface.
    Placeholder,
}

/// Where the embedded files came from, for a warning at start-up.
pub fn kind() -> Kind {
    match env!("SIGNALBOX_UI_KIND") {
        "built" => Kind::Built,
        "prebuilt" => Kind::Prebuilt,
        _ => Kind::Placeholder,
    }
}

/// The file at `path`, with or without a leading slash. The empty path is the page itself, `index.html`,
/// which is also what to answer to the addresses of screens. `None` if there is no such file.
pub fn asset(path: &str) -> Option<Asset> {
    let path = match path.strip_prefix('/').unwrap_or(path) {
        "" => "index.html",
        path => path,
    };
    if is_compressed_sibling(path) {
        return None;
    }
    let file = Files::get(path)?;
    let hash = file.metadata.sha256_hash();
    let digest: String = hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    Some(Asset {
        bytes: file.data,
        gzip: Files::get(&format!("{path}.gz")).map(|packed| packed.data),
        mime: mime_of(path),
        etag: format!("W/\"{digest}\""),
        immutable: path.starts_with("assets/"),
    })
}

/// Every path that [`asset`] finds.
pub fn paths() -> impl Iterator<Item = Cow<'static, str>> {
    Files::iter().filter(|path| !is_compressed_sibling(path))
}

fn is_compressed_sibling(path: &str) -> bool {
    path.strip_suffix(".gz").is_some_and(|original| Files::get(original).is_some())
}

/// Text is UTF-8, and says so.
fn mime_of(path: &str) -> &'static str {
    match mime_guess::from_path(path).first_raw() {
        Some("text/html") => "text/html; charset=utf-8",
        Some("text/css") => "text/css; charset=utf-8",
        Some("text/javascript" | "application/javascript") => "text/javascript; charset=utf-8",
        Some("text/plain") => "text/plain; charset=utf-8",
        Some(other) => other,
        None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_page_is_found_by_all_its_names() {
        let page = asset("index.html").expect("there is always a page");
        assert_eq!(page.mime, "text/html; charset=utf-8");
        assert!(!page.immutable, "a page that names hashed files must itself be asked for again");
        assert!(page.bytes.starts_with(b"<!doctype html>") || page.bytes.starts_with(b"<!DOCTYPE html>"));
        for name in ["", "/", "/index.html"] {
            assert_eq!(asset(name).map(|asset| asset.etag), Some(page.etag.clone()), "{name:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for path in ["missing.js", "../Cargo.toml", "/etc/passwd", "assets", "index.html/", "//index.html"] {
            assert!(asset(path).is_none(), "{path}");
        }
    }

    #[test]
    fn compressed_siblings_are_variants_and_not_files() {
        for path in paths() {
            let found = asset(&path).expect("listed files are found");
            assert!(asset(&format!("{path}.gz")).is_none(), "{path}");
            let Some(packed) = found.gzip else { continue };
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, &found.bytes[..], "{path}");
            assert!(packed.len() < found.bytes.len(), "{path}");
        }
    }

    #[test]
    fn different_files_have_different_tags_and_the_same_file_keeps_its_tag() {
        let mut seen = std::collections::HashMap::new();
        for path in paths() {
            let found = asset(&path).expect("listed files are found");
            assert_eq!(asset(&path).unwrap().etag, found.etag);
            assert!(found.etag.starts_with("W/\"") && found.etag.ends_with('"'));
            if let Some(bytes) = seen.insert(found.etag, found.bytes.clone()) {
                assert_eq!(bytes, found.bytes, "{path}");
            }
        }
    }

    #[test]
    fn types_are_what_browsers_insist_on() {
        assert_eq!(mime_of("widget.js"), "text/javascript; charset=utf-8");
        assert_eq!(mime_of("assets/a-1b2c.css"), "text/css; charset=utf-8");
        assert_eq!(mime_of("favicon.svg"), "image/svg+xml");
        assert_eq!(mime_of("font.woff2"), "font/woff2");
        assert_eq!(mime_of("unknown"), "application/octet-stream");
    }
}
