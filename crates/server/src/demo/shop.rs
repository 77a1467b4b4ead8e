//! A small shop that the demo serves on a loopback port, for its AI agents' tools: orders with their status, cancelling, another
//! address, money back. The same number is the same order in every demo; what was changed is remembered until the demo ends.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::executor::today;

/// Numbers that the shop has given: `SB-40000` to `SB-99999`.
const NUMBERS: std::ops::RangeInclusive<u32> = 40_000..=99_999;
/// Keys that are remembered; more than a demo of weeks brings.
const KEYS_MAX: usize = 100_000;
const DAY_MS: u64 = 86_400_000;
/// The key with which the demo's AI agents come.
pub const SECRET: &str = "demo-shop";

/// How far an order is. The last digit of its number says it, so that visitors can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has not left.
    Packed,
    /// It is on its way.
    Shipped,
    /// It is on its way, late.
    Delayed,
    /// It is there.
    Delivered,
    /// It was called off.
    Cancelled,
}

impl Status {
    fn of(number: u32) -> Status {
        match number % 10 {
            0..=3 => Status::Packed,
            4..=6 => Status::Shipped,
            7 => Status::Delayed,
            8 => Status::Delivered,
            _ => Status::Cancelled,
        }
    }
}

/// What was changed since the start.
#[derive(Debug, Default)]
struct Books {
    cancelled: Vec<u32>,
    addresses: HashMap<u32, String>,
    refunded: HashMap<u32, u64>,
    /// What was answered to a key: the same key gets the same answer, and nothing is done again.
    answered: HashMap<String, (u16, Value)>,
}

/// The shop. Clones share its books.
#[derive(Clone, Debug, Default)]
pub struct Shop(Arc<Mutex<Books>>);

/// A shop that is open.
pub struct Open {
    /// Where.
    pub address: SocketAddr,
    /// What it keeps.
    pub shop: Shop,
}

type Answer = (StatusCode, Json<Value>);

#[derive(Debug, Deserialize)]
struct Cancelling {
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Moving {
    address: String,
    #[serde(default)]
    email: String,
}

#[derive(Debug, Deserialize)]
struct Refunding {
    amount: u64,
}

/// Opens it on a free port of this machine until `stop` rings.
///
/// # Errors
/// When no port is free.
pub async fn open(stop: CancellationToken) -> std::io::Result<Open> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let shop = Shop::default();
    let app = router(shop.clone());
    tokio::spawn(async move {
        let served = axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::warn!(%error, "the demo's shop has closed");
        }
    });
    Ok(Open { address, shop })
}

fn router(shop: Shop) -> Router {
    Router::new()
        .route("/health", get(|| async { "open" }))
        .route("/orders/{order}", get(look_up))
        .route("/orders/{order}/cancel", post(cancel))
        .route("/orders/{order}/address", put(change_address))
        .route("/orders/{order}/refund", post(refund))
        .with_state(shop)
}

/// The number of an order as people write it: `SB-48211`, `sb 48211`, `48211`.
fn number(order: &str) -> Option<u32> {
    let digits: String = order.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|number| NUMBERS.contains(number))
}

/// What was paid for an order, in cents.
fn total(number: u32) -> u64 {
    2_500 + u64::from(number.wrapping_mul(2_654_435_761) % 14_000) / 50 * 50
}

fn euros(cents: u64) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}

impl Shop {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn status(&self, number: u32) -> Status {
        if self.books().cancelled.contains(&number) { Status::Cancelled } else { Status::of(number) }
    }

    /// Changes that were made, not counting what was asked for again.
    pub fn changes(&self) -> usize {
        let books = self.books();
        books.cancelled.len() + books.addresses.len() + books.refunded.len()
    }

