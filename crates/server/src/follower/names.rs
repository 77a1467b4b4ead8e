//! Names of customers on the floor: read once, forgotten when they change.

use std::collections::HashMap;

use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::CustomerId;

use super::lookup;
use crate::state::AppState;

/// Names kept; beyond it all are read again.
const NAMES_MAX: usize = 50_000;

/// Names of customers, as far as they are known.
#[derive(Default)]
pub struct Names(HashMap<CustomerId, Option<String>>);

impl Names {
    /// Forgets what facts change.
    pub fn note(&mut self, facts: &[Recorded]) {
        for fact in facts {
            match &fact.event {
                Event::IdentityAdded(added) => drop(self.0.remove(&added.customer)),
                // Whoever was merged or split, a name may have come from either.
                Event::CustomerErased(_) | Event::CustomerMerged(_) | Event::CustomerSplit(_) => self.0.clear(),
                _ => {}
            }
        }
    }

    /// Reads the names that are missing.
    pub async fn load(&mut self, state: &AppState, customers: Vec<CustomerId>) {
        if self.0.len() > NAMES_MAX {
            self.0.clear();
        }
        let missing: Vec<CustomerId> = customers.into_iter().filter(|customer| !self.0.contains_key(customer)).collect();
        if missing.is_empty() {
            return;
        }
        let names = lookup::customer_names(state, missing.clone()).await;
        for customer in missing {
            let name = names.get(&customer).cloned();
            self.0.insert(customer, name);
        }
    }

    /// The name, if it is known.
    pub fn of(&self, customer: CustomerId) -> Option<String> {
        self.0.get(&customer).cloned().flatten()
    }
}
