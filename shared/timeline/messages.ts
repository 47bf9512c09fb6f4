// What the `discover` queue carries about the timeline: the hourly look at a workspace's customers.
import { z } from 'zod';
import type { App } from '../app.ts';
import { openWorkspaceStore } from '../store/scoped.ts';
import { noteWorkspace } from './note-access.ts';

export const lookMessage = z.object({ kind: z.literal('look'), workspaceId: z.guid() });
export type LookMessage = z.infer<typeof lookMessage>;

/** Works one `look` message: time alone ends access, and a crash may have kept something from being told. */
export async function runLook(app: Pick<App, 'store' | 'clock' | 'log'>, message: LookMessage): Promise<void> {
  await noteWorkspace(app, openWorkspaceStore(app.store, message.workspaceId));
}
