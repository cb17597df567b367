import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

type Mode = 'light' | 'dark';

const source = readFileSync(resolve(__dirname, '_tokens.scss'), 'utf8');

/** The colours of the file: name, light, dark. */
const colours = new Map(
  [...source.matchAll(/--fm-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
);

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG's contrast of two of our colours. */
function contrast(front: string, back: string, mode: Mode): number {
  const [bright, dim] = [front, back]
    .map((name) => luminance(colours.get(name)![mode]))
    .sort((a, b) => b - a) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

const grounds = ['ground', 'surface', 'surface-sunken', 'surface-raised', 'hover', 'selected'];
const tones = ['bad', 'warn', 'good', 'info', 'quiet'];

const texts = [
  ...grounds.flatMap((ground) =>
    ['text', 'text-muted', 'accent-text', 'bad-text'].map((text) => [text, ground] as const),
  ),
  ...tones.map((tone) => [`${tone}-text`, `${tone}-soft`] as const),
  ['accent-text', 'accent-soft'] as const,
  ['text-on-accent', 'accent'] as const,
];

const signs = [
  ...['surface', 'ground', 'surface-raised'].flatMap((ground) =>
    ['line-strong', 'accent', 'bad', 'warn', 'good', 'info'].map((sign) => [sign, ground] as const),
  ),
];

describe.each(['light', 'dark'] as const)('colours, %s', (mode) => {
  it.each(texts)('text: %s on %s has 4.5:1', (front, back) => {
    expect(contrast(front, back, mode)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(signs)('signs: %s on %s has 3:1', (front, back) => {
    expect(contrast(front, back, mode)).toBeGreaterThanOrEqual(3);
  });
});
