// Child processes of the one-machine runtime: started, watched, stopped together.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { StartError } from './options.ts';

export interface Child {
  name: string;
  pid: number;
  /** Resolves when the process has ended, with its exit code or the signal that ended it. */
  ended: Promise<string>;
  /** The newest lines that it wrote to stderr, for an error message. */
  lastErrors(): string;
  /** Asks it to end and waits; ends it by force after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * How the engine is set for a process that runs all day. On a machine with much memory V8 lets its young generation grow
 * past a hundred megabytes; 16 MB a half is what it takes on a small one. Half of that costs a tenth more CPU time.
 */
export const engineArguments: readonly string[] = ['--max-semi-space-size=16'];

/** Starts `node ENTRY ARGS` of this very Node, in a process of its own. `onLine` hears each line of its output. */
export function startChild(child: {
  name: string;
  entry: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  onLine?: (line: string) => void;
  onErrorLine?: (line: string) => void;
}): Child {
  const process_ = spawn(process.execPath, ['--no-warnings', ...engineArguments, child.entry, ...(child.args ?? [])], {
    env: { ...process.env, ...child.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  eachLine(process_.stdout, (line) => child.onLine?.(line));
  eachLine(process_.stderr, (line) => {
    errors.push(line);
    if (errors.length > 20) errors.shift();
    child.onErrorLine?.(line);
  });
  const ended = new Promise<string>((resolve) => {
    process_.once('error', (error) => resolve(error.message));
    process_.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return {
    name: child.name,
    pid: process_.pid ?? 0,
    ended,
    lastErrors: () => errors.join('\n'),
    stop: (graceMs) => stopProcess(process_, ended, graceMs),
  };
}

function eachLine(stream: NodeJS.ReadableStream | null, hear: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', hear);
}

async function stopProcess(child: ChildProcess, ended: Promise<string>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}

/** Waits until `ready` says so. @throws StartError when the child ends first or time runs out, with what it last said. */
export async function waitUntilReady(child: Child, ready: () => Promise<boolean>, limitMs: number): Promise<void> {
  const state: { ended?: string } = {};
  void child.ended.then((how) => {
    state.ended = how;
  });
  const deadline = Date.now() + limitMs;
  while (!(await ready())) {
    if (state.ended !== undefined)
      throw new StartError(`The ${child.name} did not start (${state.ended}).\n${child.lastErrors()}`);
    if (Date.now() > deadline)
      throw new StartError(`The ${child.name} did not start within ${limitMs / 1000} s.\n${child.lastErrors()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
