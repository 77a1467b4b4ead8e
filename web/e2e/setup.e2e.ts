import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, cannotRun, everyLook, launch, newPage, overflowsSideways, signIn, startServer, type Server } from './harness';

const headers = { 'x-signalbox-csrf': '1' };

describe.skipIf(cannotRun)('setup, lists, audit and the API', () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function as(role: string): Promise<{ page: Page; errors: string[]; me: { id: string; name: string }; close: () => Promise<void> }> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    const { page, log } = await newPage(context);
    const me = await signIn(page, server.url, { role });
    return { page, errors: log.errors, me, close: () => context.close() };
  }
  interface Row { document: { id: string; name: string } & Record<string, unknown>; revision: number }
  async function rowsOf(page: Page, kind: string): Promise<Row[]> {
    return ((await (await page.request.get(`${server.url}/api/setup`)).json()) as Record<string, Row[]>)[kind] as Row[];
  }
  const looks = (page: Page, name: string) => everyLook(page, name, async (where) => {
    expect(await axe(page), where).toEqual([]);
    expect(await overflowsSideways(page), where).toBe(false);
  });

  it('makes a queue with needs and a ring, and says at the field what is wrong', async () => {
    const { page, me, errors, close } = await as('admin');
    await page.goto(`${server.url}/setup`);
    await page.getByRole('grid', { name: 'Queues' }).getByText('Factory setting').first().waitFor();
    await looks(page, 'setup-queues');
    await page.keyboard.press('n');
    await page.waitForURL(/setup\/queues\/new/);
    await page.getByRole('button', { name: 'Make the queue' }).click();
    await page.getByText('It was not saved.').waitFor();
    const name = page.getByLabel('Name', { exact: true });
    await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
    await name.fill('Returns and repairs');
    await page.getByRole('button', { name: 'Add a skill' }).click();
    await page.getByRole('button', { name: 'Add a ring' }).click();
    await page.getByRole('list', { name: 'Who is asked as the wait grows' }).getByText('3 or more').waitFor();
    await looks(page, 'setup-queue');
    await page.keyboard.press('Control+s');
    await page.waitForURL(/setup\/queues$/);
    const row = page.getByRole('grid', { name: 'Queues' }).getByRole('row').filter({ hasText: 'Returns and repairs' });
    await row.getByText(`by ${me.name}`).waitFor();
    const made = (await rowsOf(page, 'queues')).find((q) => q.document.name === 'Returns and repairs');
    expect(made?.document.rings).toEqual([{ after_ms: 60_000, levels_lower_by: 2, needs_dropped: 0 }]);
    expect(errors).toEqual([]);
    await close();
  });

  it('shows who changed it meanwhile, and publishes over it only when told to', async () => {
    const { page, errors, close } = await as('admin');
    const row = (await rowsOf(page, 'queues'))[0] as Row;
    await page.goto(`${server.url}/setup/queues/${row.document.id}`);
    await page.getByLabel('Waiting at most').fill('321');
    const put = await page.request.put(`${server.url}/api/setup/queues/${row.document.id}`, { data: { ...row.document, wrap_up_ms: 47_000 }, headers: { ...headers, 'if-match': String(row.revision) } });
    expect(put.status()).toBe(200);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/changed it while you did/).waitFor();
    await page.getByText(/wrap up.*You changed: waiting max/).waitFor();
    await looks(page, 'setup-conflict');
    await page.getByRole('button', { name: 'Publish mine over it' }).click();
    await page.waitForURL(/setup\/queues$/);
    const now = (await rowsOf(page, 'queues')).find((q) => q.document.id === row.document.id);
    expect(now?.document.waiting_max).toBe(321);
    expect(now?.revision).toBe(row.revision + 2);
    expect(errors).toEqual([]);
    await close();
  });

  it('edits hours past midnight, people with skills, profiles and alert rules, each read back in words', async () => {
    const { page, errors, close } = await as('admin');
    await page.goto(`${server.url}/setup/hours/new`);
    await page.getByLabel('Name', { exact: true }).fill('Night shop');
    await page.getByLabel('Monday: from').fill('22:00');
    await page.getByLabel('Monday: from').press('Tab');
    await page.getByLabel(/^Monday: to/).fill('02:00');
    await page.getByLabel(/^Monday: to/).press('Tab');
    await page.getByText('next day', { exact: true }).first().waitFor();
    await page.getByText(/(Open|Closed) now; (closes|opens)/).waitFor();
    await looks(page, 'setup-hours');
    await page.getByRole('button', { name: 'Make the opening hours' }).click();
    await page.waitForURL(/setup\/hours$/);
    const night = (await rowsOf(page, 'hours')).find((h) => h.document.name === 'Night shop');
    expect((night?.document.weekly as unknown[])[0]).toEqual({ day: 'monday', from_minute: 1320, to_minute: 1560 });

    const profile = (await rowsOf(page, 'routing_profiles'))[0] as Row;
    await page.goto(`${server.url}/setup/routing-profiles/${profile.document.id}`);
    await page.getByText(/At once: one call and nothing beside it; or/).waitFor();
    await looks(page, 'setup-profile');

    const person = (await rowsOf(page, 'people'))[0] as Row;
    await page.goto(`${server.url}/setup/people/${person.document.id}`);
    await page.getByLabel('New password').fill('too short');
    await page.getByText('1 more character').waitFor();
    await looks(page, 'setup-person');

    await page.goto(`${server.url}/setup/alert-rules/new`);
    await page.getByLabel('Measure').selectOption({ label: 'Service level of the last 30 minutes' });
    await page.getByText('Fires when the service level of any queue over the last 30 minutes is under 80 %, and that for 15 s; clears at 85 % or more.').waitFor();
    await looks(page, 'setup-rule');
    expect(errors).toEqual([]);
    await close();
  });

  it('shows a token’s secret once, and refuses it after it was revoked', async () => {
    const { page, errors, close } = await as('admin');
    await page.goto(`${server.url}/setup/tokens/new`);
    await page.getByLabel('Name', { exact: true }).fill('Shop webhooks');
    await page.getByRole('button', { name: 'Make the token' }).click();
    await page.getByText('Copy the secret now.').waitFor();
    const secret = (await page.locator('.secret code').textContent()) ?? '';
    await looks(page, 'setup-token');
    const ingest = () => page.request.post(`${server.url}/api/ingest/events`, { data: { events: [] }, headers: { authorization: `Bearer ${secret}` } });
    expect((await ingest()).status()).not.toBe(401);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('link', { name: 'Shop webhooks' }).click();
    expect(await page.getByText(secret).count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await page.getByRole('dialog').getByText(/refused from now on/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.waitForURL(/setup\/tokens$/);
    expect((await ingest()).status()).toBe(401);
    expect(errors).toEqual([]);
    await close();
  });

  it('lets supervisors look and agents not', async () => {
    const supervisor = await as('supervisor');
    await supervisor.page.goto(`${server.url}/setup/people`);
    await supervisor.page.getByText('Only an administrator changes').waitFor();
    expect(await supervisor.page.getByRole('link', { name: /New person/ }).count()).toBe(0);
    await supervisor.page.getByRole('grid', { name: 'People' }).getByRole('link').first().click();
    await expect.poll(() => supervisor.page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
    await supervisor.close();
    const agent = await as('agent');
    await agent.page.goto(`${server.url}/setup`);
    await agent.page.getByText('is not open to you').waitFor();
    await agent.page.goto(`${server.url}/audit`);
    await agent.page.getByText('is not open to you').waitFor();
    await agent.close();
  });

  it('lists conversations by filters in the address, exports exactly those, and draws one by chance', async () => {
    const { page, errors, close } = await as('supervisor');
    await page.goto(`${server.url}/conversations?state=closed`);
    const grid = page.getByRole('grid', { name: 'Conversations' });
    await grid.getByRole('link').first().waitFor({ timeout: 30_000 });
    await looks(page, 'conversations');
    await page.getByRole('button', { name: 'Channel' }).click();
    await page.getByLabel('Voice').check();
    await page.waitForURL(/channel=voice/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Waited' }).click();
    await page.waitForURL(/sort=-wait_ms/);
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('link', { name: /Export [\d,]+ row/ }).click()]);
    const lines = readFileSync(await file.path(), 'utf8').trim().split(/\r?\n/);
    const list = (await (await page.request.get(`${server.url}/api/conversations?state=closed&channel=voice`)).json()) as { total: number };
    // The demo goes on while the file is written.
    expect(Math.abs(lines.length - 1 - list.total)).toBeLessThan(5);
    await page.goto(`${server.url}/conversations?q=order`);
    await page.locator('mark').first().waitFor();
    await looks(page, 'conversations-search');
    await page.goto(`${server.url}/conversations?state=closed&channel=webchat`);
    await page.getByRole('button', { name: 'Review a random one' }).click();
    await page.waitForURL(/conversations\/conv_.*origin=random/);
    expect(errors).toEqual([]);
    await close();
  });

  it('finds words and customers with the slash key', async () => {
    const { page, errors, close } = await as('supervisor');
    await page.goto(`${server.url}/setup/skills`);
    await page.getByRole('grid', { name: 'Skills' }).waitFor();
    await page.keyboard.press('/');
    await page.waitForURL(/\/search/);
    await page.locator('input[type=search]:focus').waitFor();
    await page.keyboard.type('order');
    await page.getByRole('heading', { name: /^Conversations/ }).waitFor();
    await looks(page, 'search');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/(conversations|customers)\//);
    expect(errors).toEqual([]);
    await close();
  });

  it('keeps every fact in words, and opens what it holds', async () => {
    const { page, errors, close } = await as('admin');
    await page.goto(`${server.url}/audit?type=setup.`);
    const fact = page.locator('details').first();
    await fact.waitFor();
    await fact.locator('summary').click();
    await fact.getByText('setup.published').waitFor();
    await looks(page, 'audit');
    await page.getByLabel('What').selectOption({ label: 'Signing in, refused access' });
    await page.getByText(/signed in/).first().waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('describes the API with a curl line for each call', async () => {
    const { page, errors, close } = await as('admin');
    await page.goto(`${server.url}/api-docs`);
    await looks(page, 'api');
    await page.getByRole('searchbox', { name: 'Search the calls' }).fill('ingest');
    await page.getByRole('navigation', { name: 'Calls' }).getByRole('link').first().click();
    await page.getByLabel('curl').getByText(/authorization: Bearer/).waitFor();
    await looks(page, 'api-call');
    expect(errors).toEqual([]);
    await close();
  });
});
