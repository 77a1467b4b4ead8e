/** What every number means. Read once per tab: a formula is never rewritten, a new one has a new id. */
import { request } from '../../lib/api';
import type { Definition } from '../../lib/api/types';
import { keyOf } from './measured';

let list = $state.raw<Definition[]>([]);
const byKey = $derived(new Map(list.map((d) => [keyOf(d), d])));
let asked = false;

function load(): void {
  if (asked) return;
  asked = true;
  request<Definition[] | { definitions: Definition[] }>('GET', '/api/measures/definitions')
    .then((answer) => { list = Array.isArray(answer) ? answer : answer.definitions; })
    .catch(() => { asked = false; });
}

export const definitions = {
  get list(): readonly Definition[] { return list; },
  of(key: string): Definition | undefined { return byKey.get(key); },
  /** In a component's script. */
  use(): void { $effect(load); },
};
