import { API_PREFIX } from '@fleetmend/dashboard-api';
import type { BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { type Api, signIn } from '../api';
import { administrator } from '../product';
import { expect, test as base } from '../test';
import { type Account, Fleet } from './fleet';

/** What the browser's console says that no page should cause: errors, warnings, refused by the security policy. */
class ConsoleProblems {
  private readonly all: string[] = [];
  private readonly expected: RegExp[] = [];

  constructor(private readonly url: string) {}

  /** From now on this is part of the test. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** All but the expected ones. */
  get unexpected(): readonly string[] {
    return this.all.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
  }

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      const where = message.location().url.replace(this.url, '');
      this.all.push(`${message.text()} (${where})`);
    });
    context.on('weberror', (error) => this.all.push(String(error.error())));
  }
}

interface TestFixtures {
  /** Opens an empty page in a browser of its own, signed in as this person, or as nobody. */
  readonly openAs: (account: Account | null, options?: BrowserContextOptions) => Promise<Page>;
  /** Checked after each test. */
  readonly consoleProblems: ConsoleProblems;
}

interface FileFixtures {
  /** The REST interface as the administrator. */
  readonly api: Api;
  readonly fleet: Fleet;
}

/**
 * Playwright's `test` with the real product: `page` is the administrator's. A file that says
 * `test.use({ productOptions: {} })` has a server of its own.
 */
export const test = base.extend<TestFixtures, FileFixtures>({
  api: [async ({ product }, use) => use(await signIn(product.url)), { scope: 'worker' }],
  fleet: [
    async ({ product, api }, use) => {
      const fleet = new Fleet(product.url, api);
      await use(fleet);
      fleet.leave();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ product }, use) => use(product.url),
  actionTimeout: 15_000,
  // Nothing is looked at in the middle of a movement.
  contextOptions: { reducedMotion: 'reduce' },
  consoleProblems: [
    async ({ product }, use) => {
      const problems = new ConsoleProblems(product.url);
      await use(problems);
      expect(problems.unexpected).toEqual([]);
    },
    { auto: true },
  ],
  openAs: async ({ browser, product, consoleProblems }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (account, options = {}) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      consoleProblems.watch(context);
      // Everybody's first request asks for the session; browsers write into the console that there is none.
      if (account === null) consoleProblems.expect(/status of 401 .*\/api\/v1\/session\)$/);
      else {
        const { email, password } = account;
        const answer = await context.request.post(`${product.url}${API_PREFIX}/session`, {
          data: { email, password },
        });
        expect(answer.ok(), await answer.text()).toBe(true);
      }
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
  page: async ({ openAs }, use) => use(await openAs(administrator)),
});

export { expect };
