import { describe, expect, it } from 'vitest';
import { KindTable, backoffMs, parseBatch, positionOf } from './live-merge';

describe('the live merge', () => {
  it('holds the newest state of each id', () => {
    const t = new KindTable();
    expect(t.apply('a', 1, { n: 1 })).toBe(true);
    expect(t.apply('a', 2, { n: 2 })).toBe(true);
    expect(t.get('a')).toEqual({ n: 2 });
    expect(t.size).toBe(1);
  });
  it('ignores what is older, and shows nothing twice', () => {
    const t = new KindTable();
    t.apply('a', 5, { n: 5 });
    expect(t.apply('a', 4, { n: 4 })).toBe(false);
    expect(t.apply('a', 5, { n: 5 })).toBe(false);
    expect(t.get('a')).toEqual({ n: 5 });
  });
  it('takes the later of two states at one position', () => {
    const t = new KindTable();
    t.apply('a', 5, { wait: 'long' });
    expect(t.apply('a', 5, { wait: 'longer' })).toBe(true);
    expect(t.get('a')).toEqual({ wait: 'longer' });
  });
  it('removes on null and does not let an older state bring it back', () => {
    const t = new KindTable();
    t.apply('a', 1, { n: 1 });
    expect(t.apply('a', 3, null)).toBe(true);
    expect(t.apply('a', 2, { n: 2 })).toBe(false);
    expect(t.has('a')).toBe(false);
    expect(t.apply('a', 4, { n: 4 })).toBe(true);
  });
  it('remembers a removal of something that it never saw', () => {
    const t = new KindTable();
    expect(t.apply('a', 9, null)).toBe(false);
    expect(t.apply('a', 8, { n: 8 })).toBe(false);
  });
  it('forgets everything, marks too, when cleared', () => {
    const t = new KindTable();
    t.apply('a', 9, null);
    t.clear();
    expect(t.apply('a', 1, { n: 1 })).toBe(true);
  });
});

describe('the wire', () => {
  it('drops what is malformed and keeps the rest', () => {
    expect(parseBatch('not json')).toEqual([]);
    expect(parseBatch('{}')).toEqual([]);
    expect(parseBatch('[{"topic":"floor","kind":"queue","id":"que_1","data":{}},{"id":1},null]')).toHaveLength(1);
    expect(parseBatch('[{"topic":"floor","kind":"reset"},{"topic":"floor","kind":"queue"}]').map((i) => i.kind)).toEqual(['reset']);
  });
  it('takes the position from the item, then from its data, then from the batch', () => {
    const item = { topic: 't', kind: 'k', id: 'i' };
    expect(positionOf({ ...item, position: 3, data: { position: 4 } }, 5)).toBe(3);
    expect(positionOf({ ...item, data: { position: 4 } }, 5)).toBe(4);
    expect(positionOf({ ...item, data: null }, 5)).toBe(5);
  });
  it('waits longer with each try, up to half a minute, never all at once', () => {
    expect(backoffMs(0, 0)).toBe(500);
    expect(backoffMs(3, 0)).toBe(4000);
    expect(backoffMs(50, 0)).toBe(30_000);
    expect(backoffMs(3, 1)).toBe(2000);
  });
});
