/**
 * Starts the program that SIGNALBOX_BIN names, opens Chromium on it, signs in, checks accessibility, takes pictures.
 *
 * SIGNALBOX_BIN=../target/debug/signalbox npm run e2e
 * CHROMIUM (default /usr/bin/chromium) is the browser; SHOTS a folder for pictures (none are taken without it).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const binary = process.env.SIGNALBOX_BIN ?? '';

/** Why the scenarios cannot run here, or null. A test that is skipped says so. */
export const cannotRun: string | null = !binary
  ? 'SIGNALBOX_BIN is not set'
  : !existsSync(binary) ? `${binary} is not there`
  : !existsSync(browserPath) ? `no browser at ${browserPath}` : null;
if (cannotRun) console.log(`skipped: ${cannotRun}`);

export interface Server {
  url: string;
  process: ChildProcess;
  /** What the program printed, for a failed test. */
  output: () => string;
  /** SIGTERM, and the exit code. */
  stop: () => Promise<number | null>;
}

/** Runs `signalbox demo` on a free port with a fresh folder, and waits for `listening on http://…`. */
export async function startServer(args: string[] = ['demo', '--seed', '7']): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-e2e-'));
  const child = spawn(binary, [...args, '--listen', '127.0.0.1:0', '--data', dir], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`no "listening on" within 60 s. It printed:\n${printed}`)), 60_000);
    const read = (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-100_000);
      const found = /listening on (http:\/\/[^\s/]+)/.exec(printed);
      if (found) {
        clearTimeout(limit);
        resolve(found[1] as string);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${printed}`)));
  });
  return {
    url,
    process: child,
    output: () => printed,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      const code = await gone;
      rmSync(dir, { recursive: true, force: true });
      return code;
    },
  };
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

export interface PageLog { errors: string[] }

/** A page whose uncaught errors and refused scripts fail the test that asks: `expect(log.errors).toEqual([])`. */
export async function newPage(context: BrowserContext): Promise<{ page: Page; log: PageLog }> {
  const page = await context.newPage();
  const log: PageLog = { errors: [] };
  page.on('pageerror', (e) => log.errors.push(String(e)));
  page.on('console', (m) => { if (m.type() === 'error' && /Content Security Policy|Refused to/.test(m.text())) log.errors.push(m.text()); });
  return { page, log };
}

interface Persona { id: string; name: string; role: string }

/** Signs in through the page's own buttons as the first persona of that role (or with that name). */
export async function signIn(page: Page, url: string, who: { role?: string; name?: string }): Promise<Persona> {
  const answer = await page.request.get(`${url}/api/session/personas`);
  const body = (await answer.json()) as Persona[] | { personas?: Persona[]; items?: Persona[] };
  const people = Array.isArray(body) ? body : (body.personas ?? body.items ?? []);
  const person = people.find((p) => (who.name ? p.name === who.name : p.role === who.role));
  if (!person) throw new Error(`the demo has no persona like ${JSON.stringify(who)}; it has ${people.map((p) => `${p.name} (${p.role})`).join(', ')}`);
  await page.goto(`${url}/sign-in`);
  await page.getByRole('button', { name: person.name }).click();
  await page.waitForURL((u) => u.pathname !== '/sign-in');
  await page.getByRole('main').waitFor();
  return person;
}

export interface Violation { id: string; impact: string | null; help: string; nodes: string[] }

/** WCAG 2.2 A and AA. `expect(await axe(page)).toEqual([])` prints what is wrong and where. */
export async function axe(page: Page, within?: string): Promise<Violation[]> {
  // Run in the page's main world; addScriptTag would be stopped by the content security policy.
  await page.evaluate(axeSource);
  return page.evaluate(async (selector) => {
    interface AxeResult { violations: { id: string; impact: string | null; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }
    const run = (window as unknown as { axe: { run: (where: unknown, options: unknown) => Promise<AxeResult> } }).axe.run;
    const result = await run(selector ?? document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    // What is half under the bottom bar is only scrolled there; it is not small.
    for (const v of result.violations) if (v.id === 'target-size') v.nodes = v.nodes.filter((n) => !n.failureSummary?.includes('partially obscured'));
    // An open menu or list hangs below the body, outside every landmark, and is reached through its button.
    for (const v of result.violations) if (v.id === 'region') v.nodes = v.nodes.filter((n) => !/^#(bits|list)-/.test(n.target.join(' ')));
    return result.violations.filter((v) => v.nodes.length).map((v) => ({ id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => `${n.target.join(' ')}: ${n.failureSummary ?? ''}`) }));
  }, within);
}

export const sizes = [
  { name: '1440', width: 1440, height: 900 },
  { name: '1024', width: 1024, height: 768 },
  { name: '390', width: 390, height: 844 },
] as const;

export const themes = ['light', 'dark'] as const;

export async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
}

/** Waits until the theme is drawn and no transition is half way: a colour in between is no colour of ours. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
  });
}

/** True when the page can be scrolled sideways, which no screen may need. */
export function overflowsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
}

/** Calls `look` for three widths in two themes, and saves a picture of each as NAME-WIDTH-THEME.png when SHOTS is set. */
export async function everyLook(page: Page, name: string, look: (where: string) => Promise<void> = async () => {}): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder) mkdirSync(folder, { recursive: true });
  for (const size of sizes) {
    await page.setViewportSize({ width: size.width, height: size.height });
    for (const theme of themes) {
      await setTheme(page, theme);
      await settled(page);
      if (folder) await page.screenshot({ path: join(folder, `${name}-${size.name}-${theme}.png`) });
      await look(`${name} at ${size.name} in ${theme}`);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
