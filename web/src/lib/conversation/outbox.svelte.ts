/** What is on its way from this browser. Each is shown at once, and goes when the log's own line is there: never twice. */
import type { TranscriptItem } from '../api/types';
import { ApiError } from '../problem';
import { addNote, attach, newKey, sendTurn, whisper } from './actions';
import type { Pending } from './transcript';

interface Sent extends Pending {
  /** Last position that was known when it was sent: its line must come later. */
  after: number;
  /** The server has it. */
  taken: boolean;
}

let boxes = $state.raw<Record<string, Sent[]>>({});

function change(id: string, to: (list: Sent[]) => Sent[]): void {
  const next = to(boxes[id] ?? []);
  boxes = { ...boxes };
  if (next.length) boxes[id] = next;
  else delete boxes[id];
}

function patch(id: string, key: string, with_: Partial<Sent>): void {
  change(id, (list) => list.map((p) => (p.key === key ? { ...p, ...with_ } : p)));
}

function isLineOf(p: Sent, item: TranscriptItem, me: string): boolean {
  if (item.position <= p.after || item.by.person?.id !== me || item.kind !== p.kind) return false;
  return p.file ? item.turn_kind === 'file' : (item.text ?? '').trim() === p.text.trim();
}

/** Which of them have their line already; each line counts for one. */
export function arrived(list: readonly Sent[], items: readonly TranscriptItem[], me: string): Set<string> {
  const used = new Set<number>();
  const done = new Set<string>();
  for (const p of list) {
    const line = items.find((i) => !used.has(i.position) && isLineOf(p, i, me));
    if (!line) continue;
    used.add(line.position);
    done.add(p.key);
  }
  return done;
}

async function deliver(id: string, p: Sent, settled: () => void): Promise<void> {
  try {
    if (p.file) await attach(id, p.file, p.key);
    else if (p.kind === 'note') await addNote(id, p.text, p.key);
    else if (p.kind === 'whisper') await whisper(id, p.text, p.key);
    else await sendTurn(id, p.text, p.key);
    patch(id, p.key, { taken: true });
    settled();
  } catch (e) {
    patch(id, p.key, { state: 'failed', problem: e instanceof ApiError ? e.detail : String(e) });
  }
}

export const outbox = {
  /** What is not in the transcript yet. */
  shown(id: string, items: readonly TranscriptItem[], me: string | null): Pending[] {
    const list = boxes[id] ?? [];
    if (!list.length || me === null) return list;
    const done = arrived(list, items, me);
    return list.filter((p) => !done.has(p.key));
  },
  /** `settled` is called when the server has it, to read again where the stream is not there to bring it. */
  send(id: string, what: { kind: Pending['kind']; text?: string; file?: File }, after: number, settled: () => void = () => {}): void {
    const p: Sent = { key: newKey(), kind: what.kind, text: what.text ?? '', file: what.file, state: 'sending', after, taken: false };
    change(id, (list) => [...list, p]);
    void deliver(id, p, settled);
  },
  retry(id: string, key: string, settled: () => void = () => {}): void {
    const p = boxes[id]?.find((x) => x.key === key);
    if (!p) return;
    patch(id, key, { state: 'sending', problem: undefined });
    void deliver(id, p, settled);
  },
  discard(id: string, key: string): void { change(id, (list) => list.filter((p) => p.key !== key)); },
  /** Forgets what has arrived. */
  sweep(id: string, items: readonly TranscriptItem[], me: string | null): void {
    const list = boxes[id];
    if (!list || me === null) return;
    const done = arrived(list, items, me);
    if (done.size) change(id, (all) => all.filter((p) => !done.has(p.key)));
  },
};
