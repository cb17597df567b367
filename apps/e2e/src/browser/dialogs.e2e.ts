import type { Page } from '@playwright/test';
import { expect, test } from './browser-test';
import type { FleetMachine } from './fleet-machine';
import { inspectEverywhere } from './inspection';
import { chooseReset, dialogOf, failTogether, order, preview } from './remediate';
import { storeDamaged } from './trouble';

test.use({ productOptions: {}, trace: 'off' });

let machine: FleetMachine;
const ids = { guarded: '', ended: '' };

test.beforeAll(async ({ fleet, api }) => {
  const names = ['BER-NB-0001', 'PC-2', 'PC-3'];
  const [first, second, third] = await fleet.join(...names);
  if (first === undefined || second === undefined || third === undefined) return;
  machine = first;
  await order(api, [first]);
  const done = await first.nextOrder();
  ids.ended = done.runId;
  await done.succeed();
  ids.guarded = (await failTogether(api, [second, third], storeDamaged)).id;
  second.disconnect();
  await order(api, [second]);
  await fleet.person('operator', 'Otto');
});

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

/** What is opened, and how. */
const openings: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'the menu of themes': async (page) => {
    await page.goto('/failures');
    await press(page, /^Theme/);
    await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeVisible();
  },
  'the menu of the account': async (page) => {
    await page.goto('/failures');
    await press(page, /^Account of/);
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  },
  'a new enrolment token, with mistakes': async (page) => {
    await page.goto('/enrolment');
    await press(page, 'New token');
    await page.getByLabel('Machines that may join with it').fill('many');
    await press(page, 'Make token');
    await expect(dialogOf(page).locator('.fm-problem')).toHaveCount(2);
  },
  'a made enrolment token': async (page) => {
    await page.goto('/enrolment');
    await press(page, 'New token');
    await page.getByLabel('Label').fill('Office in the second building, third floor');
    await press(page, 'Make token');
    await expect(page.locator('pre[aria-label="Token"]')).toBeVisible();
  },
  'the question before a token is revoked': async (page) => {
    await page.goto('/enrolment');
    await press(page, 'Revoke Browser tests');
    await expect(page.getByRole('alertdialog')).toBeVisible();
  },
  'a new user, with mistakes': async (page) => {
    await page.goto('/users');
    await press(page, 'Add user');
    await dialogOf(page).getByRole('button', { name: 'Add user' }).click();
    await expect(dialogOf(page).locator('.fm-problem').first()).toBeVisible();
  },
  'the menu of a user': async (page) => {
    await page.goto('/users');
    await press(page, 'Actions for Otto');
    await expect(page.getByRole('menuitem', { name: 'Disable…' })).toBeVisible();
  },
  'the change of a user': async (page) => {
    await page.goto('/users');
    await press(page, 'Actions for Otto');
    await page.getByRole('menuitem', { name: 'Change name or role…' }).click();
    await expect(dialogOf(page)).toBeVisible();
  },
  'a new password for a user': async (page) => {
    await page.goto('/users');
    await press(page, 'Actions for Otto');
    await page.getByRole('menuitem', { name: 'Reset password…' }).click();
    await expect(dialogOf(page)).toBeVisible();
  },
  'the plan of a remediation': async (page) => {
    await page.goto(`/failures/${ids.guarded}`);
    await press(page, 'Remediate all 2…');
    await expect(
      dialogOf(page).getByRole('radio', { name: 'Repair the component store' }),
    ).toBeChecked();
    await chooseReset(page);
    await dialogOf(page).locator('summary').click();
    await expect(dialogOf(page).getByText('Rename the folder')).toBeVisible();
  },
  'the preview of a remediation, with the guard': async (page) => {
    await page.goto(`/failures/${ids.guarded}`);
    await press(page, 'Remediate all 2…');
    await chooseReset(page);
    await preview(page, 1);
    await expect(dialogOf(page)).toContainText('This playbook is the wrong tool here');
    await expect(dialogOf(page).getByText('Left out: ')).toBeVisible();
  },
  'the saved views of machines': async (page) => {
    await page.goto('/machines?online=true');
    await press(page, 'Saved views');
    await page.getByRole('menuitem', { name: 'Save these filters…' }).click();
    await dialogOf(page).getByRole('button', { name: 'Save' }).click();
    await expect(dialogOf(page).locator('.fm-problem')).toHaveCount(1);
  },
  'the labels of many machines': async (page) => {
    await page.goto('/machines');
    await page.getByLabel('Select all machines shown').check();
    await press(page, 'Label…');
    await dialogOf(page).getByLabel('Add tags').fill('no/tag');
    await dialogOf(page).getByLabel('Site').selectOption({ label: 'Set to…' });
    await dialogOf(page).getByRole('button', { name: 'Label' }).click();
    await expect(dialogOf(page).locator('.fm-problem')).toHaveCount(2);
  },
  'the labels of one machine': async (page) => {
    await page.goto(`/machines/${machine.id}`);
    await press(page, 'Change…');
    await expect(dialogOf(page).getByLabel('Tags', { exact: true })).toBeVisible();
  },
  'the emergency stop, without a reason': async (page) => {
    await page.goto('/failures');
    await press(page, 'Emergency stop…');
    await page.getByRole('button', { name: 'Stop everything' }).click();
    await expect(page.getByRole('alertdialog').locator('.fm-problem')).toHaveCount(1);
  },
  'the question before a machine is retired': async (page) => {
    await page.goto(`/machines/${machine.id}`);
    await press(page, 'Retire…');
    await expect(page.getByRole('alertdialog')).toBeVisible();
  },
  'the question before an undo': async (page) => {
    await page.goto(`/runs/${ids.ended}`);
    await press(page, 'Undo…');
    await expect(page.getByRole('alertdialog')).toBeVisible();
  },
};

for (const [name, open] of Object.entries(openings)) {
  test(name, async ({ page }) => {
    await open(page);
    await inspectEverywhere(page);
  });
}

test('the navigation over the page', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 900 });
  await page.goto('/failures');
  await press(page, 'Menu');
  await expect(page.getByRole('link', { name: 'Remediations', exact: true })).toBeVisible();
  await inspectEverywhere(page, [390, 899]);
  await page.setViewportSize({ width: 900, height: 900 });
  await expect(page.getByRole('main')).not.toHaveAttribute('inert');
});
