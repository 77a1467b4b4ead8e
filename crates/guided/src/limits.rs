//! The bounds of a guided agent. What happens at each stands beside it.

/// Characters of one procedure's text; a longer one is refused when it is saved.
pub const PROCEDURE_CHARS_MAX: usize = 20_000;
/// Steps of one procedure; a longer one is refused when it is saved.
pub const STEPS_MAX: usize = 60;
/// Trigger phrases of one procedure; more are refused when it is saved.
pub const TRIGGERS_MAX: usize = 40;
/// Characters of a sentence that is said, before values are put in; a longer one is refused when it is saved.
pub const SAY_CHARS_MAX: usize = 600;
/// Times that one `go to` may go back; more are refused when it is saved.
pub const LOOP_TIMES_MAX: u8 = 5;
/// Problems that one check reports; the rest show when these are solved.
pub const PROBLEMS_MAX: usize = 50;
/// Characters of a customer's turn that are read; the rest is left unread.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Words of a customer's turn that are compared with phrases; the rest is left unread.
pub const WORDS_MAX: usize = 400;
/// Characters of a value from a tool that may be said; a longer one counts as a failure of the tool.
pub const TOOL_VALUE_CHARS_MAX: usize = 200;
/// Characters of a passage that are said; it is cut after a sentence.
pub const EXTRACT_CHARS_MAX: usize = 600;
/// Passages cited with one answer; further ones are left out.
pub const CITATIONS_MAX: usize = 3;
/// Characters of a search query; a longer one is cut.
pub const QUERY_CHARS_MAX: usize = 400;
/// Instructions that one input may carry out; then the conversation goes to a person.
pub const FUEL_MAX: u32 = 256;
/// Sentences said after one input; further ones are joined to the last.
pub const SAYS_MAX: usize = 6;
/// Moves that one input may cause: everything said, the disclosure, and one move that waits or ends.
pub const MOVES_MAX: usize = SAYS_MAX + 2;
/// Procedures that may wait for another to end; a further one replaces the current one.
pub const DEPTH_MAX: usize = 3;
/// Customer turns kept while a tool or a search runs; a further one pushes the oldest out.
pub const HELD_MAX: usize = 4;
/// Values that the customer mentioned and that are remembered; the oldest is forgotten.
pub const MENTIONED_MAX: usize = 8;
/// Entries of what was tried; the oldest is forgotten.
pub const TRIED_MAX: usize = 12;
/// Times that a tool which may be tried again is tried again.
pub const RETRIES_MAX: u8 = 1;
/// Characters of one of the three lines for the person who takes over; a longer one is cut.
pub const NOTE_CHARS_MAX: usize = 160;

const _: () = assert!(SAYS_MAX >= 3 && MOVES_MAX <= 8, "a customer cannot read more than a few messages at once");
