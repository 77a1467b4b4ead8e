//! Which addresses may be reached. An AI agent can be talked into asking for any address; none inside our own network is answered.
//!
//! The check stands where names are resolved for a connection, so the address that was checked is the one that is connected to:
//! a name that changes its mind between two look-ups gains nothing.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use url::{Host, Url};

use crate::limits::ADDRESSES_MAX;

/// Why an address is not for the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Internal {
    /// This machine.
    Loopback,
    /// A private network.
    Private,
    /// The same wire, cloud metadata among it.
    LinkLocal,
    /// Shared between customers of a carrier.
    CarrierGrade,
    /// Many receivers at once.
    Multicast,
    /// Kept for documentation, tests, or nothing.
    Reserved,
}

/// An address that is not reached, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// An address of an internal network.
    #[error(
        "the destination leads into an internal network ({0:?}); add its host and port to the connector's allow-list if that is meant"
    )]
    Internal(Internal),
    /// Neither https nor an allowed host.
    #[error(
        "only https is sent to other systems; add host and port to the connector's allow-list to speak plain http with it"
    )]
    Plain,
    /// Not http at all, without a host, or with a name and password inside.
    #[error("not an address that can be asked: use https://host/path without user name or password")]
    Form,
    /// The name is not known.
    #[error("the name of the destination was not found")]
    Unknown,
}

/// One host and port, as an allow-list names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostPort {
    host: String,
    port: u16,
}

impl HostPort {
    /// Reads `host:port`; an IPv6 address stands in brackets.
    ///
    /// # Errors
    /// When host or port is missing or not one.
    pub fn parse(text: &str) -> Result<HostPort, AddressError> {
        let (host, port) = text.rsplit_once(':').ok_or(AddressError::Form)?;
        let port = port.parse().map_err(|_| AddressError::Form)?;
        let host = Host::parse(host).map_err(|_| AddressError::Form)?;
        Ok(HostPort { host: host.to_string(), port })
    }

    /// The host and port that a URL leads to.
    ///
    /// # Errors
    /// When it names none.
    pub fn of(url: &Url) -> Result<HostPort, AddressError> {
        let host = url.host().ok_or(AddressError::Form)?.to_string();
        Ok(HostPort { host, port: url.port_or_known_default().ok_or(AddressError::Form)? })
    }
}

impl std::fmt::Display for HostPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Hosts of the own network that connectors may reach, and reach without TLS. Everything else must be public and https.
#[derive(Clone, Debug, Default)]
pub struct AllowList(Vec<HostPort>);

impl AllowList {
    /// A list of hosts and ports.
    pub fn new(entries: Vec<HostPort>) -> AllowList {
        AllowList(entries)
    }

    fn has(&self, place: &HostPort) -> bool {
        self.0.contains(place)
    }
}

/// How a destination may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Public addresses only.
    Public,
    /// Named by the allow-list; only addresses of the same wire stay closed.
    Allowed,
}

/// What can be told about a URL before its name is looked up.
pub(super) fn check(url: &Url, allowed: &AllowList) -> Result<(HostPort, Reach), AddressError> {
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Form);
    }
    let place = HostPort::of(url)?;
    if allowed.has(&place) {
        return Ok((place, Reach::Allowed));
    }
    if url.scheme() != "https" {
        return Err(AddressError::Plain);
    }
    // The connector takes an address in a URL as it is and never asks the resolver.
    let literal = match url.host() {
        Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
        Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
        _ => None,
    };
    match literal.and_then(internal) {
        Some(why) => Err(AddressError::Internal(why)),
        None => Ok((place, Reach::Public)),
    }
}

/// Why this address is not a public one; none if it is.
pub fn internal(address: IpAddr) -> Option<Internal> {
    match address {
        IpAddr::V4(v4) => internal_v4(v4),
        IpAddr::V6(v6) => internal_v6(v6),
    }
}

fn internal_v4(v4: Ipv4Addr) -> Option<Internal> {
    let [a, b, c, _] = v4.octets();
    match (a, b, c) {
        (127, ..) => Some(Internal::Loopback),
        (10, ..) | (172, 16..=31, _) | (192, 168, _) => Some(Internal::Private),
        (169, 254, _) => Some(Internal::LinkLocal),
        (100, 64..=127, _) => Some(Internal::CarrierGrade),
        (224..=239, ..) => Some(Internal::Multicast),
        (0, ..) | (240..=255, ..) | (192, 0, 0 | 2) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => {
            Some(Internal::Reserved)
        }
        _ => None,
    }
}

fn internal_v6(v6: Ipv6Addr) -> Option<Internal> {
    let s = v6.segments();
    // Forms that carry an IPv4 address inside are judged by that one: mapped, compatible, NAT64 and 6to4.
    let inside = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(Internal::Loopback),
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(Internal::Reserved),
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => internal_v4(inside(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => internal_v4(inside(high, low)),
        [0x2002, high, low, ..] => internal_v4(inside(high, low)),
        // Teredo and local NAT64 prefixes lead wherever their operator likes.
        [0x2001, 0, ..] | [0x64, 0xff9b, 1, ..] | [0x2001, 0xdb8, ..] | [0x100, 0, 0, 0, ..] => {
            Some(Internal::Reserved)
        }
        [0xfe80..=0xfebf, ..] => Some(Internal::LinkLocal),
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Some(Internal::Private),
        [0xff00..=0xffff, ..] => Some(Internal::Multicast),
        _ => None,
    }
}

/// A table of names of the caller's own.
pub type Table = Arc<dyn Fn(&str) -> Vec<IpAddr> + Send + Sync>;

/// Who answers for names.
#[derive(Clone)]
pub enum Names {
    /// The operating system.
    System,
    /// A table of the caller's own.
    Given(Table),
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Names::System => "System",
            Names::Given(_) => "Given",
        })
    }
}

