// Starts queue-child.ts processes and reads what they say.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildTask {
  role: 'produce' | 'consume';
  file: string;
  name: string;
  batch?: number;
  batches?: number;
  lockMs?: number;
}

export interface QueueChild {
  /** The exit code; null when killed. */
  ended: Promise<number | null>;
  /** The ids of the lines that begin with this word, so far; complete once it has ended. */
  idsSaid(word: string): string[];
  /** Kills it with SIGKILL, at whatever it is doing. */
  kill(): Promise<void>;
}

const script = fileURLToPath(new URL('queue-child.ts', import.meta.url));

export function startChild({ role, file, name, batch = 20, batches = 1, lockMs = 60_000 }: ChildTask): QueueChild {
  const options = { role, file, name, batch, batches, 'lock-ms': lockMs };
  const args = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return {
    ended,
    idsSaid: (word) =>
      said
        .split('\n')
        .slice(0, -1)
        .filter((line) => line.startsWith(`${word} `))
        .map((line) => line.slice(word.length + 1)),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
