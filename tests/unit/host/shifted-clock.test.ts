import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openShiftedClock, type ShiftedClock } from '../../../infra/local/host/shifted-clock.ts';

let folder: string;
let clock: ShiftedClock | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-clock-'));
});
afterEach(async () => {
  clock?.stop();
  await rm(folder, { recursive: true, force: true });
});

const open = () => {
  clock = openShiftedClock(join(folder, 'clock-offset'), { now: () => 1_000 });
  return clock;
};
const write = (text: string) => writeFile(join(folder, 'clock-offset'), text);

it('shows the system time while nobody moved it', () => {
  expect(open().now()).toBe(1_000);
});

it('starts with the offset that it finds', async () => {
  await write('250\n');
  expect(open().now()).toBe(1_250);
});

it('follows the file while it runs, forwards and back', async () => {
  const { now } = open();
  await write('86400000');
  await vi.waitFor(() => expect(now()).toBe(86_401_000));
  await write('-500');
  await vi.waitFor(() => expect(now()).toBe(500));
});

it.each(['', '12,5', 'soon', '1e9'])('keeps the last offset while the file says %j', async (text) => {
  await write('250');
  const { now } = open();
  await write(text);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(now()).toBe(1_250);
});
