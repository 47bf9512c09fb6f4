// GET /api/v1/session: who is signed in, in which workspace, and the token that writes must carry.
import { workspaceDoc } from '../../../shared/access/documents.ts';
import { readAs } from '../../../shared/store/scoped.ts';
import { httpRoute } from '../pipeline.ts';

export const readSessionFunction = httpRoute({
  name: 'readSession',
  methods: ['GET'],
  route: 'api/v1/session',
  access: 'reader',
  respond: 'json',
  handle: async ({ session, member, workspace }) => {
    const owner = await readAs(workspace.workspace, 'workspace', workspaceDoc);
    const { name, username, csrfToken } = session;
    const about = { workspaceId: workspace.workspaceId, name: owner?.doc.name ?? '' };
    return { jsonBody: { memberId: member.id, name, username, role: member.role, workspace: about, csrfToken } };
  },
});
