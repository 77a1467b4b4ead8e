//! Names of customers on the floor: read once, forgotten when they change.

use std::collections::{BTreeSet, HashMap, VecDeque};

use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{CustomerId, Position};

use super::lookup;
use crate::state::AppState;

/// Names kept; beyond it all are read again.
const NAMES_MAX: usize = 50_000;

/// Names of customers, as far as they are known.
#[derive(Default)]
pub struct Names {
    known: HashMap<CustomerId, Option<String>>,
    /// Whose names change once the views have the fact at this place: asked before, they would give the old one.
    changing: VecDeque<(Position, CustomerId)>,
}

impl Names {
    /// Notes whose names facts change.
    pub fn note(&mut self, facts: &[Recorded]) {
        for fact in facts {
            let whose = match &fact.event {
                Event::IdentityAdded(added) => [Some(added.customer), None],
                Event::CustomerMerged(merged) => [Some(merged.customer), Some(merged.merged)],
                Event::CustomerSplit(split) => [Some(split.customer), Some(split.split)],
                Event::CustomerErased(erased) => [Some(erased.customer), None],
                _ => continue,
            };
            self.changing.extend(whose.into_iter().flatten().map(|customer| (fact.position, customer)));
        }
        while self.changing.len() > NAMES_MAX {
            self.changing.pop_front();
        }
    }

    /// Whether a name changes as soon as the views have caught up.
    pub fn is_changing(&self) -> bool {
        !self.changing.is_empty()
    }

    /// Forgets the names that the views, which have facts up to `through`, know better by now; says whose.
    pub fn changed(&mut self, through: Position) -> BTreeSet<CustomerId> {
        let mut customers = BTreeSet::new();
        while let Some((_, customer)) = self.changing.pop_front_if(|(position, _)| *position <= through) {
            self.known.remove(&customer);
            customers.insert(customer);
        }
        customers
    }

    /// Reads the names that are missing.
    pub async fn load(&mut self, state: &AppState, customers: Vec<CustomerId>) {
        if self.known.len() > NAMES_MAX {
            self.known.clear();
        }
        let missing: Vec<CustomerId> =
            customers.into_iter().filter(|customer| !self.known.contains_key(customer)).collect();
        if missing.is_empty() {
            return;
        }
        let names = lookup::customer_names(state, missing.clone()).await;
        for customer in missing {
            let name = names.get(&customer).cloned();
            self.known.insert(customer, name);
        }
    }

    /// The name, if it is known.
    pub fn of(&self, customer: CustomerId) -> Option<String> {
        self.known.get(&customer).cloned().flatten()
    }
}

#[cfg(test)]
mod tests {
    use signalbox_model::contact::Actor;
    use signalbox_model::event::customer::CustomerErased;
    use signalbox_model::time::Timestamp;

    use super::*;

    #[test]
    fn a_name_is_asked_for_again_once_the_views_know_it() {
        let customer = CustomerId::from_number(1);
        let event = Event::CustomerErased(CustomerErased { customer, contents: 0, conversations: Vec::new() });
        let fact = Recorded {
            position: Position(7),
            at: Timestamp(1),
            occurred_at: None,
            actor: Actor::System,
            command: None,
            cause: None,
            event,
        };
        let mut names = Names::default();
        names.known.insert(customer, Some("Kim".to_owned()));
        names.note(&[fact]);
        assert!(names.changed(Position(6)).is_empty());
        assert!(names.is_changing() && names.of(customer).is_some());
        assert_eq!(names.changed(Position(7)), BTreeSet::from([customer]));
        assert!(!names.is_changing() && names.of(customer).is_none());
    }
}
