// The command line of `npm start`.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { MIXES, type Mix } from '../microsoft/scenario/statuses.ts';

export interface StartOptions {
  /** Unset where not asked for: a data folder that exists keeps its own. */
  customers: number | undefined;
  users: number | undefined;
  seed: number | undefined;
  port: number | undefined;
  /** Which statuses the customers show. */
  mix: Mix | undefined;
  dataDir: string | undefined;
  /** Do not walk the journey. */
  empty: boolean;
  /** Begin anew: throw the data folder's content away. */
  reset: boolean;
  /** Walk the journey, print the table and stop. */
  once: boolean;
  /** Print the table as one JSON object. */
  json: boolean;
}

export const startHelp = `npm start -- [options]

  --customers N   customers of the simulated MSP (12; as many as --mix every-status needs)
  --mix NAME      default, all-active, or every-status: each status once in each of its ways (default)
  --users N       most users of a customer (60)
  --seed N        the scenario's random seed (1)
  --port N        the portal's port (7071)
  --data DIR      where all state lives (.data; a temporary folder with --once)
  --empty         do not connect, consent and sync by itself: begin with an empty portal
  --reset         throw the data folder's content away first
  --once          walk the journey, print the table and stop
  --json          print the table as one JSON object
  --help          this text`;

export const startDefaults = { users: 60, seed: 1, port: 7071, mix: 'default' } as const;

/** Bad use of the command line or of a data folder; the message says what to do. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

const whole = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(min).max(max)).optional();

const ranges = { customers: [1, 20_000], users: [1, 200_000], seed: [0, 2_147_483_647], port: [1, 65_535] } as const;

/** Reads the arguments after `npm start --`. Gives `help` where the text was asked for. @throws StartError */
export function readOptions(argv: readonly string[]): StartOptions | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  const number = (name: keyof typeof ranges) => {
    const [min, max] = ranges[name];
    const read = whole(min, max).safeParse(values[name]);
    if (!read.success)
      throw new StartError(`--${name} must be a whole number from ${min} to ${max}, not "${values[name]}".`);
    return read.data;
  };
  return {
    customers: number('customers'),
    users: number('users'),
    seed: number('seed'),
    port: number('port'),
    mix: readMix(values.mix),
    dataDir: values.data,
    empty: values.empty,
    reset: values.reset,
    once: values.once,
    json: values.json,
  };
}

function readMix(given: string | undefined): Mix | undefined {
  const read = z.enum(MIXES).optional().safeParse(given);
  if (read.success) return read.data;
  throw new StartError(`--mix must be one of ${MIXES.join(', ')}, not "${given}".`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        customers: { type: 'string' },
        users: { type: 'string' },
        seed: { type: 'string' },
        port: { type: 'string' },
        mix: { type: 'string' },
        data: { type: 'string' },
        empty: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)}\n\n${startHelp}`);
  }
}
