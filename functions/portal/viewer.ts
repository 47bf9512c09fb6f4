// Who looks at a page, for its frame.
import { workspaceDoc } from '../../shared/access/documents.ts';
import { readAs } from '../../shared/store/scoped.ts';
import type { Call } from '../http/pipeline.ts';
import type { Viewer } from './parts/layout.tsx';

/** The viewer of a member's request. */
export async function viewerOf(call: Pick<Call, 'session' | 'member' | 'workspace'>): Promise<Viewer> {
  const workspace = await readAs(call.workspace.workspace, 'workspace', workspaceDoc);
  return {
    name: call.member.name,
    username: call.member.username,
    role: call.member.role,
    workspaceName: workspace?.doc.name ?? 'Workspace',
    csrfToken: call.session.csrfToken,
  };
}

/** An answer that is a page. */
export function htmlPage(body: string, status = 200) {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
