import fc from 'fast-check';
import { parseReportingEventsRow } from './reporting-events-row';

const UPDATE = '{BFC8A103-5F0C-4B1B-9C5E-1A2B3C4D5E6F}';
const ID = 'bfc8a103-5f0c-4b1b-9c5e-1a2b3c4d5e6f';

function line(
  some: Partial<
    Record<'time' | 'event' | 'update' | 'code' | 'status' | 'category' | 'message', string>
  >,
) {
  const columns = {
    time: '2026-11-20 13:14:20:702+0100',
    event: '182 [AGENT_INSTALLING_FAILED]',
    update: UPDATE,
    code: '80070002',
    status: 'Failure',
    category: 'Content Install',
    message: '',
    ...some,
  };
  return [
    '{2C3C39FA-FC0F-4F44-9049-D2AA53B27FFB}',
    columns.time,
    '1',
    columns.event,
    '101',
    columns.update,
    '203',
    columns.code,
    'UpdateOrchestrator',
    columns.status,
    columns.category,
    columns.message,
  ].join('\t');
}

const read = (text: string) => {
  const row = parseReportingEventsRow(text, 'reporting-events');
  return row.kind === 'observation' ? row.observation : row.kind;
};

describe('a row of ReportingEvents.log', () => {
  it.each([
    ['80070002', '0x80070002'],
    ['240005', '0x00240005'],
    ['800f0820', '0x800F0820'],
    ['0x80240438', '0x80240438'],
  ])('reads code %s as hexadecimal', (code, canonical) => {
    expect(read(line({ code }))).toMatchObject({ code: canonical });
  });

  it.each([
    ['148 [AGENT_DETECTION_FAILED]', 'scan', 'failure'],
    ['161 [AGENT_DOWNLOAD_FAILED]', 'download', 'failure'],
    ['182', 'install', 'failure'],
    ['204 [AGENT_INSTALLING_FAILED_POST_REBOOT]', 'reboot', 'failure'],
    ['999 [SOMETHING_NEW]', 'install', 'failure'],
  ])('takes %s as %s %s', (event, phase, outcome) => {
    expect(read(line({ event }))).toMatchObject({ phase, outcome });
  });

  it.each([
    ['147 [AGENT_DETECTION_FINISHED]', 'scan'],
    ['162 [AGENT_DOWNLOAD_SUCCEEDED]', 'download'],
    ['183 [AGENT_INSTALLING_SUCCEEDED]', 'install'],
  ])('takes %s as a success', (event, phase) => {
    expect(read(line({ event, status: 'Success', code: '0' }))).toMatchObject({
      phase,
      outcome: 'success',
    });
  });

  it.each([
    [
      'an installation that waits for a restart',
      line({
        event: '184 [AGENT_INSTALL_COMPLETE_WITH_REBOOT]',
        status: 'Success',
        code: '240005',
      }),
    ],
    ['a start', line({ event: '181 [AGENT_INSTALLING_STARTED]', status: 'Success', code: '0' })],
    ['a failure without a code', line({ code: '0' })],
  ])('proves nothing by %s', (_, text) => {
    expect(read(text)).toBe('other');
  });

  it.each([
    ['too few columns', 'a\tb\tc'],
    ['no time', line({ time: 'yesterday' })],
    ['an impossible time', line({ time: '2026-13-45 25:61:61:702+0100' })],
    ['no event id', line({ event: 'x' })],
    ['nothing', ''],
  ])('calls %s malformed', (_, text) => {
    expect(read(text)).toBe('malformed');
  });

  it('reads local time with its offset, with either separator', () => {
    for (const time of ['2026-11-20 13:14:20:702+0100', '2026-11-20 13:14:20.702+0100']) {
      expect(read(line({ time }))).toMatchObject({ at: new Date('2026-11-20T12:14:20.702Z') });
    }
  });

  it('knows the update by id, revision, KB and title', () => {
    const message =
      'Installation Failure: Windows failed to install the following update with error 0x80070002: 2026-11 Cumulative Update (KB5068861).';
    expect(read(line({ message }))).toMatchObject({
      update: {
        id: ID,
        revision: 203,
        kb: 'KB5068861',
        title: '2026-11 Cumulative Update (KB5068861)',
      },
      updateKind: 'windows',
    });
  });

  it.each([
    ['9MSSGKG348SP-MicrosoftWindows.Client.WebExperience', 'store-app'],
    [
      'Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 (Version 1.4)',
      'defender-definitions',
    ],
    ['Intel - System - 10.1.2.3', 'driver'],
    ['Feature update to Windows 11, version 24H2', 'feature'],
    ['2026-11 Cumulative Update (KB5068861)', 'windows'],
  ])('takes %s as %s', (title, updateKind) => {
    expect(read(line({ message: `failed with error 0x80070002: ${title}` }))).toMatchObject({
      updateKind,
    });
  });

  it('never throws, whatever stands in a line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.array(fc.string(), { maxLength: 15 }),
        (text, columns) => {
          parseReportingEventsRow(text, 'reporting-events');
          parseReportingEventsRow(columns.join('\t'), 'reporting-events');
          parseReportingEventsRow(
            line({ message: text, code: text, event: `182 ${text}` }),
            'reporting-events',
          );
        },
      ),
    );
  });
});
