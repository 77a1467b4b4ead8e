/** One chat: keeps the stream alive, shows nothing twice, sends what the visitor says until it is there. */

import { ChatError, type ChatItem, type ChatState, type Client, type Said } from './client';
import type { Keeper } from './keep';

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 15_000;

export interface Hearer {
  item(item: ChatItem): void;
  state(state: ChatState): void;
  typing(name: string): void;
  /** Lost since when; null: the stream is there. */
  lost(since: number | null): void;
  /** The server does not know the chat any more. */
  gone(): void;
}

export class Session {
  private last = 0;
  private running: AbortController | null = null;
  private conversation = '';
  private lostSince: number | null = null;
  private who: string | undefined;

  constructor(
    private readonly client: Client,
    private readonly keeper: Keeper,
    private readonly hearer: Hearer,
  ) {
    addEventListener('online', () => this.hurry());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.hurry());
  }

  /** Whether there is a chat in this browser. One of somebody who has signed out, or of another person, is forgotten. */
  resume(who: string | undefined): boolean {
    const kept = this.keeper.read();
    if (!kept) return false;
    if (kept.who && kept.who !== who) {
      this.keeper.write(null);
      return false;
    }
    this.who = kept.who;
    this.client.token = kept.token;
    this.conversation = kept.conversation;
    return true;
  }

  begin(token: string, conversation: string, who: string | undefined): void {
    this.stop();
    this.who = who;
    this.client.token = token;
    this.conversation = conversation;
    this.last = 0;
    this.keeper.write({ token, conversation, who });
    this.start();
  }

  forget(): void {
    this.stop();
    this.client.token = null;
    this.last = 0;
    this.keeper.write(null);
  }

  get started(): boolean {
    return this.running !== null;
  }

  start(): void {
    if (this.running) return;
    const stop = new AbortController();
    this.running = stop;
    void this.run(stop.signal);
  }

  stop(): void {
    this.running?.abort();
    this.running = null;
    this.lostSince = null;
  }

  /** A message of ours came back: another conversation may have begun for it. */
  took(said: Said): void {
    this.hearer.state(said.state);
    if (said.conversation === this.conversation) return;
    this.conversation = said.conversation;
    if (this.client.token) this.keeper.write({ token: this.client.token, conversation: said.conversation, who: this.who });
    this.stop();
    this.start();
  }

  private wake: (() => void) | null = null;

  private hurry(): void {
    this.wake?.();
  }

  private async run(stop: AbortSignal): Promise<void> {
    let wait = RETRY_FIRST_MS;
    while (!stop.aborted) {
      try {
        await this.client.follow(this.last, (kind, data) => !stop.aborted && this.hear(kind, data), () => {
          wait = RETRY_FIRST_MS;
          this.lostSince = null;
          this.hearer.lost(null);
        }, stop);
      } catch (error) {
        if (stop.aborted) return;
        if (error instanceof ChatError && error.status === 401) {
          this.forget();
          this.hearer.gone();
          return;
        }
      }
      if (stop.aborted) return;
      this.lostSince ??= Date.now();
      this.hearer.lost(this.lostSince);
      // Everybody comes back at once after a restart: spread them.
      await this.pause(wait * (0.75 + Math.random() / 2), stop);
      wait = Math.min(wait * 2, RETRY_MAX_MS);
    }
  }

  private pause(length: number, stop: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, length);
      const now = () => {
        clearTimeout(timer);
        done();
      };
      this.wake = now;
      stop.addEventListener('abort', now, { once: true });
    });
  }

  private hear(kind: string, data: unknown): void {
    if (kind === 'item') {
      const item = data as ChatItem;
      if (item.position <= this.last) return;
      this.last = item.position;
      this.hearer.item(item);
    } else if (kind === 'state') this.hearer.state(data as ChatState);
    else if (kind === 'typing') this.hearer.typing((data as { name: string }).name);
  }
}
