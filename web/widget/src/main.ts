/** `<script src="https://HOST/widget.js" data-queue="…" data-title="…" defer></script>` */

import type { Signed } from './client';
import { SignalboxChat, type Options } from './widget';

const NAME = 'signalbox-chat';

/** Who the visitor is, if the page signs it: data-external, data-email, data-until and data-signature. */
function signed(script: HTMLScriptElement | null): Signed | null {
  const { external, email, until, signature } = script?.dataset ?? {};
  return until && signature && (external || email) ? { external: external ?? '', email: email ?? '', until: Number(until), signature } : null;
}

function options(script: HTMLScriptElement | null): Options {
  const page = script?.dataset['mode'] === 'page';
  const asked = page ? new URLSearchParams(location.search).get('queue') : null;
  return {
    base: script ? new URL(script.src).origin : location.origin,
    queue: script?.dataset['queue'] || asked || null,
    title: script?.dataset['title'] || 'Chat with us',
    page,
    signed: signed(script),
  };
}

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;

function begin(): void {
  if (!customElements.get(NAME)) customElements.define(NAME, SignalboxChat);
  // A page that includes the script twice has one chat.
  if (document.querySelector(NAME)) return;
  const chat = document.createElement(NAME) as SignalboxChat;
  chat.options = options(script);
  document.body.append(chat);
}

if (document.body) begin();
else addEventListener('DOMContentLoaded', begin);
