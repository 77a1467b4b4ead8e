type Sortable = number | string | null | undefined;

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Stable, and what is unknown comes last in both directions: not knowing is neither high nor low. */
export function sortRows<T>(rows: readonly T[], by: (row: T) => Sortable, dir: 'asc' | 'desc'): T[] {
  const sign = dir === 'asc' ? 1 : -1;
  return rows
    .map((row, i) => ({ row, i, v: by(row) }))
    .sort((a, b) => {
      if (a.v == null || b.v == null) return a.v == null ? (b.v == null ? a.i - b.i : 1) : -1;
      const d = typeof a.v === 'number' && typeof b.v === 'number' ? a.v - b.v : words.compare(String(a.v), String(b.v));
      return d === 0 ? a.i - b.i : d * sign;
    })
    .map((x) => x.row);
}
