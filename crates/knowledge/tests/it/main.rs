//! Texts in; passages, plans, hits and answers out.

mod banking;
mod importing;
mod passages;
mod retrieval;
mod meaning;

use signalbox_knowledge::article::Article;
use signalbox_knowledge::index::Index;
use signalbox_knowledge::source::Defaults;
use signalbox_model::time::Timestamp;

/// An article in the collection `faq`, in English.
fn article(id: &str, title: &str, body: &str) -> Article {
    Article {
        id: id.to_owned(),
        collection: "faq".to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        source: format!("{id}.md"),
        owner: None,
        review_by: None,
        language: "en".to_owned(),
        updated: Timestamp(0),
    }
}

fn defaults() -> Defaults {
    let (collection, language) = ("faq".to_owned(), "en".to_owned());
    Defaults { collection, language, owner: Some("Ada".to_owned()), review_by: None, now: Timestamp(1_000) }
}

fn index(articles: &[Article]) -> Index {
    let mut index = Index::in_ram(None).unwrap();
    for article in articles {
        index.upsert(article).unwrap();
    }
    index.commit().unwrap();
    index
}

/// A small bank's answers.
fn library() -> Vec<Article> {
    let german = Article {
        language: "de".to_owned(),
        collection: "hilfe".to_owned(),
        ..article("konto", "Konto schließen", "")
    };
    vec![
        article(
            "fees",
            "Fees abroad",
            "## Card payments\n\nPaying by card abroad costs 1.5 % of the amount. Payments in euro are free.\n\n\
             ## Cash\n\nEach withdrawal from a foreign machine costs $3. The machine's owner may ask for more.",
        ),
        article(
            "lost-card",
            "Replace a lost card",
            "## Block it\n\n1. Open **Cards** in the app.\n2. Choose the lost card.\n3. Press *Block*.\n\n\
             ## Order a new one\n\nA new card arrives within 5 days. See [delivery](https://bank.example/delivery).",
        ),
        article(
            "limits",
            "Sending limits",
            "You may send up to $2,000 a day. Ask us to raise the limit before a large transfer.",
        ),
        Article {
            body: "Sie schließen Ihr Konto in den Einstellungen. Das Guthaben wird überwiesen.".to_owned(),
            ..german
        },
    ]
}
