//! Percentiles of durations from a small mergeable sketch.
//!
//! Values below 64 keep a bucket each. Above, every power of two is cut into 64 buckets of equal width, so
//! that a bucket is at most 1/64 of its lower end wide and its middle at most 1/128 away from any value in
//! it. Bucketing is integer arithmetic: the same values give the same sketch on every machine.

use serde::{Deserialize, Serialize};

/// The largest relative error of a quantile: it is within this share of a value that was really seen.
pub const RELATIVE_ERROR_MAX: f64 = 1.0 / 128.0;

const BITS: u32 = 6;
const PER_OCTAVE: u64 = 1 << BITS;
/// One bucket for each value of `u64`, so that the size of a sketch is bounded whatever is put in.
const BUCKETS_MAX: u64 = (64 - BITS as u64 + 1) * PER_OCTAVE;

/// Why stored bytes are not a sketch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SketchError {
    #[error("the sketch lists a bucket without its count; store it again from its source")]
    OddLength,
    #[error("the sketch names bucket {0}, beyond the last; store it again from its source")]
    Bucket(u64),
    #[error("the sketch repeats a bucket or holds an empty one; store it again from its source")]
    NotIncreasing,
    #[error("the sketch's smallest or largest value lies in none of its buckets")]
    Range,
    #[error("the sketch counts more values than fit into 64 bits")]
    Count,
}

/// A sketch of non-negative whole numbers, meant for durations in milliseconds.
///
/// In JSON it is `[min, max, sum, [gap, count, gap, count, ...]]`: for each bucket in use its distance from
/// the previous one and how many values it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct QuantileSketch {
    count: u64,
    min: u64,
    max: u64,
    sum: u64,
    /// Bucket and count, by rising bucket, no count zero.
    buckets: Vec<(u16, u64)>,
}

/// One bucket in use: values in `[low, high]`, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    pub low: u64,
    pub high: u64,
    pub count: u64,
}

impl QuantileSketch {
    /// Takes in one value.
    pub fn add(&mut self, value: u64) {
        self.add_many(value, 1);
    }

    /// Takes in the same value `times` times.
    pub fn add_many(&mut self, value: u64, times: u64) {
        if times == 0 {
            return;
        }
        self.widen(value, value);
        self.count = self.count.saturating_add(times);
        self.sum = self.sum.saturating_add(value.saturating_mul(times));
        self.put(bucket_of(value), times);
    }

    /// Takes in everything that another sketch saw: exactly the sketch of both samples together.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.widen(other.min, other.max);
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.saturating_add(other.sum);
        for &(bucket, count) in &other.buckets {
            self.put(bucket, count);
        }
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The smallest value, exact. `None` if nothing was seen.
    pub fn min(&self) -> Option<u64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest value, exact. `None` if nothing was seen.
    pub fn max(&self) -> Option<u64> {
        (self.count > 0).then_some(self.max)
    }

    /// The sum of all values, exact up to `u64::MAX`, where it stays.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// The arithmetic mean, from the exact sum. `None` if nothing was seen.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The value below or at which a share `q` of all values lies (nearest rank), to within
    /// [`RELATIVE_ERROR_MAX`]; exact for the smallest and the largest. `None` if nothing was seen or `q` is
    /// outside [0, 1].
    pub fn quantile(&self, q: f64) -> Option<u64> {
        if self.count == 0 || !(0.0..=1.0).contains(&q) {
            return None;
        }
        let rank = ((q * self.count as f64).ceil() as u64).clamp(1, self.count);
        if rank == 1 {
            return Some(self.min);
        }
        if rank == self.count {
            return Some(self.max);
        }
        let mut below = 0u64;
        for bucket in self.buckets() {
            below = below.saturating_add(bucket.count);
            if below >= rank {
                let middle = bucket.low + (bucket.high - bucket.low) / 2;
                return Some(middle.clamp(self.min, self.max));
            }
        }
        Some(self.max)
    }

