//! Just enough reading of Rust and TypeScript to find functions, paths and words: no parser, but strings
//! and comments are never mistaken for code.
//!
//! "Blanking" replaces bytes by spaces and keeps line breaks, so that positions and line numbers stay.

/// The text with comments and the contents of literals blanked, for Rust.
pub fn blank_rust(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => nested_comment_end(bytes, at),
            b'"' => quoted_end(bytes, at, b'"'),
            b'\'' => char_end(text, at),
            b'r' if !follows_word(bytes, at) || matches!(bytes[at - 1], b'b' | b'c') => raw_string_end(bytes, at),
            _ => at,
        };
        blank(&mut out, at, end);
        at = end.max(at + 1);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The text with comments and the contents of literals blanked, for TypeScript and JavaScript.
pub fn blank_script(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    let mut before = b'(';
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => comment_end(bytes, at),
            b'/' if b"(,=:[!&|?{};+<>".contains(&before) => pattern_end(bytes, at),
            quote @ (b'"' | b'\'') => quoted_end(bytes, at, quote),
            b'`' => template_end(bytes, at),
            _ => at,
        };
        if end == at && !bytes[at].is_ascii_whitespace() {
            before = bytes[at];
        } else if end > at && bytes[at] != b'/' {
            before = b'"';
        }
        blank(&mut out, at, end);
        at = end.max(at + 1);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Only what stands between `<script>` and `</script>`; the rest is blanked.
pub fn scripts_of(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let mut at = 0;
    while let Some(opens) = text[at..].find("<script") {
        let Some(begins) = text[at + opens..].find('>').map(|more| at + opens + more + 1) else {
            break;
        };
        let ends = text[begins..].find("</script").map_or(text.len(), |more| begins + more);
        blank(&mut out, at, begins);
        at = ends;
    }
    let end = out.len();
    blank(&mut out, at, end);
    String::from_utf8_lossy(&out).into_owned()
}

