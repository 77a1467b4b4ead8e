//! What each happening reports.

use signalbox_model::contact::{Actor, Participant, Presence};
use signalbox_model::event::Event;
use signalbox_model::event::conversation::{
    CloseAsked, CustomerLeft, CustomerReturned, HoldAsked, LeftHow, ReplyAsked, TurnAdded, TurnKind, WrapUpFinishAsked,
};
use signalbox_model::event::presence::{DeskConnected, DeskDisconnected, PresenceAsked};
use signalbox_model::event::routing::{
    AssignAsked, OfferAcceptAsked, OfferDeclineAsked, TransferAsked, TransferEndAsked, TransferMode, TransferTo,
};
use signalbox_model::event::supervision::{BargeAsked, HandBackAsked, MonitorAsked, TakeOverAsked};
use signalbox_model::id::{ContentId, ConversationId, CustomerId, PersonId};
use signalbox_model::word::Slug;

use super::{Run, RunError};
use crate::agenda::{Fault, Happening};
use crate::customers::Phase;

type Done = Result<(), RunError>;

fn id_of(number: u64) -> ConversationId {
    ConversationId::from_number(u128::from(number))
}

fn customer_of(number: u64) -> Actor {
    Actor::Customer { customer: CustomerId::from_number(u128::from(number)) }
}

