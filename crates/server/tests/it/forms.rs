//! Forms with a file, as a browser sends them.

use reqwest::RequestBuilder;

const BOUNDARY: &str = "a-boundary-that-no-file-of-a-test-holds";

/// The request with one field `file`.
pub fn with_file(request: RequestBuilder, name: &str, bytes: &[u8]) -> RequestBuilder {
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    );
    let mut body = head.into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body)
}
