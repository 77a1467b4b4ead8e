//! The numbers of queues, people, channels and everything, per interval.
//!
//! Whole quarters of an hour come from the sums, what is left at the edges of an interval from the rows, so a year reads
//! few rows and a window of any thirty minutes is exact. What every number means is in `engine::measures`.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};
use signalbox_engine::measures::tally::TimeTally;
use signalbox_engine::measures::{ActivitySpan, Contact, Tally};
use signalbox_model::contact::{Channel, Origin};
use signalbox_model::id::{PersonId, QueueId};
use signalbox_model::time::Timestamp;

use super::{Reader, people};
use crate::column::{count, from_json, from_word, key, optional};
use crate::error::ViewsError;
use crate::working::QUARTER_MS;

/// Intervals of one question.
pub const INTERVALS_MAX: usize = 10_000;

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureBy {
    /// Everything.
    All,
    /// A queue.
    Queue,
    /// A person.
    Agent,
    /// A channel.
    Channel,
    /// A way in which conversations got into the log.
    Origin,
}

/// Which one a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureKey {
    /// Everything.
    All,
    /// A queue; none: conversations that never were in one.
    Queue(Option<QueueId>),
    /// A person.
    Agent(PersonId),
    /// A channel.
    Channel(Channel),
    /// An origin.
    Origin(Origin),
}

/// What counts. What is given must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasureFilter {
    /// Only this queue.
    pub queue: Option<QueueId>,
    /// Only this channel.
    pub channel: Option<Channel>,
    /// Only these origins; empty: any.
    pub origins: Vec<Origin>,
    /// Only this person.
    pub person: Option<PersonId>,
}

/// One row of one interval.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureRow {
    /// What it stands for.
    pub key: MeasureKey,
    /// When its interval began.
    pub interval_start: Timestamp,
    /// Its sums: ask them for any measure.
    pub tally: Tally,
}

/// A question while it is being answered.
struct Question<'a> {
    by: MeasureBy,
    bounds: &'a [Timestamp],
    filter: &'a MeasureFilter,
    now: Timestamp,
    rows: BTreeMap<(usize, MeasureKey), Tally>,
    serving: BTreeMap<PersonId, Vec<QueueId>>,
}

/// Where a contact was and whose it is.
struct Place {
    queue: Option<QueueId>,
    channel: Channel,
    origin: Origin,
    person: Option<PersonId>,
}

