/** What can be filtered by: from setup for whoever may read it, from the own desk for agents. */
import { request } from '../../lib/api';
import type { DeskView } from '../../lib/api/types';
import { session } from '../../lib/session.svelte';
import { options, type SetupData } from '../setup/documents';
import { fixedChoices, type Choice, type FacetKey } from './filters';

/** In a component's script. Without it the filters that need no names still work. */
export function filterChoices(): { readonly all: Partial<Record<FacetKey, Choice[]>> } {
  let found = $state.raw<Partial<Record<FacetKey, Choice[]>>>({});

  async function load(): Promise<void> {
    const named = (refs: readonly { id: string; name: string }[] | undefined) => (refs ?? []).map((r) => ({ value: r.id, label: r.name }));
    const [desk, setup] = await Promise.all([
      request<DeskView>('GET', '/api/desk').catch(() => null),
      session.can('setup_read') ? request<SetupData>('GET', '/api/setup').catch(() => null) : null,
    ]);
    const labels = (desk?.labels ?? []).map((l) => ({ value: l, label: l }));
    found = setup
      ? { label: labels, queue: all(setup, 'queues'), agent: all(setup, 'people'), disposition: all(setup, 'dispositions') }
      : { label: labels, queue: named(desk?.queues), disposition: named(desk?.dispositions) };
  }
  /** The retired ones too: old conversations name them. */
  function all(setup: SetupData, kind: 'queues' | 'people' | 'dispositions'): Choice[] {
    return options(setup, kind, setup[kind].map((r) => r.document.id));
  }

  $effect(() => void load());
  return { get all() { return { ...fixedChoices, ...found }; } };
}
