import { tokenFor } from './token-for';

it.each<[string, string, string]>([
  ['fmt_a\n', 'BER-NB-0001', 'fmt_a'],
  ['fmt_a\nBER fmt_b\nMUC fmt_c\n', 'MUC-SRV-0002', 'fmt_c'],
  ['fmt_a\r\nBER fmt_b\r\n', 'BER-NB-0001', 'fmt_b'],
  ['fmt_a\nBER fmt_b\n', 'TYO-NB-0001', 'fmt_a'],
  ['fmt_a\nBER fmt_b\n', 'BERLIN-1', 'fmt_a'],
  ['', 'BER-NB-0001', ''],
])('of %j the machine %s takes %s', (text, hostname, token) => {
  expect(tokenFor(text, hostname)).toBe(token);
});
