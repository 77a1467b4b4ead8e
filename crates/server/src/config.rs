//! What the command line and the environment say, once read.

use std::net::SocketAddr;
use std::path::PathBuf;

/// How this server runs.
#[derive(Clone)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The folder of the log and of everything derived from it.
    pub data: PathBuf,
    /// A demonstration: anybody may sit at any desk.
    pub demo: bool,
    /// Whether session cookies carry `Secure`: for servers behind TLS.
    pub secure_cookies: bool,
    /// A proxy stands before it, and `x-forwarded-for` says who really calls. Without a proxy anybody could write that header.
    pub behind_proxy: bool,
    /// The store key as base64; none: the file beside the log.
    pub store_key: Option<String>,
}

impl Config {
    /// A configuration with what is left to choose taken from the environment.
    pub fn new(listen: SocketAddr, data: PathBuf, demo: bool) -> Config {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let is_on = |name: &str| set(name).is_some_and(|value| value != "0");
        Config {
            listen,
            data,
            demo,
            secure_cookies: is_on("SIGNALBOX_SECURE_COOKIES"),
            behind_proxy: is_on("SIGNALBOX_BEHIND_PROXY"),
            store_key: set("SIGNALBOX_STORE_KEY"),
        }
    }
}