    /// The buckets in use, by rising value, for drawing the distribution.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.buckets.iter().map(|&(bucket, count)| {
            let (low, high) = bounds_of(bucket);
            Bucket { low, high, count }
        })
    }

    fn widen(&mut self, low: u64, high: u64) {
        let is_first = self.count == 0;
        self.min = if is_first { low } else { self.min.min(low) };
        self.max = if is_first { high } else { self.max.max(high) };
    }

    fn put(&mut self, bucket: u16, count: u64) {
        match self.buckets.binary_search_by_key(&bucket, |&(known, _)| known) {
            Ok(at) => self.buckets[at].1 = self.buckets[at].1.saturating_add(count),
            Err(at) => self.buckets.insert(at, (bucket, count)),
        }
    }
}

fn bucket_of(value: u64) -> u16 {
    if value < PER_OCTAVE {
        return value as u16;
    }
    let octave = u64::from(63 - value.leading_zeros() - BITS);
    let within = (value >> octave) - PER_OCTAVE;
    ((octave + 1) * PER_OCTAVE + within) as u16
}

fn bounds_of(bucket: u16) -> (u64, u64) {
    let bucket = u64::from(bucket);
    if bucket < PER_OCTAVE {
        return (bucket, bucket);
    }
    let octave = bucket / PER_OCTAVE - 1;
    let low = (PER_OCTAVE + bucket % PER_OCTAVE) << octave;
    (low, low + ((1 << octave) - 1))
}

#[derive(Serialize, Deserialize)]
struct Stored(u64, u64, u64, Vec<u64>);

impl From<QuantileSketch> for Stored {
    fn from(sketch: QuantileSketch) -> Self {
        let mut pairs = Vec::with_capacity(sketch.buckets.len() * 2);
        let mut previous = 0;
        for (bucket, count) in sketch.buckets {
            pairs.extend([u64::from(bucket) - previous, count]);
            previous = u64::from(bucket);
        }
        Stored(sketch.min, sketch.max, sketch.sum, pairs)
    }
}

impl TryFrom<Stored> for QuantileSketch {
    type Error = SketchError;

