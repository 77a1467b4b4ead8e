/** The time that a report is about, as the address says it, in the viewer's zone. */
export type RangeName = 'today' | 'yesterday' | '7d' | '30d' | 'custom';
export type Interval = '15m' | '1h' | '1d' | 'all';
export interface Range { name: RangeName; from: number; to: number }

export const rangeNames: readonly { value: RangeName; label: string }[] = [
  { value: 'today', label: 'Today' }, { value: 'yesterday', label: 'Yesterday' }, { value: '7d', label: 'Last 7 days' }, { value: '30d', label: 'Last 30 days' }, { value: 'custom', label: 'From … to …' },
];
export const intervalNames: Record<Interval, string> = { all: 'Whole time', '15m': '15 minutes', '1h': 'Hour', '1d': 'Day' };
const intervalMs: Record<Exclude<Interval, 'all'>, number> = { '15m': 900_000, '1h': 3_600_000, '1d': 86_400_000 };

/** More rows in one table than this help nobody. */
const intervalsMax = 750;
const rangeMaxMs = 3 * 366 * 86_400_000;

function midnight(ms: number, days: number): number {
  const d = new Date(ms);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate() + days).getTime();
}

/** `now` is cut to the minute by the caller, so that the address does not ask again each second. */
export function rangeOf(name: string, from: number | null, to: number | null, now: number): Range {
  switch (name) {
    case 'yesterday': return { name, from: midnight(now, -1), to: midnight(now, 0) };
    case '7d': return { name, from: midnight(now, -6), to: now };
    case '30d': return { name, from: midnight(now, -29), to: now };
    case 'custom': return { name, from: from ?? midnight(now, 0), to: to ?? now };
    default: return { name: 'today', from: midnight(now, 0), to: now };
  }
}

/** What is wrong with a range, in words, or null. */
export function rangeProblem(r: Range): string | null {
  if (r.from >= r.to) return 'The end must be after the beginning.';
  if (r.to - r.from > rangeMaxMs) return 'At most three years can be looked at together.';
  return null;
}

export function countIntervals(r: Range, interval: Interval): number {
  return interval === 'all' ? 1 : Math.ceil((r.to - r.from) / intervalMs[interval]);
}
export function isTooFine(r: Range, interval: Interval): boolean { return countIntervals(r, interval) > intervalsMax; }

/** For a chart: fine enough to see the day, coarse enough to be read. */
export function chartInterval(r: Range): Exclude<Interval, 'all'> {
  const span = r.to - r.from;
  return span <= 26 * intervalMs['1h'] ? '15m' : span <= 9 * intervalMs['1d'] ? '1h' : '1d';
}

/** Every moment at which a chart has a point: an interval in which nothing happened is a gap, not a straight line. */
export function chartTimes(r: Range, interval: Interval, known: readonly number[]): number[] {
  if (interval !== '15m' && interval !== '1h') return [...new Set(known)].sort((a, b) => a - b);
  const step = intervalMs[interval];
  const times = new Set(known);
  for (let t = Math.floor(r.from / step) * step; t < r.to; t += step) times.add(t);
  return [...times].sort((a, b) => a - b);
}

/** For an `<input type="datetime-local">`. */
export function toLocalInput(ms: number): string {
  const d = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}
export function fromLocalInput(text: string): number | null {
  const ms = text ? new Date(text).getTime() : NaN;
  return Number.isFinite(ms) ? ms : null;
}
