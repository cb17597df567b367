import fc from 'fast-check';
import { domainFits, readHostNames } from './host-names';

describe('a list of host names', () => {
  it.each<[string, string, string[]]>([
    ['one a line', 'pc-1\npc-2\r\npc-3\rpc-4', ['pc-1', 'pc-2', 'pc-3', 'pc-4']],
    ['with commas and semicolons', 'pc-1,pc-2; pc-3;,;', ['pc-1', 'pc-2', 'pc-3']],
    ['pasted from a sheet', 'pc-1\tpc-2\r\n\tpc-3\r\n', ['pc-1', 'pc-2', 'pc-3']],
    ['with a byte order mark', '\ufeffpc-1\n\ufeffpc-2', ['pc-1', 'pc-2']],
    ['that is UTF-16, read as UTF-8', '\ufffd\ufffdp\0c\0-\x001\0\r\0\n\0x\0', ['pc-1', 'x']],
    ['in quotes of any kind', `"pc-1",'pc-2'\n“pc-3”\n„pc-4“`, ['pc-1', 'pc-2', 'pc-3', 'pc-4']],
    ['with torn quotes', '"pc-1\npc-2"\n""', ['pc-1', 'pc-2']],
    ['with blank lines and blanks', '\n\n  pc-1 \u00a0\n \t \n', ['pc-1']],
    ['with invisible characters', 'pc\u200b-1\npc-2\u200e', ['pc-1', 'pc-2']],
    ['with names twice, in any case', 'PC-1\npc-1\nPc-1', ['pc-1']],
    ['of nothing', ' \n,;\ufeff"', []],
    ['with what is no name', 'host name\nC:\\x', ['host name', 'x']],
  ])('%s', (_, text, hosts) => {
    expect(readHostNames(text).map(({ host }) => host)).toEqual(hosts);
  });

  it.each<[string, string, string | undefined]>([
    ['pc-1.corp.local', 'pc-1', 'corp.local'],
    ['PC-1.Corp.Local.', 'pc-1', 'corp.local'],
    ['CORP\\PC-1', 'pc-1', 'corp'],
    ['CORP\\pc-1$', 'pc-1', 'corp'],
    ['\\\\pc-1', 'pc-1', undefined],
    ['corp.local\\pc-1', 'pc-1', 'corp.local'],
    ['pc-1$', 'pc-1', undefined],
    ['pc-1.', 'pc-1', undefined],
    ['.pc-1', '.pc-1', undefined],
    ['10.0.0.7', '10.0.0.7', undefined],
    ['CORP\\', '', 'corp'],
  ])('takes %s apart', (given, host, domain) => {
    expect(readHostNames(given)).toEqual([{ given, host, domain }]);
  });

  it('keeps a name as it was given, to show it', () => {
    expect(readHostNames(' "PC-1.Corp.Local" ')[0]?.given).toBe('PC-1.Corp.Local');
  });

  it('whatever it is, is read without an error, into names that can be stored and shown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const { given, host } of readHostNames(text)) {
          expect(given).toBe(given.trim());
          expect(given.length).toBeGreaterThan(0);
          expect(given.length).toBeLessThanOrEqual(255);
          expect(host).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});

it.each<[string | undefined, string | null, string]>([
  [undefined, 'corp.local', 'unknown'],
  ['corp.local', null, 'unknown'],
  ['corp.local', '', 'unknown'],
  ['corp.local', 'CORP.LOCAL', 'yes'],
  ['corp', 'corp.local', 'yes'],
  ['contoso', 'corp.contoso.com', 'yes'],
  ['corp.local', 'CORP', 'yes'],
  ['corp.local', 'lab.local', 'no'],
  ['lab', 'corp.local', 'no'],
  ['corp.local', 'local.corp', 'no'],
])('the listed domain %s and the told one %s fit: %s', (listed, told, fits) => {
  expect(domainFits(listed, told)).toBe(fits);
});