/// Blanked Rust text without what is compiled for tests only.
pub fn without_tests(blanked: &str) -> String {
    let mut out = blanked.as_bytes().to_vec();
    for attribute in ["#[cfg(test)]", "#[test]", "#[tokio::test"] {
        let mut from = 0;
        while let Some(found) = blanked[from..].find(attribute) {
            let begins = from + found;
            let ends = item_end(blanked.as_bytes(), begins + attribute.len());
            blank(&mut out, begins, ends);
            from = ends;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A function and the lines it takes, signature and closing brace included.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// All functions with a body in blanked Rust text.
pub fn functions_of_rust(blanked: &str) -> Vec<Function> {
    let bytes = blanked.as_bytes();
    let mut found = Vec::new();
    for begins in words(blanked, "fn") {
        let name = word_at(blanked, skip_space(bytes, begins + 2));
        if name.is_empty() {
            continue;
        }
        let opens = body_start(bytes, begins);
        if bytes.get(opens) == Some(&b'{') {
            found.push(function(blanked, name, begins, opens));
        }
    }
    found
}

/// All functions with a block as body in blanked TypeScript: declarations, methods and arrows.
pub fn functions_of_script(blanked: &str) -> Vec<Function> {
    let bytes = blanked.as_bytes();
    let mut found = Vec::new();
    for opens in (0..bytes.len()).filter(|&at| bytes[at] == b'{') {
        let before = blanked[..opens].trim_end();
        if let Some(head) = before.strip_suffix("=>") {
            found.push(function(blanked, "=>", line_start(bytes, head.trim_end().len()), opens));
        } else if let Some(closes) = parameters_before(before) {
            let head = blanked[..matching_open(bytes, closes)].trim_end();
            let name = &head[head.len() - last_word(head).len()..];
            if !name.is_empty() && !["if", "for", "while", "switch", "catch", "with", "await"].contains(&name) {
                found.push(function(blanked, name, head.len() - name.len(), opens));
            }
        }
    }
    found
}

/// The line, counted from one, on which this byte lies.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// Where `word` stands alone, not as part of a longer word.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |&at| !follows_word(bytes, at) && !bytes.get(at + word.len()).is_some_and(|&next| is_word(next)))
}

/// The identifier that begins here, or nothing.
pub fn word_at(text: &str, at: usize) -> &str {
    let rest = &text[at.min(text.len())..];
    let end = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
    &rest[..end]
}

/// The first position at or after `at` that is not white space.
pub fn skip_space(bytes: &[u8], at: usize) -> usize {
    (at..bytes.len()).find(|&at| !bytes[at].is_ascii_whitespace()).unwrap_or(bytes.len())
}

fn function(blanked: &str, name: &str, begins: usize, opens: usize) -> Function {
    let line = line_of(blanked, begins);
    let last = line_of(blanked, matching_close(blanked.as_bytes(), opens));
    Function { name: name.into(), line, lines: last + 1 - line }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn follows_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && is_word(bytes[at - 1])
}

fn last_word(text: &str) -> &str {
    let start = text.bytes().rposition(|byte| !is_word(byte)).map_or(0, |at| at + 1);
    &text[start..]
}

fn blank(out: &mut [u8], from: usize, to: usize) {
    let end = to.min(out.len());
    for byte in &mut out[from.min(end)..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1)
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    (at..bytes.len()).find(|&at| bytes[at] == b'\n').unwrap_or(bytes.len())
}

fn comment_end(bytes: &[u8], at: usize) -> usize {
    (at + 2..bytes.len()).find(|&at| bytes[at..].starts_with(b"*/")).map_or(bytes.len(), |at| at + 2)
}

fn nested_comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn quoted_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    at += 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A template literal with everything inside it, expressions and the templates in them included.
fn template_end(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'`' => return at + 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = expression_end(bytes, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn expression_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'`' => at = template_end(bytes, at),
            quote @ (b'"' | b'\'') => at = quoted_end(bytes, at, quote),
            b'{' => {
                depth += 1;
                at += 1;
            }
            b'}' => {
                depth -= 1;
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at
}

/// A regular expression literal; on one line, or it is a division after all.
fn pattern_end(bytes: &[u8], at: usize) -> usize {
    let mut here = at + 1;
    let mut is_in_class = false;
    while here < bytes.len() && bytes[here] != b'\n' {
        match bytes[here] {
            b'\\' => here += 1,
            b'[' => is_in_class = true,
            b']' => is_in_class = false,
            b'/' if !is_in_class => return here + 1,
            _ => {}
        }
        here += 1;
    }
    at
}

/// A character literal; a lifetime is left alone.
fn char_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(at + 1) == Some(&b'\\') {
        return quoted_end(bytes, at, b'\'');
    }
    let Some(inside) = text[at + 1..].chars().next() else {
        return at;
    };
    let closes = at + 1 + inside.len_utf8();
    if bytes.get(closes) == Some(&b'\'') { closes + 1 } else { at }
}

fn raw_string_end(bytes: &[u8], at: usize) -> usize {
    let hashes = bytes[at + 1..].iter().take_while(|&&byte| byte == b'#').count();
    let opens = at + 1 + hashes;
    if bytes.get(opens) != Some(&b'"') {
        return at;
    }
    let closing: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    (opens + 1..bytes.len()).find(|&at| bytes[at..].starts_with(&closing)).map_or(bytes.len(), |at| at + closing.len())
}

/// The `{` or `;` that ends a signature or an item's head.
fn body_start(bytes: &[u8], from: usize) -> usize {
    let mut depth = 0i32;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' | b';' if depth == 0 => return at,
            _ => {}
        }
    }
    bytes.len()
}

/// One past the end of the item whose head begins at `from`.
fn item_end(bytes: &[u8], from: usize) -> usize {
    let opens = body_start(bytes, from);
    let last = if bytes.get(opens) == Some(&b'{') { matching_close(bytes, opens) } else { opens };
    (last + 1).min(bytes.len())
}

fn matching_close(bytes: &[u8], opens: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in bytes.iter().enumerate().skip(opens) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    bytes.len().saturating_sub(1)
}

fn matching_open(bytes: &[u8], closes: usize) -> usize {
    let mut depth = 0;
    for at in (0..=closes).rev() {
        match bytes[at] {
            b')' => depth += 1,
            b'(' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    0
}

/// The `)` of a parameter list directly before a body, with or without a return type between.
fn parameters_before(head: &str) -> Option<usize> {
    if head.ends_with(')') {
        return Some(head.len() - 1);
    }
    let closes = head.rfind("): ")?;
    let returns = &head[closes + 3..];
    let is_type = !returns.contains([';', '{', '}', '\n', '=']) && returns.len() < 120;
    is_type.then_some(closes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_blanked_and_lifetimes_are_not() {
        let text = "fn a<'x>(b: &'x str) { let c = '{'; let d = \"}\\\"}\"; } // }\n/* { /* { */ } */ fn e() {}";
        let blanked = blank_rust(text);
        assert_eq!(blanked.len(), text.len());
        assert!(blanked.contains("fn a<'x>(b: &'x str) {"));
        assert_eq!(blanked.matches('{').count(), 2);
        assert_eq!(blanked.matches('}').count(), 2);
    }

    #[test]
    fn raw_strings_and_escaped_characters_are_blanked() {
        let text = "let a = r#\"{ \"fn x() {\" }\"#; let b = '\\''; let c = br\"{\"; let r = d; let e = 'é';";
        let blanked = blank_rust(text);
        assert!(!blanked.contains('{') && !blanked.contains("fn x"));
        assert!(blanked.contains("let r = d;"));
    }

    #[test]
    fn scripts_are_blanked_with_templates_and_patterns() {
        let text = "const a = /[\"'{/]/g; const b = `x ${c ? `{` : '}'} {`; const d = e / f; // {\nif (g) { h() }";
        let blanked = blank_script(text);
        assert_eq!(blanked.matches('{').count(), 1);
        assert!(blanked.contains("e / f;"));
    }

    #[test]
    fn test_code_is_left_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\n#[cfg(test)]\nmod golden;\nfn c() {}\n";
        let blanked = without_tests(&blank_rust(text));
        assert!(blanked.contains("fn a()") && blanked.contains("fn c()"));
        assert!(!blanked.contains("fn b()") && !blanked.contains("mod golden"));
    }

    #[test]
    fn unfinished_text_is_no_accident() {
        for text in [
            "#[cfg(test)]",
            "#[cfg(test)]\nmod a {",
            "fn a(",
            "fn",
            "\"",
            "'",
            "r#\"",
            "/*",
            "fn a() {",
            "use crate::{",
        ] {
            let code = without_tests(&blank_rust(text));
            functions_of_rust(&code);
            functions_of_script(&blank_script(text));
            assert_eq!(code.len(), text.len());
        }
    }

    #[test]
    fn functions_are_measured_from_signature_to_closing_brace() {
        let text =
            "trait T { fn declared(&self); }\nfn long(\n  a: [u8; 3],\n) -> fn(u8) {\n  // {\n}\nfn short() {}\n";
        assert_eq!(
            functions_of_rust(&blank_rust(text)),
            [Function { name: "long".into(), line: 2, lines: 5 }, Function { name: "short".into(), line: 7, lines: 1 },]
        );
    }

    #[test]
    fn functions_of_scripts_are_found_and_blocks_are_not() {
        let text = "function a(b: string): void {\n  if (b) {\n    c();\n  }\n}\nconst d = (e) => {\n  f();\n};\n\
                    class G {\n  async h(i) {\n  }\n}\n";
        let found: Vec<_> = functions_of_script(&blank_script(text))
            .into_iter()
            .map(|function| (function.name, function.line, function.lines))
            .collect();
        assert_eq!(found, [("a".into(), 1, 5), ("=>".into(), 6, 3), ("h".into(), 10, 2)]);
    }

    #[test]
    fn only_the_script_of_a_component_is_kept() {
        let text = "<p>don't {x}</p>\n<script lang=\"ts\">\nlet a = 1;\n</script>\n<style>b {}</style>";
        let script = scripts_of(text);
        assert_eq!(script.trim(), "let a = 1;");
        assert_eq!(line_of(&script, script.find("let").unwrap()), 3);
    }

    #[test]
    fn words_stand_alone() {
        assert_eq!(words("fn fnord _fn fn", "fn").collect::<Vec<_>>(), [0, 13]);
    }
}
