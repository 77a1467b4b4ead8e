import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, cannotRun, everyLook, launch, newPage, overflowsSideways, signIn, startServer, type Server } from './harness';

describe.skipIf(cannotRun)('coming in', () => {
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

  it('shows sign-in readably in both themes and three widths', async () => {
    const context = await browser.newContext();
    const { page, log } = await newPage(context);
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await everyLook(page, 'sign-in', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    expect(log.errors).toEqual([]);
    await context.close();
  });

  it('keeps the wanted address through sign-in', async () => {
    const context = await browser.newContext();
    const { page } = await newPage(context);
    await page.goto(`${server.url}/floor?queue=none`);
    await page.waitForURL(/\/sign-in\?next=/);
    await page.locator('li button').first().waitFor();
    await page.getByRole('button', { name: 'Supervisor' }).first().click();
    await page.waitForURL(`${server.url}/floor?queue=none`);
    await context.close();
  });

  it('tells an agent who may see setup', async () => {
    const context = await browser.newContext();
    const { page, log } = await newPage(context);
    await signIn(page, server.url, { role: 'agent' });
    await page.goto(`${server.url}/setup`);
    await page.getByText('is not open to you').waitFor();
    expect(await axe(page)).toEqual([]);
    expect(log.errors).toEqual([]);
    await context.close();
  });

  it('says what to do at an address that does not exist', async () => {
    const context = await browser.newContext();
    const { page } = await newPage(context);
    await signIn(page, server.url, { role: 'supervisor' });
    await page.goto(`${server.url}/no-such-page`);
    await page.getByText('There is no page at this address').waitFor();
    await page.getByRole('link', { name: 'Go to my start page' }).click();
    await page.waitForURL(/\/floor/);
    await context.close();
  });

  it('signs out to the sign-in page', async () => {
    const context = await browser.newContext();
    const { page } = await newPage(context);
    const person = await signIn(page, server.url, { role: 'supervisor' });
    await page.getByRole('button', { name: person.name }).click();
    await page.getByRole('menuitem', { name: /Sign out/ }).click();
    await page.waitForURL(/\/sign-in/);
    await context.close();
  });
});
