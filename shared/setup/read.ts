// Setup as it stands now: the steps, what was found missing, and the review of the customers.
import type { App } from '../app.ts';
import type { ConnectionDoc, DiscoveryDoc } from '../connections/documents.ts';
import { listConnections } from '../connections/read.ts';
import { readDiscovery } from '../customers/discovery.ts';
import { allCustomers } from '../customers/list.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import { newSetup, type SetupDoc, setupDoc } from './documents.ts';
import {
  type ChecklistItem,
  checklistOf,
  type Missed,
  missedByConnection,
  missedByCustomers,
  missedByDiscovery,
} from './prerequisites.ts';
import { type Review, type ReviewQuery, reviewOf } from './review.ts';
import { type SetupFacts, type SetupStepReport, stepsOf } from './rules.ts';

export interface SetupConnection {
  connection: ConnectionDoc;
  discovery: DiscoveryDoc | null;
}

export interface SetupReport {
  setup: SetupDoc;
  steps: readonly SetupStepReport[];
  checklist: readonly ChecklistItem[];
  connections: readonly SetupConnection[];
  missed: readonly Missed[];
  review: Review;
}

/** The stored setup, or one that nobody has begun. */
export async function readSetupDoc(app: Pick<App, 'clock'>, workspace: WorkspaceStore): Promise<SetupDoc> {
  const stored = await readAs(workspace.workspace, 'setup', setupDoc);
  return stored?.doc ?? newSetup(new Date(app.clock.now()).toISOString());
}

/** What the gates look at, read now. */
export async function readSetupFacts(app: App, workspace: WorkspaceStore): Promise<SetupFacts> {
  const [connections, rows] = await Promise.all([listConnections(app, workspace), allCustomers(app, workspace)]);
  return {
    connected: connections.some(({ state }) => state === 'Connected'),
    customers: rows.length,
    ready: rows.filter(({ readiness }) => readiness.ready).length,
  };
}

/** Everything that the page shows; `query` chooses the rows of the review. */
export async function readSetup(app: App, workspace: WorkspaceStore, query: ReviewQuery): Promise<SetupReport> {
  const [setup, found, rows] = await Promise.all([
    readSetupDoc(app, workspace),
    listConnections(app, workspace),
    allCustomers(app, workspace),
  ]);
  const connections = await Promise.all(
    found.map(async (connection) => ({
      connection,
      discovery: (await readDiscovery(workspace, connection.connectionId)) ?? null,
    })),
  );
  const review = reviewOf(rows, query);
  const facts: SetupFacts = {
    connected: found.some(({ state }) => state === 'Connected'),
    customers: rows.length,
    ready: review.counts.ready,
  };
  const missed = [
    ...found.flatMap(missedByConnection),
    ...connections.flatMap(({ connection, discovery }) =>
      discovery && connection.state === 'Connected' ? missedByDiscovery(discovery) : [],
    ),
    ...missedByCustomers(rows),
  ];
  return {
    setup,
    steps: stepsOf(setup, facts),
    checklist: checklistOf(setup.distributor),
    connections,
    missed,
    review,
  };
}
