//! One request and its answer, within limits.

use std::collections::HashMap;
use std::error::Error as _;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::address::{self, AddressError, AllowList, CheckedNames, HostPort, Names, Reach};
use super::breaker::{Breaker, Pass};
use super::retry::Chance;
use crate::limits::{
    CONNECT_MS_MAX, DESTINATIONS_MAX, IDLE_CONNECTION_MS_MAX, IDLE_CONNECTIONS_MAX, REQUEST_BYTES_MAX,
};

type Wire = Client<HttpsConnector<HttpConnector<CheckedNames>>, Full<Bytes>>;

/// Where time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// No connection.
    Connect,
    /// Connected, and no first byte of an answer.
    FirstByte,
    /// The answer stood still.
    Idle,
    /// The answer went on, and the whole took too long.
    Total,
}

/// What the world did to a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// It is not sent there.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The destination failed too often and is left alone.
    #[error("{place} failed too often; it is tried again in {} s", wait.as_secs() + 1)]
    CircuitOpen {
        /// The destination.
        place: String,
        /// When it may be tried again.
        wait: Duration,
    },
    /// No connection came about.
    #[error("no connection to the destination; check its address, its certificate and that it runs")]
    Unreachable,
    /// Too slow.
    #[error("the destination was too slow ({0:?}); raise its time-out or look at its health")]
    TimedOut(Stage),
    /// The answer ended before its end.
    #[error("the connection was cut in the middle of an answer")]
    Cut,
    /// More bytes than are taken, or than are sent.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// Bytes that are taken.
        limit: usize,
    },
    /// A header that cannot be sent.
    #[error("the header {name} holds a character that cannot be sent; check its secret")]
    Header {
        /// Its name.
        name: String,
    },
}

/// How long a request may take, and how much may come back.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// From sending to the head of the answer.
    pub first_byte: Duration,
    /// Between two pieces of the answer.
    pub idle: Duration,
    /// The end of everything.
    pub until: Instant,
    /// Bytes of the answer.
    pub bytes_max: usize,
}

/// A request that is about to be made.
#[derive(Clone)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// Headers; values may be secrets.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Limits.
    pub times: Times,
}

/// Debug output ends up in logs: a request shows where it goes, not what it carries.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        let place = HostPort::of(&self.url).map(|place| place.to_string()).unwrap_or_default();
        write!(f, "Request({} {place}, headers {names:?}, {} bytes)", self.method, self.body.len())
    }
}

/// Headers as a log may show them: all names, and the values of those that are known to be harmless.
pub fn redacted(headers: &HeaderMap) -> Vec<(String, String)> {
    const SHOWN: [&str; 6] =
        ["content-type", "content-length", "retry-after", "retry-after-ms", "request-id", "x-request-id"];
    let shown = headers.iter().map(|(name, value)| {
        let text = if SHOWN.contains(&name.as_str()) { value.to_str().unwrap_or("…") } else { "…" };
        (name.as_str().to_owned(), text.to_owned())
    });
    shown.collect()
}

/// The client. Cheap to clone; clones share connections and circuits.
#[derive(Clone)]
pub struct Http {
    public: Wire,
    allowed: Wire,
    allow_list: Arc<AllowList>,
    breakers: Arc<Mutex<HashMap<HostPort, Breaker>>>,
    chance: Chance,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Http")
    }
}

impl Http {
    /// A client that reaches public addresses over https, and what its allow-list names. The seed decides about pauses.
    pub fn new(allow_list: AllowList, names: Names, seed: u64) -> Http {
        let wire = |reach| {
            let secured = HttpsConnectorBuilder::new().with_tls_config(TLS.clone()).https_or_http().enable_http1();
            let mut http = HttpConnector::new_with_resolver(CheckedNames { names: names.clone(), reach });
            http.enforce_http(false);
            http.set_nodelay(true);
            http.set_connect_timeout(Some(Duration::from_millis(CONNECT_MS_MAX)));
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(Duration::from_millis(IDLE_CONNECTION_MS_MAX))
                .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
                .build(secured.wrap_connector(http))
        };
        Http {
            public: wire(Reach::Public),
            allowed: wire(Reach::Allowed),
            allow_list: Arc::new(allow_list),
            breakers: Arc::default(),
            chance: Chance::new(seed),
        }
    }

    /// Chance for pauses between attempts.
    pub fn chance(&self) -> &Chance {
        &self.chance
    }