impl Run<'_> {
    pub(super) fn perform(&mut self, what: Happening) -> Done {
        match what {
            Happening::Arrival { stream } => self.arrival(stream),
            Happening::PatienceOver { conversation, stay } => self.patience_over(conversation, stay),
            Happening::Accept { conversation, worker, offer } => {
                let person = self.agents.worker(worker).person;
                let event = OfferAcceptAsked { conversation: id_of(conversation), person, offer };
                self.by_person(person, Event::OfferAcceptAsked(event))
            }
            Happening::Decline { conversation, worker, offer } => {
                let person = self.agents.worker(worker).person;
                let event = OfferDeclineAsked { conversation: id_of(conversation), person, offer };
                self.by_person(person, Event::OfferDeclineAsked(event))
            }
            Happening::ServiceOver { conversation, stay } => self.service_over(conversation, stay),
            Happening::WrapUpOver { conversation, worker } => {
                let person = self.agents.worker(worker).person;
                let event = WrapUpFinishAsked { conversation: id_of(conversation), person, disposition: None };
                self.by_person(person, Event::WrapUpFinishAsked(event))
            }
            Happening::Turn { conversation, stay, by_customer } => self.turn(conversation, stay, by_customer),
            Happening::Hold { conversation, stay, hold } => self.with_owner(conversation, stay, |id, person| {
                Event::HoldAsked(HoldAsked { conversation: id, person, hold })
            }),
            Happening::Transfer { conversation, stay, is_warm } => self.transfer(conversation, stay, is_warm),
            Happening::TransferEnd { conversation, stay } => self.with_owner(conversation, stay, |id, person| {
                Event::TransferEndAsked(TransferEndAsked { conversation: id, person, complete: true })
            }),
            Happening::Slot => self.slot(),
            Happening::GoHome { worker } => self.go_home(worker),
            Happening::BreakBegins { worker } => self.break_begins(worker),
            Happening::Back { worker } => self.back(worker),
            Happening::DeskBack { worker } => self.desk_back(worker),
            Happening::CustomerBack { conversation, stay: _ } => self.customer_back(conversation),
            Happening::Reopen { conversation } => match self.customers.reopen(conversation) {
                Some(asked) => self.report(customer_of(conversation), Event::ReopenAsked(asked)),
                None => Ok(()),
            },
            Happening::HandBack { conversation, supervisor } => {
                let person = self.agents.worker(supervisor).person;
                self.by_person(
                    person,
                    Event::HandBackAsked(HandBackAsked { conversation: id_of(conversation), person }),
                )
            }
            Happening::Fault { fault } => self.fault(fault),
            Happening::Again { event } => self.report(Actor::System, *event),
        }
    }

    fn by_person(&mut self, person: PersonId, event: Event) -> Done {
        self.report(Actor::Person { person }, event)
    }

    /// Reports a wish of whoever has the conversation, if it is still in the stretch for which it was planned.
    fn with_owner(&mut self, conversation: u64, stay: u32, wish: impl Fn(ConversationId, PersonId) -> Event) -> Done {
        match self.customers.in_stay(conversation, stay).map(|contact| contact.phase) {
            Some(Phase::Owned(person)) if !self.is_lost(person) => {
                self.by_person(person, wish(id_of(conversation), person))
            }
            _ => Ok(()),
        }
    }

    fn is_lost(&self, person: PersonId) -> bool {
        self.agents.number(person).is_some_and(|number| self.agents.worker(number).is_lost)
    }

    fn arrival(&mut self, stream: u16) -> Done {
        let opened = self.customers.arrive(stream, self.now, &mut self.agenda);
        let actor = Actor::Customer { customer: opened.customer };
        self.report(actor, Event::ConversationOpened(opened))
    }

    fn patience_over(&mut self, conversation: u64, stay: u32) -> Done {
        match self.customers.in_stay(conversation, stay).map(|contact| contact.phase) {
            Some(Phase::Waiting) => {
                let event = CustomerLeft { conversation: id_of(conversation), how: LeftHow::Ended };
                self.report(customer_of(conversation), Event::CustomerLeft(event))
            }
            _ => Ok(()),
        }
    }

    fn service_over(&mut self, conversation: u64, stay: u32) -> Done {
        let Some(Phase::Owned(person)) = self.customers.in_stay(conversation, stay).map(|contact| contact.phase) else {
            return Ok(());
        };
        if self.is_lost(person) {
            self.agenda.plan(self.now + 5_000, Happening::ServiceOver { conversation, stay });
            return Ok(());
        }
        let event = CloseAsked { conversation: id_of(conversation), person, disposition: None };
        self.by_person(person, Event::CloseAsked(event))
    }

    fn content(&mut self) -> ContentId {
        self.contents += 1;
        ContentId::from_number(self.contents)
    }

    fn turn(&mut self, conversation: u64, stay: u32, by_customer: bool) -> Done {
        let Some(Phase::Owned(person)) = self.customers.in_stay(conversation, stay).map(|contact| contact.phase) else {
            return Ok(());
        };
        let pause = self.agents.number(person).and_then(|number| self.agents.turn_pause(number));
        if let Some(pause) = pause {
            self.agenda.plan(self.now + pause, Happening::Turn { conversation, stay, by_customer: !by_customer });
        }
        let (content, kind) = (self.content(), TurnKind::Text);
        if by_customer {
            let turn = TurnAdded { conversation: id_of(conversation), by: Participant::Customer, kind, content };
            return self.report(customer_of(conversation), Event::TurnAdded(turn));
        }
        match self.is_lost(person) {
            true => Ok(()),
            false => {
                let reply = ReplyAsked { conversation: id_of(conversation), person, kind, content };
                self.by_person(person, Event::ReplyAsked(reply))
            }
        }
    }

    fn transfer(&mut self, conversation: u64, stay: u32, is_warm: bool) -> Done {
        let mode = match is_warm {
            true => TransferMode::Warm,
            false => TransferMode::Cold,
        };
        let others: Vec<PersonId> =
            self.agents.all().iter().filter(|w| w.on_duty && !w.is_lost).map(|w| w.person).collect();
        let to = match self.faults.pick(3) {
            0 if !others.is_empty() => TransferTo::Person { person: others[self.faults.pick(others.len())] },
            _ => TransferTo::Queue { queue: self.queues[self.faults.pick(self.queues.len())] },
        };
        self.with_owner(conversation, stay, |id, person| {
            Event::TransferAsked(TransferAsked { conversation: id, person, to, mode })
        })
    }

    fn slot(&mut self) -> Done {
        let roster = self.agents.roster(self.now, &mut self.agenda);
        for worker in roster.come {
            let person = self.agents.worker(worker).person;
            self.agents.worker_mut(worker).on_break = false;
            if !self.agents.worker(worker).is_lost {
                self.desk_opens(person)?;
                self.wants(person, Presence::Available, None)?;
            }
        }
        for worker in roster.go {
            self.agenda.plan(self.now, Happening::GoHome { worker });
        }
        Ok(())
    }

    pub(super) fn desk_opens(&mut self, person: PersonId) -> Done {
        self.by_person(person, Event::DeskConnected(DeskConnected { person }))
    }

    fn wants(&mut self, person: PersonId, presence: Presence, reason: Option<Slug>) -> Done {
        self.by_person(person, Event::PresenceAsked(PresenceAsked { person, presence, reason }))
    }

    fn go_home(&mut self, worker: u32) -> Done {
        let state = self.agents.worker(worker);
        let (person, holds) = (state.person, state.holding > 0);
        if state.on_duty || state.is_lost {
            return Ok(());
        }
        if holds {
            self.agenda.plan(self.now + 30_000, Happening::GoHome { worker });
            return self.wants(person, Presence::Away, Slug::parse("end_of_shift").ok());
        }
        self.wants(person, Presence::Offline, None)?;
        self.by_person(person, Event::DeskDisconnected(DeskDisconnected { person }))
    }

    fn break_begins(&mut self, worker: u32) -> Done {
        let state = self.agents.worker(worker);
        if !state.on_duty || state.on_break || state.is_lost {
            return Ok(());
        }
        let person = state.person;
        self.agents.worker_mut(worker).on_break = true;
        self.agents.plan_break(worker, self.now, &mut self.agenda);
        self.wants(person, Presence::Away, Slug::parse("break").ok())
    }

    fn back(&mut self, worker: u32) -> Done {
        self.agents.worker_mut(worker).on_break = false;
        let state = self.agents.worker(worker);
        match state.on_duty && !state.is_lost {
            true => self.wants(state.person, Presence::Available, None),
            false => Ok(()),
        }
    }

    fn desk_back(&mut self, worker: u32) -> Done {
        self.agents.worker_mut(worker).is_lost = false;
        let state = self.agents.worker(worker);
        let (person, on_duty) = (state.person, state.on_duty);
        if !on_duty {
            self.agenda.plan(self.now, Happening::GoHome { worker });
            return Ok(());
        }
        self.desk_opens(person)?;
        self.wants(person, Presence::Available, None)
    }

    fn customer_back(&mut self, conversation: u64) -> Done {
        match self.customers.get(conversation).map(|contact| contact.phase) {
            Some(Phase::Waiting | Phase::Owned(_)) => {
                let event = CustomerReturned { conversation: id_of(conversation) };
                self.report(customer_of(conversation), Event::CustomerReturned(event))
            }
            _ => Ok(()),
        }
    }

    fn fault(&mut self, fault: Fault) -> Done {
        self.faults.plan_next(fault, self.now, &mut self.agenda);
        match fault {
            Fault::DeskLost => self.desk_lost(),
            Fault::ClockBack => {
                self.behind_ms += self.faults.step_back_ms();
                Ok(())
            }
            Fault::TakeOver => self.step_in(),
            Fault::CustomerLost => self.customer_lost(),
            Fault::WrongCommand => self.wrong_command(),
        }
    }

    fn desk_lost(&mut self) -> Done {
        let at_work: Vec<u32> = (0..self.agents.all().len() as u32)
            .filter(|number| {
                let worker = self.agents.worker(*number);
                worker.on_duty && !worker.is_lost && worker.crew.is_some()
            })
            .collect();
        if at_work.is_empty() {
            return Ok(());
        }
        let worker = at_work[self.faults.pick(at_work.len())];
        let person = self.agents.worker(worker).person;
        self.agents.worker_mut(worker).is_lost = true;
        let gone_ms = 1_000 + self.faults.pick(90_000) as i64;
        self.agenda.plan(self.now + gone_ms, Happening::DeskBack { worker });
        self.by_person(person, Event::DeskDisconnected(DeskDisconnected { person }))
    }

    /// A conversation that is kept, open or over not long ago.
    fn any_conversation(&mut self) -> Option<u64> {
        let numbers = self.customers.numbers();
        let count = (numbers.end - numbers.start) as usize;
        (count > 0).then(|| numbers.start + self.faults.pick(count) as u64)
    }

    fn step_in(&mut self) -> Done {
        let supervisors = self.agents.supervisors().to_vec();
        let Some(number) = self.any_conversation() else { return Ok(()) };
        if supervisors.is_empty() {
            return Ok(());
        }
        let person = self.agents.worker(supervisors[self.faults.pick(supervisors.len())]).person;
        let conversation = id_of(number);
        let event = match self.faults.pick(4) {
            0 => Event::MonitorAsked(MonitorAsked { conversation, person, on: self.faults.pick(3) > 0 }),
            1 => Event::BargeAsked(BargeAsked { conversation, person }),
            _ => Event::TakeOverAsked(TakeOverAsked { conversation, person }),
        };
        self.by_person(person, event)
    }

    fn customer_lost(&mut self) -> Done {
        let Some(number) = self.any_conversation() else { return Ok(()) };
        let back_ms = 1_000 + self.faults.pick(120_000) as i64;
        self.agenda.plan(self.now + back_ms, Happening::CustomerBack { conversation: number, stay: 0 });
        let event = CustomerLeft { conversation: id_of(number), how: LeftHow::Disconnected };
        self.report(customer_of(number), Event::CustomerLeft(event))
    }

    fn wrong_command(&mut self) -> Done {
        let Some(number) = self.any_conversation() else { return Ok(()) };
        let worker = self.faults.pick(self.agents.all().len()) as u32;
        let person = self.agents.worker(worker).person;
        let other = self.agents.worker(self.faults.pick(self.agents.all().len()) as u32).person;
        let conversation = id_of(number);
        let event = match self.faults.pick(8) {
            0 => Event::CloseAsked(CloseAsked { conversation, person, disposition: None }),
            1 => Event::OfferAcceptAsked(OfferAcceptAsked { conversation, person, offer: 1 }),
            2 => Event::HoldAsked(HoldAsked { conversation, person, hold: self.faults.pick(2) == 0 }),
            3 => Event::AssignAsked(AssignAsked { conversation, person, to: other }),
            4 => Event::WrapUpFinishAsked(WrapUpFinishAsked { conversation, person, disposition: None }),
            5 => Event::TransferEndAsked(TransferEndAsked { conversation, person, complete: self.faults.pick(2) == 0 }),
            6 => Event::HandBackAsked(HandBackAsked { conversation, person }),
            _ => {
                let to = TransferTo::Person { person: other };
                Event::TransferAsked(TransferAsked { conversation, person, to, mode: TransferMode::Warm })
            }
        };
        self.by_person(person, event)
    }
}
