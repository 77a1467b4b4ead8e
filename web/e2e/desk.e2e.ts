import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Customer, enter, openCentre, type Centre } from './centre';
import { axe, cannotRun, everyLook, launch, newPage, overflowsSideways } from './harness';

interface Seat { page: Page; errors: string[]; close: () => Promise<void> }

describe.skipIf(cannotRun)('the desk', () => {
  let centre: Centre;
  let browser: Browser;

  beforeAll(async () => {
    centre = await openCentre();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await centre?.stop();
  });

  async function seat(email: string, path: string): Promise<Seat> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const { page, log } = await newPage(context);
    await enter(centre, context, page, email, path);
    return { page, errors: log.errors, close: () => context.close() };
  }
  const reply = (page: Page) => page.getByLabel('Reply to the customer');
  const lines = (page: Page) => page.getByRole('log', { name: 'Transcript' });
  const card = (page: Page, c: Customer): Locator => page.locator(`article[data-row="${c.conversation}"]`);

  async function available(page: Page): Promise<void> {
    const become = page.getByRole('button', { name: 'Become available' });
    await become.or(page.getByRole('button', { name: 'Your presence: Available' })).first().waitFor();
    if (await become.isVisible()) await become.click();
    await page.getByRole('button', { name: 'Your presence: Available' }).waitFor();
  }
  /** A customer writes, and the agent takes it with one key. */
  async function taken(page: Page, name: string, words: string): Promise<Customer> {
    const customer = await new Customer(centre).open({ queue: 'Billing', name, email: `${name.toLowerCase().replaceAll(' ', '.')}@example.org` });
    await customer.say(words);
    await card(page, customer).waitFor();
    await page.keyboard.press('a');
    await card(page, customer).waitFor({ state: 'detached' });
    await page.waitForURL((u) => u.searchParams.get('c') === customer.conversation);
    await lines(page).getByText(words, { exact: true }).waitFor();
    await reply(page).waitFor();
    return customer;
  }
  async function wrapUp(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Close', exact: true }).waitFor();
    await page.keyboard.press('c');
    await page.getByRole('button', { name: 'Close conversation' }).click();
    await page.getByRole('region', { name: 'Wrap-up' }).waitFor();
    await page.keyboard.press('d');
    await page.getByText('Wrap-up done').first().waitFor();
  }

  it('says how to start when offline, and what comes next when available', async () => {
    const { page, errors, close } = await seat('ana@example.com', '/desk');
    await page.getByText('You are offline').waitFor();
    await everyLook(page, 'desk-offline', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    await available(page);
    await page.getByText('You are available. The next conversation comes here.').waitFor();
    await page.getByText('Nobody waits in your queues.').waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('lets an agent take, answer and file a conversation by keyboard alone', async () => {
    const { page, errors, close } = await seat('ana@example.com', '/desk');
    await available(page);
    const customer = await new Customer(centre).open({ queue: 'Billing', name: 'Zoë Ångström', email: 'zoe@example.org' });
    await customer.say('<img src=x onerror=alert(1)> I was charged twice');
    await card(page, customer).getByText(/Why you:/).waitFor();
    await expect.poll(() => page.title()).toMatch(/^\(1\)/);
    await everyLook(page, 'desk-offer', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    await page.keyboard.press('a');
    await lines(page).getByText('<img src=x onerror=alert(1)> I was charged twice').waitFor();
    await reply(page).waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('/hel');
    await page.getByRole('option', { name: /Greeting/ }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => reply(page).inputValue()).toBe('Hello Zoë Ångström, this is Ana Petrović from Billing.');
    await page.keyboard.press('Enter');
    await lines(page).getByText('Hello Zoë Ångström, this is Ana Petrović from Billing.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.keyboard.type('Checked: charged twice on Friday.');
    await page.keyboard.press('Enter');
    await lines(page).getByText('Checked: charged twice on Friday.').waitFor();
    await page.keyboard.press('Escape');
    await customer.typing();
    await page.getByText('Zoë Ångström is typing').waitFor();
    await everyLook(page, 'desk-live', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    const told = await customer.seen();
    expect(told).toContain('this is Ana Petrović from Billing');
    expect(told).not.toContain('charged twice on Friday');
    await page.keyboard.press('h');
    await page.getByRole('button', { name: /Resume/ }).waitFor();
    await page.keyboard.press('h');
    await page.getByRole('button', { name: /Hold/ }).waitFor();
    await page.keyboard.press('c');
    await page.getByRole('dialog').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('combobox', { name: /Filed as/ }).fill('refund');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Close conversation' }).click();
    await page.getByRole('region', { name: 'Wrap-up' }).getByRole('timer').waitFor();
    await everyLook(page, 'desk-wrap-up', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    await page.keyboard.press('d');
    await page.getByText('You are available.').first().waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('keeps a draft for each conversation and shows which one waits for an answer', async () => {
    const { page, errors, close } = await seat('ana@example.com', '/desk');
    await available(page);
    const first = await taken(page, 'First Customer', 'Where is my bag?');
    await page.keyboard.press('r');
    await page.keyboard.type('Half a sentence');
    await page.keyboard.press('Escape');
    const second = await taken(page, 'Second Customer', 'Where is my refund?');
    expect(await reply(page).inputValue()).toBe('');
    await page.locator(`a[data-row="${first.conversation}"]`).getByText('Draft').waitFor();
    await page.keyboard.press('k');
    await page.waitForURL((u) => u.searchParams.get('c') === first.conversation);
    await expect.poll(() => reply(page).inputValue()).toBe('Half a sentence');
    await page.locator(`a[data-row="${second.conversation}"]`).getByText('Unanswered').waitFor();
    await reply(page).fill('');
    await reply(page).press('Escape');
    await wrapUp(page);
    await page.waitForURL((u) => u.searchParams.get('c') === second.conversation);
    await wrapUp(page);
    expect(errors).toEqual([]);
    await close();
  });

  it('says when the stream is down, catches up, and shows nothing twice', async () => {
    const { page, close } = await seat('ana@example.com', '/desk');
    await available(page);
    const customer = await taken(page, 'Patient Person', 'Are you there?');
    await page.context().route('**/api/live**', (route) => route.abort());
    await page.evaluate(() => history.pushState(null, '', location.pathname + location.search));
    // Another topic makes the tab ask for its stream again, which now fails.
    await page.goto(`${centre.server.url}/desk?c=${customer.conversation}`);
    await page.getByText(/No live updates since/).waitFor({ timeout: 20_000 });
    await customer.say('said while nobody could hear');
    await page.context().unroute('**/api/live**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await lines(page).getByText('said while nobody could hear').waitFor();
    await page.getByText(/No live updates since/).waitFor({ state: 'detached' });
    expect(await lines(page).getByText('said while nobody could hear').count()).toBe(1);
    expect(await lines(page).getByText('Are you there?').count()).toBe(1);
    await reply(page).fill('Once only');
    await page.keyboard.press('Enter');
    await lines(page).getByText('Once only').waitFor();
    await expect.poll(() => lines(page).getByText('Once only').count()).toBe(1);
    await page.keyboard.press('Escape');
    await wrapUp(page);
    await close();
  });

  it('offers a transfer only to who is there, and lets the other take it', async () => {
    const ana = await seat('ana@example.com', '/desk');
    const ben = await seat('ben@example.com', '/desk');
    await available(ana.page);
    const customer = await taken(ana.page, 'Moved Person', 'I need somebody else');
    await available(ben.page);
    await ana.page.keyboard.press('t');
    await ana.page.getByRole('combobox', { name: 'To' }).fill('ben');
    await ana.page.getByRole('option', { name: /Ben Ford/ }).click();
    await ana.page.getByLabel(/Note for whoever/).fill('Asked for you by name.');
    expect(await axe(ana.page)).toEqual([]);
    await ana.page.getByRole('dialog').getByRole('button', { name: 'Transfer', exact: true }).click();
    await card(ben.page, customer).waitFor();
    await ben.page.keyboard.press('a');
    await lines(ben.page).getByText('Asked for you by name.').waitFor();
    await reply(ben.page).waitFor();
    expect(await ana.page.locator(`a[data-row="${customer.conversation}"]`).count()).toBe(0);
    await wrapUp(ben.page);
    expect([...ana.errors, ...ben.errors]).toEqual([]);
    await ana.close();
    await ben.close();
  });

  it('passes a conversation on after a briefing, which the customer never sees', async () => {
    const ana = await seat('ana@example.com', '/desk');
    const ben = await seat('ben@example.com', '/desk');
    // Whoever comes first is offered it, so the second comes when the first has it.
    await available(ana.page);
    await ben.page.getByRole('button', { name: /^Your presence/ }).click();
    await ben.page.getByRole('menuitem', { name: /^Offline/ }).click();
    const customer = await taken(ana.page, 'Briefed Person', 'It is complicated');
    await available(ben.page);
    await ana.page.keyboard.press('t');
    await ana.page.getByRole('combobox', { name: 'To' }).fill('ben');
    await ana.page.getByRole('option', { name: /Ben Ford/ }).click();
    await ana.page.getByText('After a briefing').click();
    await ana.page.getByRole('button', { name: 'Ask for a briefing' }).click();
    await ana.page.getByText('Waiting for Ben Ford.').waitFor();
    await card(ben.page, customer).getByRole('button', { name: /^Join/ }).click();
    await ben.page.getByText('Ana Petrović tells you about this conversation.').waitFor();
    await ana.page.getByText('Ben Ford is here to be told about it.').waitFor();
    await ana.page.keyboard.press('n');
    await ana.page.keyboard.type('They moved house last week.');
    await ana.page.keyboard.press('Enter');
    await lines(ben.page).getByText('They moved house last week.').waitFor();
    await ana.page.getByRole('button', { name: 'Complete' }).click();
    await reply(ben.page).waitFor();
    expect(await customer.seen()).not.toContain('moved house');
    await wrapUp(ben.page);
    expect([...ana.errors, ...ben.errors]).toEqual([]);
    await ana.close();
    await ben.close();
  });

  it('brings a whisper to the agent alone, and lets a supervisor take over and hand back', async () => {
    const ana = await seat('ana@example.com', '/desk');
    await available(ana.page);
    const customer = await taken(ana.page, 'Angry Person', 'This is the third time');
    const sup = await seat('sigrid@example.com', `/conversations/${customer.conversation}`);
    await lines(sup.page).getByText('This is the third time').waitFor();
    await sup.page.keyboard.press('w');
    await sup.page.keyboard.type('Offer the voucher first.');
    await sup.page.keyboard.press('Enter');
    await lines(ana.page).getByText('Offer the voucher first.').waitFor();
    await ana.page.getByText('only you see this').waitFor();
    expect(await customer.seen()).not.toContain('voucher');
    await everyLook(sup.page, 'conversation', async (where) => {
      expect(await axe(sup.page), where).toEqual([]);
      expect(await overflowsSideways(sup.page), where).toBe(false);
    });
    await sup.page.getByRole('button', { name: 'Take over' }).click();
    await sup.page.getByRole('dialog').getByRole('button', { name: 'Take over' }).click();
    await sup.page.getByRole('button', { name: 'Hand back' }).waitFor();
    await sup.page.getByRole('button', { name: 'Hand back' }).click();
    await sup.page.getByText('Handed back').first().waitFor();
    await sup.page.keyboard.press('2');
    await sup.page.getByText('Decided').first().waitFor();
    await everyLook(sup.page, 'conversation-timeline', async (where) => {
      expect(await axe(sup.page), where).toEqual([]);
      expect(await overflowsSideways(sup.page), where).toBe(false);
    });
    await sup.page.keyboard.press('3');
    await sup.page.getByRole('grid', { name: 'Segments' }).waitFor();
    expect(await axe(sup.page)).toEqual([]);
    expect([...ana.errors, ...sup.errors]).toEqual([]);
    await sup.close();
    await ana.close();
  });

  it('finds, merges, splits and erases a customer, and says what is destroyed', async () => {
    const { page, errors, close } = await seat(centre.adminEmail, '/customers');
    await new Customer(centre).open({ queue: 'Baggage', name: 'Same Person Twice', email: 'same@example.org' });
    const other = await new Customer(centre).open({ queue: 'Baggage', name: 'Same Person Again', email: 'again@example.org' });
    await other.say('words that will be erased');
    await page.getByLabel('Search').fill('Same Person Twice');
    await page.getByRole('link', { name: 'Same Person Twice' }).click();
    await page.getByRole('heading', { name: 'Same Person Twice' }).waitFor();
    await page.getByRole('button', { name: 'Merge with…' }).click();
    await page.getByRole('combobox', { name: 'The same person as' }).fill('Same Person Again');
    await page.getByRole('option', { name: /Same Person Again/ }).click();
    await page.getByText(/will be shown as one customer/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByRole('heading', { name: 'Merged records' }).waitFor();
    await everyLook(page, 'customer', async (where) => {
      expect(await axe(page), where).toEqual([]);
      expect(await overflowsSideways(page), where).toBe(false);
    });
    await page.getByRole('button', { name: 'Split' }).click();
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Split' }).click();
    await page.getByRole('heading', { name: 'Merged records' }).waitFor({ state: 'detached' });
    await page.goto(`${centre.server.url}/customers?q=Same%20Person%20Again`);
    await page.getByRole('link', { name: 'Same Person Again' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.getByText(/Destroys the words of 1 conversation/).waitFor();
    await page.getByLabel(/Type “erase”/).fill('erase');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('This customer was erased.').waitFor();
    await page.goto(`${centre.server.url}/conversations/${other.conversation}`);
    await lines(page).getByText('These words were erased.').first().waitFor();
    expect(await page.content()).not.toContain('words that will be erased');
    expect(errors).toEqual([]);
    await close();
  });
});

describe.skipIf(cannotRun)('an offer that nobody answers', () => {
  it('tells the agent, and one button brings them back', async () => {
    const centre = await openCentre({ offerMs: 4_000 });
    const browser = await launch();
    try {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const { page, log } = await newPage(context);
      await enter(centre, context, page, 'ana@example.com', '/desk');
      await page.getByRole('button', { name: 'Become available' }).click();
      const customer = await new Customer(centre).open({ queue: 'Billing', name: 'Not Answered' });
      await customer.say('Anybody?');
      await page.getByText('You did not answer an offer.').first().waitFor();
      expect(await axe(page)).toEqual([]);
      await page.getByRole('button', { name: 'I’m back' }).first().click();
      await page.getByRole('button', { name: 'Your presence: Available' }).waitFor();
      // The first is kept from them for a while, as from somebody who declined; the next is not.
      const next = await new Customer(centre).open({ queue: 'Billing', name: 'The Next One' });
      await next.say('And me?');
      await page.locator(`article[data-row="${next.conversation}"]`).getByRole('button', { name: /^Accept/ }).click();
      await page.getByLabel('Reply to the customer').waitFor();
      expect(log.errors).toEqual([]);
    } finally {
      await browser.close();
      await centre.stop();
    }
  });
});
