import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The windows in which everything must be easy to use, in pixels. */
const WIDTHS = [1440, 900, 390];

/** Inspects the page, as it is now, in both themes and at every width. */
export async function inspectEverywhere(page: Page, widths = WIDTHS): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await test.step(`${width} pixels`, async () => {
      await page.emulateMedia({ colorScheme: 'light' });
      expect.soft(await wrongIn(page), `${page.url()} at ${width}, light`).toEqual([]);
      // The themes differ in nothing but colours.
      await page.emulateMedia({ colorScheme: 'dark' });
      const found = await hardToUse(page, ['color-contrast']);
      expect.soft(found, `${page.url()} at ${width}, dark`).toEqual([]);
    });
  }
}

/** What makes the page, as it is now, hard to use for someone, or wider than its window. */
export async function wrongIn(page: Page): Promise<readonly string[]> {
  return [...(await hardToUse(page)), ...(await page.evaluate(tooWide))];
}

async function hardToUse(page: Page, rules?: string[]): Promise<readonly string[]> {
  // Legacy: without a second page for the frames that there are none of.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(WCAG)).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Runs in the page: what sticks out of the window, or has to be scrolled sideways. */
function tooWide(): string[] {
  const scrolled = [...document.querySelectorAll('*')].filter((element) => {
    if (element.scrollWidth <= element.clientWidth + 1) return false;
    if (element === document.documentElement) return true;
    // Commands and records keep their lines.
    if (element.tagName === 'PRE') return false;
    return ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  });
  return scrolled.map(({ tagName, classList, scrollWidth, clientWidth }) => {
    const name = [tagName.toLowerCase(), ...classList].join('.');
    return `${name} is ${scrollWidth} wide in ${clientWidth}`;
  });
}
