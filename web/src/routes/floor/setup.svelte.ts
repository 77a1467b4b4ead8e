/** What is set up and bears on the floor: the promise of each queue and the rules that watch. Read once per visit. */
import { request } from '../../lib/api';
import type { Ref, Schemas, Sent } from '../../lib/api/types';
import type { Promise_ } from './need';

export type AlertRuleDocument = Sent<Schemas['AlertRule']>;
interface Row<T> { document: T }
type SetupAnswer = Partial<Pick<Sent<Schemas['Setup']>, 'queues' | 'alert_rules' | 'people'>>;

let promises = $state.raw<ReadonlyMap<string, Promise_>>(new Map());
let rules = $state.raw<AlertRuleDocument[] | null>(null);
let queues = $state.raw<Ref[]>([]);
let people = $state.raw<(Ref & { role: string })[]>([]);

async function load(): Promise<void> {
  try {
    const answer = await request<SetupAnswer>('GET', '/api/setup');
    const live = <T extends { retired?: boolean }>(rows: Row<T>[] | undefined) => (rows ?? []).map((r) => r.document).filter((d) => !d.retired);
    const open = live(answer.queues);
    promises = new Map(open.flatMap((q) => (q.target ? [[q.id, q.target] as const] : [])));
    queues = open.map((q) => ({ id: q.id, name: q.name }));
    people = live(answer.people).map((p) => ({ id: p.id, name: p.name, role: p.role }));
    rules = live(answer.alert_rules);
  } catch {
    // Without it the floor still lives; a queue then has no promise to be measured by.
  }
}

export const floorSetup = {
  promise(queue: string | null | undefined): Promise_ | undefined { return queue ? promises.get(queue) : undefined; },
  /** null: not read, or not to be read. */
  get rules() { return rules; },
  get queues() { return queues; },
  get people() { return people; },
  /** In a component's script. */
  use(): void { $effect(() => void load()); },
};
