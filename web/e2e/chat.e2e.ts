import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, cannotRun, everyLook, launch, newPage, overflowsSideways, startServer, type Server } from './harness';

const SCRIPT = '<img src=x onerror="document.title=1"> hello';

describe.skipIf(cannotRun)('a customer chats', () => {
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

  it('reads well in both themes and three widths, before and during the chat', async () => {
    const context = await browser.newContext();
    const { page, log } = await newPage(context);
    await page.goto(`${server.url}/chat`);
    await page.getByRole('button', { name: 'Start chat' }).waitFor();
    const look = async (where: string) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    };
    await everyLook(page, 'chat-start', look);
    await page.getByLabel('Your name').fill('Mia <b>Li</b>');
    await page.getByRole('button', { name: 'Start chat' }).click();
    await page.getByLabel('Your message').fill(SCRIPT);
    await page.keyboard.press('Enter');
    await page.locator('.item.me', { hasText: 'hello' }).waitFor();
    await everyLook(page, 'chat', look);
    expect(await page.title()).toBe('Chat');
    expect(log.errors).toEqual([]);
    await context.close();
  });

  it('keeps its history over a page load and shows nothing twice after the stream broke', async () => {
    const context = await browser.newContext();
    const { page } = await newPage(context);
    await page.goto(`${server.url}/chat`);
    await page.getByRole('button', { name: 'Start chat' }).click();
    await page.getByLabel('Your message').fill('first');
    await page.keyboard.press('Enter');
    await page.locator('.item.me .note').waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.item.me', { hasText: 'first' }).waitFor();
    await context.setOffline(true);
    await page.getByLabel('Your message').fill('second');
    await page.keyboard.press('Enter');
    await page.getByText('Not sent').waitFor();
    await context.setOffline(false);
    await page.locator('.item.me:not(.failed)', { hasText: 'second' }).waitFor();
    await page.locator('.item.me .note').waitFor({ state: 'detached' });
    expect(await page.locator('.item.me p').allTextContents()).toEqual(['first', 'second']);
    await context.close();
  });
});
