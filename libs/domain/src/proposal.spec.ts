import fc from 'fast-check';
import { ERROR_CODES, lookUpErrorCode } from './catalogue/index';
import { PHASES, UPDATE_KINDS, UPDATE_SOURCES } from './failure';
import { PLAYBOOK_NAMES } from './playbook';
import { proposePlaybooks } from './proposal';
import type { ProposedFailure } from './reset-guard';

function propose(code: string, phase: ProposedFailure['phase'], more?: Partial<ProposedFailure>) {
  const failure: ProposedFailure = {
    code,
    phase,
    updateKind: 'windows',
    updateSource: 'windows-update',
    ...more,
  };
  return proposePlaybooks(failure, lookUpErrorCode(code));
}

describe('proposePlaybooks', () => {
  it.each([
    ['0x80070002', 'download', 'documented'],
    ['0x80070003', 'download', 'documented'],
    ['0x80070002', 'scan', 'likely'],
    ['0x80070002', 'unknown', 'possible'],
    ['0x80242006', 'download', 'documented'],
    ['0x80242006', 'install', 'possible'],
    ['0x8007000D', 'download', 'documented'],
    ['0x80248007', 'scan', 'likely'],
    ['0xC80001F5', 'scan', 'likely'],
    ['0x80240FFF', 'scan', 'possible'],
  ] as const)('proposes the reset for %s while in %s: %s', (code, phase, confidence) => {
    const { proposals, guard } = propose(code, phase);
    expect(guard).toBeUndefined();
    expect(proposals).toMatchObject([{ playbook: 'reset-software-distribution', confidence }]);
  });

  it.each<[string, ProposedFailure['phase'], Partial<ProposedFailure>, readonly string[]]>([
    ['0x80070002', 'install', {}, ['repair-component-store', 'update-drivers']],
    ['0x80070003', 'reboot', {}, ['repair-component-store', 'update-drivers']],
    ['0x8024002E', 'scan', {}, ['check-proxy-firewall']],
    ['0x80240438', 'scan', {}, ['check-proxy-firewall']],
    ['0x80072F8F', 'scan', {}, ['sync-clock', 'check-proxy-firewall']],
    ['0x80070070', 'download', {}, ['free-disk-space']],
    ['0xC190020E', 'download', { updateKind: 'feature' }, ['free-disk-space']],
    ['0x80242014', 'install', {}, ['restart-machine']],
    ['0x8024402F', 'scan', {}, ['check-proxy-firewall']],
    ['0x800F081F', 'install', {}, ['repair-component-store']],
    ['0x80070422', 'scan', {}, ['repair-update-services']],
    ['0x80073D02', 'install', {}, []],
    ['0x80070002', 'download', { updateKind: 'store-app' }, []],
    ['0x80070002', 'download', { updateSource: 'store' }, []],
    ['0x80070002', 'download', { updateKind: 'defender-definitions' }, []],
    [
      '0xC1900101',
      'install',
      { updateKind: 'feature', extendedCode: '0x0004000D' },
      ['update-drivers', 'free-disk-space', 'repair-component-store'],
    ],
    ['0x80070643', 'install', { extendedCode: '0x800F081F' }, ['repair-component-store']],
    ['0x80240022', 'install', { extendedCode: '0x80073712' }, ['repair-component-store']],
    [
      '0x8024200B',
      'reboot',
      { extendedCode: '0x80070003' },
      ['repair-component-store', 'update-drivers'],
    ],
  ])('guards against the reset for %s while in %s %j', (code, phase, more, betterRemedies) => {
    const { proposals, guard } = propose(code, phase, more);
    const playbooks: readonly string[] = PLAYBOOK_NAMES;
    expect(proposals.map(({ playbook }) => playbook)).toEqual(
      betterRemedies.filter((remedy) => playbooks.includes(remedy)),
    );
    expect(guard).toMatchObject({ betterRemedies });
    expect(guard?.reason).toMatch(/\.$/);
    expect(guard?.evidence).toMatch(/\.$/);
  });

  it.each<[string, ProposedFailure['phase'], Partial<ProposedFailure>, string[]]>([
    ['0x80072F8F', 'scan', {}, ['sync-clock documented']],
    ['0x80070422', 'scan', {}, ['repair-update-services documented']],
    ['0x80242014', 'install', {}, ['restart-machine documented']],
    ['0x800F081F', 'install', {}, ['repair-component-store documented']],
    [
      '0xC1900101',
      'reboot',
      { updateKind: 'feature', extendedCode: '0x00040007' },
      ['update-drivers documented', 'repair-component-store possible'],
    ],
    ['0x80070005', 'install', {}, ['run-troubleshooter possible']],
    ['0x80070070', 'download', {}, []],
    ['0x80073D02', 'install', { updateKind: 'store-app' }, []],
  ])('proposes what helps against %s while in %s %j', (code, phase, more, expected) => {
    const { proposals } = propose(code, phase, more);
    expect(proposals.map(({ playbook, confidence }) => `${playbook} ${confidence}`)).toEqual(
      expected,
    );
    for (const { reason } of proposals) expect(reason).toMatch(/\.$/);
  });

  it('proposes AllowOSUpgrade for feature updates only', () => {
    const code = ERROR_CODES.find(({ remedy }) => remedy === 'allow-os-upgrade')?.code ?? '';
    const names = (updateKind: ProposedFailure['updateKind']) =>
      propose(code, 'install', { updateKind }).proposals.map(({ playbook }) => playbook);
    expect(names('feature')).toEqual(['allow-os-upgrade']);
    expect(names('windows')).toEqual([]);
  });

  it('proposes nothing, and warns of nothing, for a code that nobody knows', () => {
    expect(propose('0x8BADF00D', 'download')).toEqual({ proposals: [] });
  });

  it('works without the catalogue for the codes of KB 910336', () => {
    const failure = { updateKind: 'windows', updateSource: 'wsus', phase: 'download' } as const;
    expect(proposePlaybooks({ ...failure, code: '0x80070002' }).proposals).toHaveLength(1);
    expect(proposePlaybooks({ ...failure, code: '0x8BADF00D' }).proposals).toEqual([]);
  });

  it('never proposes what it guards against, for any failure at all', () => {
    const anyFailure = fc.record({
      code: fc.constantFrom(...ERROR_CODES.map(({ code }) => code)),
      phase: fc.constantFrom(...PHASES),
      updateKind: fc.constantFrom(...UPDATE_KINDS),
      updateSource: fc.constantFrom(...UPDATE_SOURCES),
    });
    fc.assert(
      fc.property(anyFailure, ({ code, phase, ...more }) => {
        const { proposals, guard } = propose(code, phase, more);
        const names = proposals.map(({ playbook }) => playbook);
        if (guard) expect(names).not.toContain('reset-software-distribution');
        expect(new Set(names).size).toBe(names.length);
        expect(guard?.betterRemedies ?? []).not.toContain('reset-software-distribution');
      }),
      { numRuns: 500 },
    );
  });
});
