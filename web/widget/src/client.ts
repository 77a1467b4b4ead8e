/** The chat's API. No cookies: the token goes in a header. */

import { EventReader } from './events';

export interface ChatFile {
  content: string;
  name: string;
  media_type: string;
  bytes?: number;
}

export interface ChatItem {
  position: number;
  at: number;
  by: 'me' | 'agent' | 'system';
  name?: string;
  /** Whether who answers is an AI agent. */
  is_ai?: boolean;
  text: string | null;
  file?: ChatFile;
}

export interface ChatState {
  status: 'waiting' | 'active' | 'closed' | 'turned_away';
  place_in_line: number | null;
  agent: string | null;
  /** Whether who is there is an AI agent. */
  is_ai?: boolean;
  opens_at: number | null;
  conversation: string;
}

export interface ChatConfig {
  open: boolean;
  opens_at: number | null;
  text_chars_max: number;
  attachment_bytes_max: number;
}

export interface Begun {
  token: string;
  conversation: string;
  state: ChatState;
}

/** Who the visitor is, signed by the page. */
export interface Signed {
  external: string;
  email: string;
  until: number;
  signature: string;
}

export interface Said {
  position: number;
  conversation: string;
  state: ChatState;
}

/** What went wrong, in the server's words where it has some. */
export class ChatError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfter = 0,
  ) {
    super(message);
  }

  /** Whether the same could go through later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const OFFLINE = 'There is no connection. Try again in a moment.';
/** The server says something at least every 15 seconds. */
const SILENCE_MS = 40_000;

function problem(status: number, body: string, retryAfter: string | null): ChatError {
  let detail = 'Something went wrong. Try again in a moment.';
  try {
    const told = JSON.parse(body) as { detail?: string; fields?: { field: string; problem: string }[] };
    const only = told.fields?.length === 1 ? told.fields[0] : undefined;
    // There is but one file and one text that can be meant; other fields need their name.
    detail = (only && ['file', 'text'].includes(only.field) ? `${only.problem}.` : told.detail) ?? detail;
  } catch {
    // Not from our server: a proxy in between has its own pages.
  }
  return new ChatError(status, detail, Number(retryAfter) || 0);
}

export class Client {
  token: string | null = null;

  constructor(private readonly base: string) {}

  private headers(more: Record<string, string> = {}): Record<string, string> {
    return this.token ? { ...more, authorization: `Bearer ${this.token}` } : more;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${this.base}/api/chat/${path}`, {
        method,
        headers: this.headers(body === undefined ? {} : { 'content-type': 'application/json' }),
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'omit',
        cache: 'no-store',
      });
    } catch {
      throw new ChatError(0, OFFLINE);
    }
    const text = await response.text();
    if (!response.ok) throw problem(response.status, text, response.headers.get('retry-after'));
    return (text ? JSON.parse(text) : undefined) as T;
  }

  config(queue: string | null): Promise<ChatConfig> {
    return this.call('GET', queue ? `config?queue=${encodeURIComponent(queue)}` : 'config');
  }

  begin(chat: { queue?: string; name?: string; page?: string } & Partial<Signed>): Promise<Begun> {
    return this.call('POST', 'sessions', chat);
  }

  say(text: string, key: string): Promise<Said> {
    return this.call('POST', 'turns', { text, key });
  }

  typing(): Promise<void> {
    return this.call('POST', 'typing');
  }

  person(): Promise<ChatState> {
    return this.call('POST', 'person');
  }

  end(): Promise<ChatState> {
    return this.call('POST', 'end');
  }

  async file(id: string): Promise<Blob> {
    const response = await fetch(`${this.base}/api/chat/contents/${encodeURIComponent(id)}`, { headers: this.headers(), credentials: 'omit' });
    if (!response.ok) throw problem(response.status, await response.text(), null);
    return response.blob();
  }

  /** Sends a file; only XMLHttpRequest tells how far it is. */
  attach(file: File, key: string, progress: (share: number) => void): Promise<Said> {
    return new Promise((done, failed) => {
      const form = new FormData();
      form.append('key', key);
      form.append('file', file, file.name);
      const request = new XMLHttpRequest();
      request.open('POST', `${this.base}/api/chat/attachments`);
      for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) done(JSON.parse(request.responseText) as Said);
        else failed(problem(request.status, request.responseText, request.getResponseHeader('retry-after')));
      };
      request.onerror = () => failed(new ChatError(0, OFFLINE));
      request.send(form);
    });
  }

  /** Follows the chat until it breaks off or `stop` says so. Lines after `after` come first, each once. */
  async follow(after: number, hear: (kind: string, data: unknown) => void, began: () => void, stop: AbortSignal): Promise<void> {
    const broken = new AbortController();
    const abort = () => broken.abort();
    stop.addEventListener('abort', abort);
    let silence = setTimeout(abort, SILENCE_MS);
    try {
      const headers = this.headers(after > 0 ? { 'last-event-id': String(after) } : {});
      const response = await fetch(`${this.base}/api/chat/stream`, { headers, signal: broken.signal, credentials: 'omit', cache: 'no-store' });
      if (!response.ok || !response.body) throw problem(response.status, await response.text(), response.headers.get('retry-after'));
      began();
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      const events = new EventReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(abort, SILENCE_MS);
        for (const event of events.push(decoder.decode(value, { stream: true }))) hear(event.kind, JSON.parse(event.data));
      }
    } finally {
      clearTimeout(silence);
      stop.removeEventListener('abort', abort);
    }
  }
}
