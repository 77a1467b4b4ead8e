//! HTML into Markdown: headings, paragraphs, lists, tables and links stay; scripts, styles and navigation go.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// What a page says, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub title: Option<String>,
    pub language: Option<String>,
    pub markdown: String,
}

/// Parts of a page that are not what it says. They may hold one another.
const LEFT_OUT: &[&str] = &[
    "script", "style", "nav", "footer", "aside", "noscript", "template", "svg", "button", "select", "iframe",
    "textarea",
];

/// Reads a page. It never fails: whatever the bytes are, the rules of HTML give them a meaning.
pub fn to_markdown(html: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let writer = tokenizer.sink.0.into_inner();
    Page { title: writer.title_text(), language: writer.language.clone(), markdown: writer.finish() }
}

#[derive(Default)]
struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => writer.text(&text),
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                match tag.kind {
                    TagKind::StartTag => writer.start(&name, &tag),
                    TagKind::EndTag => writer.end(&name),
                }
                // Without this, what stands in a script would be taken for tags.
                match (tag.kind, name.as_str()) {
                    (TagKind::StartTag, "script") => return TokenSinkResult::RawData(RawKind::ScriptData),
                    (TagKind::StartTag, "style" | "iframe" | "noscript") => {
                        return TokenSinkResult::RawData(RawKind::Rawtext);
                    }
                    (TagKind::StartTag, "textarea" | "title") => {
                        return TokenSinkResult::RawData(RawKind::Rcdata);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    title: String,
    language: Option<String>,
    in_title: bool,
    left_out: Vec<String>,
    /// One entry per open list: the number of the next item, or `None` for bullets.
    lists: Vec<Option<u32>>,
    /// Addresses of open links, with where their text begins.
    links: Vec<(String, usize)>,
    in_row: bool,
    in_cell: bool,
    cells: usize,
    rows: usize,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
        } else if self.left_out.is_empty() {
            // Characters that Markdown would read as markup are said to be characters.
            for c in text.chars() {
                match c {
                    c if c.is_whitespace() && self.out.ends_with(char::is_whitespace) => {}
                    c if c.is_whitespace() => self.out.push(' '),
                    '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '|' => self.out.extend(['\\', c]),
                    '#' | '>' | '+' | '-' | '=' | '~' if self.out.is_empty() || self.out.ends_with('\n') => {
                        self.out.extend(['\\', c]);
                    }
                    _ => self.out.push(c),
                }
            }
        }
    }

    fn start(&mut self, name: &str, tag: &Tag) {
        if LEFT_OUT.contains(&name) {
            if !tag.self_closing {
                self.left_out.push(name.to_owned());
            }
            return;
        }
        match name {
            "html" => self.language = attribute(tag, "lang"),
            "title" => self.in_title = true,
            _ if !self.left_out.is_empty() => {}
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                let level = usize::from(name.as_bytes()[1] - b'0');
                self.out.push_str(&"#".repeat(level));
                self.out.push(' ');
            }
            "br" => self.line(),
            "ul" => self.open_list(None),
            "ol" => self.open_list(Some(1)),
            "li" => self.item(),
            "table" => {
                self.block();
                self.rows = 0;
            }
            "tr" => {
                self.end_row();
                self.line();
                (self.in_row, self.cells) = (true, 0);
                self.out.push('|');
            }
            "td" | "th" => {
                self.end_cell();
                self.cells += 1;
                self.in_cell = true;
            }
            "a" => {
                let address =
                    attribute(tag, "href").filter(|href| href.starts_with("http") || href.starts_with("mailto:"));
                self.links.push((address.unwrap_or_default(), self.out.len()));
            }
            _ if is_block(name) => self.block(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if LEFT_OUT.contains(&name) {
            // An end tag also closes what was left open inside it.
            if let Some(at) = self.left_out.iter().rposition(|open| open == name) {
                self.left_out.truncate(at);
            }
            return;
        }
        match name {
            "title" => self.in_title = false,
            _ if !self.left_out.is_empty() => {}
            "ul" | "ol" => {
                self.lists.pop();
                self.block();
            }
            "td" | "th" => self.end_cell(),
            "tr" => self.end_row(),
            "table" => {
                self.end_row();
                self.block();
            }
            "a" => {
                if let Some((address, from)) = self.links.pop() {
                    let is_shown = self.out.get(from..).is_some_and(|text| text.contains(&address));
                    if !address.is_empty() && !is_shown {
                        self.out.push_str(&format!(" (<{address}>)"));
                    }
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(),
            _ if is_block(name) => self.block(),
            _ => {}
        }
    }

    /// End tags of cells and rows may be left out.
    fn end_cell(&mut self) {
        if std::mem::take(&mut self.in_cell) {
            self.out.push_str(" |");
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if !std::mem::take(&mut self.in_row) {
            return;
        }
        if self.rows == 0 {
            self.out.push_str(&format!("\n|{}", "---|".repeat(self.cells.max(1))));
        }
        self.rows += 1;
        self.out.push('\n');
    }

    fn open_list(&mut self, number: Option<u32>) {
        if self.lists.is_empty() {
            self.block()
        } else {
            self.line()
        }
        self.lists.push(number);
    }

    fn item(&mut self) {
        self.line();
        self.out.push_str(&"   ".repeat(self.lists.len().saturating_sub(1)));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&format!("{number}. "));
                *number += 1;
            }
            _ => self.out.push_str("- "),
        }
    }

    fn line(&mut self) {
        if self.in_row || self.out.is_empty() {
            return;
        }
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn block(&mut self) {
        // A paragraph inside an item or a cell belongs to it.
        if self.in_row || !self.lists.is_empty() || self.out.is_empty() {
            return;
        }
        self.out.truncate(self.out.trim_end().len());
        self.out.push_str("\n\n");
    }

    fn title_text(&self) -> Option<String> {
        Some(self.title.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|title| !title.is_empty())
    }

    fn finish(self) -> String {
        self.out.trim().to_owned()
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "body"
            | "dl"
            | "dt"
            | "dd"
            | "pre"
            | "blockquote"
            | "figure"
            | "hr"
    )
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| attribute.value.to_string())
}
