// Signing in again for a connection of any kind: Reauthorize, and the first sign-in of one that was only drafted.
import type { MemberDoc } from '../access/documents.ts';
import type { App } from '../app.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { startReauthorize } from './connect.ts';
import type { Departure } from './depart.ts';
import { readConnection } from './read.ts';
import { reauthorizeSingle } from './single/journey.ts';

/** Gives where to send the browser. @throws Problem 404 for no such connection; 409 as each kind says */
export async function signInAgain(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  request: { connectionId: string; cookieHeader: string | null },
): Promise<Departure> {
  const { kind } = await readConnection(app, workspace, request.connectionId);
  const start = kind === 'microsoft_single' ? reauthorizeSingle : startReauthorize;
  return start(app, workspace, by, request);
}