impl Question<'_> {
    fn interval_of(&self, at: i64) -> Option<usize> {
        let after = self.bounds.partition_point(|bound| bound.0 <= at);
        (after > 0 && after < self.bounds.len()).then(|| after - 1)
    }

    /// The whole quarters inside an interval.
    fn whole(&self, index: usize) -> (i64, i64) {
        let (from, to) = (self.bounds[index].0, self.bounds[index + 1].0);
        let first = from.div_euclid(QUARTER_MS) * QUARTER_MS;
        let first = if first < from { first + QUARTER_MS } else { first };
        (first, (to.div_euclid(QUARTER_MS) * QUARTER_MS).max(first))
    }

    /// What of an interval lies outside its whole quarters.
    fn edges(&self, index: usize) -> impl Iterator<Item = (i64, i64)> {
        let (from, to) = (self.bounds[index].0, self.bounds[index + 1].0);
        let (first, last) = self.whole(index);
        let parts = if first < last { [(from, first), (last, to)] } else { [(from, to), (to, to)] };
        parts.into_iter().filter(|(from, to)| from < to)
    }

    fn key_of(&self, place: &Place) -> Option<MeasureKey> {
        let filter = self.filter;
        let is_wanted = filter.queue.is_none_or(|queue| place.queue == Some(queue))
            && filter.channel.is_none_or(|channel| place.channel == channel)
            && (filter.origins.is_empty() || filter.origins.contains(&place.origin))
            && filter.person.is_none_or(|person| place.person == Some(person));
        if !is_wanted {
            return None;
        }
        Some(match self.by {
            MeasureBy::All => MeasureKey::All,
            MeasureBy::Queue => MeasureKey::Queue(place.queue),
            MeasureBy::Agent => MeasureKey::Agent(place.person?),
            MeasureBy::Channel => MeasureKey::Channel(place.channel),
            MeasureBy::Origin => MeasureKey::Origin(place.origin),
        })
    }

    /// A queue's time is that of everybody who serves it.
    fn time_keys(&self, person: PersonId) -> Vec<MeasureKey> {
        let filter = self.filter;
        if !self.tells_time() || filter.person.is_some_and(|wanted| wanted != person) {
            return Vec::new();
        }
        let serving = self.serving.get(&person).map_or(&[][..], Vec::as_slice);
        let serves = |queue: &QueueId| filter.queue.is_none_or(|wanted| wanted == *queue);
        match self.by {
            MeasureBy::Queue => {
                serving.iter().filter(|queue| serves(queue)).map(|queue| MeasureKey::Queue(Some(*queue))).collect()
            }
            _ if filter.queue.is_some() && !serving.iter().any(serves) => Vec::new(),
            MeasureBy::All => vec![MeasureKey::All],
            MeasureBy::Agent => vec![MeasureKey::Agent(person)],
            MeasureBy::Channel | MeasureBy::Origin => Vec::new(),
        }
    }

    fn row(&mut self, interval: usize, key: MeasureKey) -> &mut Tally {
        self.rows.entry((interval, key)).or_default()
    }

    fn add_time(&mut self, interval: usize, person: PersonId, time: &TimeTally) {
        for key in self.time_keys(person) {
            self.row(interval, key).add_time(person, time);
        }
    }

    fn needs_person(&self) -> bool {
        self.by == MeasureBy::Agent || self.filter.person.is_some()
    }

    fn answer(mut self, connection: &Connection) -> Result<Vec<MeasureRow>, ViewsError> {
        self.read_serving(connection)?;
        self.read_sums(connection)?;
        self.read_time_sums(connection)?;
        for index in 0..self.bounds.len() - 1 {
            for (from, to) in self.edges(index).collect::<Vec<_>>() {
                self.read_contacts(connection, index, from, to)?;
                self.read_activity(connection, index, from, to)?;
            }
        }
        self.read_open_spans(connection)?;
        self.read_lines(connection)?;
        let (bounds, tells_lines, tells_time) = (self.bounds, self.tells_lines(), self.tells_time());
        let row = |((index, key), mut tally): ((usize, MeasureKey), Tally)| {
            // Nobody waited and nobody worked: that is a number, other than where neither is defined.
            if tells_lines {
                tally.waiting_max = tally.waiting_max.max(Some(0));
            }
            if tells_time {
                tally.time.get_or_insert_default();
            }
            MeasureRow { key, interval_start: bounds[index], tally }
        };
        Ok(self.rows.into_iter().map(row).collect())
    }

    /// A line has no channel, origin or person.
    fn tells_lines(&self) -> bool {
        let filter = self.filter;
        matches!(self.by, MeasureBy::All | MeasureBy::Queue)
            && filter.channel.is_none()
            && filter.origins.is_empty()
            && filter.person.is_none()
    }

    /// A person's time has no channel and no origin.
    fn tells_time(&self) -> bool {
        let is_by_channel = matches!(self.by, MeasureBy::Channel | MeasureBy::Origin);
        !is_by_channel && self.filter.channel.is_none() && self.filter.origins.is_empty()
    }

    fn read_serving(&mut self, connection: &Connection) -> Result<(), ViewsError> {
        let mut statement =
            connection.prepare_cached("SELECT person, queue FROM person_queue ORDER BY person, queue")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.serving.entry(key(row, 0)?).or_default().push(key(row, 1)?);
        }
        Ok(())
    }

    /// The interval that a whole quarter lies in, if it lies in one entirely.
    fn interval_of_quarter(&self, bucket: i64) -> Option<usize> {
        let index = self.interval_of(bucket)?;
        let (first, last) = self.whole(index);
        (first <= bucket && bucket < last).then_some(index)
    }

    fn range(&self) -> [i64; 2] {
        let first = self.bounds[0].0.div_euclid(QUARTER_MS) * QUARTER_MS;
        [first, self.bounds[self.bounds.len() - 1].0]
    }

    fn read_sums(&mut self, connection: &Connection) -> Result<(), ViewsError> {
        let sql = match self.needs_person() {
            true => {
                "SELECT bucket, queue, channel, origin, tally, person FROM quarter_person WHERE bucket >= ?1 AND bucket < ?2"
            }
            false => {
                "SELECT bucket, queue, channel, origin, tally, NULL FROM quarter WHERE bucket >= ?1 AND bucket < ?2"
            }
        };
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(self.range())?;
        while let Some(row) = rows.next()? {
            let Some(index) = self.interval_of_quarter(row.get(0)?) else { continue };
            let place = place_of(row, [1, 2, 3, 5])?;
            if let Some(key) = self.key_of(&place) {
                let tally: Tally = from_json(&row.get::<_, String>(4)?)?;
                self.row(index, key).merge(&tally);
            }
        }
        Ok(())
    }

    fn read_contacts(&mut self, connection: &Connection, index: usize, from: i64, to: i64) -> Result<(), ViewsError> {
        let mut statement = connection
            .prepare_cached("SELECT data, queue, channel, origin, person FROM contact WHERE at >= ?1 AND at < ?2")?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            let place = place_of(row, [1, 2, 3, 4])?;
            if let Some(key) = self.key_of(&place) {
                let contact: Contact = from_json(&row.get::<_, String>(0)?)?;
                self.row(index, key).add(&contact);
            }
        }
        Ok(())
    }

    fn read_time_sums(&mut self, connection: &Connection) -> Result<(), ViewsError> {
        let mut statement = connection
            .prepare_cached("SELECT bucket, person, tally FROM quarter_time WHERE bucket >= ?1 AND bucket < ?2")?;
        let mut rows = statement.query(self.range())?;
        while let Some(row) = rows.next()? {
            if let Some(index) = self.interval_of_quarter(row.get(0)?) {
                self.add_time(index, key(row, 1)?, &from_json(&row.get::<_, String>(2)?)?);
            }
        }
        Ok(())
    }

    fn read_activity(&mut self, connection: &Connection, index: usize, from: i64, to: i64) -> Result<(), ViewsError> {
        let mut statement =
            connection.prepare_cached("SELECT person, data FROM activity WHERE ended_at > ?1 AND began_at < ?2")?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            let span: ActivitySpan = from_json(&row.get::<_, String>(1)?)?;
            self.add_span(index, key(row, 0)?, &span, from, to);
        }
        let mut statement =
            connection.prepare_cached("SELECT person, declined FROM missed_offer WHERE at >= ?1 AND at < ?2")?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            let is_declined: bool = row.get(1)?;
            let time = TimeTally {
                declined: u64::from(is_declined),
                not_responding: u64::from(!is_declined),
                ..TimeTally::default()
            };
            self.add_time(index, key(row, 0)?, &time);
        }
        Ok(())
    }

    fn add_span(&mut self, index: usize, person: PersonId, span: &ActivitySpan, from: i64, to: i64) {
        if let Some(part) = span.clipped(Timestamp(from), Timestamp(to)) {
            let mut time = TimeTally::default();
            time.add(&part);
            // Nobody's time counts while they are offline without work: such a person makes no row.
            if time != TimeTally::default() {
                self.add_time(index, person, &time);
            }
        }
    }

    fn read_open_spans(&mut self, connection: &Connection) -> Result<(), ViewsError> {
        for (person, span) in people::open_spans(connection, self.now)? {
            let first = self.bounds.partition_point(|bound| *bound <= span.from).saturating_sub(1);
            for index in first..self.bounds.len() - 1 {
                if self.bounds[index] >= span.until {
                    break;
                }
                self.add_span(index, person, &span, self.bounds[index].0, self.bounds[index + 1].0);
            }
        }
        Ok(())
    }

    /// The longest lines, by whole quarters: a window that begins within one counts all of it.
    fn read_lines(&mut self, connection: &Connection) -> Result<(), ViewsError> {
        let filter = self.filter;
        if !self.tells_lines() {
            return Ok(());
        }
        let mut found: Vec<(i64, Option<QueueId>, u64)> = Vec::new();
        let mut statement = connection
            .prepare_cached("SELECT bucket, queue, most FROM quarter_waiting WHERE bucket >= ?1 AND bucket < ?2")?;
        let mut rows = statement.query(self.range())?;
        while let Some(row) = rows.next()? {
            found.push((row.get(0)?, optional(row, 1)?, row.get::<_, i64>(2)?.unsigned_abs()));
        }
        let mut statement =
            connection.prepare_cached("SELECT queue, waiting, since FROM waiting_now WHERE since < ?1")?;
        let mut rows = statement.query([count(self.now.0.unsigned_abs())])?;
        while let Some(row) = rows.next()? {
            let (queue, waiting, since): (_, i64, i64) = (optional(row, 0)?, row.get(1)?, row.get(2)?);
            let touched =
                self.bounds.windows(2).filter(|pair| pair[1].0 > since && pair[0] < self.now).map(|pair| pair[0].0);
            found.extend(touched.map(|start| (start, queue, waiting.unsigned_abs())));
        }
        for (bucket, queue, most) in found {
            let Some(index) = self.interval_of(bucket.max(self.bounds[0].0)) else { continue };
            let key = match (self.by, queue) {
                (MeasureBy::Queue, Some(queue)) if filter.queue.is_none_or(|wanted| wanted == queue) => {
                    MeasureKey::Queue(Some(queue))
                }
                (MeasureBy::All, queue) if filter.queue == queue => MeasureKey::All,
                _ => continue,
            };
            let tally = self.row(index, key);
            tally.waiting_max = tally.waiting_max.max(Some(most));
        }
        Ok(())
    }
}

