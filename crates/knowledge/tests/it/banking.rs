use std::fs;
use std::path::PathBuf;

use signalbox_knowledge::search::Query;
use signalbox_knowledge::source::{Mapping, read};

use crate::{defaults, index};

#[test]
fn customers_stories_find_what_they_need_in_a_real_bank_s_library() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let Ok(documents) = fs::read(data.join("knowledge_banking.docs.jsonl")) else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let mapping = Mapping { body: "content".to_owned(), ..Mapping::default() };
    let outcome = read("docs.jsonl", &documents, &defaults(), &mapping);
    assert_eq!((outcome.articles.len(), outcome.rejected.len()), (698, 0));
    let index = index(&outcome.articles);
    let queries = fs::read_to_string(data.join("knowledge_banking.queries.jsonl")).unwrap();
    let (mut recall, mut count) = (0.0, 0.0);
    for line in queries.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let needed: Vec<&str> =
            row["required_documents"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let result = index.reader().search(&Query::new(row["query"].as_str().unwrap())).unwrap();
        let right = result.hits.iter().filter(|hit| needed.contains(&hit.article.as_str())).count();
        recall += right as f64 / needed.len() as f64;
        count += 1.0;
    }
    assert!(recall / count > 0.30, "recall@10 is {:.3}", recall / count);
}
