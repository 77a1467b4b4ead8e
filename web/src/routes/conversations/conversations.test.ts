import { describe, expect, it } from 'vitest';
import { apiQuery, chosen, dayMs, filterWords, isFiltered, rangeMs } from './filters';
import { drawRandom } from './random';

const get = (search: string) => { const q = new URLSearchParams(search); return (key: string) => q.get(key) ?? ''; };
const now = new Date(2026, 10, 21, 15, 30).getTime();

describe('filters', () => {
  it('asks the API for what the address says, and for nothing else', () => {
    expect(apiQuery(get('state=waiting,offered&q= refund &tab=x&sort=-opened_at'), now)).toEqual({ state: 'waiting,offered', q: 'refund' });
    expect(apiQuery(get('sort=wait_ms'), now)).toEqual({ sort: 'wait_ms' });
  });
  it('takes whole days of the viewer, the last one included', () => {
    expect(rangeMs(get('from=2026-11-20&to=2026-11-21'), now)).toEqual({ from: new Date(2026, 10, 20).getTime(), to: new Date(2026, 10, 22).getTime() });
    expect(rangeMs(get('range=yesterday'), now)).toEqual({ from: new Date(2026, 10, 20).getTime(), to: new Date(2026, 10, 21).getTime() });
    expect(dayMs('1795209283001', 1)).toBe(1795209283001);
  });
  it('says in words what is filtered', () => {
    expect(filterWords(get('queue=q1,q2&q=refund'), { queue: [{ value: 'q1', label: 'Billing' }] })).toBe('Queue: Billing, q2; said: refund');
    expect(isFiltered(get('sort=wait_ms'))).toBe(false);
    expect(chosen(get('label=a,%20b,'), 'label')).toEqual(['a', 'b']);
  });
});

describe('a random conversation', () => {
  // 1,000 conversations, most of them in one minute.
  const opened = Array.from({ length: 1000 }, (_, i) => (i < 900 ? 50_000 + (i % 60) : 1_000_000 + i * 1000)).sort((a, b) => a - b);
  const look = async (from: number, to: number, limit: number) => {
    const ids = opened.map((at, i) => ({ at, id: `c${i}` })).filter((c) => c.at >= from && c.at < to);
    return { total: ids.length, ids: ids.slice(0, limit).map((c) => c.id) };
  };
  it('can be each of them', async () => {
    for (const n of [0, 1, 450, 899, 900, 999]) expect(await drawRandom(look, 0, 5_000_000, () => n / 1000)).toBe(`c${n}`);
  });
  it('is nothing when nothing fits', async () => {
    expect(await drawRandom(look, 0, 10)).toBeNull();
  });
});
