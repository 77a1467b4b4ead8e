use expect_test::expect;
use signalbox_knowledge::article::{Article, clean, slug, stale};
use signalbox_knowledge::html::to_markdown;
use signalbox_knowledge::markdown::Kind;
use signalbox_knowledge::passage::passages;

use crate::article;

fn shown(article: &Article) -> String {
    let passages = passages(article);
    let one = |passage: &signalbox_knowledge::passage::Passage| {
        format!("[{}] {:?}\n{}\n", passage.headings.join(" > "), passage.range, passage.text)
    };
    passages.iter().map(one).collect()
}

fn words(count: usize, of: &str) -> String {
    (0..count).map(|number| format!("{of}{number}")).collect::<Vec<_>>().join(" ") + "."
}

#[test]
fn markup_goes_and_links_stay_as_text_and_address() {
    let body = "# Cards\n\nA **gold** card, see [fees](https://x.example/fees) or <https://x.example>.\n\n\
        - one\n- two\n  1. inner\n\n| card | fee |\n|---|---|\n| Gold | $5 |\n\n<div onclick=\"evil()\">Call <b>us</b></div>\n\n\
        <script>alert(1)</script>\n";
    expect![[r#"
        [Cards] 0..192
        Cards
        A gold card, see fees (https://x.example/fees) or https://x.example.
        - one
        - two
        1. inner
        card | fee
        Gold | $5
        Call us
    "#]]
    .assert_eq(&shown(&article("cards", "Cards", body)));
}

#[test]
fn a_passage_ends_at_a_heading_once_it_is_long_enough_and_carries_its_headings() {
    let body = format!("# Top\n\n## A\n\n{}\n\n## B\n\n{}\n\n### C\n\nshort", words(130, "a"), words(40, "b"));
    let cut = passages(&article("x", "X", &body));
    let seen: Vec<_> = cut.iter().map(|one| (one.headings.join(" > "), one.text.split_whitespace().count())).collect();
    assert_eq!(seen, [("Top > A".to_owned(), 132), ("Top > B".to_owned(), 43)]);
    assert!(body[cut[1].range.clone()].starts_with("## B"));
    assert_eq!(cut[1].range.end, body.len());
}

#[test]
fn rows_and_items_are_never_divided() {
    let rows: String = (0..80).map(|row| format!("| card {row} | costs {row} dollars a year |\n")).collect();
    let items: String = (0..60).map(|item| format!("- item {item} of a long list of things\n")).collect();
    let cut = passages(&article("t", "T", &format!("| card | fee |\n|---|---|\n{rows}\n{items}")));
    assert!(cut.len() > 3);
    for passage in &cut {
        for part in &passage.parts {
            let text = &passage.text[part.range.clone()];
            match part.kind {
                Kind::Row => assert!(text == "card | fee" || text.ends_with("dollars a year"), "{text}"),
                Kind::Item => assert!(text.starts_with("- item") && text.ends_with("things"), "{text}"),
                other => panic!("{other:?}: {text}"),
            }
        }
    }
}

#[test]
fn a_long_paragraph_is_divided_between_sentences() {
    let body = [words(100, "a"), words(90, "b"), words(90, "c")].join(" ");
    let cut = passages(&article("p", "P", &body));
    assert_eq!(cut.iter().map(|one| one.text.split_whitespace().count()).collect::<Vec<_>>(), [190, 90]);
    assert!(cut[1].text.starts_with("c0"));
}

#[test]
fn a_passage_keeps_its_id_while_its_text_is_the_same() {
    let (a, b) = (words(150, "a"), words(150, "b"));
    let ids = |body: &str| passages(&article("x", "X", body)).into_iter().map(|one| one.id).collect::<Vec<_>>();
    let before = ids(&format!("## A\n\n{a}\n\n## B\n\n{b}"));
    let after = ids(&format!("## New\n\n{}\n\n## A\n\n{a}\n\n## B\n\n{b}", words(150, "new")));
    assert_eq!(before, after[1..]);
    let twice = ids(&format!("{a}\n\n{b}\n\n{a}"));
    assert_eq!(twice[2], format!("{}-1", twice[0]));
}

#[test]
fn html_keeps_what_the_page_says_and_drops_what_surrounds_it() {
    let page = to_markdown(
        "<html lang='en-GB'><head><title>Fees &amp; limits</title><style>p{}</style></head><body><nav><a href='/'>Home</a></nav>\
         <main><h1>Fees</h1><p>Paying <b>abroad</b>\n costs *1.5 %*. <a href='https://x.example/a'>More</a></p>\
         <script>if (a < b) document.write('<p>evil</p>')</script><ul><li>one<li>two <p>more</p></ul>\
         <table><tr><th>Card<th>Fee</tr><tr><td>Gold</td><td>$5</td></tr></table></main><footer>© Bank</footer></body></html>",
    );
    assert_eq!((page.title.as_deref(), page.language.as_deref()), (Some("Fees & limits"), Some("en-GB")));
    expect![[r#"
        [Fees] 0..121
        Fees
        Paying abroad costs *1.5 %*. More (https://x.example/a)
        - one
        - two more
        Card | Fee
        Gold | $5
    "#]]
    .assert_eq(&shown(&article("fees", "Fees", &page.markdown)));
}

#[test]
fn characters_that_hide_or_reorder_are_taken_out() {
    assert_eq!(clean("a\u{0}b\u{202e}c\u{200b}d\r\ne\u{7}\tf\u{e0041}"), "abcd\ne\tf");
    assert_eq!(slug("Help Centre/Fees & Limits (2026)"), "help-centre/fees-limits-2026");
}

#[test]
fn what_is_overdue_comes_first_and_no_day_is_no_freshness() {
    let on = |id: &str, day: Option<&str>| Article {
        review_by: day.map(|day| day.parse().unwrap()),
        ..article(id, id, "text")
    };
    let articles = [
        on("none", None),
        on("old", Some("2026-01-01")),
        on("today", Some("2026-11-22")),
        on("late", Some("2026-11-01")),
    ];
    let found: String = stale(&articles, "2026-11-22".parse().unwrap())
        .iter()
        .map(|one| format!("{} {:?}\n", one.article, one.why))
        .collect();
    expect![[r#"
        old Overdue { days: 325 }
        late Overdue { days: 21 }
        none NoReviewDay
    "#]]
    .assert_eq(&found);
}