/// Looks a name up and lets only addresses through that may be reached. One internal address among public ones refuses them all.
#[derive(Clone, Debug)]
pub(super) struct CheckedNames {
    pub(super) names: Names,
    pub(super) reach: Reach,
}

impl CheckedNames {
    async fn look_up(self, name: String) -> Result<std::vec::IntoIter<SocketAddr>, AddressError> {
        let found: Vec<IpAddr> = match &self.names {
            Names::Given(answer) => answer(&name),
            Names::System => {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| AddressError::Unknown)?;
                found.map(|address| address.ip()).collect()
            }
        };
        if found.is_empty() {
            return Err(AddressError::Unknown);
        }
        for why in found.iter().filter_map(|address| internal(*address)) {
            if self.reach == Reach::Public || why == Internal::LinkLocal {
                return Err(AddressError::Internal(why));
            }
        }
        let addresses: Vec<SocketAddr> =
            found.into_iter().take(ADDRESSES_MAX).map(|address| SocketAddr::new(address, 0)).collect();
        Ok(addresses.into_iter())
    }
}

impl tower_service::Service<Name> for CheckedNames {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = AddressError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, AddressError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AddressError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(self.clone().look_up(name.as_str().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_internal_networks_are_known_in_every_disguise() {
        let table = [
            ("127.0.0.1", Some(Internal::Loopback)),
            ("127.255.3.4", Some(Internal::Loopback)),
            ("10.1.2.3", Some(Internal::Private)),
            ("172.16.0.1", Some(Internal::Private)),
            ("172.32.0.1", None),
            ("192.168.1.1", Some(Internal::Private)),
            ("169.254.169.254", Some(Internal::LinkLocal)),
            ("100.64.0.1", Some(Internal::CarrierGrade)),
            ("100.128.0.1", None),
            ("0.0.0.0", Some(Internal::Reserved)),
            ("255.255.255.255", Some(Internal::Reserved)),
            ("224.0.0.1", Some(Internal::Multicast)),
            ("198.18.0.1", Some(Internal::Reserved)),
            ("93.184.215.14", None),
            ("::1", Some(Internal::Loopback)),
            ("::", Some(Internal::Reserved)),
            ("::ffff:127.0.0.1", Some(Internal::Loopback)),
            ("::ffff:a9fe:a9fe", Some(Internal::LinkLocal)),
            ("::10.0.0.1", Some(Internal::Private)),
            ("64:ff9b::7f00:1", Some(Internal::Loopback)),
            ("2002:7f00:1::", Some(Internal::Loopback)),
            ("2001::1", Some(Internal::Reserved)),
            ("fe80::1", Some(Internal::LinkLocal)),
            ("fd00:ec2::254", Some(Internal::Private)),
            ("fc00::1", Some(Internal::Private)),
            ("ff02::1", Some(Internal::Multicast)),
            ("2606:4700::1111", None),
        ];
        for (address, expected) in table {
            assert_eq!(internal(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn a_url_is_judged_before_its_name_is_looked_up() {
        let allowed = AllowList::new(vec![HostPort::parse("127.0.0.1:9000").unwrap()]);
        let judged = |url: &str| check(&Url::parse(url).unwrap(), &allowed).map(|(_, reach)| reach);
        assert_eq!(judged("https://api.example.com/v1"), Ok(Reach::Public));
        assert_eq!(judged("http://api.example.com/v1"), Err(AddressError::Plain));
        assert_eq!(judged("http://127.0.0.1:9000/x"), Ok(Reach::Allowed));
        assert_eq!(judged("http://127.0.0.1:9001/x"), Err(AddressError::Plain));
        assert_eq!(judged("https://127.0.0.1:9001/x"), Err(AddressError::Internal(Internal::Loopback)));
        // Other ways to write the same address: the parser of URLs reads them all.
        assert_eq!(judged("https://2130706433/"), Err(AddressError::Internal(Internal::Loopback)));
        assert_eq!(judged("https://0x7f.1/"), Err(AddressError::Internal(Internal::Loopback)));
        assert_eq!(judged("https://[::ffff:10.0.0.1]/"), Err(AddressError::Internal(Internal::Private)));
        assert_eq!(judged("https://user:word@example.com/"), Err(AddressError::Form));
        assert_eq!(judged("ftp://example.com/"), Err(AddressError::Form));
    }

    #[tokio::test]
    async fn one_internal_address_among_public_ones_refuses_the_name() {
        let names = Names::Given(Arc::new(|name: &str| match name {
            "mixed.example" => vec!["93.184.215.14".parse().unwrap(), "127.0.0.1".parse().unwrap()],
            "metadata.example" => vec!["169.254.169.254".parse().unwrap()],
            "inside.example" => vec!["10.0.0.9".parse().unwrap()],
            _ => Vec::new(),
        }));
        let look_up = |name: &'static str, reach| CheckedNames { names: names.clone(), reach }.look_up(name.to_owned());
        let refused = |why| Err(AddressError::Internal(why));
        assert_eq!(look_up("mixed.example", Reach::Public).await.map(|_| ()), refused(Internal::Loopback));
        assert_eq!(look_up("inside.example", Reach::Public).await.map(|_| ()), refused(Internal::Private));
        assert_eq!(look_up("inside.example", Reach::Allowed).await.map(|_| ()), Ok(()));
        assert_eq!(look_up("metadata.example", Reach::Allowed).await.map(|_| ()), refused(Internal::LinkLocal));
        assert_eq!(look_up("nobody.example", Reach::Public).await.map(|_| ()), Err(AddressError::Unknown));
    }
}
