import { ApiError, request } from './api';
import type { Schemas } from './api/types';

export type Role = Schemas['Role'];
export type Person = Schemas['SessionPerson'];
export type Session = Schemas['SessionInfo'];
export type Persona = Schemas['Persona'];

let current = $state.raw<Session | null>(null);
let loaded = $state(false);
let failure = $state.raw<ApiError | null>(null);

export const session = {
  get current() { return current; },
  get person() { return current?.person ?? null; },
  get role(): Role | null { return current?.person.role ?? null; },
  get demo() { return current?.demo ?? false; },
  get loaded() { return loaded; },
  get failure() { return failure; },
  can(permission: string): boolean { return current?.permissions.includes(permission) ?? false; },

  async load(): Promise<void> {
    failure = null;
    try {
      current = await request<Session>('GET', '/api/session', { allow401: true });
    } catch (e) {
      current = null;
      if (e instanceof ApiError && e.status !== 401) failure = e;
    }
    loaded = true;
  },
  async signIn(with_: { email: string; password: string } | { persona: string }): Promise<void> {
    await request('POST', '/api/session', { body: with_, allow401: true });
    await session.load();
  },
  async signOut(): Promise<void> {
    await request('DELETE', '/api/session', { allow401: true });
    current = null;
  },
  forget(): void { current = null; },
};
