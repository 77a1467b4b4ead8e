//! One inverted index: tantivy keeps the postings, the weighing is ours, because a question is asked in many parts and fields at
//! once and each part's share has to be known.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::MmapDirectory;
use tantivy::postings::Postings as _;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::{
    DocAddress, DocSet as _, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, Term,
};

use crate::limits::WRITER_BYTES;

/// How fast repeating a word stops helping, and how much long texts are held back: BM25's usual values.
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Rarity is told as if so many other articles stood beside: in a library of one article every word would be common.
pub(crate) const OTHERS: u64 = 100;

#[derive(Clone, Copy)]
pub(crate) struct Fields {
    key: Field,
    collection: Field,
    language: Field,
    pub(crate) head: Field,
    pub(crate) body: Field,
    pub(crate) pairs: Field,
    stored: Field,
}

/// One row: texts are terms already, joined by spaces.
pub(crate) struct Row<'a> {
    pub(crate) key: u64,
    pub(crate) collection: &'a str,
    pub(crate) language: &'a str,
    pub(crate) head: &'a [String],
    pub(crate) body: &'a [String],
    pub(crate) pairs: &'a [String],
    pub(crate) stored: String,
}

pub(crate) struct Shelf {
    index: Index,
    writer: IndexWriter,
    reader: IndexReader,
    fields: Fields,
}

impl Shelf {
    /// In memory, or in a folder that exists.
    pub(crate) fn open(folder: Option<&Path>) -> tantivy::Result<Shelf> {
        let (schema, fields) = schema();
        let index = match folder {
            None => Index::create_in_ram(schema),
            Some(folder) => Index::open_or_create(MmapDirectory::open(folder)?, schema)?,
        };
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Shelf { index, writer, reader, fields })
    }

    /// The mark that the last commit carried.
    pub(crate) fn mark(&self) -> tantivy::Result<Option<String>> {
        Ok(self.index.load_metas()?.payload)
    }

    pub(crate) fn remove(&self, key: u64) {
        self.writer.delete_term(Term::from_field_u64(self.fields.key, key));
    }

    pub(crate) fn add(&self, row: Row<'_>) -> tantivy::Result<()> {
        let mut document = TantivyDocument::default();
        document.add_u64(self.fields.key, row.key);
        document.add_text(self.fields.collection, row.collection);
        document.add_text(self.fields.language, row.language);
        document.add_text(self.fields.head, row.head.join(" "));
        document.add_text(self.fields.body, row.body.join(" "));
        document.add_text(self.fields.pairs, row.pairs.join(" "));
        document.add_text(self.fields.stored, row.stored);
        self.writer.add_document(document)?;
        Ok(())
    }

    pub(crate) fn commit(&mut self, mark: &str) -> tantivy::Result<()> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(mark);
        prepared.commit()?;
        self.reader.reload()
    }

    pub(crate) fn view(&self) -> tantivy::Result<View> {
        let searcher = self.reader.searcher();
        let mut starts = Vec::new();
        let (mut rows, mut keys) = (0, Vec::new());
        for segment in searcher.segment_readers() {
            starts.push(rows);
            let column = segment.fast_fields().u64("key")?;
            keys.extend((0..segment.max_doc()).map(|row| column.first(row).unwrap_or_default()));
            rows += segment.max_doc();
        }
        Ok(View { searcher, fields: self.fields, starts: starts.into(), keys: keys.into() })
    }
}

fn schema() -> (Schema, Fields) {
    let indexing =
        TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::WithFreqs);
    let words = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    let fields = Fields {
        key: builder.add_u64_field("key", INDEXED | FAST),
        collection: builder.add_text_field("collection", STRING),
        language: builder.add_text_field("language", STRING),
        head: builder.add_text_field("head", words.clone()),
        body: builder.add_text_field("body", words.clone()),
        pairs: builder.add_text_field("pairs", words),
        stored: builder.add_text_field("stored", STORED),
    };
    (builder.build(), fields)
}

/// What a row gets from one term: the row's number, and BM25 with weight one.
pub(crate) type Shares = Arc<Vec<(u32, f32)>>;

/// The shelf as of one commit. Rows are numbered through all segments.
#[derive(Clone)]
pub(crate) struct View {
    searcher: Searcher,
    pub(crate) fields: Fields,
    starts: Arc<[u32]>,
    /// Key of each row, removed rows included.
    pub(crate) keys: Arc<[u64]>,
}

