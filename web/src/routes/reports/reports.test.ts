import { describe, expect, it } from 'vitest';
import type { Measured } from '../../lib/api/types';
import { daysOf } from './activity';
import { columnsFor, rowsCsv, type NumbersRow } from './columns';
import { measuredText, measuredWords } from './measured';
import { chartInterval, chartTimes, fromLocalInput, isTooFine, rangeOf, rangeProblem, toLocalInput } from './range';

const day = 86_400_000;
const noon = new Date(2026, 10, 21, 12, 0).getTime();
const m = (value: number | null, unit: Measured['unit'] = 'ratio'): Measured => ({ value, cannot_say: value === null ? 'nothing answered yet' : null, unit, n: 3, formula: 'service_level.v1', window: 'today' });

describe('a number', () => {
  it('is a dash with its reason when it cannot be said, never a zero', () => {
    expect(measuredText(m(null))).toBe('–');
    expect(measuredWords(m(null), undefined)).toContain('cannot say: nothing answered yet');
    expect(measuredText(m(0))).toBe('0 %');
  });
  it('is written in its unit', () => {
    expect(measuredText(m(190_000, 'ms'))).toBe('3:10');
    expect(measuredText(m(1234, 'count'))).toBe((1234).toLocaleString());
  });
});

describe('a range', () => {
  it('begins at midnight where the viewer is', () => {
    expect(new Date(rangeOf('today', null, null, noon).from).getHours()).toBe(0);
    expect(rangeOf('yesterday', null, null, noon).to).toBe(rangeOf('today', null, null, noon).from);
  });
  it('refuses an end before its beginning', () => {
    expect(rangeProblem(rangeOf('custom', noon, noon - 1, noon))).toContain('after the beginning');
    expect(rangeProblem(rangeOf('7d', null, null, noon))).toBeNull();
  });
  it('chooses an interval that can be read', () => {
    expect(chartInterval(rangeOf('today', null, null, noon))).toBe('15m');
    expect(chartInterval(rangeOf('30d', null, null, noon))).toBe('1d');
    expect(isTooFine(rangeOf('30d', null, null, noon), '15m')).toBe(true);
  });
  it('leaves a gap where nothing happened', () => {
    const r = rangeOf('custom', noon, noon + 3_600_000, noon);
    expect(chartTimes(r, '15m', [noon + 900_000])).toEqual([noon, noon + 900_000, noon + 1_800_000, noon + 2_700_000]);
  });
  it('goes through the input and comes back', () => {
    expect(fromLocalInput(toLocalInput(noon))).toBe(noon);
    expect(fromLocalInput('')).toBeNull();
  });
});

describe('a table of numbers', () => {
  const rows: NumbersRow[] = [{ key: { id: 'q1', name: '=Billing' }, interval_start: null, values: { service_level: m(0.5), average_handle_time: m(null, 'ms') } }];
  it('shows all four conventions side by side when asked', () => {
    expect(columnsFor('queue', 'four').slice(0, 4)).toEqual(['service_level', 'service_level_connect', 'service_level_answered_only', 'service_level_all_abandons']);
    expect(columnsFor('queue', 'nonsense')[0]).toBe('service_level');
  });
  it('is written as it stands, with formulas named and unknowns left empty', () => {
    expect(rowsCsv(rows, ['service_level', 'average_handle_time'], 'queue')).toBe("queue,id,service_level.v1 (ratio),service_level.v1 (ms)\r\n'=Billing,q1,0.5,\r\n");
  });
});

describe('a shift over midnight', () => {
  it('is in both days and says so', () => {
    const start = new Date(2026, 10, 20, 22, 0).getTime();
    const days = daysOf([{ from: start, to: start + 4 * 3_600_000, kind: 'available', conversations: 0, reason: null }], start, start + 5 * 3_600_000, noon);
    expect(days).toHaveLength(2);
    expect(days[0]?.pieces[0]).toMatchObject({ goesOver: true, comesOver: false });
    expect(days[1]?.pieces[0]).toMatchObject({ goesOver: false, comesOver: true });
    expect((days[0]?.pieces[0]?.to ?? 0) - start).toBe(2 * 3_600_000);
  });
  it('is drawn up to now while it goes on', () => {
    const days = daysOf([{ from: noon - 1000, to: null, kind: 'away', conversations: 0, reason: null }], noon - day / 4, noon, noon);
    expect(days[0]?.pieces[0]?.to).toBe(noon);
  });
});
