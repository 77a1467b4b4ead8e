/** Keeps a sorted list calm: while somebody points at it nothing moves, and a focused row stays where it is. */

export interface Settled {
  order: string[];
  /** How many rows would be somewhere else if the list were free. */
  waiting: number;
}

export function settle(shown: readonly string[], sorted: readonly string[], hold: { all: boolean; pinned: string | null }): Settled {
  if (hold.all && shown.length) {
    const present = new Set(sorted);
    const kept = shown.filter((k) => present.has(k));
    const have = new Set(kept);
    const order = [...kept, ...sorted.filter((k) => !have.has(k))];
    let waiting = 0;
    for (let i = 0; i < order.length; i++) if (order[i] !== sorted[i]) waiting++;
    return { order, waiting };
  }
  const at = hold.pinned === null ? -1 : shown.indexOf(hold.pinned);
  if (at < 0 || !sorted.includes(hold.pinned as string)) return { order: [...sorted], waiting: 0 };
  const order = sorted.filter((k) => k !== hold.pinned);
  order.splice(Math.min(at, order.length), 0, hold.pinned as string);
  return { order, waiting: 0 };
}