impl View {
    pub(crate) fn rows(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn live_rows(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// How rare a term is in the body; a term that nothing holds is as rare as can be.
    pub(crate) fn rarity(&self, field: Field, term: &str) -> tantivy::Result<f32> {
        let found = self.searcher.doc_freq(&Term::from_field_text(field, term))?;
        Ok(idf(self.searcher.num_docs() + OTHERS, found))
    }

    pub(crate) fn holds(&self, field: Field, term: &str) -> tantivy::Result<bool> {
        Ok(self.searcher.doc_freq(&Term::from_field_text(field, term))? > 0)
    }

    /// Rows that may be shown: not removed, in one of the collections, in the language. `None` says all.
    pub(crate) fn allowed(&self, collections: &[String], language: Option<&str>) -> tantivy::Result<Option<Vec<bool>>> {
        let has_deletes = self.searcher.segment_readers().iter().any(|segment| segment.has_deletes());
        if collections.is_empty() && language.is_none() && !has_deletes {
            return Ok(None);
        }
        let marked = |field: Field, values: &[&str]| -> tantivy::Result<Vec<bool>> {
            let mut rows = vec![false; self.rows()];
            for value in values {
                self.each(field, value, |row, _, _| rows[row as usize] = true)?;
            }
            Ok(rows)
        };
        let mut allowed = vec![true; self.rows()];
        let mut narrow = |rows: Vec<bool>| allowed.iter_mut().zip(rows).for_each(|(one, other)| *one &= other);
        if !collections.is_empty() {
            narrow(marked(self.fields.collection, &collections.iter().map(String::as_str).collect::<Vec<_>>())?);
        }
        if let Some(language) = language {
            narrow(marked(self.fields.language, &[language])?);
        }
        for (segment, start) in self.searcher.segment_readers().iter().zip(self.starts.iter()) {
            for row in (0..segment.max_doc()).filter(|row| segment.is_deleted(*row)) {
                allowed[(start + row) as usize] = false;
            }
        }
        Ok(Some(allowed))
    }

    /// Languages of the rows, in alphabetical order.
    pub(crate) fn languages(&self) -> tantivy::Result<Vec<String>> {
        let mut found = std::collections::BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.language)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                found.insert(String::from_utf8_lossy(terms.key()).into_owned());
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Calls with every row that holds the term: its number, how often, and the class of the field's length.
    fn each(&self, field: Field, term: &str, mut see: impl FnMut(u32, u32, u8)) -> tantivy::Result<()> {
        let term = Term::from_field_text(field, term);
        for (segment, start) in self.searcher.segment_readers().iter().zip(self.starts.iter()) {
            let inverted = segment.inverted_index(field)?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqs)? else { continue };
            let lengths = segment.get_fieldnorms_reader(field)?;
            while postings.doc() != TERMINATED {
                let row = postings.doc();
                see(start + row, postings.term_freq(), lengths.fieldnorm_id(row));
                postings.advance();
            }
        }
        Ok(())
    }

    /// BM25 of one term in one field.
    pub(crate) fn shares(&self, field: Field, term: &str, allowed: Option<&[bool]>) -> tantivy::Result<Shares> {
        let rows = self.searcher.num_docs();
        let found = self.searcher.doc_freq(&Term::from_field_text(field, term))?;
        if found == 0 || rows == 0 {
            return Ok(Shares::default());
        }
        let mut tokens = 0;
        for segment in self.searcher.segment_readers() {
            tokens += segment.inverted_index(field)?.total_num_tokens();
        }
        let mean = (tokens as f32 / rows as f32).max(1.0);
        let by_class: Vec<f32> = (0..=255u8)
            .map(|class| {
                let length = tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(class) as f32;
                K1 * (1.0 - B + B * length / mean)
            })
            .collect();
        let rare = idf(rows, found);
        let mut shares = Vec::with_capacity(found as usize);
        self.each(field, term, |row, times, class| {
            if allowed.is_none_or(|allowed| allowed[row as usize]) {
                let times = times as f32;
                shares.push((row, rare * times * (K1 + 1.0) / (times + by_class[usize::from(class)])));
            }
        })?;
        Ok(Arc::new(shares))
    }

    /// What was stored with a row.
    pub(crate) fn stored(&self, row: u32) -> tantivy::Result<String> {
        let segment = self.starts.partition_point(|start| *start <= row) - 1;
        let address = DocAddress::new(segment as u32, row - self.starts[segment]);
        let document: TantivyDocument = self.searcher.doc(address)?;
        let text = document.get_first(self.fields.stored).and_then(|value| value.as_str().map(str::to_owned));
        Ok(text.unwrap_or_default())
    }
}

fn idf(rows: u64, found: u64) -> f32 {
    let (rows, found) = (rows as f32, (found as f32).min(rows as f32));
    (1.0 + (rows - found + 0.5) / (found + 0.5)).ln()
}

/// Shares that one search has looked up already: its sentences share most of their words.
#[derive(Default)]
pub(crate) struct Looked(HashMap<(Field, String), Shares>);

impl Looked {
    pub(crate) fn up(
        &mut self,
        view: &View,
        field: Field,
        term: &str,
        allowed: Option<&[bool]>,
    ) -> tantivy::Result<Shares> {
        if let Some(known) = self.0.get(&(field, term.to_owned())) {
            return Ok(known.clone());
        }
        let shares = view.shares(field, term, allowed)?;
        self.0.insert((field, term.to_owned()), shares.clone());
        Ok(shares)
    }
}
