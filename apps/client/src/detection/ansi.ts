import { type Registry } from '../windows/windows';

const CODE_PAGES = 'SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
const WESTERN = 'windows-1252';
/** Windows' "ANSI" code pages that don't carry their name, as decoders call them. */
const LABELS: Readonly<Record<string, string>> = {
  '874': 'windows-874',
  '932': 'shift_jis',
  '936': 'gbk',
  '949': 'euc-kr',
  '950': 'big5',
  '65001': 'utf-8',
};

/** The encoding in which this Windows writes logs that have no other: its "ANSI" code page, as decoders call it. */
export async function ansiEncodingOf(registry: Registry): Promise<string> {
  const page = await registry.read(CODE_PAGES, 'ACP').catch(() => undefined);
  if (typeof page !== 'string') return WESTERN;
  return LABELS[page] ?? (/^125[0-8]$/.test(page) ? `windows-${page}` : WESTERN);
}
