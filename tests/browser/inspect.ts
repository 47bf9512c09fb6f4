// A page as everybody meets it: in light and dark, wide and narrow, axe finds nothing serious, nothing runs over the side, and a
// picture is kept for people to look at.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';
import { shoot } from './kit.ts';

const findings = z.array(
  z.object({ id: z.string(), impact: z.string().nullish(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** What axe calls serious or critical, each with the markup that it is about. */
async function seriousFindings(on: Page): Promise<string[]> {
  await on.evaluate(axe.source);
  const found = await on.evaluate(`axe.run().then(({ violations }) => violations)`);
  return findings
    .parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

const looks = [
  { name: 'wide-light', width: 1280, colorScheme: 'light' },
  { name: 'wide-dark', width: 1280, colorScheme: 'dark' },
  { name: 'narrow-light', width: 390, colorScheme: 'light' },
  { name: 'narrow-dark', width: 390, colorScheme: 'dark' },
] as const;
type LookName = (typeof looks)[number]['name'];
const lookNames = looks.map(({ name }) => name);

/** Controls that are smaller than 24 pixels in either direction; links within text may be. */
const smallTargets = `[...document.querySelectorAll('button, summary, select, input:not([type=hidden]), nav a, .button')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.visually-hidden, .skip'))
  .map((element) => ({ element, box: element.getBoundingClientRect() }))
  .filter(({ element, box }) => box.width > 0 && !(element.type === 'checkbox') && Math.min(box.width, box.height) < 23.5)
  .map(({ element }) => element.outerHTML.slice(0, 120))`;

/** Looks at the page that is open, in every look or in those that are named. */
export async function inspectPage(on: Page, name: string, only: readonly LookName[] = lookNames): Promise<void> {
  for (const { name: look, width, colorScheme } of looks.filter((each) => only.includes(each.name))) {
    await on.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await on.setViewportSize({ width, height: width === 1280 ? 900 : 844 });
    await shoot(on, `${name}-${look}`);
    expect(await seriousFindings(on), look).toEqual([]);
    const over = await on.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(over, `${look}: runs over the side`).toBe(0);
    expect(await on.evaluate(smallTargets), look).toEqual([]);
  }
}
