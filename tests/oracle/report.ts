// What a run of the oracle did, in numbers.
import type { Truth } from './control.ts';
import type { Difference } from './difference.ts';

export interface OracleReport {
  seed: number;
  length: string;
  customers: number;
  users: number;
  /** True changes made, and states of single objects that they led to. */
  changes: number;
  states: number;
  events: number;
  documents: number;
  /** Hits by kind of fault. */
  faults: Record<string, number>;
  workerKills: number;
  appKills: number;
  syncNow: { taken: number; refused: number; lost: number };
  /** Runs by how they ended. */
  runs: Record<string, number>;
  /** Lines that the app logged as errors, by their words. Faults and kills leave some. */
  errors: Record<string, number>;
  /** Things made wrong on copies of the result, all of which were noticed. */
  selfChecks: number;
  /** HTTP requests that the simulator answered. */
  requests: number;
  simulatedHours: number;
  seconds: number;
  differences: readonly Difference[];
}

export function usersOf(truths: readonly Truth[]): number {
  return truths.reduce((sum, { users }) => sum + users.length, 0);
}

/** A few lines for a person. */
export function reportText(report: OracleReport): string {
  const { syncNow, differences } = report;
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `Oracle, seed ${report.seed}, ${report.length}: ${differences.length === 0 ? 'all is as it should be' : `${differences.length} differences`}`,
    `  customers ${report.customers}, users ${report.users}, documents ${report.documents}`,
    `  true changes ${report.changes} (${report.states} states of single objects), events ${report.events}`,
    `  faults hit: ${list(report.faults)}`,
    `  kill -9: workers ${report.workerKills}, app ${report.appKills}`,
    `  Sync now: taken ${syncNow.taken}, refused ${syncNow.refused}, lost ${syncNow.lost}`,
    `  runs: ${list(report.runs)}`,
    `  errors logged: ${list(report.errors) || 'none'}`,
    `  self-checks ${report.selfChecks}, requests ${report.requests}, simulated hours ${report.simulatedHours}, seconds ${report.seconds}`,
  ].join('\n');
}
