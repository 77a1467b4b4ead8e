import { describe, expect, it } from 'vitest';
import { settle } from './settle';
import { sortRows } from './sort';

const free = { all: false, pinned: null };

describe('a calm list', () => {
  it('follows the sort when nobody touches it', () => {
    expect(settle(['a', 'b'], ['b', 'a'], free)).toEqual({ order: ['b', 'a'], waiting: 0 });
  });
  it('holds every row while pointed at; new ones come at the end, gone ones go', () => {
    const s = settle(['a', 'b', 'c'], ['d', 'c', 'a'], { all: true, pinned: null });
    expect(s.order).toEqual(['a', 'c', 'd']);
    expect(s.waiting).toBe(2);
  });
  it('keeps the focused row at its place and sorts around it', () => {
    expect(settle(['a', 'b', 'c'], ['c', 'b', 'a'], { all: false, pinned: 'a' }).order).toEqual(['a', 'c', 'b']);
  });
  it('lets a focused row go when it is gone', () => {
    expect(settle(['a', 'b'], ['b'], { all: false, pinned: 'a' }).order).toEqual(['b']);
  });
});

describe('sorting rows', () => {
  it('puts what is unknown last in both directions', () => {
    const rows = [{ v: null }, { v: 2 }, { v: 1 }];
    expect(sortRows(rows, (r) => r.v, 'asc').map((r) => r.v)).toEqual([1, 2, null]);
    expect(sortRows(rows, (r) => r.v, 'desc').map((r) => r.v)).toEqual([2, 1, null]);
  });
  it('is stable, and reads numbers inside words', () => {
    expect(sortRows(['Queue 10', 'queue 9'], (r) => r, 'asc')).toEqual(['queue 9', 'Queue 10']);
    const rows = [{ k: 1, n: 'x' }, { k: 1, n: 'y' }];
    expect(sortRows(rows, (r) => r.k, 'desc').map((r) => r.n)).toEqual(['x', 'y']);
  });
});
