//! How each fact changes a conversation. Decides nothing.

use signalbox_model::contact::{Control, Outcome, Owner, Participant};
use signalbox_model::event::conversation::{
    ClosedBecause, ConversationClosed, ConversationOpened, ConversationQueued, ConversationReopened, LeftHow,
    OwnershipReported, Place, ReplySent, TurnAdded,
};
use signalbox_model::event::routing::{OfferAccepted, OfferMade, OfferPurpose, WaitGrownBecause};
use signalbox_model::event::supervision::{SupervisorHandedBack, SupervisorTookOver};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::PersonId;
use signalbox_model::limits::{CONVERSATION_LABELS_MAX, OWNERSHIP_REPORTS_MAX};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

use super::ai::AiSide;
use super::{Conversation, Offer, Pass, Segment, Transfer, WrapUp};

fn first_owner(opened: &ConversationOpened) -> Owner {
    match (opened.control, opened.queue) {
        (_, Some(queue)) => Owner::Queue { queue },
        (Control::Observed, None) => Owner::Elsewhere { name: Slug::parse("unreported").expect("a slug") },
        // A routed one without a queue is turned away by the next fact.
        (Control::Routed, None) => Owner::Closed,
    }
}

impl Conversation {
    /// A conversation as its first fact leaves it.
    pub fn opened(recorded: &Recorded, opened: &ConversationOpened) -> Conversation {
        let when = recorded.when();
        let owner = first_owner(opened);
        let mut conversation = Conversation {
            id: opened.conversation,
            customer: opened.customer,
            channel: opened.channel,
            origin: opened.origin,
            control: opened.control,
            queue: opened.queue,
            needs: opened.needs.clone(),
            priority: opened.priority,
            intent: opened.intent.clone(),
            language: opened.language.clone(),
            labels: Vec::new(),
            owner: owner.clone(),
            opened_at: when,
            in_line: false,
            waiting_since: opened.queue.map(|_| when),
            place: Place::Score,
            only: None,
            queued_because: None,
            ring: 0,
            passes: Vec::new(),
            grown_at: recorded.at,
            offer: None,
            offers_made: 0,
            owned_since: None,
            held_since: None,
            transfer: None,
            wrap_up: None,
            closed_at: None,
            unanswered_since: None,
            asked_person_at: None,
            last_turn_at: None,
            first_reply_at: None,
            turns: 0,
            truncated: false,
            watchers: Vec::new(),
            barged: Vec::new(),
            taken_from: None,
            customer_left_at: None,
            outcome: None,
            disposition: None,
            segments: Vec::new(),
            reports: Vec::new(),
            ai: AiSide::default(),
            position: recorded.position,
        };
        conversation.begin_segment(owner, when, "conversation.opened");
        conversation
    }

    /// A closed conversation that goes on: what was forgotten comes with the fact.
    pub fn reopened(recorded: &Recorded, reopened: &ConversationReopened) -> Conversation {
        let asked = &reopened.asked;
        let opened = ConversationOpened {
            conversation: asked.conversation,
            customer: asked.customer,
            channel: asked.channel,
            origin: asked.origin,
            control: Control::Routed,
            queue: Some(asked.queue),
            priority: asked.priority,
            needs: asked.needs.clone(),
            intent: None,
            language: None,
        };
        let mut conversation = Conversation::opened(recorded, &opened);
        conversation.turns = asked.turns;
        conversation.segments[0].number = asked.segments + 1;
        conversation.segments[0].began = "conversation.reopened".into();
        conversation
    }

