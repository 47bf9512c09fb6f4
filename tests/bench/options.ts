// What `npm run bench -- …` takes.
import { parseArgs } from 'node:util';

export const sections = ['sync', 'fanOut', 'memory', 'soak'] as const;
export type Section = (typeof sections)[number];

export interface BenchOptions {
  customers: number;
  usersPerCustomer: number;
  /** Messages (and replayed customers) under way at once, the same for everything that is compared. */
  concurrency: number;
  /** Of every answer of Microsoft's. */
  latencyMs: number;
  /** How far the store is away in the pass that shows what a cloud's store changes: the order of Cosmos DB's. */
  storeDistanceMs: number;
  /** Each comparison is made this often; the table shows medians. */
  repetitions: number;
  fanOutCustomers: number;
  largeTenantUsers: number;
  soakCustomers: number;
  soakIntervals: number;
  sections: readonly Section[];
  /** Where the figures go, beside the table. */
  jsonFile: string | undefined;
}

const full: BenchOptions = {
  customers: 200,
  usersPerCustomer: 100,
  // What the one-machine host and host.json set for the sync queue.
  concurrency: 16,
  latencyMs: 80,
  storeDistanceMs: 5,
  repetitions: 3,
  fanOutCustomers: 10_000,
  largeTenantUsers: 100_000,
  soakCustomers: 10_000,
  soakIntervals: 2,
  sections,
  jsonFile: undefined,
};

/** For CI: shows that the bench runs. Its figures say little. */
const quick: BenchOptions = {
  ...full,
  customers: 20,
  usersPerCustomer: 20,
  repetitions: 1,
  fanOutCustomers: 500,
  largeTenantUsers: 3_000,
  soakCustomers: 60,
};

/** @throws Error for an option that does not exist or makes no sense */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      json: { type: 'string' },
      only: { type: 'string' },
      concurrency: { type: 'string' },
      repetitions: { type: 'string' },
      customers: { type: 'string' },
    },
  });
  const base = values.quick ? quick : full;
  return {
    ...base,
    concurrency: count(values.concurrency, base.concurrency),
    repetitions: count(values.repetitions, base.repetitions),
    customers: count(values.customers, base.customers),
    sections: values.only === undefined ? base.sections : chosen(values.only),
    jsonFile: values.json,
  };
}

function count(text: string | undefined, fallback: number): number {
  const value = Number(text ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} is not a count`);
  return value;
}

function chosen(text: string): readonly Section[] {
  const names = text.split(',');
  const wrong = names.find((name) => !sections.some((section) => section === name));
  if (wrong !== undefined) throw new Error(`--only takes ${sections.join(', ')}, not ${wrong}`);
  return sections.filter((section) => names.includes(section));
}
