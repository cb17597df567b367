import fc from 'fast-check';
import { commandScript, findScriptable, isScriptable } from './command-script';
import { PLAYBOOKS } from './playbooks';
import { resetSoftwareDistribution } from './playbooks/reset-software-distribution';

const parameters = fc.record({
  ignorePendingRestart: fc.boolean(),
  includeCatroot2: fc.boolean(),
  verifyMinutes: fc.integer({ min: 1, max: 240 }),
});
const DEFAULTS = { ignorePendingRestart: false, includeCatroot2: false, verifyMinutes: 15 };

/** What the file does is seen where cmd.exe runs it; here is what can be told from its text. */
describe('the command file of the reset', () => {
  it('is ASCII with CRLF, and has every label once that it jumps to', () => {
    fc.assert(
      fc.property(parameters, (some) => {
        const script = commandScript(resetSoftwareDistribution, some);
        expect(script).toMatch(/^[\x20-\x7e\r\n]*$/);
        expect(script.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        expect(script).not.toContain('${');
        const lines = script.split('\r\n');
        const labels = lines.filter((line) => line.startsWith(':'));
        expect(new Set(labels).size).toBe(labels.length);
        const jumps = [...script.matchAll(/\b(?:goto|call) (:\w+)/g)].map((match) => match[1]);
        expect(labels).toEqual(expect.arrayContaining(jumps));
        const depth = (of: string) => lines.filter((line) => line.trim().endsWith(of)).length;
        expect(depth('(')).toBe(lines.filter((line) => line.startsWith(')')).length);
      }),
    );
  });

  it('runs every program by its full path', () => {
    const script = commandScript(resetSoftwareDistribution, { ...DEFAULTS, includeCatroot2: true });
    for (const [program] of script.matchAll(/[^"\s]*\w+\.exe/g)) {
      expect(program).toMatch(/^((%SYS%|%SystemRoot%\\Sysnative)\\|TiWorker\.exe)/);
    }
  });

  it('has the steps of the playbook in its order, and catroot2 only when told to', () => {
    const told = (more: object) =>
      [
        ...commandScript(resetSoftwareDistribution, { ...DEFAULTS, ...more }).matchAll(
          /"\[(.+?)\]/g,
        ),
      ].map((match) => match[1]);
    const ids = resetSoftwareDistribution.steps.map(({ id }) => id);
    expect(told({ includeCatroot2: true })).toEqual(ids);
    expect(told({})).toEqual(ids.filter((id) => !/cat(root2|alogue)/.test(id)));
  });
});

it('is there for those playbooks only that plain commands can do', () => {
  expect(PLAYBOOKS.filter(isScriptable).map(({ name }) => name)).toEqual([
    'reset-software-distribution',
  ]);
  expect(findScriptable('update-drivers')).toBeUndefined();
  const other = PLAYBOOKS.find((one) => !isScriptable(one))!;
  expect(() => commandScript(other, {})).toThrow(RangeError);
});
