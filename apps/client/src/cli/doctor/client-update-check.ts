import { releaseKeys } from '../../updates/release-keys';
import { readLastUpdate } from '../../updates/update-reports';
import { type Finding, ok, warning } from './finding';
import { type Check } from './surroundings';

const TOPIC = 'client updates';

/** Whether the client can be updated by its server, and how the last time went. */
export const clientUpdateCheck: Check = {
  what: TOPIC,
  async examine({ service, state }) {
    const findings: Finding[] = [];
    if (releaseKeys.length === 0) {
      const message = 'This client carries no release key: it takes no updates from its server.';
      findings.push(ok('updates-off', TOPIC, message));
    }
    if (await service.guard.exists()) {
      findings.push(ok('update-under-way', TOPIC, 'An update of the client is under way.'));
    }
    const last = readLastUpdate(state);
    if (!last) return findings;
    if (last.state !== 'failed' && last.state !== 'rolled-back') {
      return [...findings, ok('update', TOPIC, last.message)];
    }
    const fix =
      last.state === 'failed'
        ? 'Nothing was changed. The dashboard shows which other machines failed with this release.'
        : 'The old client works. logs\\update\\client.log below the data folder says what happened.';
    return [...findings, warning(`update-${last.state}`, TOPIC, last.message, fix)];
  },
};