    fn try_from(stored: Stored) -> Result<Self, SketchError> {
        let Stored(min, max, sum, pairs) = stored;
        if pairs.len() % 2 != 0 {
            return Err(SketchError::OddLength);
        }
        let mut sketch = Self { min, max, sum, ..Self::default() };
        let mut bucket = 0u64;
        for pair in pairs.chunks_exact(2) {
            let (gap, count) = (pair[0], pair[1]);
            bucket = bucket.saturating_add(gap);
            if bucket >= BUCKETS_MAX {
                return Err(SketchError::Bucket(bucket));
            }
            if count == 0 || (gap == 0 && !sketch.buckets.is_empty()) {
                return Err(SketchError::NotIncreasing);
            }
            sketch.count = sketch.count.checked_add(count).ok_or(SketchError::Count)?;
            sketch.buckets.push((bucket as u16, count));
        }
        let ends = sketch.buckets.first().zip(sketch.buckets.last());
        let fits = match ends {
            None => (min, max, sum) == (0, 0, 0),
            Some((first, last)) => min <= max && bucket_of(min) == first.0 && bucket_of(max) == last.0,
        };
        fits.then_some(sketch).ok_or(SketchError::Range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch_of(values: &[u64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::default();
        for &value in values {
            sketch.add(value);
        }
        sketch
    }

    /// Mostly durations, sometimes anything at all.
    fn any_value() -> impl Strategy<Value = u64> {
        prop_oneof![0u64..100, 0u64..10_000_000, any::<u64>()]
    }

    fn any_values() -> impl Strategy<Value = Vec<u64>> {
        proptest::collection::vec(any_value(), 0..200)
    }

    #[test]
    fn nothing_seen_gives_no_percentile() {
        let sketch = QuantileSketch::default();
        assert_eq!(sketch.quantile(0.5), None);
        assert_eq!((sketch.min(), sketch.max(), sketch.mean()), (None, None, None));
    }

    #[test]
    fn small_values_are_exact() {
        let sketch = sketch_of(&(1..=60).collect::<Vec<_>>());
        assert_eq!(sketch.quantile(0.5), Some(30));
        assert_eq!(sketch.quantile(0.9), Some(54));
        assert_eq!(sketch.quantile(0.0), Some(1));
        assert_eq!(sketch.quantile(1.0), Some(60));
        assert_eq!(sketch.mean(), Some(30.5));
        assert_eq!(sketch.quantile(1.1), None);
        assert_eq!(sketch.quantile(f64::NAN), None);
    }

    #[test]
    fn a_value_added_many_times_is_that_many_values() {
        let mut many = QuantileSketch::default();
        many.add_many(90_000, 3);
        many.add_many(5, 0);
        assert_eq!(many, sketch_of(&[90_000, 90_000, 90_000]));
    }

    #[test]
    fn every_bucket_ends_where_the_next_begins() {
        let mut next = 0u64;
        for bucket in 0..BUCKETS_MAX as u16 {
            let (low, high) = bounds_of(bucket);
            assert_eq!(low, next);
            assert_eq!((bucket_of(low), bucket_of(high)), (bucket, bucket));
            next = high.wrapping_add(1);
        }
        assert_eq!(next, 0, "the last bucket ends at u64::MAX");
    }

    #[test]
    fn stored_nonsense_is_refused() {
        for text in [
            "[0,0,0,[1]]",
            "[1,1,1,[1,0]]",
            "[1,1,2,[1,1,0,1]]",
            "[1,1,1,[9999,1]]",
            "[5,5,1,[1,1]]",
            "[0,1,0,[]]",
            "[0,3,3,[0,18446744073709551615,3,1]]",
        ] {
            assert!(serde_json::from_str::<QuantileSketch>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_of_handle_times_is_stored_in_a_few_hundred_bytes() {
        let values: Vec<u64> = (0..2_000u64).map(|n| 60_000 + n * n % 240_000).collect();
        let json = serde_json::to_string(&sketch_of(&values)).unwrap();
        assert!(json.len() < 1_200, "{}", json.len());
    }

    proptest! {
        #[test]
        fn quantiles_are_within_the_stated_error(mut values in any_values(), q in 0.0f64..=1.0) {
            prop_assume!(!values.is_empty());
            let sketch = sketch_of(&values);
            values.sort_unstable();
            let rank = ((q * values.len() as f64).ceil() as usize).clamp(1, values.len());
            let exact = values[rank - 1] as f64;
            let ours = sketch.quantile(q).unwrap() as f64;
            prop_assert!((ours - exact).abs() <= RELATIVE_ERROR_MAX * exact, "{ours} {exact}");
        }

        #[test]
        fn merging_is_the_sketch_of_both(a in any_values(), b in any_values()) {
            let both = sketch_of(&[a.clone(), b.clone()].concat());
            let (left, right) = (sketch_of(&a), sketch_of(&b));
            let (mut forward, mut backward) = (left.clone(), right.clone());
            forward.merge(&right);
            backward.merge(&left);
            prop_assert_eq!(&forward, &both);
            prop_assert_eq!(&backward, &both);
        }

        #[test]
        fn grouping_of_merges_does_not_matter(a in any_values(), b in any_values(), c in any_values()) {
            let (a, b, c) = (sketch_of(&a), sketch_of(&b), sketch_of(&c));
            let mut left = a.clone();
            left.merge(&b);
            left.merge(&c);
            let mut right = b;
            right.merge(&c);
            let mut whole = a;
            whole.merge(&right);
            prop_assert_eq!(left, whole);
        }

        #[test]
        fn a_sketch_survives_storage(values in any_values()) {
            let sketch = sketch_of(&values);
            let json = serde_json::to_string(&sketch).unwrap();
            prop_assert_eq!(serde_json::from_str::<QuantileSketch>(&json).unwrap(), sketch);
        }

        #[test]
        fn a_higher_share_never_gives_a_lower_value(values in any_values(), p in 0.0f64..=1.0, q in 0.0f64..=1.0) {
            prop_assume!(!values.is_empty());
            let sketch = sketch_of(&values);
            prop_assert!(sketch.quantile(p.min(q)) <= sketch.quantile(p.max(q)));
        }
    }
}
