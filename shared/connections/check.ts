// Check again, at a connection: does its kept sign-in still work, and does the account still have what it needs? Nobody has
// to sign in for it.
import type { App } from '../app.ts';
import { checkConsent } from '../consent/verify.ts';
import { readDiscovery, requestDiscovery } from '../customers/discovery.ts';
import { type Explanation, Problem } from '../errors.ts';
import { isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { runChecks } from './checks.ts';
import { type ConnectionDoc, connectionDoc } from './documents.ts';
import { partnerTokens } from './partner-tokens.ts';
import { readConnection } from './read.ts';
import { explainCheck, failedChecks } from './standing-checks.ts';

export interface ConnectionCheck {
  /** As it is after the check. */
  connection: ConnectionDoc;
  works: boolean;
  /** The first thing that does not work; null where all does. */
  explanation: Explanation | null;
}

/**
 * Tests a connection now, with fresh tokens. What is found is kept on the connection; one whose sign-in works again is
 * Connected, and its customers are read where that had failed.
 * @throws Problem 404 for no such connection, 409 where no sign-in is kept that could be tested; MicrosoftError only for
 * a failure in passing
 */
export async function checkConnection(
  app: App,
  workspace: WorkspaceStore,
  connectionId: string,
): Promise<ConnectionCheck> {
  const before = await readConnection(app, workspace, connectionId);
  if (before.state !== 'Connected' && before.state !== 'ReauthRequired') throw nothingToTest(before);
  if (before.kind === 'microsoft_single') return checkSingle(app, workspace, before);
  try {
    await testPartner(app, workspace, before);
  } catch (error) {
    const passing: boolean = isTransient(error);
    if (!(error instanceof MicrosoftError) || passing) throw error;
    const connection = await readConnection(app, workspace, connectionId);
    return { connection, works: false, explanation: connection.explanation ?? error.explanation };
  }
  const connection = await readConnection(app, workspace, connectionId);
  const [failed] = failedChecks(connection);
  if (!failed) await readAgainWhereItFailed(app, workspace, before, connection);
  return { connection, works: failed === undefined, explanation: failed ? explainCheck(failed) : null };
}

/** Renewing a token makes the connection Connected or ReauthRequired by itself; the checks are kept beside that. */
async function testPartner(app: App, workspace: WorkspaceStore, { id, connectionId }: ConnectionDoc): Promise<void> {
  const tokens = partnerTokens(app, workspace.workspaceId, connectionId);
  // One after the other: each use replaces the refresh token that is kept.
  await tokens.graph.renew();
  await tokens.partnerCenter.renew();
  const graph = app.microsoft.graph(tokens.graph);
  const { checks, passing } = await runChecks(graph, app.microsoft.partnerCenter(tokens.partnerCenter));
  if (passing) throw passing;
  const checkedAt = new Date(app.clock.now()).toISOString();
  await updateDoc(workspace.workspace, id, connectionDoc, (stored) =>
    stored?.state === 'Connected' ? { ...stored, checks, checkedAt } : undefined,
  );
}

async function readAgainWhereItFailed(
  app: App,
  workspace: WorkspaceStore,
  before: ConnectionDoc,
  after: ConnectionDoc,
): Promise<void> {
  if (after.state !== 'Connected') return;
  const failed = (await readDiscovery(workspace, after.connectionId))?.status === 'failed';
  if (failed || before.state !== 'Connected') await requestDiscovery(app, workspace.workspaceId, after.connectionId);
}

/** A single tenant has no kept sign-in: its consent is what can be tested. */
async function checkSingle(app: App, workspace: WorkspaceStore, connection: ConnectionDoc): Promise<ConnectionCheck> {
  const { connectionId, tenantId } = connection;
  const consent = tenantId ? await checkConsent(app, workspace, tenantId) : null;
  const works = consent?.status === 'Granted';
  const now = await readConnection(app, workspace, connectionId);
  return { connection: now, works, explanation: works ? null : (consent?.explanation ?? now.explanation) };
}

function nothingToTest({ state, explanation }: ConnectionDoc): Problem {
  const removing = state === 'Removing';
  return new Problem(409, {
    code: removing ? 'connection_removing' : 'nothing_to_check',
    meaning: removing
      ? 'The connection is being removed.'
      : 'No sign-in is kept for this connection that could be tested.',
    whoActs: 'msp',
    whatToDo: removing ? 'Wait a few minutes.' : (explanation?.whatToDo ?? 'Connect it, or choose Reauthorize.'),
    retryHelps: removing,
  });
}
