//! Markdown into plain parts: headings, paragraphs, list items, table rows and code, each with its place in the body.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use crate::html;

/// One part of an article that is not divided without need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    /// Plain text: no markup, links as text and address.
    pub text: String,
    /// Where it stands in the body.
    pub range: Range<usize>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A heading, 1 to 6.
    Heading(u8),
    Paragraph,
    Item,
    Row,
    Code,
}

/// The parts of a body in order. Parts without text are left out.
pub fn blocks(body: &str) -> Vec<Block> {
    let mut walk = Walk { body, ..Walk::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        walk.event(event, range);
    }
    walk.flush();
    walk.blocks
}

#[derive(Default)]
struct Walk<'a> {
    body: &'a str,
    blocks: Vec<Block>,
    text: String,
    kind: Option<Kind>,
    range: Range<usize>,
    /// One entry per open list: the number of the next item, or `None` for bullets.
    lists: Vec<Option<u64>>,
    /// Open links: the address, and where the link's text begins.
    links: Vec<(String, usize)>,
    markup: String,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end, range),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(&text, range);
            }
            Event::Html(markup) => self.markup.push_str(&markup),
            Event::SoftBreak => self.push(" ", range),
            Event::HardBreak => self.push(if self.kind == Some(Kind::Row) { " " } else { "\n" }, range),
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }, range),
            Event::InlineHtml(_) | Event::FootnoteReference(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => self.begin(Kind::Heading(depth(level)), range),
            // A paragraph inside an item belongs to the item; a second one there is a part of its own.
            Tag::Paragraph if self.kind == Some(Kind::Item) && self.is_only_marker() => {}
            Tag::Paragraph if self.lists.is_empty() => self.begin(Kind::Paragraph, range),
            Tag::Paragraph => self.begin(Kind::Item, range),
            Tag::CodeBlock(_) => self.begin(Kind::Code, range),
            Tag::List(number) => {
                self.flush();
                self.lists.push(number);
            }
            Tag::Item => self.begin_item(range),
            Tag::TableHead | Tag::TableRow => self.begin(Kind::Row, range),
            Tag::TableCell if !self.text.is_empty() => self.text.push_str(" | "),
            Tag::Link { dest_url, link_type, .. } => {
                let address = if link_type == LinkType::Email { String::new() } else { dest_url.to_string() };
                self.links.push((address, self.text.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd, range: Range<usize>) {
        match end {
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::TableHead | TagEnd::TableRow => {
                self.flush()
            }
            TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Link => self.end_link(),
            TagEnd::HtmlBlock => self.end_markup(range),
            _ => {}
        }
    }

    fn begin(&mut self, kind: Kind, range: Range<usize>) {
        self.flush();
        (self.kind, self.range) = (Some(kind), range);
    }

    fn begin_item(&mut self, range: Range<usize>) {
        self.begin(Kind::Item, range.start..range.start);
        self.text = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
    }

    fn is_only_marker(&self) -> bool {
        self.text.trim_end_matches([' ', '.', '-']).chars().all(|c| c.is_ascii_digit())
    }

    fn push(&mut self, text: &str, range: Range<usize>) {
        if self.kind.is_none() {
            (self.kind, self.range) = (Some(Kind::Paragraph), range.clone());
        }
        self.range.end = self.range.end.max(range.end);
        self.text.push_str(text);
    }

    fn end_link(&mut self) {
        let Some((address, from)) = self.links.pop() else { return };
        let shown = self.text.get(from..).unwrap_or_default().to_owned();
        if shown.is_empty() {
            self.text.push_str(&address);
        } else if !address.is_empty() && !address.starts_with('#') && shown != address {
            self.text.push_str(&format!(" ({address})"));
        }
    }

    /// HTML inside Markdown is read as HTML, so that no tag comes through as text.
    fn end_markup(&mut self, range: Range<usize>) {
        self.flush();
        let page = html::to_markdown(&std::mem::take(&mut self.markup));
        let inner = Parser::new(&page.markdown).filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.to_string()),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => Some(" ".to_owned()),
            _ => None,
        });
        let text = inner.collect::<String>();
        (self.kind, self.range, self.text) = (Some(Kind::Paragraph), range, text);
        self.flush();
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let Some(kind) = self.kind.take() else { return };
        let is_marker = kind == Kind::Item && text.trim_matches([' ', '.', '-']).chars().all(|c| c.is_ascii_digit());
        let text = if kind == Kind::Code { text.trim_end().to_owned() } else { tidy(&text) };
        if text.trim().is_empty() || is_marker {
            return;
        }
        let source = &self.body[self.range.clone()];
        let end = self.range.start + source.trim_end().len();
        self.blocks.push(Block { kind, text, range: self.range.start..end });
    }
}

fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
