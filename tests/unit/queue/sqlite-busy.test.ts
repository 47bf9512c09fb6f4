// Which failures of SQLite mean that another process is at the queue's file.
import { describe, expect, it } from 'vitest';
import { isBusy } from '../../../shared/queue/sqlite-file.ts';

const failure = (errcode: number): Error =>
  Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('isBusy', () => {
  it.each([
    ['SQLITE_BUSY', 5],
    ['SQLITE_BUSY_RECOVERY, while another process mends the file after a kill', 261],
    ['SQLITE_BUSY_SNAPSHOT', 517],
  ])('takes %s for busy', (_name, errcode) => {
    expect(isBusy(failure(errcode))).toBe(true);
  });

  it('takes nothing else for it', () => {
    expect(isBusy(failure(14))).toBe(false);
    expect(isBusy(new Error('database is locked'))).toBe(false);
    expect(isBusy('database is locked')).toBe(false);
  });
});
