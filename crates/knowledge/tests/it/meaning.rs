use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use signalbox_knowledge::embed::{Model, NoModel, cosine};
use signalbox_knowledge::index::Index;
use signalbox_knowledge::search::Query;

use crate::library;

/// Four directions: what is gone, what is eaten, limits, and nothing in particular. `card` is everywhere and says nothing.
const TOKENS: &[(&str, [f32; 4])] = &[
    ("[UNK]", [0.0, 0.0, 0.0, 0.0]),
    ("card", [0.0, 0.0, 0.0, 0.0]),
    ("plastic", [1.0, 0.0, 0.1, 0.0]),
    ("lost", [0.9, 0.0, 0.0, 0.3]),
    ("mis", [0.9, 0.1, 0.0, 0.0]),
    ("##laid", [0.9, 0.0, 0.0, 0.2]),
    ("limits", [0.0, 0.0, 1.0, 0.0]),
    ("cafe", [0.0, 1.0, 0.0, 0.0]),
];

fn write(folder: &Path, kind: &str) {
    let vocabulary: HashMap<&str, usize> = TOKENS.iter().enumerate().map(|(at, (token, _))| (*token, at)).collect();
    let tokenizer = serde_json::json!({
        "normalizer": { "type": "BertNormalizer", "lowercase": true },
        "model": { "type": kind, "vocab": vocabulary, "unk_token": "[UNK]", "continuing_subword_prefix": "##" },
    });
    std::fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    std::fs::write(folder.join("config.json"), r#"{"normalize": true}"#).unwrap();
    let bytes: Vec<u8> = TOKENS.iter().flat_map(|(_, row)| row).flat_map(|value| value.to_le_bytes()).collect();
    let view = TensorView::new(Dtype::F32, vec![TOKENS.len(), 4], &bytes).unwrap();
    let file = safetensors::serialize([("embeddings", view)], None).unwrap();
    std::fs::write(folder.join("model.safetensors"), file).unwrap();
}

#[test]
fn a_question_without_a_common_word_finds_its_article_by_meaning() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "WordPiece");
    let model = Arc::new(Model::open(folder.path()).unwrap());
    let mut index = Index::in_ram(Some(model)).unwrap();
    library().iter().for_each(|article| index.upsert(article).unwrap());
    index.commit().unwrap();
    let result = index.reader().search(&Query::new("mislaid plastic")).unwrap();
    assert_eq!(result.hits[0].article, "lost-card");
    assert!(result.hits[0].confidence > 0.8, "{}", result.hits[0].confidence);
    assert!(result.hits[0].matched.is_empty());
}

#[test]
fn words_are_cut_into_known_pieces_and_unknown_ones_say_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "WordPiece");
    let model = Model::open(folder.path()).unwrap();
    assert_eq!((model.width(), model.embed("xyzzy?!")), (4, None));
    let (a, b) = (model.embed("Mislaid CARD").unwrap(), model.embed("mis laid-card").unwrap());
    assert!((cosine(&a, &a) - 1.0).abs() < 1e-6);
    assert!(cosine(&a, &b) < 1.0, "`laid` alone is unknown, `##laid` is not");
    assert_eq!(model.embed("Café"), model.embed("cafe"));
}

#[test]
fn another_kind_of_tokenizer_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "Unigram");
    let refused = Model::open(folder.path()).unwrap_err();
    assert!(matches!(&refused, NoModel::OtherTokenizer(kind) if kind == "Unigram"), "{refused}");
    let missing = Model::open(&folder.path().join("nowhere")).unwrap_err();
    assert!(missing.to_string().contains("model.safetensors"), "{missing}");
}
