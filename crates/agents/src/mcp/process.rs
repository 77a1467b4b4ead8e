//! A server's output with a bound on its lines: a server that never ends one must not fill our memory.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

use crate::limits::MCP_LINE_BYTES_MAX;

/// A reader that ends with an error when a line is longer than the limit, and says so in a flag.
pub(super) struct Lines<R> {
    inner: R,
    length: usize,
    is_too_long: Arc<AtomicBool>,
}

impl<R> Lines<R> {
    pub(super) fn new(inner: R, is_too_long: Arc<AtomicBool>) -> Lines<R> {
        Lines { inner, length: 0, is_too_long }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Lines<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = &polled {
            let new = &buffer.filled()[before..];
            self.length = match new.iter().rposition(|byte| *byte == b'\n') {
                Some(end) => new.len() - end - 1,
                None => self.length + new.len(),
            };
            if self.length > MCP_LINE_BYTES_MAX {
                self.is_too_long.store(true, Ordering::Relaxed);
                // Who reports an error must not hand out bytes with it.
                buffer.set_filled(before);
                return Poll::Ready(Err(io::Error::from(io::ErrorKind::FileTooLarge)));
            }
        }
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn a_line_without_end_ends_the_reading() {
        let flag = Arc::new(AtomicBool::new(false));
        let mut taken = Vec::new();
        let short = [b"x".repeat(MCP_LINE_BYTES_MAX), b"\n".to_vec()].concat().repeat(2);
        Lines::new(&short[..], flag.clone()).read_to_end(&mut taken).await.unwrap();
        assert!(!flag.load(Ordering::Relaxed));
        let long = b"x".repeat(2 * MCP_LINE_BYTES_MAX);
        assert!(Lines::new(&long[..], flag.clone()).read_to_end(&mut Vec::new()).await.is_err());
        assert!(flag.load(Ordering::Relaxed));
    }
}
