import { randomUUID } from 'node:crypto';
import {
  fingerprintPageSchema,
  type Fingerprint,
  type Remediation,
  remediationSchema,
} from '@fleetmend/dashboard-api';
import type { Locator, Page } from '@playwright/test';
import type { Api } from '../api';
import { expect } from './browser-test';
import type { FleetMachine } from './fleet-machine';
import type { Trouble } from './trouble';

/** The open dialog. */
export const dialogOf = (page: Page): Locator => page.getByRole('dialog');

/** Lets machines fail like this, and gives the fingerprint of it. */
export async function failTogether(
  api: Api,
  machines: readonly FleetMachine[],
  trouble: Trouble,
): Promise<Fingerprint> {
  await Promise.all(machines.map((machine) => machine.fails(trouble)));
  const answer = await api.get(`/fingerprints?search=${trouble.code}&phase=${trouble.phase}`);
  const [fingerprint] = fingerprintPageSchema.parse(answer).items;
  if (fingerprint === undefined) throw new Error(`nobody has ${trouble.code}`);
  return fingerprint;
}

/** Chooses the reset, also where another playbook is proposed. */
export async function chooseReset(page: Page): Promise<void> {
  await dialogOf(page).getByRole('radio', { name: 'Reset SoftwareDistribution' }).check();
}

/** Goes on from the plan to the preview, which includes this many machines. */
export async function preview(page: Page, machines: number): Promise<void> {
  await dialogOf(page).getByRole('button', { name: 'Who is included?' }).click();
  const included = machines === 1 ? 'machine included' : 'machines included';
  await expect(dialogOf(page)).toContainText(new RegExp(`${machines}\\s*${included}`));
}

/** The button that starts it, which names what is done on how many machines. */
export function startButton(
  page: Page,
  machines: number,
  what = 'Reset SoftwareDistribution',
): Locator {
  const name = `${what} on ${machines} ${machines === 1 ? 'machine' : 'machines'}`;
  return dialogOf(page).getByRole('button', { name, exact: true });
}

/** Orders the reset against a fingerprint on these machines, without the browser. */
export async function order(
  api: Api,
  machines: readonly FleetMachine[],
  fingerprintId?: string,
): Promise<Remediation> {
  const answer = await api.send('/remediations', {
    playbook: 'reset-software-distribution',
    selection: { type: 'machines', machineIds: machines.map(({ id }) => id) },
    requestId: randomUUID(),
    expectedMachines: machines.length,
    ...(fingerprintId === undefined ? {} : { fingerprintId }),
  });
  return remediationSchema.parse(answer);
}
