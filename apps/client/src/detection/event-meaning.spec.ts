import fc from 'fast-check';
import { windowsUpdateEvent } from '../../testing/event-xml';
import { observationOf } from './event-meaning';
import { parseWindowsEvent } from './event-xml';

const UPDATE = {
  updateGuid: '{6F1C2A34-5B6D-4E7F-8A9B-0C1D2E3F4A5B}',
  updateRevisionNumber: '201',
};
const WINDOWS_UPDATE = '{9482F4B4-E343-43B6-B170-9A65BC822C77}';

function read(eventId: number, data: Record<string, string>) {
  const { xml } = windowsUpdateEvent(eventId, data);
  const event = parseWindowsEvent(xml);
  return event && observationOf(event, xml);
}

describe('events of Windows Update', () => {
  it('reads a failed installation by field names, whatever their order', () => {
    const expected = {
      outcome: 'failure',
      phase: 'install',
      code: '0x80070002',
      update: { id: '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b', revision: 201, kb: 'KB5068861' },
      updateSource: 'windows-update',
      updateKind: 'windows',
      at: new Date('2026-11-20T12:00:00.430Z'),
    };
    const updateTitle = '2026-11 Update &amp; more (KB5068861)';
    expect(
      read(20, { errorCode: '0x80070002', updateTitle, ...UPDATE, serviceGuid: WINDOWS_UPDATE }),
    ).toMatchObject(expected);
    expect(
      read(20, { serviceGuid: WINDOWS_UPDATE, ...UPDATE, updateTitle, errorCode: '0X80070002' }),
    ).toMatchObject(expected);
  });

  it.each([
    [25, { errorCode: '0x80240438' }, 'scan', 'failure'],
    [31, { updateTitle: '', errorCode: '0x80070003', ...UPDATE }, 'download', 'failure'],
    [
      24,
      { errorCode: '0x80070005', updatelist: 'Update (KB1234567)', ...UPDATE },
      'unknown',
      'failure',
    ],
    [19, { updateTitle: 'x', ...UPDATE }, 'install', 'success'],
    [26, { updateCount: '3' }, 'scan', 'success'],
    [41, { ...UPDATE }, 'download', 'success'],
  ])('takes event %i %j as %s %s', (id, data, phase, outcome) => {
    expect(read(id, data as Record<string, string>)).toMatchObject({ phase, outcome });
  });

  it.each([
    [43, UPDATE],
    [20, { ...UPDATE, errorCode: '0x0' }],
    [20, UPDATE],
    [25, { errorCode: 'nothing' }],
  ])('proves nothing by event %i %j', (id, data) => {
    expect(read(id, data as Record<string, string>)).toBeUndefined();
  });

  it.each([
    [
      'the store by its service',
      { updateTitle: 'App', serviceGuid: '{855E8A7C-ECB4-4CA3-B045-1DFA50104289}' },
      'store-app',
    ],
    [
      'the store by its title',
      { updateTitle: '9MSSGKG348SP-MicrosoftWindows.Client.WebExperience' },
      'store-app',
    ],
    [
      'Defender',
      { updateTitle: 'Security Intelligence Update - KB2267602 (Version 1)' },
      'defender-definitions',
    ],
  ])('recognises %s', (_, data, updateKind) => {
    expect(read(20, { ...UPDATE, errorCode: '0x80073d02', ...data })).toMatchObject({ updateKind });
  });

  it('reads titles in any script, and never the localised message', () => {
    const { xml } = windowsUpdateEvent(20, {
      ...UPDATE,
      errorCode: '0x80070002',
      updateTitle: '用于 Windows 的更新 (KB5068861)',
    });
    const rendered = xml.replace(
      '</Event>',
      "<RenderingInfo Culture='de-DE'><Message>Fehler 0x80070005</Message></RenderingInfo></Event>",
    );
    const event = parseWindowsEvent(rendered);
    expect(event && observationOf(event, rendered)).toMatchObject({
      code: '0x80070002',
      update: { title: '用于 Windows 的更新 (KB5068861)' },
    });
  });

  it.each([
    ['no XML', 'Access is denied.'],
    ['nothing', ''],
    ['torn XML', windowsUpdateEvent(20, UPDATE).xml.slice(0, 200)],
    ['another document', '<html><body/></html>'],
    [
      'a bomb of entities',
      `<!DOCTYPE a [<!ENTITY x "${'y'.repeat(100)}">]><Event>${'&x;'.repeat(1000)}</Event>`,
    ],
    ['something endless', 'x'.repeat(300_000)],
  ])('takes %s for no event', (_, xml) => {
    expect(parseWindowsEvent(xml)).toBeUndefined();
  });

  it('never throws, whatever Windows renders', () => {
    const { xml } = windowsUpdateEvent(20, { ...UPDATE, errorCode: '0x80070002' });
    fc.assert(
      fc.property(
        fc.nat(xml.length),
        fc.nat(40),
        fc.string({ unit: 'binary' }),
        (from, length, other) => {
          const damaged = xml.slice(0, from) + other + xml.slice(from + length);
          const event = parseWindowsEvent(damaged);
          if (event) observationOf(event, damaged);
        },
      ),
    );
  });
});
