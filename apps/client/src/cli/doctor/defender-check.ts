import { ok, warning } from './finding';
import { type Check } from './surroundings';

const WHAT = 'Microsoft Defender';
const EXCLUSIONS = 'SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths';
const POLICY_EXCLUSIONS = 'SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Exclusions\\Paths';

/** Whether Microsoft Defender may stand in the way, which an exclusion would end. */
export const defenderCheck: Check = {
  what: WHAT,
  async examine({ windows }) {
    const defender = await windows.services.query('WinDefend');
    if (defender?.state !== 'running') return [ok('defender', WHAT, 'It does not run here.')];
    const { programFolder } = windows.protection;
    try {
      const keys = [EXCLUSIONS, POLICY_EXCLUSIONS];
      const values = await Promise.all(
        keys.map((key) => windows.registry.read(key, programFolder)),
      );
      if (values.some((value) => value !== undefined))
        return [ok('defender-excluded', WHAT, `It runs, and leaves "${programFolder}" alone.`)];
    } catch {
      return [
        warning(
          'defender-unknown',
          WHAT,
          'It runs, and does not show its exclusions.',
          `Only if it blocks the client: Add-MpPreference -ExclusionPath "${programFolder}"`,
        ),
      ];
    }
    return [ok('defender', WHAT, 'It runs, and the client is not blocked by it.')];
  },
};
