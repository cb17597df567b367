import { randomUUID } from 'node:crypto';
import { SECOND, testCampaigns } from '../../../testing/test-campaigns';
import { OPERATOR, testFleet } from '../../../testing/test-fleet';
import { CampaignSettingsService } from './campaign-settings.service';
import { DEFAULT_SETTINGS } from './campaign-settings.repository';

/** Real: PostgreSQL, everything between it and the doors. Played: the machines, by what they report; the clock. */
describe('a campaign before it is launched', () => {
  const fleet = testFleet();
  const { campaigns, failing, plan, drafted, act, find, statesOf } = testCampaigns(fleet);
  const settings = (more: Partial<typeof DEFAULT_SETTINGS>) =>
    fleet.get(CampaignSettingsService).put({ ...DEFAULT_SETTINGS, ...more }, OPERATOR);

  it('refuses a plan whose rules can not work, field by field, and saves nothing', async () => {
    const target = await failing(2);
    const broken = plan(target, {
      gate: { minimumDecided: { count: 50 } },
      execution: {
        windows: [{ cron: '61 * * * *', durationMinutes: 60, timeZone: 'Mars/Phobos' }],
      },
      parameters: { nonsense: true },
    });
    const refused = await drafted(broken).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'invalid-request' });
    const paths = (refused as { problems: { path: string }[] }).problems.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^plan\.gate\.minimumDecided/),
        expect.stringMatching(/^plan\.execution\.windows\.0/),
        'plan.parameters',
      ]) as unknown,
    );
  });

  it('is one campaign, however often the same request comes', async () => {
    const target = await failing(2);
    const requestId = randomUUID();
    const given = { requestId, plan: plan(target), parentId: null };
    const both = await Promise.all([
      campaigns().create(given, OPERATOR),
      campaigns()
        .create(given, OPERATOR)
        .catch(() => campaigns().create(given, OPERATOR)),
    ]);
    expect(both[0].id).toBe(both[1].id);
  });

  it('is launched for those whom the preview has shown, or not at all', async () => {
    const target = await failing(2);
    const { id } = await drafted(plan(target));
    await expect(act(id, { action: 'launch', expectedMachines: 3 })).rejects.toMatchObject({
      code: 'selection-changed',
    });
    expect((await find(id)).state).toBe('draft');
  });

  describe('that needs a second person', () => {
    beforeAll(() => settings({ approvalFromMachines: 2 }));
    afterAll(() => settings({}));

    it('is launched only after somebody else has approved it, and again after every change', async () => {
      const target = await failing(3);
      const { id } = await drafted(plan(target));
      await expect(act(id, { action: 'launch', expectedMachines: 3 })).rejects.toMatchObject({
        code: 'not-open',
      });
      await act(id, { action: 'submit' });
      await expect(act(id, { action: 'approve' })).rejects.toMatchObject({ code: 'forbidden' });
      expect((await act(id, { action: 'approve' }, SECOND)).state).toBe('approved');
      await campaigns().change(id, plan(target, { description: 'more' }), OPERATOR);
      expect((await find(id)).state).toBe('draft');
      await act(id, { action: 'submit' });
      await act(id, { action: 'approve' }, SECOND);
      await act(id, { action: 'launch', expectedMachines: 3 });
      expect((await find(id)).state).toBe('running');
    });

    it('pauses for a change until somebody else has agreed, and goes on as it was when they did not', async () => {
      const target = await failing(4);
      const { id } = await drafted(plan(target));
      await act(id, { action: 'submit' });
      await act(id, { action: 'approve' }, SECOND);
      await act(id, { action: 'launch', expectedMachines: 4 });
      const change = { gate: { ...plan(target).gate, successPercent: 10 } };
      const proposed = await act(id, { action: 'change', change });
      expect(statesOf(proposed).campaign).toBe('paused (awaiting-approval)');
      expect(proposed.plan.gate.successPercent).toBe(80);
      await expect(act(id, { action: 'approve-change' })).rejects.toMatchObject({
        code: 'forbidden',
      });
      expect((await act(id, { action: 'reject-change' }, SECOND)).state).toBe('running');
      await act(id, { action: 'change', change });
      const agreed = await act(id, { action: 'approve-change' }, SECOND);
      expect(agreed).toMatchObject({ state: 'running', plan: { gate: { successPercent: 10 } } });
    });
  });
});
