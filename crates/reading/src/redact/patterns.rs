//! What can be proved, or nearly: addresses with an @, numbers with a check digit, numbers after a word that says what they are.

mod contact;
mod codes;
mod figures;

use super::kinds::PersonalKind;
use super::numbers::Run;
use super::pieces::Pieces;
use super::validators::Region;

/// Pieces that fit a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    pub kind: PersonalKind,
    /// The first piece.
    pub first: usize,
    /// The last piece.
    pub last: usize,
    /// The form alone proves it; otherwise it only counts as a sign.
    pub is_certain: bool,
}

/// Every match, in order, without overlap; what stands first here goes first.
pub fn matches(pieces: &Pieces, runs: &[Run], region: Region) -> Vec<Match> {
    let mut found = Vec::new();
    contact::find(pieces, &mut found);
    codes::find(pieces, &mut found);
    figures::find(pieces, runs, region, &mut found);
    let mut taken = vec![false; pieces.all.len()];
    found.retain(|found| {
        let span = &mut taken[found.first..=found.last];
        let is_free = span.iter().all(|is_taken| !is_taken);
        if is_free {
            span.fill(true);
        }
        is_free
    });
    found.sort_by_key(|found| found.first);
    found
}
