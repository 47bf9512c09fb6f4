// The command line of `npm run oracle`, and the sizes of its two lengths.
import { parseArgs } from 'node:util';

export interface OracleOptions {
  seed: number;
  length: 'full' | 'short';
  /** Where the report goes as JSON, too. */
  json: string | undefined;
  sizes: OracleSizes;
}

export interface OracleSizes {
  customers: number;
  /** The most users that a customer begins with. */
  users: number;
  workers: number;
  /** Real time of each kind of trouble. */
  sceneMs: number;
  /** People hired at once by one customer, so that its users take more than one page. */
  hired: number;
}

const sizesOf: Readonly<Record<OracleOptions['length'], OracleSizes>> = {
  full: { customers: 60, users: 200, workers: 4, sceneMs: 12_000, hired: 250 },
  short: { customers: 20, users: 60, workers: 3, sceneMs: 3_500, hired: 200 },
};

export const oracleHelp = `npm run oracle -- [options]

  --seed N      the scenario, the changes, the faults and the kills (1)
  --short       20 customers and less time: three minutes at most
  --json FILE   writes the report there, too
  --help        this text`;

/** Reads the arguments after `--`; `help` where the text was asked for. @throws Error in plain words */
export function readOptions(argv: readonly string[]): OracleOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string', default: '1' },
      short: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed must be a whole number, not "${values.seed}".`);
  const length = values.short ? 'short' : 'full';
  return { seed, length, json: values.json, sizes: sizesOf[length] };
}
