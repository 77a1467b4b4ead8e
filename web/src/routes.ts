import type { Component } from 'svelte';
import type { IconName } from './lib/icons';
import type { Role } from './lib/session.svelte';

export interface Route {
  /** The first pattern that fits wins. */
  path: string;
  title: string;
  load: () => Promise<{ default: Component }>;
  /** Who may see it; `any` is everybody who is signed in, `public` everybody. */
  roles: readonly Role[] | 'any' | 'public';
  /** Without it the screen is not in the navigation. */
  nav?: { label: string; icon: IconName; keys?: string };
}

const agent: Role = 'agent';
const supervisor: Role = 'supervisor';
const admin: Role = 'admin';
const builder: Role = 'ai_builder';

const screens: Route[] = [
  { path: '/sign-in', title: 'Sign in', load: () => import('./routes/sign-in/SignIn.svelte'), roles: 'public' },
  { path: '/floor', title: 'Floor', load: () => import('./routes/floor/Floor.svelte'), roles: [supervisor, admin], nav: { label: 'Floor', icon: 'floor', keys: 'g f' } },
  { path: '/desk', title: 'Desk', load: () => import('./routes/desk/Desk.svelte'), roles: [agent, supervisor, admin], nav: { label: 'Desk', icon: 'desk', keys: 'g d' } },
  { path: '/conversations', title: 'Conversations', load: () => import('./routes/conversations/Conversations.svelte'), roles: 'any', nav: { label: 'Conversations', icon: 'conversations', keys: 'g c' } },
  { path: '/conversations/:id', title: 'Conversation', load: () => import('./routes/conversation/Conversation.svelte'), roles: 'any' },
  { path: '/customers', title: 'Customers', load: () => import('./routes/customers/Customers.svelte'), roles: [supervisor, admin], nav: { label: 'Customers', icon: 'customer', keys: 'g u' } },
  { path: '/customers/:id', title: 'Customer', load: () => import('./routes/customers/Customer.svelte'), roles: 'any' },
  { path: '/search', title: 'Search', load: () => import('./routes/search/Search.svelte'), roles: 'any', nav: { label: 'Search', icon: 'search', keys: '/' } },
  { path: '/alerts', title: 'Alerts', load: () => import('./routes/alerts/Alerts.svelte'), roles: [supervisor, admin], nav: { label: 'Alerts', icon: 'alerts', keys: 'g a' } },
  { path: '/reports', title: 'Reports', load: () => import('./routes/reports/Reports.svelte'), roles: [supervisor, admin], nav: { label: 'Reports', icon: 'reports', keys: 'g r' } },
  { path: '/ai-agents', title: 'AI agents', load: () => import('./routes/ai-agents/AiAgents.svelte'), roles: [supervisor, admin, builder], nav: { label: 'AI agents', icon: 'bot', keys: 'g i' } },
  { path: '/ai-agents/:id', title: 'AI agent', load: () => import('./routes/ai-agents/AiAgent.svelte'), roles: [supervisor, admin, builder] },
  { path: '/knowledge', title: 'Knowledge', load: () => import('./routes/knowledge/Knowledge.svelte'), roles: [supervisor, admin, 'ai_builder'], nav: { label: 'Knowledge', icon: 'note' } },
  { path: '/stops', title: 'AI safety', load: () => import('./routes/stops/Stops.svelte'), roles: [supervisor, admin, 'ai_builder'], nav: { label: 'AI safety', icon: 'pause' } },
  { path: '/setup/*', title: 'Setup', load: () => import('./routes/setup/Setup.svelte'), roles: [supervisor, admin], nav: { label: 'Setup', icon: 'setup', keys: 'g s' } },
  { path: '/audit', title: 'Audit', load: () => import('./routes/audit/Audit.svelte'), roles: [admin], nav: { label: 'Audit', icon: 'shield' } },
  { path: '/api-docs', title: 'API', load: () => import('./routes/api-docs/ApiDocs.svelte'), roles: 'any', nav: { label: 'API', icon: 'api' } },
];

/** A page with every component, for whoever builds screens. It is not in the built files. */
const gallery: Route[] = import.meta.env.DEV
  ? [{ path: '/gallery', title: 'Gallery', load: () => import('./routes/gallery/Gallery.svelte'), roles: 'any' }]
  : [];

export const routes: readonly Route[] = [...screens, ...gallery];

export function maySee(route: Route, role: Role | null): boolean {
  if (route.roles === 'public') return true;
  if (role === null) return false;
  return route.roles === 'any' || route.roles.includes(role);
}

/** Where each role starts: the screen that answers its one question. */
export function homeOf(role: Role | null): string {
  return role === 'agent' ? '/desk' : role === null ? '/sign-in' : role === 'ai_builder' ? '/ai-agents' : '/floor';
}

/** `/setup/*` is reached at `/setup`. */
export function navHref(route: Route): string {
  return route.path.replace(/\/\*$/, '');
}
