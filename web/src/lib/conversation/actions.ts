/** Every deed on a conversation. Each resolves when the engine has settled it; a refusal is thrown with its reason in words. */
import { request } from '../api';
import type { Schemas, Settled } from '../api/types';

function path(id: string, rest: string): string { return `/api/conversations/${encodeURIComponent(id)}/${rest}`; }

function post(id: string, rest: string, body?: unknown, key?: string): Promise<Settled> {
  // A key of our own makes a click that is repeated after a lost answer count once.
  return request<Settled>('POST', path(id, rest), { body: body ?? {}, headers: { 'idempotency-key': key ?? newKey() } });
}

export function newKey(): string {
  return typeof crypto.randomUUID === 'function' ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

export type TransferWish = Schemas['TransferBody'];

export const acceptOffer = (id: string, offer: number) => post(id, `offers/${offer}/accept`);
export const declineOffer = (id: string, offer: number) => post(id, `offers/${offer}/decline`);
export const sendTurn = (id: string, text: string, key: string) => post(id, 'turns', { text }, key);
export const addNote = (id: string, text: string, key?: string) => post(id, 'notes', { text }, key);
export const whisper = (id: string, text: string, key?: string) => post(id, 'whispers', { text }, key);
export const hold = (id: string, on: boolean) => post(id, 'hold', { hold: on });
export const close = (id: string, disposition?: string) => post(id, 'close', disposition ? { disposition } : {});
export const finishWrapUp = (id: string, disposition?: string) => post(id, 'wrap-up/finish', disposition ? { disposition } : {});
export const dispose = (id: string, disposition: string) => post(id, 'disposition', { disposition });
export const label = (id: string, text: string, on: boolean) => post(id, 'labels', { label: text, on });
export const transfer = (id: string, wish: TransferWish) => post(id, 'transfer', wish);
export const endTransfer = (id: string, complete: boolean) => post(id, 'transfer/end', { complete });
export const monitor = (id: string, on: boolean) => post(id, 'monitor', { on });
export const barge = (id: string) => post(id, 'barge');
export const takeOver = (id: string) => post(id, 'take-over');
export const handBack = (id: string) => post(id, 'hand-back');
export const assign = (id: string, person: string) => post(id, 'assign', { to: person });
export const setPriority = (id: string, priority: number) => post(id, 'priority', { priority });
export const reopen = (id: string) => post(id, 'reopen');
export const decideApproval = (id: string, approval: string, grant: boolean, reason = '') => post(id, `approvals/${encodeURIComponent(approval)}`, { grant, reason });
export const returnToAi = (id: string, customerAgreed: boolean) => post(id, 'return-to-ai', { customer_agreed: customerAgreed });
export const briefed = (id: string) => post(id, 'handoff/briefed');
export const review = (id: string, origin: string) => post(id, 'reviews', { origin });

export function attach(id: string, file: File, key: string): Promise<Settled> {
  const form = new FormData();
  form.append('file', file, file.name);
  return request<Settled>('POST', path(id, 'attachments'), { body: form, headers: { 'idempotency-key': key } });
}

/** Nobody waits for it and nothing depends on it. */
export function sayTyping(id: string): void {
  request('POST', path(id, 'typing'), { body: {} }).catch(() => {});
}

/** What stands behind the tokens of a turn. The server writes down who looked, and why, before it answers. */
export async function reveal(id: string, content: string, reason: string): Promise<Map<string, string>> {
  const shown = await request<Schemas['Revealed']>('POST', path(id, `turns/${encodeURIComponent(content)}/reveal`), { body: { reason } });
  return new Map(shown.values.map((v) => [v.token, v.value]));
}

export function contentUrl(content: string): string { return `/api/contents/${encodeURIComponent(content)}`; }