    /// Does something once for its key.
    fn once(&self, headers: &HeaderMap, change: impl FnOnce(&mut Books) -> (StatusCode, Value)) -> Answer {
        let Some(key) = headers.get("idempotency-key").and_then(|key| key.to_str().ok()) else {
            return (StatusCode::BAD_REQUEST, Json(json!({ "error": "send an Idempotency-Key" })));
        };
        let mut books = self.books();
        if let Some((status, body)) = books.answered.get(key) {
            return (StatusCode::from_u16(*status).unwrap_or(StatusCode::OK), Json(body.clone()));
        }
        let (status, body) = change(&mut books);
        if books.answered.len() >= KEYS_MAX {
            books.answered.clear();
        }
        books.answered.insert(key.to_owned(), (status.as_u16(), body.clone()));
        (status, Json(body))
    }
}

fn unknown() -> (StatusCode, Value) {
    (StatusCode::NOT_FOUND, json!({ "error": "no order has this number" }))
}

fn refused(why: &str) -> (StatusCode, Value) {
    (StatusCode::CONFLICT, json!({ "error": why }))
}

async fn look_up(State(shop): State<Shop>, Path(order): Path<String>) -> Answer {
    let Some(number) = number(&order) else {
        let (status, body) = unknown();
        return (status, Json(body));
    };
    let status = shop.status(number);
    let days = match status {
        Status::Delayed => 4,
        Status::Delivered | Status::Cancelled => 0,
        Status::Packed | Status::Shipped => 1 + u64::from(number % 3),
    };
    let day = today(Clock::wall().now().plus(signalbox_model::time::DurationMs(days * DAY_MS)));
    let body = json!({
        "order": format!("SB-{number}"),
        "status": status,
        "expected_on": day.to_string(),
        "total": euros(total(number)),
    });
    (StatusCode::OK, Json(body))
}

async fn cancel(
    State(shop): State<Shop>,
    Path(order): Path<String>,
    headers: HeaderMap,
    Json(cancelling): Json<Cancelling>,
) -> Answer {
    let Some(number) = number(&order) else { return shop.once(&headers, |_| unknown()) };
    let status = shop.status(number);
    shop.once(&headers, |books| match status {
        Status::Packed => {
            books.cancelled.push(number);
            (StatusCode::OK, json!({ "cancelled": true, "reason": cancelling.reason }))
        }
        _ => refused("it has left, or was cancelled before"),
    })
}

async fn change_address(
    State(shop): State<Shop>,
    Path(order): Path<String>,
    headers: HeaderMap,
    Json(moving): Json<Moving>,
) -> Answer {
    let Some(number) = number(&order) else { return shop.once(&headers, |_| unknown()) };
    let status = shop.status(number);
    shop.once(&headers, |books| match status {
        Status::Packed if moving.address.trim().is_empty() => refused("the address is empty"),
        Status::Packed => {
            books.addresses.insert(number, moving.address);
            (StatusCode::OK, json!({ "changed": true, "confirmed_by_mail": moving.email.contains('@') }))
        }
        _ => refused("it has left"),
    })
}

async fn refund(
    State(shop): State<Shop>,
    Path(order): Path<String>,
    headers: HeaderMap,
    Json(refunding): Json<Refunding>,
) -> Answer {
    let Some(number) = number(&order) else { return shop.once(&headers, |_| unknown()) };
    shop.once(&headers, |books| {
        let paid_back = books.refunded.get(&number).copied().unwrap_or(0);
        if paid_back + refunding.amount > total(number) {
            return refused("more than was paid");
        }
        books.refunded.insert(number, paid_back + refunding.amount);
        (StatusCode::OK, json!({ "refunded": euros(refunding.amount) }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_key_is_done_once_and_gets_the_same_answer() {
        let stop = CancellationToken::new();
        let open = open(stop.clone()).await.unwrap();
        let http = reqwest::Client::new();
        let put = |key: &'static str| {
            let url = format!("http://{}/orders/SB-48211/cancel", open.address);
            http.post(url).header("idempotency-key", key).json(&json!({ "reason": "other" })).send()
        };
        assert_eq!(put("one").await.unwrap().status(), 200);
        assert_eq!(put("one").await.unwrap().status(), 200);
        assert_eq!(open.shop.changes(), 1);
        assert_eq!(put("two").await.unwrap().status(), 409);
        let missing = http.get(format!("http://{}/orders/12", open.address)).send().await.unwrap();
        assert_eq!(missing.status(), 404);
        stop.cancel();
    }
}