    /// One attempt. Redirects are answers like others: they are never followed. An answer of 500 or above counts against the
    /// destination's circuit, one of 429 does not: who says "slower" is alive.
    ///
    /// # Errors
    /// When it is not sent, or no answer begins.
    pub async fn send(&self, request: Request) -> Result<Answer, HttpError> {
        let (place, reach) = address::check(&request.url, &self.allow_list)?;
        let times = request.times;
        let outgoing = outgoing(request)?;
        let permit = self.permit(&place)?;
        let wire = if reach == Reach::Allowed { &self.allowed } else { &self.public };
        let first_byte = (Instant::now() + times.first_byte).min(times.until);
        let answer = match timeout_at(first_byte, wire.request(outgoing)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(permit.failed(why(&error))),
            Err(_) => return Err(permit.failed(HttpError::TimedOut(Stage::FirstByte))),
        };
        let (head, incoming) = answer.into_parts();
        tracing::debug!(%place, status = head.status.as_u16(), headers = ?redacted(&head.headers), "answered");
        if head.status.is_server_error() {
            permit.settle(|breaker| breaker.failed(Instant::now()));
        }
        let body = Body { incoming, left: times.bytes_max, times, permit };
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    fn permit(&self, place: &HostPort) -> Result<Permit, HttpError> {
        let now = Instant::now();
        let mut breakers = self.breakers.lock().expect("nothing panics while it holds this");
        if breakers.len() >= DESTINATIONS_MAX && !breakers.contains_key(place) {
            breakers.retain(|_, breaker| *breaker != Breaker::Closed);
            if breakers.len() >= DESTINATIONS_MAX {
                breakers.clear();
            }
        }
        match breakers.entry(place.clone()).or_default().ask(now) {
            Pass::No(wait) => Err(HttpError::CircuitOpen { place: place.to_string(), wait }),
            Pass::Yes | Pass::Trial => {
                Ok(Permit { place: place.clone(), breakers: self.breakers.clone(), is_settled: false.into() })
            }
        }
    }
}

/// TLS by ring with the system's roots, which are read once. Without any roots https fails, and plain http to allowed hosts goes on working.
static TLS: LazyLock<rustls::ClientConfig> = LazyLock::new(|| {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (kept, _) = roots.add_parsable_certificates(found.certs);
    if kept == 0 {
        tracing::warn!(
            "no root certificates on this machine: https to other systems will fail; install ca-certificates"
        );
    }
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
});

fn outgoing(request: Request) -> Result<hyper::Request<Full<Bytes>>, HttpError> {
    if request.body.len() > REQUEST_BYTES_MAX {
        return Err(HttpError::TooLarge { limit: REQUEST_BYTES_MAX });
    }
    let uri: Uri = request.url.as_str().parse().map_err(|_| AddressError::Form)?;
    let mut outgoing = hyper::Request::new(Full::new(request.body));
    *outgoing.method_mut() = request.method;
    *outgoing.uri_mut() = uri;
    for (name, value) in request.headers {
        let refused = || HttpError::Header { name: name.clone() };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        let mut value = HeaderValue::from_str(&value).map_err(|_| refused())?;
        value.set_sensitive(true);
        outgoing.headers_mut().insert(key, value);
    }
    Ok(outgoing)
}

fn why(error: &hyper_util::client::legacy::Error) -> HttpError {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(address) = cause.downcast_ref::<AddressError>() {
            return HttpError::Address(address.clone());
        }
        if cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut) {
            return HttpError::TimedOut(Stage::Connect);
        }
        source = cause.source();
    }
    if error.is_connect() { HttpError::Unreachable } else { HttpError::Cut }
}

/// Leave of a circuit to make one request. Dropped without a result it counts as none.
struct Permit {
    place: HostPort,
    breakers: Arc<Mutex<HashMap<HostPort, Breaker>>>,
    is_settled: std::sync::atomic::AtomicBool,
}

impl Permit {
    fn settle(&self, how: impl FnOnce(&mut Breaker)) {
        if !self.is_settled.swap(true, std::sync::atomic::Ordering::Relaxed) {
            let mut breakers = self.breakers.lock().expect("nothing panics while it holds this");
            how(breakers.entry(self.place.clone()).or_default());
        }
    }

    fn failed(&self, error: HttpError) -> HttpError {
        // A name that leads inside is our caller's mistake, not the destination's.
        match error {
            HttpError::Address(_) => self.settle(|breaker| breaker.given_up(Instant::now())),
            _ => self.settle(|breaker| breaker.failed(Instant::now())),
        }
        error
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.settle(|breaker| breaker.given_up(Instant::now()));
    }
}

/// An answer whose body has not been read yet.
pub struct Answer {
    /// The verdict of the other side.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Body,
}

