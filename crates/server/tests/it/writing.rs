//! Pages that are written from the program: `UPDATE_EXPECT=1` writes them again.

use expect_test::expect_file;
use signalbox_engine::measures::DEFINITIONS;
use signalbox_model::event::{Class, Event};

/// What stands above each variant of the event list: its meaning, in the words of the source.
fn meanings() -> Vec<(String, String)> {
    let source = include_str!("../../../model/src/event.rs");
    let mut meaning = String::new();
    let mut found = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            meaning = text.to_owned();
        } else if let Some((_, rest)) = line.split_once(") = \"")
            && let Some((name, _)) = rest.split_once('"')
        {
            found.push((name.to_owned(), std::mem::take(&mut meaning)));
        }
    }
    found
}

#[test]
fn the_page_about_events_names_every_event() {
    let meanings = meanings();
    let mut page = String::from(
        "# Events\n\n\
         Everything that happens is a fact in one ordered log. *Reported* facts come from outside: what somebody did, saw or wants; a name that ends in\n\
         `_asked` is a wish. *Decided* facts come from the engine alone and name the fact that they follow from. Facts never hold what people said: words\n\
         stand beside the log, under a key per customer, and a fact names them by id.\n\n\
         A fact as the API shows it: `{position, at, occurred_at, type, class, actor, cause, words, because, data}`; see `GET /api/conversations/{id}/timeline`\n\
         and `GET /api/audit`. This page is written from the program; a test compares them.\n\n\
         | name | class | meaning |\n|---|---|---|\n",
    );
    for (name, class) in Event::NAMES {
        let class = match class {
            Class::Reported => "reported",
            Class::Decided => "decided",
        };
        let meaning = meanings.iter().find(|(known, _)| known == name).map(|(_, meaning)| meaning.as_str());
        page += &format!(
            "| `{name}` | {class} | {} |\n",
            meaning.unwrap_or_else(|| panic!("{name} has no meaning in the source"))
        );
    }
    expect_file!["../../../../docs/events.md"].assert_eq(&page);
}

#[test]
fn the_page_about_numbers_is_made_of_their_definitions() {
    let mut page = String::from(
        "# Numbers\n\n\
         Every number has one definition, used by live screens, history, alerts and the simulator alike. A definition is never changed: a new formula gets a\n\
         new version and starts a new series. A number that cannot be said is shown as such, with the reason: never as zero.\n\n\
         *T* is the queue's target for the channel, *S* its limit for short abandons, both as they were when the wait ended. A *stay* is the time that a\n\
         conversation spends in one queue. This page is written from the program; a test compares them, and `GET /api/measures/definitions` says the same.\n",
    );
    for definition in DEFINITIONS {
        page += &format!(
            "\n## {}\n\n`{}`, in {}\n\n- Formula: {}\n- Does not count: {}\n- Source: {}\n",
            definition.name,
            definition.id,
            match definition.unit.as_str() {
                "ms" => "milliseconds",
                "ratio" => "a share from 0 to 1",
                _ => "a count",
            },
            definition.formula,
            definition.excludes,
            definition.source
        );
    }
    expect_file!["../../../../docs/metrics.md"].assert_eq(&page);
}

#[test]
fn the_manual_of_the_api_names_every_error_code() {
    let page = include_str!("../../../../docs/api.md");
    for code in signalbox_server::api::error::Code::ALL {
        assert!(page.contains(&format!("`{}`", code.as_str())), "docs/api.md does not name `{}`", code.as_str());
    }
}
