//! Articles in; passages, answers with citations and gaps out.
//!
//! Articles are ground state and belong to the caller. Everything here that is made from them (passages, the index) is derived
//! and may be thrown away. What an article says is data: it is cleaned, never followed. Files are read in `folder` and `index`
//! alone; there is no clock, no network and no chance. Modules are declared in reading order and use only modules above them.

pub mod limits;
pub mod article;
pub mod sentence;
pub mod html;
pub mod markdown;
pub mod passage;
pub mod pdf;
pub mod source;
pub mod plan;
pub mod folder;
pub mod terms;
mod shelf;
pub mod embed;
pub mod index;
pub mod search;
pub mod extract;
pub mod curve;
pub mod gaps;
