import type { Page } from '@playwright/test';
import { signIn } from '../api';
import { expect, test } from './browser-test';
import { failTogether } from './remediate';
import { filesMissing, storeDamaged } from './trouble';

test.use({ productOptions: {} });

const state = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words });

test('what changed while the connection was away is there when it is back', async ({
  page,
  fleet,
  api,
}) => {
  let away = false;
  await page.routeWebSocket(/\/socket\//, (socket) => {
    if (away) void socket.close();
    else {
      const server = socket.connectToServer();
      cut = () => void socket.close().then(() => server.close());
    }
  });
  let cut = () => undefined as unknown;
  const machines = await fleet.join('GAP-1', 'GAP-2');
  await failTogether(api, machines.slice(0, 1), filesMissing);
  await page.goto('/failures');
  await expect(page.getByRole('row', { name: /0x80070002/ })).toContainText('1of 1 ever');
  await expect(state(page, 'Live')).toBeVisible();

  away = true;
  cut();
  await expect(state(page, 'Reconnecting…')).toBeVisible();
  await failTogether(api, machines.slice(1), filesMissing);
  away = false;
  await expect(state(page, 'Live')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('row', { name: /0x80070002/ })).toContainText('2of 2 ever');
});

test('a server that is killed and started again: the open page says so and goes on', async ({
  product,
  page,
  fleet,
  consoleProblems,
}) => {
  const [machine] = await fleet.join('KILL-1');
  await page.goto('/machines');
  await expect(page.getByRole('row', { name: /KILL-1/ })).toContainText('Online');
  await expect(state(page, 'Live')).toBeVisible();
  consoleProblems.expect(/ERR_CONNECTION_REFUSED|WebSocket connection/);

  await product.kill();
  await expect(state(page, 'Reconnecting…')).toBeVisible();
  await expect(page.getByRole('row', { name: /KILL-1/ })).toBeVisible();
  await page.getByRole('link', { name: 'Remediations', exact: true }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Try again');

  const again = await product.restart();
  await expect(state(page, 'Live')).toBeVisible({ timeout: 20_000 });
  const empty = page.getByRole('heading', { name: 'Nothing has been remediated yet' });
  await expect(empty).toBeVisible();
  await page.getByRole('link', { name: 'Machines', exact: true }).click();
  await expect(page.getByRole('row', { name: /KILL-1/ })).toContainText('Offline');
  await machine?.connect();
  await expect(page.getByRole('row', { name: /KILL-1/ })).toContainText('Online');
  if (machine !== undefined) await failTogether(await signIn(again.url), [machine], storeDamaged);
  await expect(page.getByRole('row', { name: /KILL-1/ })).toContainText('1 open');
  fleet.leave();
  await again.stop();
});
