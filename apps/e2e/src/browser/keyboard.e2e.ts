import type { Locator, Page } from '@playwright/test';
import { expect, test } from './browser-test';
import { dialogOf, failTogether, startButton } from './remediate';
import { filesMissing } from './trouble';

test.use({ productOptions: {} });

/** Presses Tab until this has the focus; it must come within so many. */
async function tabTo(page: Page, target: Locator, most = 40): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses <= most; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${most} times Tab did not lead to ${target}`);
}

test('the whole main job without a mouse', async ({ page, fleet, api }) => {
  const machines = await fleet.join('KEY-1', 'KEY-2', 'KEY-3');
  await failTogether(api, machines, { ...filesMissing, code: '0x80070003' });
  await failTogether(api, machines.slice(1), filesMissing);

  await test.step('past the navigation, and from row to row', async () => {
    await page.goto('/failures');
    await expect(page.getByRole('row', { name: /0x80070002/ })).toBeVisible();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    await tabTo(page, page.getByRole('link', { name: '0x80070003' }));
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('link', { name: '0x80070002' })).toBeFocused();
    await page.keyboard.press('Home');
    await expect(page.getByRole('link', { name: '0x80070003' })).toBeFocused();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: '0x80070002 in download' })).toBeVisible();
    await expect(page.getByRole('main')).toBeFocused();
  });

  const open = page.getByRole('button', { name: 'Remediate…' });
  await test.step('selection, and the dialog that keeps the focus and gives it back', async () => {
    await tabTo(page, page.getByLabel('Select all machines shown'));
    await page.keyboard.press('Space');
    await expect(page.getByRole('region', { name: 'Selected machines' })).toContainText('2');
    await tabTo(page, page.getByLabel('Select KEY-3'));
    await page.keyboard.press('Space');
    await tabTo(page, open);
    await page.keyboard.press('Enter');
    await expect(dialogOf(page).getByRole('heading', { name: 'Remediate' })).toBeFocused();
    for (let presses = 0; presses < 15; presses++) {
      await page.keyboard.press('Tab');
      const inside = dialogOf(page).locator(':focus');
      await expect(inside, `after ${presses + 1} times Tab`).toHaveCount(1);
    }
    await page.keyboard.press('Escape');
    await expect(dialogOf(page)).toBeHidden();
    await expect(open).toBeFocused();
  });

  await test.step('preview, start, and the run', async () => {
    await page.keyboard.press('Enter');
    await tabTo(page, dialogOf(page).getByRole('button', { name: 'Who is included?' }));
    await page.keyboard.press('Enter');
    await tabTo(page, startButton(page, 1));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/remediations\/./);
    const order = await machines[1]?.nextOrder();
    await order?.succeed();
    await expect(page.getByRole('row', { name: /KEY-2/ })).toContainText('Fixed');
    await tabTo(page, page.getByRole('link', { name: 'KEY-2' }));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Fixed' })).toBeVisible();
  });
});

/** Runs in the page: what has the focus, unless a ring around it or its box shows that. */
function withoutRing(): string[] {
  const focused = document.activeElement;
  if (focused === null || focused.matches('body, main')) return [];
  // The real box of a checkbox is hidden, what is drawn lies beside it; a linked row is drawn after its link.
  const drawn = [
    focused,
    ...(focused.parentElement?.querySelectorAll('[class*=background]') ?? []),
  ];
  const hasRing = drawn.some((element) =>
    ['', '::after'].some((part) => getComputedStyle(element, part).outlineStyle !== 'none'),
  );
  return hasRing ? [] : [focused.outerHTML.slice(0, 200)];
}

test('what has the focus can be seen', async ({ page }) => {
  await page.goto('/machines');
  await expect(page.getByRole('heading', { name: 'Machines', exact: true }).first()).toBeVisible();
  for (let presses = 0; presses < 25; presses++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(withoutRing)).toEqual([]);
  }
});

test('menus and the drawer close by Escape and give the focus back', async ({ page }) => {
  await page.goto('/failures');
  const theme = page.getByRole('button', { name: /^Theme/ });
  await tabTo(page, theme);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemradio').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Theme: Dark' })).toBeFocused();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await page.setViewportSize({ width: 390, height: 800 });
  const menu = page.getByRole('button', { name: 'Menu', exact: true });
  await tabTo(page, menu);
  await page.keyboard.press('Enter');
  const places = page.getByRole('navigation', { name: 'Main' });
  await expect(places.locator(':focus')).toHaveCount(1);
  for (let presses = 0; presses < 10; presses++) await page.keyboard.press('Tab');
  await expect(places.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();
  await expect(menu).toHaveAttribute('aria-expanded', 'false');
});
