//! Looking things up by id, quickly: maps for lookups alone, whose order is nobody's business.
//!
//! The standard hasher is built to withstand keys that an attacker picks; it costs more than all the rest of a lookup. Ids are
//! made by this program or by systems that hold one of its tokens, and half of their bits are random.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use serde::{Serialize, Serializer};

/// A map that is never walked through where the order could show.
pub type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;
/// A set that is never walked through where the order could show.
pub type IdSet<K> = HashSet<K, BuildHasherDefault<IdHasher>>;

/// Writes a map down in the order of its keys, so that equal states are equal texts.
///
/// # Errors
/// When the form that is written to cannot hold it.
pub fn in_order<K, V, S>(map: &IdMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    K: Ord + Hash + Serialize,
    V: Serialize,
    S: Serializer,
{
    map.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
}

/// Odd, with its bits spread evenly: the fraction of the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Multiplies and folds.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write_u64(&mut self, number: u64) {
        let wide = u128::from(self.0 ^ number ^ SPREAD) * u128::from(SPREAD);
        self.0 = (wide as u64) ^ (wide >> 64) as u64;
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64((number >> 64) as u64);
        self.write_u64(number as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
