/** A small centre for scenarios: set up through the public API of a fresh `serve`, with customers who write. */
import type { BrowserContext, Page } from 'playwright-core';
import { startServer, type Server } from './harness';

const password = 'a long enough password';

type Json = Record<string, unknown>;

/** One caller of the API, with its own cookie. */
export class Caller {
  private cookie = '';
  constructor(readonly url: string) {}

  async call<T = Json>(method: string, path: string, body?: unknown, extra: Record<string, string> = {}): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json', ...extra };
    if (this.cookie) headers.cookie = this.cookie;
    if (method !== 'GET') headers['x-signalbox-csrf'] = '1';
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(this.url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const set = response.headers.getSetCookie()[0];
    if (set) this.cookie = set.split(';')[0] as string;
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

/** A customer on a web page. */
export class Customer {
  private readonly api: Caller;
  private token = '';
  conversation = '';
  constructor(centre: Centre) { this.api = new Caller(centre.server.url); }

  async open(body: { queue: string; name?: string; email?: string }): Promise<this> {
    const begun = await this.api.call<{ token: string; conversation: string }>('POST', '/api/chat/sessions', body);
    this.token = begun.token;
    this.conversation = begun.conversation;
    return this;
  }
  private auth() { return { authorization: `Bearer ${this.token}` }; }
  say(text: string) { return this.api.call('POST', '/api/chat/turns', { text, key: crypto.randomUUID() }, this.auth()); }
  typing() { return this.api.call('POST', '/api/chat/typing', {}, this.auth()); }
  /** Everything that this customer was ever sent, as text. */
  async seen(): Promise<string> {
    const stop = new AbortController();
    const response = await fetch(`${this.api.url}/api/chat/stream?token=${encodeURIComponent(this.token)}`, { signal: stop.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    const timer = setTimeout(() => stop.abort(), 1_000);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        text += new TextDecoder().decode(value);
      }
    } catch { /* read for as long as we wanted */ }
    clearTimeout(timer);
    return text;
  }
}

export interface Centre {
  server: Server;
  admin: Caller;
  adminEmail: string;
  adminPassword: string;
  queues: Record<'Billing' | 'Baggage', string>;
  stop: () => Promise<number | null>;
}

async function made(admin: Caller, kind: string, document: Json): Promise<string> {
  const row = await admin.call<{ id?: string; document?: { id: string } }>('POST', `/api/setup/${kind}`, document);
  return row.document?.id ?? (row.id as string);
}

/** Two agents, a supervisor, two queues. `offerMs`: how long an offer stands. */
export async function openCentre(options: { offerMs?: number } = {}): Promise<Centre> {
  const server = await startServer(['serve']);
  const adminPassword = /with the password (\S+)/.exec(server.output())?.[1];
  if (!adminPassword) throw new Error(`no set-up password was printed:\n${server.output()}`);
  const adminEmail = 'admin@signalbox.local';
  const admin = new Caller(server.url);
  await admin.call('POST', '/api/session', { email: adminEmail, password: adminPassword });
  const line = { offer_timeout_ms: options.offerMs ?? 60_000, wrap_up_ms: 120_000 };
  const queues = { Billing: await made(admin, 'queues', { name: 'Billing', ...line }), Baggage: await made(admin, 'queues', { name: 'Baggage', ...line }) };
  const profile = await made(admin, 'routing_profiles', { name: 'Chat', queues: Object.values(queues).map((queue) => ({ queue })), capacity: { per_channel: { webchat: 5 }, total: 5 } });
  for (const [name, email, role] of [['Ana Petrović', 'ana@example.com', 'agent'], ['Ben Ford', 'ben@example.com', 'agent'], ['Sigrid Øverås', 'sigrid@example.com', 'supervisor']]) {
    const id = await made(admin, 'people', { name, email, role, profile: role === 'agent' ? profile : null });
    await admin.call('POST', `/api/setup/people/${id}/password`, { password });
  }
  await made(admin, 'dispositions', { name: 'Refund granted', resolved: true });
  await made(admin, 'dispositions', { name: 'Needs follow-up', resolved: false });
  await made(admin, 'saved_replies', { shortcut: 'hello', title: 'Greeting', text: 'Hello {{customer.name}}, this is {{agent.name}} from {{queue.name}}.' });
  await made(admin, 'saved_replies', { shortcut: 'refund', title: 'Refund times', text: 'A refund takes five working days.' });
  return { server, admin, adminEmail, adminPassword, queues, stop: () => server.stop() };
}

/** Signs in by the form, as everybody does, and opens the page. */
export async function enter(centre: Centre, context: BrowserContext, page: Page, email: string, path: string): Promise<void> {
  await page.goto(`${centre.server.url}/sign-in?next=${encodeURIComponent(path)}`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(email === centre.adminEmail ? centre.adminPassword : password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((u) => u.pathname !== '/sign-in');
}
