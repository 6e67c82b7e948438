import assert from 'node:assert/strict';
import { test } from 'node:test';
import { style } from '../../../src/web/style.ts';

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const blocks = [...style.matchAll(/:root \{([^}]+)\}/g)].map(([, block = '']) =>
  Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, color]) => [name, color])),
);
const light: Record<string, string> = blocks[0] ?? {};
const themes = { light, dark: { ...light, ...blocks[1] } };

for (const [theme, colors] of Object.entries(themes)) {
  for (const [text, ground] of [
    ['text', 'ground'],
    ['text', 'card'],
    ['soft', 'ground'],
    ['soft', 'card'],
    ['link', 'ground'],
    ['link', 'card'],
    ['good', 'good-ground'],
    ['bad', 'bad-ground'],
    ['busy', 'busy-ground'],
    ['quiet', 'quiet-ground'],
    ['log-text', 'log'],
    ['log-soft', 'log'],
  ] as const) {
    test(`${text} on ${ground} can be read in the ${theme} theme (WCAG AA, 4.5)`, () => {
      const ratio = contrast(colors[text] ?? '', colors[ground] ?? '');
      assert.ok(ratio >= 4.5, `expected 4.5 or more, found ${ratio.toFixed(2)}`);
    });
  }
}
