//! A seeded generator that is passed in: the same seed gives the same numbers for ever.
//!
//! The stream is ChaCha with twelve rounds, by name, because generators called "standard" may change under
//! the same name. Seeding and every distribution here are our own few lines for the same reason. Integers
//! are identical on every machine; floating-point results may differ in the last digit where a platform
//! rounds `ln`, `cos` or `exp` differently.

use rand::{Rng as _, SeedableRng, TryRng, rngs::ChaCha12Rng};
use std::convert::Infallible;

/// A seeded stream of random numbers.
///
/// It also implements `rand`'s traits, so that distributions from other crates accept it. It is not `Clone`:
/// two copies would draw the same numbers. Fork instead.
#[derive(Debug)]
pub struct Rng {
    key: [u64; 4],
    stream: ChaCha12Rng,
}

impl Rng {
    /// The stream of this seed.
    pub fn seeded(seed: u64) -> Self {
        let mut state = seed;
        Self::from_key(std::array::from_fn(|_| scramble(&mut state)))
    }

    /// An independent stream named by `label`. It depends on this generator's seed and on the label only,
    /// not on what was drawn before, so that adding a draw in one part leaves every other part unchanged.
    pub fn fork(&self, label: &str) -> Self {
        let mut state = hash(label.as_bytes());
        Self::from_key(std::array::from_fn(|at| {
            state ^= self.key[at].rotate_left(17);
            scramble(&mut state)
        }))
    }

    /// An independent stream named by a label and a number, e.g. one for each customer.
    pub fn fork_numbered(&self, label: &str, number: u64) -> Self {
        let mut child = self.fork(label);
        let mut state = number;
        for word in &mut child.key {
            state ^= *word;
            *word = scramble(&mut state);
        }
        Self::from_key(child.key)
    }

    /// Uniform in [0, 1), in steps of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (-53f64).exp2()
    }

    /// Uniform in (0, 1): never exactly zero, so that its logarithm is finite.
    pub fn uniform_open(&mut self) -> f64 {
        ((self.next_u64() >> 11) as f64 + 0.5) * (-53f64).exp2()
    }

    /// Uniform in `0..bound`, without bias. `None` if `bound` is zero.
    pub fn below(&mut self, bound: u64) -> Option<u64> {
        if bound == 0 {
            return None;
        }
        // The few lowest draws would favour small results; they are drawn again.
        let unfair = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.next_u64()) * u128::from(bound);
            if wide as u64 >= unfair {
                return Some((wide >> 64) as u64);
            }
        }
    }

    /// True with this probability; values outside [0, 1] count as the nearer end, not-a-number as 0.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// One of the items, each equally likely. `None` if there is none.
    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        self.below(items.len() as u64).map(|at| &items[at as usize])
    }

    /// Puts the items into random order, each order equally likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            if let Some(other) = self.below(at as u64 + 1) {
                items.swap(at, other as usize);
            }
        }
    }

    fn from_key(key: [u64; 4]) -> Self {
        let mut seed = [0u8; 32];
        for (bytes, word) in seed.chunks_exact_mut(8).zip(key) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self { key, stream: ChaCha12Rng::from_seed(seed) }
    }
}

impl TryRng for Rng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.stream.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.stream.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.stream.fill_bytes(bytes);
        Ok(())
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): spreads nearby seeds over all bits.
fn scramble(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        let mut rng = Rng::seeded(7);
        let drawn: [u64; 3] = std::array::from_fn(|_| rng.next_u64());
        assert_eq!(drawn, GOLDEN_OF_SEED_SEVEN);
        let mut forked = Rng::seeded(7).fork("arrivals");
        assert_eq!(forked.next_u64(), GOLDEN_OF_FORK);
    }

    const GOLDEN_OF_SEED_SEVEN: [u64; 3] = [16181896596862253297, 1934483878063884845, 9444936788922062769];
    const GOLDEN_OF_FORK: u64 = 16464367346703141858;

    #[test]
    fn a_fork_does_not_depend_on_what_was_drawn_before() {
        let mut used = Rng::seeded(1);
        let fresh = Rng::seeded(1);
        for _ in 0..100 {
            used.next_u64();
        }
        assert_eq!(used.fork("patience").next_u64(), fresh.fork("patience").next_u64());
    }

    #[test]
    fn forks_differ_by_label_number_and_seed() {
        let rng = Rng::seeded(1);
        let mut firsts = vec![
            Rng::seeded(1).next_u64(),
            rng.fork("a").next_u64(),
            rng.fork("b").next_u64(),
            rng.fork("").next_u64(),
            rng.fork("a").fork("a").next_u64(),
            Rng::seeded(2).fork("a").next_u64(),
        ];
        firsts.extend((0..100).map(|number| rng.fork_numbered("a", number).next_u64()));
        let count = firsts.len();
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), count);
    }

    #[test]
    fn bounded_draws_are_even() {
        let mut rng = Rng::seeded(3);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[rng.below(7).unwrap() as usize] += 1;
        }
        // Six standard deviations of a binomial with 70,000 trials of 1/7.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 560), "{counts:?}");
        assert_eq!(rng.below(0), None);
        assert_eq!(rng.choose::<u8>(&[]), None);
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..50).collect();
        Rng::seeded(4).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_chance_is_met_as_often_as_it_says() {
        let mut rng = Rng::seeded(5);
        let hits = (0..100_000).filter(|_| rng.chance(0.3)).count();
        assert!(hits.abs_diff(30_000) < 900, "{hits}");
        assert!(!rng.chance(0.0) && rng.chance(1.0) && !rng.chance(f64::NAN));
    }

    #[test]
    fn other_crates_distributions_can_draw_from_it() {
        use rand::RngExt as _;
        let drawn: f64 = Rng::seeded(6).random();
        assert!((0.0..1.0).contains(&drawn));
    }
}
