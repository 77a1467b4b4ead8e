//! Every bound of this crate, each with what happens when it is reached.
//!
//! Sizes are bytes and durations are milliseconds unless the name says otherwise.

/// Bytes of one answer of a tool; a longer one is cut off and reported as too large.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of one streamed completion on the wire; a longer one is cut off and reported as too large.
pub const STREAM_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of one server-sent event; a longer one makes the answer malformed.
pub const STREAM_EVENT_BYTES_MAX: usize = 256 * 1024;
/// Bytes of the body of a refusal that are read to find its code.
pub const REFUSAL_BYTES_MAX: usize = 16 * 1024;
/// Bytes of one request; a longer one is not sent.
pub const REQUEST_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Time to open a connection.
pub const CONNECT_MS_MAX: u64 = 5_000;
/// Idle connections that are kept per destination.
pub const IDLE_CONNECTIONS_MAX: usize = 8;
/// How long an idle connection is kept.
pub const IDLE_CONNECTION_MS_MAX: u64 = 30_000;
/// Addresses of one name that are looked at; more than these are not tried.
pub const ADDRESSES_MAX: usize = 16;
/// Destinations whose circuits are remembered; beyond, those that are closed and idle are forgotten.
pub const DESTINATIONS_MAX: usize = 1_000;
/// Failures in a row that open a destination's circuit.
pub const BREAKER_FAILURES_MAX: u32 = 5;
/// How long an opened circuit refuses before one request may try.
pub const BREAKER_OPEN_MS: u64 = 10_000;
/// Attempts of one request, the first included.
pub const ATTEMPTS_MAX: u32 = 3;
/// Longest first pause between attempts; it doubles, and the pause is drawn from zero to it.
pub const PAUSE_BASE_MS: u64 = 200;
/// Longest pause between attempts that we choose ourselves.
pub const PAUSE_MS_MAX: u64 = 4_000;
/// Longest wait that another side may ask for; when it asks for more, we give up at once.
pub const RETRY_AFTER_MS_MAX: u64 = 30_000;
/// Characters of a reply to a customer; a longer completion is malformed.
pub const REPLY_CHARS_MAX: usize = 8_000;
/// Tool calls in one completion that are kept; more make it malformed.
pub const COMPLETION_CALLS_MAX: usize = 16;
/// Bytes of the arguments of one tool call; more make the completion malformed.
pub const ARGUMENTS_BYTES_MAX: usize = 32 * 1024;
/// Bytes of a tool's result that a model is given; longer results lose fields from the end.
pub const RESULT_BYTES_MAX: usize = 16 * 1024;
/// Characters of one text inside a result; longer ones are cut.
pub const RESULT_TEXT_CHARS_MAX: usize = 2_000;
/// Items of one list inside a result; further ones are dropped.
pub const RESULT_ITEMS_MAX: usize = 50;
/// Fields that a tool keeps of its result.
pub const FIELDS_KEPT_MAX: usize = 50;
/// Tools that one agent may use.
pub const TOOLS_MAX: usize = 64;
/// Characters of a tool's name, as the strictest vendor has it.
pub const TOOL_NAME_CHARS_MAX: usize = 64;
/// Characters of a tool's description.
pub const TOOL_DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Longest time-out that a tool may have.
pub const TOOL_TIMEOUT_MS_MAX: u64 = 60_000;
/// Nesting of a schema, of arguments and of results.
pub const DEPTH_MAX: usize = 16;
/// Characters of a pattern in a schema.
pub const PATTERN_CHARS_MAX: usize = 500;
/// Bytes of an OpenAPI document.
pub const OPENAPI_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Operations of one OpenAPI document that are listed.
pub const OPENAPI_OPERATIONS_MAX: usize = 500;
/// Calls that were refused in one turn before it goes to a person.
pub const REFUSED_CALLS_MAX: u32 = 2;
/// Passages that one turn may hold.
pub const PASSAGES_MAX: usize = 40;
/// Characters of one passage that a model is given.
pub const PASSAGE_CHARS_MAX: usize = 4_000;
/// Characters of the note of a hand-off.
pub const NOTE_CHARS_MAX: usize = 1_000;
/// Fallbacks of one agent.
pub const FALLBACKS_MAX: usize = 4;
/// Time to start an MCP server and agree on a protocol.
pub const MCP_START_MS_MAX: u64 = 10_000;
/// Bytes of one message of an MCP server over stdio; a longer one is refused.
pub const MCP_LINE_BYTES_MAX: usize = 1024 * 1024;
/// Tools of one MCP server that are listed.
pub const MCP_TOOLS_MAX: usize = 200;

const _: () = assert!(RESULT_BYTES_MAX < ANSWER_BYTES_MAX);
const _: () = assert!(STREAM_EVENT_BYTES_MAX < STREAM_BYTES_MAX);
const _: () = assert!(ARGUMENTS_BYTES_MAX < STREAM_EVENT_BYTES_MAX);
const _: () = assert!(PAUSE_BASE_MS < PAUSE_MS_MAX);
const _: () = assert!(REPLY_CHARS_MAX <= signalbox_model::limits::TURN_CHARS_MAX);
