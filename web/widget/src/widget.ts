/** The chat on a page: a button, and the panel that it opens. */

import { ChatError, Client, type ChatConfig, type ChatFile, type ChatState, type Said, type Signed } from './client';
import { Composer } from './composer';
import { clock, fresh, icon, make, size, trap } from './dom';
import { Keeper } from './keep';
import { Log } from './log';
import { Session } from './session';
import { Start } from './start';
import { STYLE } from './style';

const CROSS = 'M6 6l12 12M18 6L6 18';
const BUBBLE = 'M21 12a8 8 0 0 1-11.600 7.100L4 20l1-4.600A8 8 0 1 1 21 12z';
const TYPING_SHOWN_MS = 5_000;
/** What could not be sent without a connection is tried again after this, or as soon as there is one. */
const RETRY_MS = 5_000;

export interface Options {
  /** Where the server is, as in https://chat.example.com. */
  base: string;
  queue: string | null;
  title: string;
  /** The whole page rather than a button on somebody's page. */
  page: boolean;
  /** Who the visitor is, if the page signs it. */
  signed: Signed | null;
}

/** As whom the page signs the visitor in. */
function whoOf(signed: Signed | null): string | undefined {
  return signed ? `${signed.external}\n${signed.email}` : undefined;
}

export class SignalboxChat extends HTMLElement {
  private built = false;
  options: Options = { base: '', queue: null, title: 'Chat', page: false, signed: null };
  private client!: Client;
  private session!: Session;
  private config: ChatConfig | null = null;
  private state: ChatState | null = null;
  private asked = false;
  private unread = 0;
  private typingTimer = 0;
  /** To be sent when the connection is back. */
  private waiting: (() => void)[] = [];

