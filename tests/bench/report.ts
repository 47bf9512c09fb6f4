// The table that the bench prints. Pure.
import type { Comparison, Figures, Pass, Way } from './compare.ts';
import type { BenchOptions } from './options.ts';
import { type Results, type Target, targetsOf } from './targets.ts';

/** What the figures were measured on. */
export interface Machine {
  node: string;
  cores: number;
  model: string;
}

export function reportOf(options: BenchOptions, machine: Machine, results: Results): string {
  const { sync, soak } = results;
  return [
    heading(options, machine),
    ...(sync ? syncLines(sync, options.storeDistanceMs) : []),
    '',
    ...targetLines(targetsOf(results)),
    ...(soak ? ['', ...soakLines(soak)] : []),
    ...memoryLines(results.memory),
  ].join('\n');
}

function heading(options: BenchOptions, { node, cores, model }: Machine): string {
  const { customers, usersPerCustomer, latencyMs, concurrency, repetitions } = options;
  return [
    `${customers} customers × ${usersPerCustomer} users · ${latencyMs} ms latency · ${concurrency} at once · medians of ${repetitions}`,
    `Node ${node} · ${cores} cores, ${model}`,
  ].join('\n');
}

const passTitles: Record<Pass, string> = {
  first: 'First sync',
  warm: 'Warm sync, nothing changed',
  changed: 'Warm sync, 1 % of users changed',
  distant: 'Warm sync, nothing changed, each call of the store taking longer by',
};
const wayTitles: Record<Way, string> = {
  ours: 'Tenantry',
  requests: '(a) its requests alone',
  plain: '(b) the plain way',
};

const columns: readonly { title: string; of: (figures: Figures) => string }[] = [
  { title: 'wall ms', of: ({ wallMs }) => wallMs.toFixed(0) },
  { title: 'CPU ms', of: ({ cpuMs }) => cpuMs.toFixed(2) },
  { title: 'requests', of: ({ requests }) => requests.toFixed(2) },
  { title: 'tokens', of: ({ tokenRequests }) => tokenRequests.toFixed(2) },
  { title: 'docs read', of: ({ read }) => read.toFixed(1) },
  { title: 'docs written', of: ({ written }) => written.toFixed(1) },
];
const nameWidth = 34;
const width = 14;

function syncLines(comparison: Comparison, storeDistanceMs: number): string[] {
  const head = `${'a customer, but for the wall time'.padEnd(nameWidth)}${columns.map(({ title }) => title.padStart(width)).join('')}`;
  const rows = (['first', 'warm', 'changed', 'distant'] as const).flatMap((pass) => [
    pass === 'distant' ? `${passTitles[pass]} ${storeDistanceMs} ms` : passTitles[pass],
    ...(['ours', 'requests', 'plain'] as const).map((way) => row(wayTitles[way], comparison[pass][way], way)),
  ]);
  return ['', head, '─'.repeat(head.length), ...rows];
}

function row(title: string, figures: Figures, way: Way): string {
  // The requests alone touch no document.
  const cells = columns.map(({ title: column, of }) =>
    way === 'requests' && column.startsWith('docs') ? '–' : of(figures),
  );
  return `  ${title.padEnd(nameWidth - 2)}${cells.map((cell) => cell.padStart(width)).join('')}`;
}

function targetLines(targets: readonly Target[]): string[] {
  return targets.map(({ name, measured, unit, goal, limit, sense, verdict }) => {
    const wanted = sense === 'least' ? `at least ${goal}${unit}` : `${goal}${unit}`;
    const leeway = limit === goal ? '' : `, never more than ${limit}${unit}`;
    return `${verdict.padEnd(14)}${name}: ${significant(measured)}${unit} (wanted ${wanted}${leeway})`;
  });
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

function soakLines(soak: NonNullable<Results['soak']>): string[] {
  const { customers, users, intervals, intervalMinutes, wallSeconds, cpuSeconds, coreShare } = soak;
  const seconds = intervalMinutes * 60;
  const verdict = wallSeconds <= seconds ? 'keeps up' : 'does not keep up';
  return [
    `Soak: ${customers} customers of ${users / customers} users every ${intervalMinutes} minutes, ${intervals} intervals of simulated time, 1 % changes each`,
    `  this machine ${verdict}: ${wallSeconds.toFixed(1)} s of the ${seconds} s of an interval, the busiest minute ${soak.longestMinuteSeconds.toFixed(1)} s`,
    `  CPU: ${cpuSeconds.toFixed(1)} s an interval, ${((cpuSeconds * 1000) / customers).toFixed(2)} ms a run: ${(coreShare * 100).toFixed(1)} % of one core`,
    `  resident memory: ${megabytes(soak.residentBytes.first)} MB after the first interval, ${megabytes(soak.residentBytes.last)} MB after the last`,
  ];
}

function memoryLines(memory: Results['memory']): string[] {
  if (!memory) return [];
  const { users, levelBytes, peakGrowthBytes, leftGrowthBytes, wallMs, cpuMs } = memory;
  return [
    '',
    `Tenant of ${users} users, in a fresh process after a warm-up: ${megabytes(levelBytes)} MB before, at most ${megabytes(levelBytes + peakGrowthBytes)} MB, ` +
      `${megabytes(levelBytes + leftGrowthBytes)} MB once garbage is collected`,
    `  ${(wallMs / 1000).toFixed(1)} s, of which CPU ${(cpuMs / 1000).toFixed(1)} s`,
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
