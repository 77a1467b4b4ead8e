/** Opening hours on the wall clock of their zone: what is written in a field, what is drawn, and whether it is open now. */
import type { Hours, HoursException, Interval, Weekday } from './documents';

export const weekdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export const dayMinutes = 1440;
const daysAhead = 14;

export function dayName(day: Weekday): string { return day.charAt(0).toUpperCase() + day.slice(1); }

/** Minutes as a time field writes them; 1,560 is 02:00 (of the next day). */
export function clockText(minute: number): string {
  const m = ((minute % dayMinutes) + dayMinutes) % dayMinutes;
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
}

/** Minutes from what a time field gives; null while it is not complete. */
export function clockMinutes(text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})/.exec(text);
  if (!found) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2]);
  return minutes < dayMinutes ? minutes : null;
}

/** An end that is not after the beginning lies on the next day: 22:00 to 02:00, 00:00 to 00:00. */
export function intervalOf(from: number, to: number): Interval {
  return { from_minute: from, to_minute: to > from ? to : to + dayMinutes };
}

export function intervalWords(i: Interval): string {
  if (i.to_minute - i.from_minute === dayMinutes && i.from_minute === 0) return 'all day';
  const end = i.to_minute === dayMinutes ? '24:00' : clockText(i.to_minute);
  return `${clockText(i.from_minute)}–${end}${i.to_minute > dayMinutes ? ' next day' : ''}`;
}

/** "Mon–Fri 09:00–17:00; Sat 10:00–14:00": days with the same hours together. */
export function weekWords(hours: Hours): string {
  const byDay = weekdays.map((day) => hours.weekly.filter((w) => w.day === day).sort((a, b) => a.from_minute - b.from_minute).map(intervalWords).join(', '));
  const parts: string[] = [];
  for (let i = 0; i < byDay.length; i++) {
    let last = i;
    while (last + 1 < byDay.length && byDay[last + 1] === byDay[i]) last++;
    const short = (d: number) => dayName(weekdays[d] as Weekday).slice(0, 3);
    if (byDay[i]) parts.push(`${last > i ? `${short(i)}–${short(last)}` : short(i)} ${byDay[i]}`);
    i = last;
  }
  return parts.join('; ') || 'Never open';
}

interface WallTime { date: string; minute: number }

/** The date and the minute of the day on the walls of a zone; null when the browser does not know it. */
export function wallTime(ms: number, timeZone: string): WallTime | null {
  try {
    const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(ms);
    const get = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
    return { date: `${get('year')}-${get('month')}-${get('day')}`, minute: Number(get('hour')) * 60 + Number(get('minute')) };
  } catch {
    return null;
  }
}

function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function weekdayOf(date: string): Weekday {
  return weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;
}

function intervalsOn(hours: Hours, date: string): readonly Interval[] {
  const exception: HoursException | undefined = hours.exceptions.find((e) => e.date === date);
  if (exception) return exception.intervals;
  const day = weekdayOf(date);
  return hours.weekly.filter((w) => w.day === day);
}

export interface OpenState { open: boolean; until: { date: string; minute: number; daysAway: number } | null }

/** Whether it is open, and when on that wall clock it changes; null as `until`: not within two weeks. */
export function openState(hours: Hours, ms: number): OpenState | null {
  const now = wallTime(ms, hours.time_zone);
  if (!now) return null;
  const spans: [number, number][] = [];
  for (let offset = -1; offset <= daysAhead; offset++) {
    for (const i of intervalsOn(hours, dateAfter(now.date, offset))) spans.push([offset * dayMinutes + i.from_minute, offset * dayMinutes + i.to_minute]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
    else joined.push([...span]);
  }
  const current = joined.find(([from, to]) => from <= now.minute && now.minute < to);
  const change = current ? current[1] : joined.find(([from]) => from > now.minute)?.[0];
  if (change === undefined || change > daysAhead * dayMinutes) return { open: !!current, until: null };
  const daysAway = Math.floor(change / dayMinutes);
  return { open: !!current, until: { date: dateAfter(now.date, daysAway), minute: change - daysAway * dayMinutes, daysAway } };
}

export function openWords(state: OpenState | null): string {
  if (!state) return 'Cannot tell: this browser does not know the time zone.';
  if (!state.until) return state.open ? 'Open now, and it does not close within two weeks.' : 'Closed now, and it does not open within two weeks.';
  const { daysAway, minute, date } = state.until;
  const when = daysAway === 0 ? `at ${clockText(minute)}` : daysAway === 1 ? `tomorrow at ${clockText(minute)}` : `on ${dayName(weekdayOf(date))}${daysAway > 6 ? ` ${date}` : ''} at ${clockText(minute)}`;
  return state.open ? `Open now; closes ${when}.` : `Closed now; opens ${when}.`;
}

/** Pieces of one day's bar, 0 to 1, with what is left of the night before. */
export function barOf(today: readonly Interval[], before: readonly Interval[]): { from: number; to: number; night: boolean }[] {
  const own = today.map((i) => ({ from: i.from_minute / dayMinutes, to: Math.min(1, i.to_minute / dayMinutes), night: false }));
  const night = before.filter((i) => i.to_minute > dayMinutes).map((i) => ({ from: 0, to: Math.min(1, (i.to_minute - dayMinutes) / dayMinutes), night: true }));
  return [...night, ...own];
}