fn place_of(row: &Row, [queue, channel, origin, person]: [usize; 4]) -> Result<Place, ViewsError> {
    Ok(Place {
        queue: optional(row, queue)?,
        channel: from_word(&row.get::<_, String>(channel)?)?,
        origin: from_word(&row.get::<_, String>(origin)?)?,
        person: optional(row, person)?,
    })
}

impl MeasureBy {
    /// The sums of a row in which nothing happened: fill in the rows that an answer does not have.
    pub fn nothing(self) -> Tally {
        let has_line = matches!(self, MeasureBy::All | MeasureBy::Queue);
        let has_people = has_line || self == MeasureBy::Agent;
        Tally { waiting_max: has_line.then_some(0), time: has_people.then(TimeTally::default), ..Tally::default() }
    }
}

impl Reader {
    /// Sums per interval and key, in the order of intervals, then keys. The bounds are where intervals begin and where the
    /// last one ends, rising; the caller makes them, because days depend on a time zone. Rows in which nothing happened
    /// are left out. For a live window give its beginning and now.
    ///
    /// # Errors
    /// When there are too many intervals or the file cannot be read.
    pub fn measures(
        &self,
        by: MeasureBy,
        bounds: &[Timestamp],
        filter: &MeasureFilter,
        now: Timestamp,
    ) -> Result<Vec<MeasureRow>, ViewsError> {
        if bounds.len() > INTERVALS_MAX {
            return Err(ViewsError::TooMuch { what: "intervals", max: INTERVALS_MAX });
        }
        if bounds.len() < 2 || bounds.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Ok(Vec::new());
        }
        let question = Question { by, bounds, filter, now, rows: BTreeMap::new(), serving: BTreeMap::new() };
        self.pool.ask(|connection| question.answer(connection))
    }
}
