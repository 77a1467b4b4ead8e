//! How often one caller may do something.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Keys kept before those that are idle are forgotten.
const KEYS_MAX: usize = 50_000;

/// So many in so long, per key.
pub struct Rate<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
}

/// Asked too often: try again after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// How long to wait.
    pub retry_after: Duration,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// At most `count` in `period`, spread or at once.
    pub fn new(count: u32, period: Duration) -> Rate<K> {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period / count.get()).unwrap_or(Quota::per_second(count)).allow_burst(count);
        Rate { limiter: RateLimiter::keyed(quota) }
    }

    /// Counts one.
    ///
    /// # Errors
    /// When the key has had its share; nothing is counted then.
    pub fn take(&self, key: &K) -> Result<(), TooOften> {
        if self.limiter.len() > KEYS_MAX {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(key)
            .map_err(|not_until| TooOften { retry_after: not_until.wait_time_from(DefaultClock::default().now()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_is_stopped_and_others_go_on() {
        let rate = Rate::new(2, Duration::from_secs(60));
        assert!(rate.take(&"a").is_ok());
        assert!(rate.take(&"a").is_ok());
        assert!(rate.take(&"a").is_err_and(|too_often| too_often.retry_after > Duration::from_secs(1)));
        assert!(rate.take(&"b").is_ok());
    }
}
