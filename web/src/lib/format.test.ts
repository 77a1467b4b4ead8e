import { describe, expect, it } from 'vitest';
import { csvCell, formatAgo, formatDuration, middleTruncate, spokenDuration, toCsv, toMs } from './format';

describe('durations', () => {
  it('are written as 3:10', () => {
    expect(formatDuration(190_000)).toBe('3:10');
    expect(formatDuration(7_900)).toBe('0:07');
    expect(formatDuration(0)).toBe('0:00');
    expect(formatDuration(3_725_000)).toBe('1:02:05');
    expect(formatDuration(52 * 3_600_000)).toBe('2d 4h');
    expect(formatDuration(24 * 3_600_000)).toBe('1d');
  });
  it('show a dash for what is unknown, not zero', () => {
    expect(formatDuration(null)).toBe('–');
    expect(formatDuration(Number.NaN)).toBe('–');
  });
  it('keep the sign of what is overdue', () => expect(formatDuration(-65_000)).toBe('-1:05'));
  it('are read out in words', () => {
    expect(spokenDuration(190_000)).toBe('3 minutes 10 seconds');
    expect(spokenDuration(61_000)).toBe('1 minute 1 second');
    expect(spokenDuration(0)).toBe('0 seconds');
  });
});

describe('how long ago', () => {
  it('is coarse', () => {
    expect(formatAgo(0, 5_000)).toBe('just now');
    expect(formatAgo(0, 125_000)).toBe('2 min ago');
    expect(formatAgo(7_200_000, 0)).toBe('in 2 h');
  });
  it('reads what the API sends', () => {
    expect(toMs('2026-01-01T00:00:00Z')).toBe(1767225600000);
    expect(toMs('nonsense')).toBeNull();
    expect(toMs(0)).toBe(0);
  });
});

describe('cutting in the middle', () => {
  it('leaves short text alone', () => expect(middleTruncate('Refunds', 7)).toBe('Refunds'));
  it('keeps both ends', () => {
    expect(middleTruncate('Refunds Northern Europe', 9)).toBe('Refu…rope');
    expect(middleTruncate('abcdef', 4)).toBe('ab…f');
    expect(middleTruncate('abcdef', 1)).toBe('…');
  });
  it('never cuts through a letter made of several code points', () => {
    expect(middleTruncate('👩‍👩‍👧ab👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…👩‍👩‍👧');
  });
});

describe('CSV', () => {
  it('quotes what needs it', () => expect(toCsv(['a', 'b'], [['x,y', 'say "hi"']])).toBe('a,b\r\n"x,y","say ""hi"""\r\n'));
  it('defuses formulas and leaves numbers alone', () => {
    expect(csvCell('=1+1')).toBe("'=1+1");
    expect(csvCell('@SUM(A1)')).toBe("'@SUM(A1)");
    expect(csvCell(-4.5)).toBe('-4.5');
    expect(csvCell(null)).toBe('');
  });
});
