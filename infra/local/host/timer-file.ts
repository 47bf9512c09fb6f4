// Keeps the timers' statuses in a file of the data folder, so that a restart notices the times it missed.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { TimerStatuses } from './timers.ts';

const statusFile = z.record(z.string(), z.object({ last: z.iso.datetime(), next: z.iso.datetime() }));
type StatusFile = z.infer<typeof statusFile>;

/** Statuses in `file`, which may be absent. A file that cannot be read counts as empty: the timers then start afresh. */
export function timerStatusesInFile(file: string): TimerStatuses {
  let statuses: Promise<StatusFile> | undefined;
  let writing: Promise<void> = Promise.resolve();
  const load = () => {
    statuses ??= readStatuses(file);
    return statuses;
  };
  const save = async () => {
    // A kill in the middle leaves the old file whole.
    await writeFile(`${file}.new`, JSON.stringify(await load()));
    await rename(`${file}.new`, file);
  };
  return {
    read: async (name) => (await load())[name],
    write: async (name, status) => {
      (await load())[name] = status;
      // One at a time: timers end at the same moment.
      writing = writing.catch(() => undefined).then(save);
      await writing;
    },
  };
}

async function readStatuses(file: string): Promise<StatusFile> {
  try {
    return statusFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}
