/** The transcript: lines of the chat, and those that are still on their way. */

import type { ChatFile, ChatItem } from './client';
import { clock, icon, make, size } from './dom';

const DOCUMENT = 'M14 3H6v18h12V7zM14 3v4h4';
/** Closer to the end than this, the visitor reads along. */
const NEAR_END_PX = 80;
/** A line that was sent comes over the stream within this time, or the stream is lost and brings it later. */
const LINE_WAIT_MS = 10_000;

interface Pending {
  text: string | null;
  row: HTMLElement;
  note: HTMLElement;
}

export class Log {
  readonly root = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': 'Messages', tabindex: '0' });
  private pending = new Map<string, Pending>();
  private positions = new Map<number, HTMLElement>();
  private before = '';

  constructor(private readonly open: (file: ChatFile) => void) {}

  clear(): void {
    this.root.replaceChildren();
    this.pending.clear();
    this.positions.clear();
    this.before = '';
  }

  /** A line of the chat. */
  add(item: ChatItem): void {
    if (this.positions.has(item.position)) return;
    if (item.by === 'me') this.arrived(item);
    const row = this.row(item.by, item.by === 'agent' ? `${item.name ?? 'We'}${item.is_ai ? ', AI assistant' : ''}, ${clock(item.at)}` : item.by === 'me' ? clock(item.at) : '');
    if (item.file) row.append(this.file(item.file));
    else row.append(make('p', {}, item.text ?? '(removed)'));
    const who = item.by + (item.name ?? '');
    if (who === this.before) row.classList.add('same');
    this.before = who;
    this.positions.set(item.position, row);
    this.put(row);
  }

  /** A line of ours is in the chat: what was shown of it while it was on its way goes. */
  private arrived(item: ChatItem): void {
    for (const [key, pending] of this.pending) {
      if (pending.text === item.text || (pending.text === null && item.file)) return this.settled(key);
    }
  }

  /** Something of ours on its way. */
  sending(key: string, text: string | null, more: Node | null): HTMLElement {
    const note = make('small', { class: 'note' }, 'Sending…');
    const row = this.row('me', '');
    row.append(...(text === null ? [] : [make('p', {}, text)]), ...(more ? [more] : []), note);
    this.pending.set(key, { text, row, note });
    this.put(row);
    return row;
  }

  /** It is there. */
  settled(key: string): void {
    this.pending.get(key)?.row.remove();
    this.pending.delete(key);
  }

  /** It is in the log of the server; its line is on its way here. */
  settledSoon(key: string): void {
    const pending = this.pending.get(key);
    if (!pending) return;
    pending.note.textContent = 'Sent';
    setTimeout(() => this.settled(key), LINE_WAIT_MS);
  }

  /** It is not there, and why; `again` is missing where sending it again would change nothing. */
  failed(key: string, why: string, again: (() => void) | null): void {
    const pending = this.pending.get(key);
    if (!pending) return;
    pending.row.classList.add('failed');
    const buttons = make('span', { class: 'acts' });
    if (again) {
      buttons.append(make('button', { class: 'plain', type: 'button', click: () => {
        this.retried(key);
        again();
      } }, 'Send again'));
    }
    buttons.append(make('button', { class: 'plain', type: 'button', click: () => this.settled(key) }, 'Remove'));
    pending.note.replaceChildren(`Not sent: ${why}`, buttons);
    this.toEnd();
  }

  /** It is tried again; false if the visitor removed it meanwhile. */
  retried(key: string): boolean {
    const pending = this.pending.get(key);
    if (!pending) return false;
    pending.row.classList.remove('failed');
    pending.note.textContent = 'Sending…';
    return true;
  }

  private row(by: string, who: string): HTMLElement {
    const row = make('div', { class: `item ${by}` });
    if (by === 'me') row.append(make('span', { class: 'hide' }, 'You: '));
    if (who) row.append(make('small', { class: 'who' }, who));
    return row;
  }

  private file(file: ChatFile): HTMLElement {
    const label = file.bytes ? `${file.name} (${size(file.bytes)})` : file.name;
    return make('button', { class: 'file', type: 'button', click: () => this.open(file) }, icon(DOCUMENT), make('span', {}, label));
  }

  private put(row: HTMLElement): void {
    const near = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < NEAR_END_PX;
    // What is on its way stays last, whatever comes in between.
    const moving = [...this.pending.values()].find((pending) => pending.row !== row && !pending.row.classList.contains('failed'));
    const isMoving = [...this.pending.values()].some((pending) => pending.row === row);
    this.root.insertBefore(row, (!isMoving && moving?.row) || null);
    if (near || row.classList.contains('me')) this.toEnd();
  }

  toEnd(): void {
    this.root.scrollTop = this.root.scrollHeight;
  }
}
