import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expected, root } from '../bootstrap/places.mjs';
import { freePort } from '../process/free-port.mjs';
import { ended } from '../process/child.mjs';
import { healthy } from '../start/health.mjs';
import { browser as findBrowser } from '../test/chromium.mjs';

const machines = 120;
const size = { width: 1440, height: 900 };
const folder = join(root, 'docs', 'images');

/** `npm run screenshots`: the pictures of the README, from a real server with simulated machines. */
export async function main() {
  const { CHROMIUM_PATH, missing } = await findBrowser();
  if (missing) throw expected(missing);
  const home = mkdtempSync(join(tmpdir(), 'fleetmend-pictures-'));
  chmodSync(home, 0o711); // PostgreSQL runs as another user when we are root
  const account = { email: 'admin@example.org', password: randomBytes(12).toString('hex') };
  const port = await freePort();
  const product = start(home, port, account);
  const over = ended(product);
  try {
    const url = await healthy(`http://127.0.0.1:${port}`, over, 180_000);
    if (!url) throw expected('The server did not become ready.');
    await photograph({ url, account, executablePath: CHROMIUM_PATH });
    return 0;
  } finally {
    product.kill('SIGTERM');
    await over;
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function start(home, port, { email, password }) {
  return spawn(process.execPath, ['tools/bootstrap.mjs', 'start', `--demo=${machines}`], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE_URL: '',
      FLEETMEND_DATA_DIR: join(home, 'data'),
      FLEETMEND_ADMIN_EMAIL: email,
      FLEETMEND_ADMIN_PASSWORD: password,
      LOG_LEVEL: 'warn',
    },
  });
}

async function photograph({ url, account, executablePath }) {
  const { chromium } = await import('@playwright/test');
  mkdirSync(folder, { recursive: true });
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args: [...sandbox, '--disable-gpu'] });
  try {
    const context = await browser.newContext({
      viewport: size,
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    const api = await signIn(context.request, url, account);
    const fingerprint = await worstFailure(api);
    await inBothThemes(context, url, async (shoot) => {
      await shoot('remediate', `/failures/${fingerprint}`, openDialog);
    });
    const { remediation, run } = await campaign(api, fingerprint);
    await inBothThemes(context, url, async (shoot) => {
      await shoot('failures', '/failures');
      await shoot('failure', `/failures/${fingerprint}`);
      await shoot('machines', '/machines');
      await shoot('remediation', `/remediations/${remediation}`);
      await shoot('run', `/runs/${run.id}`);
      await shoot('machine', `/machines/${run.machineId}`);
    });
  } finally {
    await browser.close();
  }
}

/** Calls `take` with what takes a picture of a page, once in light and once in dark. */
async function inBothThemes(context, url, take) {
  for (const theme of ['light', 'dark']) {
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await take(async (name, path, act) => {
      await page.goto(`${url}${path}`);
      await page.waitForLoadState('networkidle');
      await act?.(page);
      await delay(500); // fonts and the last transition
      const file = `${name}-${theme}.png`;
      await page.screenshot({ path: join(folder, file) });
      console.log(`docs/images/${file}`);
    });
    await page.close();
  }
}

/** On the page of a failure: opens the dialog up to the confirmation. */
async function openDialog(page) {
  await page
    .getByRole('button', { name: /^Remediate/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Who is included?' }).click();
  await page.getByRole('heading', { name: 'Check and start' }).waitFor();
}

/** Signs in within the browser's own cookies; answers what talks to the REST interface. */
async function signIn(request, url, account) {
  const base = `${url}/api/v1`;
  const answer = async (response) => {
    if (!response.ok())
      throw expected(`${response.url()} answered ${response.status()}: ${await response.text()}`);
    return response.json();
  };
  const { csrfToken } = await answer(await request.post(`${base}/session`, { data: account }));
  const headers = { 'x-fleetmend-csrf': csrfToken };
  return {
    get: async (path) => answer(await request.get(`${base}${path}`)),
    post: async (path, data) => answer(await request.post(`${base}${path}`, { data, headers })),
  };
}

/** Waits for the fleet; answers its most frequent failure that the reset cures. */
async function worstFailure(api) {
  const fleet = () => api.get('/machines?limit=1&online=true');
  await until('the machines to connect', async () => (await fleet()).total >= machines);
  const { id } = await until('failures', async () => {
    const { items } = await api.get('/fingerprints');
    return items.find(({ code, phase }) => /^0x8007000[23]$/i.test(code) && phase === 'download');
  });
  return id;
}

/** Remedies a failure on all its machines, and waits for half of the verdicts. */
async function campaign(api, fingerprintId) {
  const plan = {
    playbook: 'reset-software-distribution',
    fingerprintId,
    selection: { type: 'matching', filter: { fingerprintId } },
  };
  const { included } = await api.post('/remediations/preview', plan);
  const { id } = await api.post('/remediations', {
    ...plan,
    requestId: randomUUID(),
    expectedMachines: included,
  });
  const run = await until('verdicts', async () => {
    const { items } = await api.get(`/remediations/${id}/runs`);
    const finished = items.filter(({ verdict }) => verdict !== null);
    return finished.length * 2 >= items.length ? finished[0] : undefined;
  });
  return { remediation: id, run };
}

/** Asks again until the answer is something; gives up after three minutes. */
async function until(what, ask) {
  const deadline = Date.now() + 180_000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer) return answer;
    await delay(1000);
  }
  throw expected(`Waited too long for ${what}.`);
}
