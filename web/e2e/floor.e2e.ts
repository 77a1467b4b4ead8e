import type { Browser, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, cannotRun, everyLook, launch, newPage, overflowsSideways, signIn, startServer, type Server } from './harness';

/** Twelve looks with an accessibility check each take a while on a busy machine. */
const patient = { timeout: 240_000 };
const headers = { 'x-signalbox-csrf': '1' };

describe.skipIf(cannotRun)('the floor, its alerts and its reports', () => {
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

  async function supervisor(): Promise<{ page: Page; errors: string[]; me: { id: string; name: string }; close: () => Promise<void> }> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const { page, log } = await newPage(context);
    const me = await signIn(page, server.url, { role: 'supervisor' });
    return { page, errors: log.errors, me, close: () => context.close() };
  }
  const rows = (page: Page) => page.getByRole('grid', { name: 'Conversations by need' }).locator('[role=row][aria-selected]');
  interface Row { id: string; state: string; observed: boolean; owner: { kind: string; person?: { id: string; name: string } } }
  async function conversations(page: Page): Promise<Row[]> {
    return ((await (await page.request.get(`${server.url}/api/floor`)).json()) as { conversations: Row[] }).conversations;
  }
  /** The demo fills its floor by itself; an agent's conversation comes within a minute. */
  async function heldByAgent(page: Page): Promise<Row> {
    await expect.poll(async () => (await conversations(page)).some((c) => c.owner.kind === 'agent' && c.state === 'active' && !c.observed), { timeout: 60_000 }).toBe(true);
    return (await conversations(page)).findLast((c) => c.owner.kind === 'agent' && c.state === 'active' && !c.observed) as Row;
  }

  it('shows queues, conversations and people together, readable in both themes and three widths', patient, async () => {
    const { page, errors, close } = await supervisor();
    await page.goto(`${server.url}/floor`);
    await rows(page).first().waitFor({ timeout: 60_000 });
    await page.getByRole('region', { name: 'Queues' }).waitFor();
    await page.getByRole('grid', { name: 'People' }).waitFor();
    await everyLook(page, 'floor', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    expect(errors).toEqual([]);
    await close();
  });

  it('keeps every filter in the address', patient, async () => {
    const { page, errors, close } = await supervisor();
    await page.goto(`${server.url}/floor`);
    await page.getByRole('region', { name: 'Queues' }).getByRole('button').filter({ hasNotText: /^$/ }).last().click();
    await page.waitForURL(/queue=/);
    await page.keyboard.press('n');
    await page.waitForURL(/need=1/);
    await page.keyboard.press('/');
    await page.keyboard.type('zzz');
    await page.waitForURL(/q=zzz/);
    await page.getByText('Nothing fits these filters').waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.waitForURL((u) => !/queue=|need=|q=/.test(u.search));
    expect(errors).toEqual([]);
    await close();
  });

  it('opens by keyboard, watches, and whispers so that only the agent is told', patient, async () => {
    const { page, errors, close } = await supervisor();
    const { id } = await heldByAgent(page);
    await page.goto(`${server.url}/floor`);
    await rows(page).first().waitFor({ timeout: 60_000 });
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/[?&]c=/);
    await page.goto(`${server.url}/floor?c=${id}`);
    const panel = page.getByRole('complementary', { name: /Conversation with/ });
    await panel.waitFor();
    await page.keyboard.press('m');
    await panel.getByRole('button', { name: /Stop watching/ }).waitFor();
    await page.keyboard.press('w');
    await panel.getByText(/Side note: only .* sees it/).waitFor();
    await page.keyboard.type('Offer the refund.');
    await page.keyboard.press('Enter');
    await panel.getByRole('log').getByText('Offer the refund.').waitFor();
    await panel.getByText('only the owner sees this').first().waitFor();
    await everyLook(page, 'floor-panel', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    expect(errors).toEqual([]);
    await close();
  });

  it('asks before it takes over, and hands back', patient, async () => {
    const { page, errors, close } = await supervisor();
    const { id } = await heldByAgent(page);
    await page.goto(`${server.url}/floor?c=${id}`);
    const panel = page.getByRole('complementary', { name: /Conversation with/ });
    await panel.getByRole('button', { name: /Take over/ }).waitFor();
    await page.keyboard.press('o');
    const question = page.getByRole('dialog');
    await question.getByText(/loses the conversation at once/).waitFor();
    await question.getByRole('button', { name: 'Take over' }).click();
    const back = panel.getByRole('button', { name: 'Hand back' });
    await back.waitFor();
    await back.click();
    await back.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await close();
  });

  it('says who has it when another supervisor was faster', patient, async () => {
    const { page, me, errors, close } = await supervisor();
    const other = await browser.newContext();
    const second = (await newPage(other)).page;
    const personas = (await (await page.request.get(`${server.url}/api/session/personas`)).json()) as { id: string; name: string; role: string }[] | { personas: { id: string; name: string; role: string }[] };
    const someone = (Array.isArray(personas) ? personas : personas.personas).find((p) => (p.role === 'supervisor' || p.role === 'admin') && p.id !== me.id);
    if (!someone) throw new Error('the demo has one supervisor only');
    await second.request.post(`${server.url}/api/session`, { data: { persona: someone.id }, headers });
    const { id } = await heldByAgent(page);
    await page.goto(`${server.url}/floor?c=${id}`);
    const panel = page.getByRole('complementary', { name: /Conversation with/ });
    await panel.getByRole('button', { name: /Take over/ }).waitFor();
    const taken = await second.request.post(`${server.url}/api/conversations/${id}/take-over`, { headers });
    expect(taken.status()).toBe(200);
    await panel.getByRole('button', { name: `Taken over by ${someone.name}` }).waitFor();
    await page.keyboard.press('o');
    await page.getByText(`${someone.name} has taken it over.`).waitFor();
    const refused = await page.request.post(`${server.url}/api/conversations/${id}/take-over`, { headers });
    expect(refused.status()).toBe(409);
    expect(errors).toEqual([]);
    await other.close();
    await close();
  });

  it('shows what watches the floor, and each alert with its life', patient, async () => {
    const { page, errors, close } = await supervisor();
    await page.goto(`${server.url}/alerts`);
    await page.getByRole('heading', { name: /rules? watch/ }).waitFor();
    await everyLook(page, 'alerts', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    await page.getByRole('tab', { name: 'History' }).click();
    await page.waitForURL(/tab=history/);
    expect(errors).toEqual([]);
    await close();
  });

  it('puts four service levels side by side and writes the file that is on screen', patient, async () => {
    const { page, errors, close } = await supervisor();
    await page.goto(`${server.url}/reports?tab=history&range=7d`);
    await page.getByRole('button', { name: 'All four, side by side' }).click();
    await page.waitForURL(/sl=four/);
    const four = page.getByRole('region', { name: 'Service level under four formulas' });
    await four.getByText('Amazon Connect').waitFor();
    await page.getByRole('region', { name: 'Numbers of the past' }).waitFor();
    const heads = await page.getByRole('region', { name: 'Numbers of the past' }).locator('tbody tr').count();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV', exact: true }).first().click()]);
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
    expect(lines.length).toBe(heads + 1);
    expect(lines[0]).toContain('service_level_connect.v1');
    await everyLook(page, 'reports', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    await page.getByRole('tab', { name: 'Live' }).click();
    await page.getByRole('region', { name: 'Live numbers' }).waitFor();
    expect(await axe(page)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it('tells an agent that the floor is not theirs to see', patient, async () => {
    const context = await browser.newContext();
    const { page } = await newPage(context);
    await signIn(page, server.url, { role: 'agent' });
    await page.goto(`${server.url}/floor`);
    await page.getByText('is not open to you').waitFor();
    expect((await page.request.get(`${server.url}/api/floor`)).status()).toBe(403);
    await context.close();
  });
});
