//! When to try again. Pauses are drawn from zero to a doubling bound (full jitter), so that callers who failed together do not come
//! back together; a wait that the other side asks for is kept.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::header::{DATE, HeaderMap, RETRY_AFTER};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::limits::{ATTEMPTS_MAX, PAUSE_BASE_MS, PAUSE_MS_MAX, RETRY_AFTER_MS_MAX};

/// Chance for pauses, from a seed.
#[derive(Clone, Debug)]
pub struct Chance(Arc<Mutex<ChaCha8Rng>>);

impl Chance {
    /// Everything that is drawn follows from the seed.
    pub fn new(seed: u64) -> Chance {
        Chance(Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))))
    }

    fn up_to(&self, most: Duration) -> Duration {
        let mut chance = self.0.lock().expect("nothing panics while it draws");
        Duration::from_micros(chance.random_range(0..=most.as_micros() as u64))
    }
}

/// How often and how fast to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Attempts, the first included.
    pub attempts_max: u32,
    /// Bound of the first pause.
    pub base: Duration,
    /// Bound of every pause.
    pub most: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        let (base, most) = (Duration::from_millis(PAUSE_BASE_MS), Duration::from_millis(PAUSE_MS_MAX));
        Pace { attempts_max: ATTEMPTS_MAX, base, most }
    }
}

/// What an error says about trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It would fail again, or do something twice.
    Never,
    /// It may work after a pause.
    Soon,
    /// The other side said when.
    After(Duration),
}

/// One attempt that failed, as a trace keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Who was asked: a model or a tool by its configured name.
    pub whom: String,
    /// Why it failed, without words of customers.
    pub why: String,
    /// Whether an answer had begun: then it may have cost something that nobody counted.
    pub had_begun: bool,
    /// How long it took.
    pub took_ms: u64,
    /// The pause after it; none if nothing was tried again.
    pub pause_ms: Option<u64>,
}

/// Counts the attempts of one request.
#[derive(Debug)]
pub struct Retries<'a> {
    pace: Pace,
    chance: &'a Chance,
    until: Instant,
    made: u32,
}

impl<'a> Retries<'a> {
    /// Attempts that must end before an instant.
    pub fn new(pace: Pace, chance: &'a Chance, until: Instant) -> Retries<'a> {
        Retries { pace, chance, until, made: 0 }
    }

    /// The pause before the next attempt; none if there is to be none: not worth it, too often, or the pause would outlast the time.
    pub fn pause(&mut self, again: Again, now: Instant) -> Option<Duration> {
        self.made += 1;
        if self.made >= self.pace.attempts_max {
            return None;
        }
        let bound = self.pace.base.saturating_mul(1 << (self.made - 1).min(16)).min(self.pace.most);
        let pause = match again {
            Again::Never => return None,
            Again::Soon => self.chance.up_to(bound),
            Again::After(asked) if asked > Duration::from_millis(RETRY_AFTER_MS_MAX) => return None,
            // Those who were all told the same second must not come in the same second.
            Again::After(asked) => asked + self.chance.up_to(self.pace.base),
        };
        (now + pause < self.until).then_some(pause)
    }
}

/// How long the other side asks us to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date, which is compared with the
/// answer's own date so that no clock of ours is needed.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(ms) = text("retry-after-ms").and_then(|text| text.parse().ok()) {
        return Some(Duration::from_millis(ms));
    }
    let asked = text(RETRY_AFTER.as_str())?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(asked).ok()?;
    let now = httpdate::parse_http_date(text(DATE.as_str())?).ok()?;
    Some(then.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> Pace {
        Pace { attempts_max: 5, base: Duration::from_millis(100), most: Duration::from_millis(250) }
    }

    #[test]
    fn pauses_are_drawn_below_a_doubling_bound_and_follow_from_the_seed() {
        let until = Instant::now() + Duration::from_secs(60);
        let draw = |seed| {
            let chance = Chance::new(seed);
            let mut retries = Retries::new(pace(), &chance, until);
            (0..5).map(|_| retries.pause(Again::Soon, Instant::now())).collect::<Vec<_>>()
        };
        let drawn = draw(7);
        for (pause, bound) in drawn.iter().zip([100, 200, 250, 250]) {
            assert!(pause.unwrap() <= Duration::from_millis(bound));
        }
        assert_eq!(drawn[4], None, "five attempts have four pauses");
        assert_eq!(drawn, draw(7));
        assert_ne!(drawn, draw(8));
    }

    #[test]
    fn what_the_other_side_asks_for_is_kept_unless_it_outlasts_the_time() {
        let now = Instant::now();
        let chance = Chance::new(1);
        let asked = |seconds, until| {
            Retries::new(pace(), &chance, now + until).pause(Again::After(Duration::from_secs(seconds)), now)
        };
        let pause = asked(2, Duration::from_secs(9)).unwrap();
        assert!(pause >= Duration::from_secs(2) && pause <= Duration::from_millis(2_100));
        assert_eq!(asked(2, Duration::from_secs(1)), None);
        assert_eq!(asked(RETRY_AFTER_MS_MAX / 1_000 + 1, Duration::from_secs(900)), None);
        assert_eq!(Retries::new(pace(), &chance, now + Duration::from_secs(9)).pause(Again::Never, now), None);
    }

    #[test]
    fn every_form_of_retry_after_is_read() {
        let read = |pairs: &[(&'static str, &str)]| {
            let headers = pairs.iter().map(|(name, value)| {
                (hyper::header::HeaderName::from_static(name), hyper::header::HeaderValue::from_str(value).unwrap())
            });
            retry_after(&headers.collect())
        };
        assert_eq!(read(&[("retry-after", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(read(&[("retry-after-ms", "25"), ("retry-after", "3")]), Some(Duration::from_millis(25)));
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(read(&[("retry-after", "Wed, 21 Oct 2015 07:28:09 GMT"), date]), Some(Duration::from_secs(9)));
        assert_eq!(read(&[("retry-after", "Wed, 21 Oct 2015 07:27:00 GMT"), date]), Some(Duration::ZERO));
        assert_eq!(read(&[("retry-after", "Wed, 21 Oct 2015 07:28:09 GMT")]), None);
        assert_eq!(read(&[("retry-after", "soon")]), None);
        assert_eq!(read(&[]), None);
    }
}
