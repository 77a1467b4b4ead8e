/** Durations are written 3:10, 1:02:05, and from a day on 2d 4h. Negative ones keep their sign; what is unknown is a dash. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return '–';
  const sign = ms < 0 ? '-' : '';
  const total = Math.floor(Math.abs(ms) / 1000);
  const s = total % 60;
  const m = Math.floor(total / 60) % 60;
  const h = Math.floor(total / 3600);
  if (h >= 24) {
    const rest = h % 24;
    return `${sign}${Math.floor(h / 24)}d${rest ? ` ${rest}h` : ''}`;
  }
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${sign}${h}:${two(m)}:${two(s)}` : `${sign}${m}:${two(s)}`;
}

/** The same duration for a screen reader, where "3:10" would be read as a time of day. */
export function spokenDuration(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return 'unknown';
  const total = Math.floor(Math.abs(ms) / 1000);
  const parts: [number, string][] = [
    [Math.floor(total / 86400), 'day'],
    [Math.floor(total / 3600) % 24, 'hour'],
    [Math.floor(total / 60) % 60, 'minute'],
    [total % 60, 'second'],
  ];
  const said = parts.filter(([n]) => n > 0).slice(0, 2).map(([n, word]) => `${n} ${word}${n === 1 ? '' : 's'}`);
  return said.join(' ') || '0 seconds';
}

/** How long ago, coarse on purpose: a label that changes each second draws the eye for nothing. */
export function formatAgo(fromMs: number, nowMs: number): string {
  const s = Math.floor((nowMs - fromMs) / 1000);
  if (s < -5) return `in ${coarse(-s)}`;
  if (s < 10) return 'just now';
  return `${coarse(s)} ago`;
}

function coarse(s: number): string {
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} d`;
}

export type When = number | string | Date | null | undefined;

/** Milliseconds since 1970 from what the API sends (RFC 3339 text or milliseconds); null when it is neither. */
export function toMs(when: When): number | null {
  if (when == null || when === '') return null;
  const ms = when instanceof Date ? when.getTime() : typeof when === 'number' ? when : Date.parse(when);
  return Number.isFinite(ms) ? ms : null;
}

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const timeOnly = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const timeSeconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayTime = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export function formatAbsolute(ms: number): string {
  return absolute.format(ms);
}

/** A time of day today, with the date on any other day. */
export function formatClock(ms: number, nowMs: number, seconds = false): string {
  const sameDay = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  if (!sameDay) return dayTime.format(ms);
  return (seconds ? timeSeconds : timeOnly).format(ms);
}

/** Cuts in the middle, because names differ at both ends. Counts what a reader sees, not UTF-16 units. */
export function middleTruncate(text: string, max: number): string {
  const seen = graphemes(text);
  if (seen.length <= max) return text;
  if (max <= 1) return '…';
  const tail = Math.floor((max - 1) / 2);
  const head = max - 1 - tail;
  return `${seen.slice(0, head).join('')}…${tail ? seen.slice(-tail).join('') : ''}`;
}

function graphemes(text: string): string[] {
  return Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text), (s) => s.segment);
}

export function formatNumber(n: number | null | undefined, digits = 0): string {
  if (n == null || !Number.isFinite(n)) return '–';
  return n.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A share of one as percent: 0.823 is 82.3 %. */
export function formatPercent(share: number | null | undefined, digits = 1): string {
  if (share == null || !Number.isFinite(share)) return '–';
  return `${formatNumber(share * 100, digits)} %`;
}

/** One CSV cell. A leading =, +, - or @ that is no number is defused, because spreadsheets would run it. */
export function csvCell(value: unknown): string {
  if (value == null) return '';
  let text = String(value);
  if (/^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function toCsv(header: string[], rows: unknown[][]): string {
  return [header, ...rows].map((r) => r.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

export function downloadText(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
