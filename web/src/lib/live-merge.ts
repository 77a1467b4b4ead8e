/** The pure half of the live stream: what one change does to what is held. */

export interface LiveItem {
  topic: string;
  kind: string;
  id: string;
  /** Log position of this state. Without one, the batch's own position counts. */
  position?: number;
  /** null: it is gone. */
  data: unknown;
}

/** An item of this kind says: forget the topic, what follows in this batch holds it whole. */
export const resetKind = 'reset';

interface Held {
  position: number;
  data: unknown;
}

/** A removal leaves a mark, or an older state that arrives late would bring the row back. This many marks are kept. */
const maxMarks = 5_000;

export class KindTable {
  private readonly held = new Map<string, Held>();
  private marks = new Map<string, number>();

  /** True when something changed. An older or already seen position changes nothing. */
  apply(id: string, position: number, data: unknown): boolean {
    const old = this.held.get(id);
    const seen = old?.position ?? this.marks.get(id);
    if (seen !== undefined && position < seen) return false;
    if (data === null || data === undefined) {
      this.marks.set(id, position);
      if (this.marks.size > maxMarks) this.marks.delete(this.marks.keys().next().value as string);
      return this.held.delete(id);
    }
    // The same position again is a repeat, except after a removal at that very position.
    if (old && position === old.position && JSON.stringify(old.data) === JSON.stringify(data)) return false;
    if (!old && seen === position) return false;
    this.marks.delete(id);
    this.held.set(id, { position, data });
    return true;
  }

  get size(): number { return this.held.size; }
  get(id: string): unknown { return this.held.get(id)?.data; }
  has(id: string): boolean { return this.held.has(id); }
  list(): unknown[] { return Array.from(this.held.values(), (h) => h.data); }
  entries(): [string, unknown][] { return Array.from(this.held, ([id, h]) => [id, h.data]); }
  clear(): void {
    this.held.clear();
    this.marks.clear();
  }
}

/** Waits between tries: doubling from half a second to half a minute, each with up to 50 % taken off by chance. */
export function backoffMs(attempt: number, chance: number): number {
  const whole = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(whole * (1 - 0.5 * chance));
}

/** Reads one batch; anything malformed is dropped and the rest kept. */
export function parseBatch(text: string): LiveItem[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(raw)) return [];
  return (raw as Record<string, unknown>[]).filter(
    (i) => i && typeof i.topic === 'string' && typeof i.kind === 'string' && (typeof i.id === 'string' || i.kind === resetKind),
  ) as unknown as LiveItem[];
}

export function positionOf(item: LiveItem, batchPosition: number): number {
  if (typeof item.position === 'number') return item.position;
  const inData = (item.data as { position?: unknown } | null)?.position;
  return typeof inData === 'number' ? inData : batchPosition;
}
