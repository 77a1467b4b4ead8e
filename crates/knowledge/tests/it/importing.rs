use std::collections::BTreeMap;
use std::fs;

use expect_test::expect;
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use signalbox_knowledge::article::Article;
use signalbox_knowledge::folder::read_folder;
use signalbox_knowledge::limits::COLLECTION_ARTICLES_MAX;
use signalbox_knowledge::plan::{Gone, Refused, apply, plan};
use signalbox_knowledge::source::{Mapping, Outcome, read};

use crate::{article, defaults};

/// A PDF with one page that shows these lines.
fn pdf(lines: &[&str], is_encrypted: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 12.into()]),
        Operation::new("Td", vec![100.into(), 600.into()]),
    ];
    for line in lines {
        operations.push(Operation::new("Tj", vec![Object::string_literal(*line)]));
        operations.push(Operation::new("Td", vec![0.into(), (-14).into()]));
    }
    operations.push(Operation::new("ET", vec![]));
    let content = document.add_object(Stream::new(dictionary! {}, Content { operations }.encode().unwrap()));
    let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content });
    let tree = dictionary! {
        "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalogue = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalogue);
    let info = document.add_object(dictionary! { "Title" => Object::string_literal("Card terms") });
    document.trailer.set("Info", info);
    if is_encrypted {
        let secret = || Object::string_literal(vec![7u8; 32]);
        let lock =
            dictionary! { "Filter" => "Standard", "V" => 1, "R" => 2, "O" => secret(), "U" => secret(), "P" => -4 };
        let lock = document.add_object(lock);
        document.trailer.set("Encrypt", lock);
        let id = || Object::string_literal("0123456789abcdef");
        document.trailer.set("ID", vec![id(), id()]);
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn shown(outcome: &Outcome) -> String {
    let mut text = String::new();
    for one in &outcome.articles {
        let (owner, review) = (one.owner.as_deref().unwrap_or("nobody"), one.review_by.map(|day| day.to_string()));
        let (id, title, language) = (&one.id, &one.title, &one.language);
        text += &format!("{id} | {title} | {language} | {owner} | {review:?} | {:?}\n", one.body);
    }
    for one in &outcome.rejected {
        text += &format!("! {}: {}\n", one.name, one.why);
    }
    text
}

#[test]
fn a_folder_gives_articles_and_says_why_a_file_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write("Cards/Lost Card.md", b"# Replace a lost card\n\nBlock it first.");
    write("fees.md", b"---\ntitle: Fees\nowner: Grace\nreview_by: 2027-01-31\nlanguage: en-GB\n---\nNone.\n");
    write("bad-day.md", b"---\nreview_by: soon\n---\nText\n");
    write("limits.html", b"<title>Limits</title><p>Two thousand a day.</p>");
    write(
        "terms.pdf",
        &pdf(&["The card costs nothing in the first year.", "It costs $20 a year after-", "wards."], false),
    );
    write("locked.pdf", &pdf(&["Secret"], true));
    write("scan.pdf", &pdf(&[], false));
    write("broken.pdf", b"%PDF-1.5 and then nothing");
    write("latin1.md", b"Geb\xfchren");
    write("empty.md", b" \n");
    write("photo.jpg", b"\xff\xd8");
    write(".hidden.md", b"not looked at");
    let outcome = read_folder(folder.path(), &defaults(), &Mapping::default()).unwrap();
    expect![[r##"
        cards/lost-card | Replace a lost card | en | Ada | None | "# Replace a lost card\n\nBlock it first."
        fees | Fees | en | Grace | Some("2027-01-31") | "None."
        limits | Limits | en | Ada | None | "Two thousand a day."
        terms | Card terms | en | Ada | None | "The card costs nothing in the first year. It costs $20 a year afterwards."
        ! bad-day.md: `review_by` is no date like 2026-11-22
        ! broken.pdf: it is damaged or no PDF; open it and save it again
        ! empty.md: it holds no text; a scanned document has to be read by OCR first
        ! latin1.md: it is not UTF-8; save it as UTF-8
        ! locked.pdf: it is encrypted; save it without a password
        ! photo.jpg: its name ends in none of .md .markdown .txt .html .htm .pdf .jsonl
        ! scan.pdf: it holds pictures and no text; a scanned document has to be read by OCR first
    "##]].assert_eq(&shown(&outcome));
}

#[test]
fn rows_are_read_by_their_mapping_and_bad_ones_are_named_by_line() {
    let rows = "{\"id\":\"a\",\"title\":\"A\",\"content\":\"Text\",\"updated\":5}\n\nnot json\n{\"id\":\"b\",\"title\":\"B\"}\n\
        {\"id\":\"\",\"title\":\"C\",\"content\":\"x\"}\n{\"id\":\"d\",\"title\":\"D\",\"content\":\"x\",\"review_by\":\"31/12\"}\n";
    let mapping = Mapping { body: "content".to_owned(), ..Mapping::default() };
    let outcome = read("faq.jsonl", rows.as_bytes(), &defaults(), &mapping);
    assert_eq!(outcome.articles[0].updated.millis(), 5);
    expect![[r#"
        a | A | en | Ada | None | "Text"
        ! faq.jsonl:3: the line is no JSON object: Syntax error at column 2
        ! faq.jsonl:4: `content` is missing or no text
        ! faq.jsonl:5: it has no id; give every article one that stays the same
        ! faq.jsonl:6: `review_by` is no date like 2026-11-22
    "#]]
    .assert_eq(&shown(&outcome));
}

#[test]
fn an_import_is_planned_by_difference_and_then_applied() {
    let there = [article("same", "Same", "text"), article("old", "Old", "text"), article("edited", "Edited", "before")];
    let mut later = article("same", "Same", "text");
    later.updated = signalbox_model::time::Timestamp(99);
    let repeated = article("new", "New again", "text");
    let articles = vec![later, article("edited", "Edited", "after"), article("new", "New", "text"), repeated];
    let plan = plan(&there, Outcome { articles, rejected: vec![] });
    expect![[r#"
        1 added, 1 changed, 1 unchanged, 1 gone, 1 rejected
        + new
        ~ edited
        - old
        ! new.md: another article of this import has the id `new`; ids must differ
    "#]]
    .assert_eq(&plan.to_string());

    let by_id = || there.iter().map(|one| (one.id.clone(), one.clone())).collect::<BTreeMap<String, Article>>();
    let mut all = by_id();
    apply(&plan, Gone::Keep, &mut all).unwrap();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["edited", "new", "old", "same"]);
    assert_eq!(all["edited"].body, "after");
    let mut all = by_id();
    apply(&plan, Gone::Remove, &mut all).unwrap();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["edited", "new", "same"]);
}

#[test]
fn a_collection_that_would_grow_too_large_is_left_as_it_is() {
    let articles = (0..=COLLECTION_ARTICLES_MAX).map(|number| article(&number.to_string(), "T", "text")).collect();
    let plan = plan(&[], Outcome { articles, rejected: vec![] });
    let mut all = BTreeMap::new();
    let refused = apply(&plan, Gone::Remove, &mut all);
    let articles = COLLECTION_ARTICLES_MAX + 1;
    assert_eq!(refused, Err(Refused::TooManyArticles { collection: "faq".to_owned(), articles }));
    assert!(all.is_empty());
}

#[test]
fn what_is_too_long_or_too_large_is_rejected() {
    let long = "word ".repeat(100_000);
    let outcome = read("long.md", long.as_bytes(), &defaults(), &Mapping::default());
    assert!(outcome.rejected[0].why.to_string().contains("400000 are allowed"), "{}", outcome.rejected[0].why);
    let large = vec![b'a'; signalbox_knowledge::limits::FILE_BYTES_MAX + 1];
    let outcome = read("large.md", &large, &defaults(), &Mapping::default());
    assert!(outcome.rejected[0].why.to_string().starts_with("it has 20971521 bytes"), "{}", outcome.rejected[0].why);
}