  private readonly log = new Log((file) => void this.download(file));
  private readonly start = new Start((name, email) => void this.begin(name, email));
  private readonly composer: Composer = new Composer({
    say: (text) => this.say(text, fresh()),
    attach: (files) => files.forEach((file) => this.attach(file, fresh())),
    typing: () => void this.client.typing().catch(() => undefined),
    person: () => void this.person(),
  });
  private readonly badge = make('span', { class: 'badge', hidden: true });
  private readonly launcher = make('button', { class: 'launcher', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', click: () => this.show(true) });
  private readonly status = make('p', { class: 'status', role: 'status' });
  private readonly trouble = make('p', { class: 'trouble', role: 'status', hidden: true });
  private readonly typing = make('p', { class: 'typing', hidden: true });
  private readonly again = make('button', { class: 'plain', type: 'button', hidden: true, click: () => void this.renew() }, 'New chat');
  private readonly end = make('button', { class: 'plain', type: 'button', hidden: true, click: () => void this.finish() }, 'End chat');
  private readonly panel = make('section', { class: 'panel', 'aria-labelledby': 'title', hidden: true });

  connectedCallback(): void {
    if (this.built) return;
    this.built = true;
    const root = this.attachShadow({ mode: 'open' });
    this.dress(root);
    this.client = new Client(this.options.base);
    const keeper = new Keeper(`signalbox-chat ${this.options.base} ${this.options.queue ?? ''}`);
    this.session = new Session(this.client, keeper, {
      item: (item) => {
        this.log.add(item);
        if (item.by === 'agent') this.heard();
      },
      state: (state) => this.settle(state),
      typing: (name) => this.types(name),
      lost: (since) => this.lost(since),
      gone: () => {
        this.log.clear();
        this.phase('start');
        this.start.fail('The earlier chat is over and was put away.');
      },
    });
    this.build(root);
    addEventListener('online', () => this.flush());
    if (this.options.signed) this.start.known();
    if (this.session.resume(whoOf(this.options.signed))) {
      this.phase('chat');
      this.session.start();
    } else this.phase('start');
    if (this.options.page) this.show(true);
  }

  /** Style that a page's own content security policy does not stop. */
  private dress(root: ShadowRoot): void {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(make('style', {}, STYLE));
    }
  }

  private build(root: ShadowRoot): void {
    const { page } = this.options;
    const title = make(page ? 'h1' : 'h2', { id: 'title', class: 'title' }, this.options.title);
    if (!page) this.panel.setAttribute('role', 'dialog');
    const close = make('button', { class: 'plain close', type: 'button', 'aria-label': 'Close the chat window', click: () => this.show(false) }, icon(CROSS));
    this.launcher.append(icon(BUBBLE), this.options.title, this.badge);
    this.panel.append(
      make('header', {}, make('div', {}, title, this.status), this.again, this.end, close),
      this.trouble,
      this.start.root,
      this.log.root,
      this.typing,
      this.composer.root,
    );
    const frame: HTMLElement = make(page ? 'main' : 'div', { class: page ? 'page' : 'corner' }, this.launcher, this.panel);
    frame.addEventListener('keydown', (event) => {
      // Keys pressed in the chat are not for the page around it.
      event.stopPropagation();
      if (event.key === 'Escape' && !page) this.show(false);
      if (event.key === 'Tab' && !this.panel.hidden) trap(root, this.panel, event);
    });
    root.append(frame);
    // A phone's keyboard covers a part of the page; the panel takes what is left.
    visualViewport?.addEventListener('resize', () => this.panel.style.setProperty('--height', `${visualViewport?.height ?? innerHeight}px`));
  }

  private show(open: boolean): void {
    this.panel.hidden = !open;
    this.launcher.hidden = open;
    this.launcher.setAttribute('aria-expanded', String(open));
    if (!open) {
      this.launcher.focus();
      return;
    }
    this.unread = 0;
    this.badge.hidden = true;
    this.launcher.setAttribute('aria-label', this.options.title);
    if (this.client.token) this.session.start();
    void this.ask();
    this.log.toEnd();
    if (this.start.root.hidden) this.composer.focus();
    else this.start.name.focus();
  }

  private async ask(): Promise<void> {
    if (this.config) return;
    try {
      this.config = await this.client.config(this.options.queue);
      this.composer.limit = this.config.text_chars_max;
      this.start.show(this.config);
    } catch (error) {
      this.start.fail(words(error));
    }
  }

  private phase(phase: 'start' | 'chat'): void {
    const chat = phase === 'chat';
    this.start.root.hidden = chat;
    this.log.root.hidden = !chat;
    this.composer.root.hidden = !chat;
    if (!chat) {
      this.state = null;
      this.status.textContent = '';
      this.end.hidden = true;
      this.again.hidden = true;
      this.start.show(this.config);
    }
  }

  private async begin(name: string, email: string): Promise<void> {
    this.start.busy(true);
    this.start.fail('');
    try {
      const { signed } = this.options;
      const page = this.options.page ? document.referrer : location.origin + location.pathname;
      const plain = { ...(this.options.queue ? { queue: this.options.queue } : {}), ...(name ? { name } : {}), ...(page ? { page } : {}) };
      const asSaid = () => this.client.begin({ ...plain, ...(email ? { email } : {}) });
      let who = whoOf(signed);
      const begun = await (signed ? this.client.begin({ ...plain, ...signed }) : asSaid()).catch((error: unknown) => {
        if (!signed || !(error instanceof ChatError) || error.status !== 422) throw error;
        // The page's signature does not hold, or no longer: the visitor can still write, as somebody who proved nothing.
        console.warn(`signalbox: ${error.message}`);
        who = undefined;
        return asSaid();
      });
      this.log.clear();
      this.asked = false;
      this.phase('chat');
      this.session.begin(begun.token, begun.conversation, who);
      this.settle(begun.state);
      this.composer.focus();
    } catch (error) {
      this.start.fail(words(error));
    } finally {
      this.start.busy(false);
    }
  }

  /** Another chat of the same visitor: the old token says who they are. */
  private renew(): Promise<void> {
    return this.begin('', '').then(() => this.complain(this.start.root.hidden ? '' : 'Try again in a moment.'));
  }

  private settle(state: ChatState): void {
    this.state = state;
    const over = state.status === 'closed' || state.status === 'turned_away';
    this.status.textContent = describe(state);
    this.end.hidden = over;
    this.again.hidden = !over;
    this.composer.root.hidden = state.status === 'turned_away';
    this.composer.person.hidden = over || state.agent !== null;
    if (over) this.typing.hidden = true;
    if (state.status !== 'waiting') this.asked = false;
    this.composer.person.disabled = this.asked;
    // A chat that is over is quiet: no stream for every page that is read after it.
    if (over && this.panel.hidden) this.session.stop();
  }

  private say(text: string, key: string): void {
    this.log.sending(key, text, null);
    this.deliver(key, () => this.client.say(text, key));
  }

  /** Sends until it is there, or until it is clear that it cannot be. Without a connection it waits for the next one. */
  private deliver(key: string, call: () => Promise<Said>, failed: () => void = () => undefined): void {
    const send = async (): Promise<void> => {
      try {
        const said = await call();
        this.sent(key);
        this.session.took(said);
      } catch (error) {
        failed();
        const passes = error instanceof ChatError && error.passes;
        this.log.failed(key, words(error), passes ? () => void send() : null);
        if (!(error instanceof ChatError) || error.status !== 0) return;
        this.waiting.push(() => this.log.retried(key) && void send());
        setTimeout(() => this.flush(), RETRY_MS);
      }
    };
    void send();
  }

  /** The line comes over the stream as well; what was shown on its way goes when either is here. */
  private sent(key: string): void {
    if (this.session.started) this.log.settledSoon(key);
    else this.log.settled(key);
  }

  private attach(file: File, key: string): void {
    const bar = make('progress', { max: '1', value: '0', 'aria-label': `Sending ${file.name}` });
    const label = make('div', { class: 'file' }, make('span', {}, `${file.name} (${size(file.size)})`), bar);
    this.log.sending(key, null, label);
    const max = this.config?.attachment_bytes_max ?? 5 * 1024 * 1024;
    if (file.size > max) {
      bar.hidden = true;
      this.log.failed(key, `it has ${size(file.size)} and may have ${size(max)}.`, null);
      return;
    }
    const call = (): Promise<Said> => {
      bar.hidden = false;
      return this.client.attach(file, key, (share) => (bar.value = share));
    };
    this.deliver(key, call, () => (bar.hidden = true));
  }

  private async person(): Promise<void> {
    this.asked = true;
    this.composer.person.disabled = true;
    try {
      this.settle(await this.client.person());
      this.complain('');
      if (this.state) this.status.textContent = this.state.status === 'waiting' ? `You are being connected with a person. ${describe(this.state)}` : `You asked for a person. ${describe(this.state)}`;
    } catch (error) {
      this.asked = false;
      this.composer.person.disabled = false;
      this.complain(words(error));
    }
  }

  private async finish(): Promise<void> {
    try {
      this.settle(await this.client.end());
      this.complain('');
    } catch (error) {
      this.complain(words(error));
    }
  }

  private async download(file: ChatFile): Promise<void> {
    try {
      const url = URL.createObjectURL(await this.client.file(file.content));
      const link = make('a', { href: url, download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      this.complain(words(error));
    }
  }

  private heard(): void {
    this.typing.hidden = true;
    if (!this.panel.hidden) return;
    this.unread += 1;
    this.badge.textContent = String(this.unread);
    this.badge.hidden = false;
    this.launcher.setAttribute('aria-label', `${this.options.title}, ${this.unread} new ${this.unread === 1 ? 'message' : 'messages'}`);
  }

  private types(name: string): void {
    this.typing.textContent = `${name} is typing…`;
    this.typing.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = window.setTimeout(() => (this.typing.hidden = true), TYPING_SHOWN_MS);
  }

  private lost(since: number | null): void {
    this.trouble.classList.remove('bad');
    this.trouble.hidden = since === null;
    if (since === null) this.flush();
    else this.trouble.textContent = `No connection since ${clock(since)}. Reconnecting…`;
  }

  private flush(): void {
    for (const again of this.waiting.splice(0)) again();
  }

  private complain(why: string): void {
    this.trouble.classList.add('bad');
    this.trouble.hidden = why === '';
    this.trouble.textContent = why;
  }
}

function words(error: unknown): string {
  return error instanceof ChatError ? error.message : 'Something went wrong. Try again in a moment.';
}

function describe(state: ChatState): string {
  switch (state.status) {
    case 'waiting':
      if (state.place_in_line === null) return 'Waiting for somebody to answer.';
      return state.place_in_line <= 1 ? 'You are next in line.' : `You are number ${state.place_in_line} in line.`;
    case 'active':
      if (state.is_ai) return `${state.agent ?? 'An assistant'}, AI assistant, is here. You can talk to a person at any time.`;
      return state.agent ? `${state.agent} is here.` : 'Somebody is here.';
    case 'closed':
      return 'Ended. Write to go on.';
    case 'turned_away':
      return state.opens_at ? `We open ${clock(state.opens_at)}.` : 'Please try again later.';
  }
}