impl Answer {
    /// A header's text, if it is one.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A body that comes in pieces.
pub struct Body {
    incoming: Incoming,
    left: usize,
    times: Times,
    permit: Permit,
}

impl Body {
    /// The next piece; none at the end.
    ///
    /// # Errors
    /// When it is cut, too slow or too large.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        loop {
            let idle = Instant::now() + self.times.idle;
            let stage = if idle < self.times.until { Stage::Idle } else { Stage::Total };
            let frame = match timeout_at(idle.min(self.times.until), self.incoming.frame()).await {
                Err(_) => return Err(self.permit.failed(HttpError::TimedOut(stage))),
                Ok(Some(Err(_))) => return Err(self.permit.failed(HttpError::Cut)),
                Ok(None) => {
                    self.permit.settle(Breaker::answered);
                    return Ok(None);
                }
                Ok(Some(Ok(frame))) => frame,
            };
            let Ok(data) = frame.into_data() else { continue };
            if data.len() > self.left {
                self.permit.settle(Breaker::answered);
                return Err(HttpError::TooLarge { limit: self.times.bytes_max });
            }
            self.left -= data.len();
            return Ok(Some(data));
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// When it is cut, too slow or too large.
    pub async fn whole(mut self) -> Result<Bytes, HttpError> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// The first bytes, however it goes on: for the code inside a refusal.
    pub async fn beginning(mut self, bytes_max: usize) -> Bytes {
        let mut beginning = BytesMut::new();
        while beginning.len() < bytes_max {
            match self.chunk().await {
                Ok(Some(chunk)) => beginning.extend_from_slice(&chunk),
                Ok(None) | Err(_) => break,
            }
        }
        beginning.truncate(bytes_max);
        beginning.freeze()
    }

    /// Says that nothing more is needed: an answer came, whatever follows.
    pub fn done(self) {
        self.permit.settle(Breaker::answered);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> Times {
        let second = Duration::from_secs(1);
        Times { first_byte: second, idle: second, until: Instant::now() + second, bytes_max: 100 }
    }

    fn get(url: &str, headers: Vec<(String, String)>) -> Request {
        Request { method: Method::GET, url: Url::parse(url).unwrap(), headers, body: Bytes::new(), times: times() }
    }

    #[tokio::test]
    async fn a_name_is_looked_up_once_and_what_was_checked_is_what_is_connected_to() {
        // DNS rebinding needs two look-ups: one that is checked and one that is connected to. There is only one.
        let looks = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = looks.clone();
        let names = Names::Given(Arc::new(move |_| {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            vec!["127.0.0.1".parse().unwrap()]
        }));
        let http = Http::new(AllowList::default(), names, 1);
        for _ in 0..3 {
            let error = http.send(get("https://turncoat.example/", Vec::new())).await.map(|_| ()).unwrap_err();
            assert_eq!(error, HttpError::Address(AddressError::Internal(address::Internal::Loopback)));
        }
        assert_eq!(looks.load(std::sync::atomic::Ordering::Relaxed), 3, "one look-up for each connection, none beside");
    }

    #[tokio::test]
    async fn a_header_that_would_begin_a_second_one_is_not_sent() {
        let allowed = AllowList::new(vec![HostPort::parse("127.0.0.1:9").unwrap()]);
        let http = Http::new(allowed, Names::System, 1);
        let headers = vec![("x-key".to_owned(), "a\r\nx-admin: 1".to_owned())];
        let error = http.send(get("http://127.0.0.1:9/", headers)).await.map(|_| ()).unwrap_err();
        assert_eq!(error, HttpError::Header { name: "x-key".to_owned() });
    }

    #[tokio::test]
    async fn a_destination_that_refuses_connections_is_left_alone_after_some() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap();
        drop(listener);
        let http = Http::new(AllowList::new(vec![HostPort::parse(&place.to_string()).unwrap()]), Names::System, 1);
        let mut said = Vec::new();
        for _ in 0..=crate::limits::BREAKER_FAILURES_MAX {
            said.push(http.send(get(&format!("http://{place}/"), Vec::new())).await.map(|_| ()).unwrap_err());
        }
        let last = said.pop().unwrap();
        assert!(said.iter().all(|error| *error == HttpError::Unreachable), "{said:?}");
        assert!(matches!(last, HttpError::CircuitOpen { .. }));
    }

    #[test]
    fn nothing_secret_is_shown() {
        let request =
            get("https://shop.example/orders/4711?mail=a@b.example", vec![("authorization".into(), "k".into())]);
        assert_eq!(format!("{request:?}"), r#"Request(GET shop.example:443, headers ["authorization"], 0 bytes)"#);
        let headers: HeaderMap = [("set-cookie", "sid=1"), ("retry-after", "3")]
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .into_iter()
            .collect();
        let shown = redacted(&headers);
        assert!(shown.contains(&("retry-after".to_owned(), "3".to_owned())));
        assert!(shown.contains(&("set-cookie".to_owned(), "…".to_owned())));
    }
}
