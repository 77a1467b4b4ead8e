//! What one turn may hold, and what happens beyond it.

/// Bytes of one turn that are read; what stands beyond them is hidden whole. Four bytes for each of the 8,000 characters that a turn may have.
pub const TURN_BYTES_MAX: usize = 32_000;
/// Spans of one turn that are hidden one by one; beyond them the rest of the turn is hidden whole.
pub const SPANS_MAX: usize = 256;
/// Different hidden values of one turn that are also looked for in the rest of it; beyond them the rest is hidden whole.
pub const VALUES_MAX: usize = 64;
/// Characters of one web address or e-mail address.
pub const ADDRESS_CHARS_MAX: usize = 320;
/// Pieces that one number written in groups or words may have.
pub const NUMBER_PIECES_MAX: usize = 48;