    /// Folds one fact that is about this conversation.
    pub fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        self.position = recorded.position;
        match &recorded.event {
            Event::ConversationOpened(opened) => self.complete(recorded, opened),
            Event::ConversationQueued(queued) => self.queued(at, queued),
            Event::ConversationTurnedAway(_) => self.end(at, "conversation.turned_away", Some(Outcome::TurnedAway)),
            Event::TurnAdded(turn) => self.turn(recorded.when(), turn),
            Event::ReplySent(reply) => self.replied(at, reply),
            Event::ConversationTruncated(_) => self.truncated = true,
            Event::PersonAsked(_) => self.asked_person_at = self.asked_person_at.or(Some(at)),
            Event::CustomerLeft(left) if left.how == LeftHow::Disconnected => self.customer_left_at = Some(at),
            Event::CustomerReturned(_) => self.customer_left_at = None,
            Event::ConversationHeld(_) => self.held_since = Some(at),
            Event::ConversationResumed(_) => self.release_hold(at),
            // An owner's wish to end is always granted, so what it says about filing holds.
            Event::CloseAsked(asked) if self.owner.person() == Some(asked.person) => {
                self.disposition = asked.disposition.or(self.disposition);
            }
            Event::ConversationClosed(closed) => self.closed(at, closed),
            Event::WrapUpStarted(started) => {
                self.wrap_up = Some(WrapUp { person: started.person, since: at, until: started.until });
            }
            Event::WrapUpFinished(finished) => {
                self.disposition = finished.disposition.or(self.disposition);
                self.finish_wrap_up(at);
            }
            Event::DispositionSet(set) => self.disposition = Some(set.disposition),
            Event::LabelChanged(label) => self.label(&label.label, label.on),
            Event::OutcomeReported(reported) => self.outcome = Some(reported.outcome),
            Event::OwnershipReported(report) => self.reported(recorded.when(), report),
            other => self.apply_routing(at, other),
        }
    }

    fn apply_routing(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::OfferMade(made) => self.offered(at, made),
            Event::OfferAccepted(accepted) => self.accepted(at, accepted),
            Event::OfferDeclined(declined) => self.passed(declined.person, at),
            Event::OfferExpired(expired) => self.passed(expired.person, at),
            Event::OfferWithdrawn(_) => self.offer = None,
            Event::RingWidened(widened) => self.ring = widened.ring,
            Event::WaitGrown(grown) => {
                self.grown_at = at;
                if grown.because == WaitGrownBecause::DeclinesForgiven {
                    self.passes.clear();
                }
            }
            Event::PriorityChanged(changed) => self.priority = changed.priority,
            Event::TransferStarted(started) => {
                self.passes.clear();
                self.transfer =
                    Some(Transfer { by: started.person, to: started.to, until: started.until, briefed: None });
            }
            Event::TransferBriefed(briefed) => {
                if let Some(transfer) = &mut self.transfer {
                    transfer.briefed = Some(briefed.person);
                }
            }
            Event::TransferCompleted(completed) => {
                self.transfer = None;
                self.own(Owner::Agent { person: completed.person }, at, "transfer.completed");
            }
            Event::TransferCancelled(_) => self.transfer = None,
            other => self.apply_supervision(at, other),
        }
    }

    fn apply_supervision(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::MonitorStarted(started) => insert(&mut self.watchers, started.person),
            Event::MonitorStopped(stopped) => {
                self.watchers.retain(|person| *person != stopped.person);
                self.barged.retain(|person| *person != stopped.person);
            }
            Event::SupervisorBarged(barged) => {
                insert(&mut self.barged, barged.person);
                insert(&mut self.watchers, barged.person);
            }
            Event::SupervisorTookOver(took) => self.taken_over(at, took),
            Event::SupervisorHandedBack(back) => self.handed_back(at, back),
            other => self.apply_ai(at, other),
        }
    }

    fn apply_ai(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::AiAssigned(assigned) => {
                self.ai.assigned(at, assigned);
                self.offer = None;
                self.own(Owner::Ai { agent: assigned.handle.clone() }, at, "ai.assigned");
            }
            Event::AiTurnRequested(requested) => self.ai.requested(requested, self.turns),
            Event::AiTurnCompleted(completed) => self.ai.completed(completed.number),
            Event::HandoffRequested(requested) => self.ai.handed_off(at, requested),
            Event::HandoffTimedOut(_) => {
                if let Some(handoff) = &mut self.ai.handoff {
                    handoff.timed_out = true;
                }
            }
            Event::HandoffBriefed(_) => {
                if let Some(handoff) = &mut self.ai.handoff {
                    handoff.briefed = true;
                }
            }
            Event::HandoffEnded(_) => self.ai.handoff = None,
            Event::ApprovalAsked(asked) => self.ai.approval_asked(at, asked),
            Event::ApprovalDecided(decided) => {
                self.ai.approval = self.ai.approval.filter(|approval| approval.id != decided.approval);
            }
            Event::TurnRead(read) => {
                self.intent = read.intent.clone().or(self.intent.take());
                self.language = read.language.clone().or(self.language.take());
                if let Some(sentiment) = read.sentiment {
                    self.ai.felt(sentiment);
                }
            }
            _ => {}
        }
    }

    /// The open of an observed conversation may come after its first turns: it then completes what was guessed.
    fn complete(&mut self, recorded: &Recorded, opened: &ConversationOpened) {
        if self.control != Control::Observed {
            return;
        }
        self.queue = opened.queue.or(self.queue);
        self.intent = opened.intent.clone().or(self.intent.take());
        self.language = opened.language.clone().or(self.language.take());
        self.channel = opened.channel;
        self.opened_at = self.opened_at.min(recorded.when());
        if let Some(first) = self.segments.first_mut() {
            first.started_at = self.opened_at;
        }
    }

    fn queued(&mut self, at: Timestamp, queued: &ConversationQueued) {
        let owner = Owner::Queue { queue: queued.queue };
        let same_queue = self.owner == owner;
        self.in_line = true;
        self.queue = Some(queued.queue);
        self.place = queued.place;
        self.waiting_since = Some(queued.waiting_since);
        self.priority = queued.priority;
        self.only = queued.only;
        self.queued_because = Some(queued.because.clone());
        self.grown_at = at;
        if !same_queue {
            self.ring = 0;
            self.passes.clear();
            self.own(owner, at, "conversation.queued");
        }
        self.owned_since = None;
        self.taken_from = None;
    }

    fn turn(&mut self, when: Timestamp, turn: &TurnAdded) {
        self.turns += 1;
        self.last_turn_at = self.last_turn_at.max(Some(when));
        match turn.by {
            Participant::Customer => {
                self.customer_left_at = None;
                self.unanswered_since = self.unanswered_since.or(Some(when));
            }
            Participant::System => {}
            _ => {
                self.unanswered_since = None;
                self.first_reply_at = self.first_reply_at.or(Some(when));
            }
        }
    }

    fn replied(&mut self, at: Timestamp, reply: &ReplySent) {
        self.turns += 1;
        if matches!(reply.by, Participant::AiAgent { .. }) {
            self.ai.spoken += 1;
        }
        self.last_turn_at = Some(at);
        self.unanswered_since = None;
        self.first_reply_at = self.first_reply_at.or(Some(at));
    }

    fn label(&mut self, label: &Slug, on: bool) {
        self.labels.retain(|have| have != label);
        if on && self.labels.len() < CONVERSATION_LABELS_MAX {
            self.labels.push(label.clone());
        }
    }

    fn offered(&mut self, at: Timestamp, made: &OfferMade) {
        self.offers_made = made.offer;
        self.offer = Some(Offer {
            number: made.offer,
            person: made.person,
            purpose: made.purpose,
            made_at: at,
            expires_at: made.expires_at,
            because: made.because.clone(),
        });
    }

    fn accepted(&mut self, at: Timestamp, accepted: &OfferAccepted) {
        self.offer = None;
        match accepted.purpose {
            OfferPurpose::Take => {
                self.asked_person_at = None;
                self.own(Owner::Agent { person: accepted.person }, at, "offer.accepted");
            }
            OfferPurpose::Brief => {}
        }
    }

    /// Not taken: back to the front of the line, and this person is not asked again for a while.
    fn passed(&mut self, person: PersonId, at: Timestamp) {
        self.offer = None;
        self.passes.retain(|pass| pass.person != person);
        self.passes.push(Pass { person, at });
        if matches!(self.owner, Owner::Queue { .. }) {
            self.place = Place::Front;
        }
    }

    fn taken_over(&mut self, at: Timestamp, took: &SupervisorTookOver) {
        self.taken_from = took.from;
        self.asked_person_at = None;
        insert(&mut self.watchers, took.person);
        self.own(Owner::Supervisor { person: took.person }, at, "supervisor.took_over");
    }

    fn handed_back(&mut self, at: Timestamp, back: &SupervisorHandedBack) {
        self.taken_from = None;
        if let Some(person) = back.to {
            self.own(Owner::Agent { person }, at, "supervisor.handed_back");
        }
    }

    fn closed(&mut self, at: Timestamp, closed: &ConversationClosed) {
        let name = match closed.because {
            ClosedBecause::Reported => "ownership.reported",
            _ => "conversation.closed",
        };
        self.end(at, name, closed.outcome.or(self.outcome));
    }

    fn end(&mut self, at: Timestamp, name: &'static str, outcome: Option<Outcome>) {
        self.outcome = outcome;
        self.offer = None;
        self.transfer = None;
        self.unanswered_since = None;
        self.watchers.clear();
        self.barged.clear();
        self.taken_from = None;
        self.own(Owner::Closed, at, name);
        self.closed_at = Some(at);
    }

    fn finish_wrap_up(&mut self, at: Timestamp) {
        let Some(wrap_up) = self.wrap_up.take() else { return };
        let owned = self.segments.iter_mut().rev().find(|segment| segment.owner.person() == Some(wrap_up.person));
        if let Some(segment) = owned {
            segment.wrap_up_ms = at.since(wrap_up.since);
        }
    }

    fn release_hold(&mut self, at: Timestamp) {
        let Some(since) = self.held_since.take() else { return };
        if let Some(segment) = self.segments.last_mut() {
            segment.hold_ms = segment.hold_ms.plus(at.since(since));
        }
    }

    fn own(&mut self, owner: Owner, at: Timestamp, name: &'static str) {
        self.release_hold(at);
        if let Some(last) = self.segments.last_mut()
            && last.ended_at.is_none()
        {
            last.ended_at = Some(at);
            last.ended = Some(name.into());
        }
        if !matches!(owner, Owner::Queue { .. }) {
            self.waiting_since = None;
            self.only = None;
            self.in_line = false;
        }
        if !matches!(owner, Owner::Ai { .. }) {
            self.ai.released();
        }
        self.owned_since = owner.person().map(|_| at);
        if owner != Owner::Closed {
            self.begin_segment(owner.clone(), at, name);
        }
        self.owner = owner;
    }

    fn begin_segment(&mut self, owner: Owner, at: Timestamp, name: &'static str) {
        let number = self.segments.last().map_or(1, |last| last.number + 1);
        self.segments.push(Segment {
            number,
            owner,
            started_at: at,
            ended_at: None,
            hold_ms: DurationMs::ZERO,
            wrap_up_ms: DurationMs::ZERO,
            began: name.into(),
            ended: None,
        });
    }

    /// Reports may come late and out of order: the stretches are made anew from all reports in the order in which they were true.
    fn reported(&mut self, when: Timestamp, report: &OwnershipReported) {
        if self.control != Control::Observed || self.reports.len() >= OWNERSHIP_REPORTS_MAX {
            return;
        }
        let index = self.reports.partition_point(|(at, _)| *at <= when);
        self.reports.insert(index, (when, report.owner.clone()));
        let reports = std::mem::take(&mut self.reports);
        let first = first_owner(&ConversationOpened {
            conversation: self.id,
            customer: self.customer,
            channel: self.channel,
            origin: self.origin,
            control: self.control,
            queue: self.queue,
            priority: self.priority,
            needs: Vec::new(),
            intent: None,
            language: None,
        });
        self.segments.clear();
        self.closed_at = None;
        self.begin_segment(first.clone(), self.opened_at.min(reports[0].0), "conversation.opened");
        self.owner = first;
        for (at, owner) in &reports {
            self.own(owner.clone(), *at, "ownership.reported");
            self.waiting_since = matches!(owner, Owner::Queue { .. }).then_some(*at);
            self.closed_at = (*owner == Owner::Closed).then_some(*at);
            if !matches!(owner, Owner::Queue { .. } | Owner::Closed) {
                self.owned_since = Some(*at);
            }
        }
        self.reports = reports;
    }
}

fn insert(people: &mut Vec<PersonId>, person: PersonId) {
    if !people.contains(&person) {
        people.push(person);
    }
}
