// POST /setup/connect: Connect to Microsoft, from setup and back to it. The tick was given in the first step.
import { startConnect, startReauthorize } from '../../../shared/connections/connect.ts';
import { readConnection } from '../../../shared/connections/read.ts';
import { partnerConnectionId } from '../../../shared/connections/state.ts';
import { Problem } from '../../../shared/errors.ts';
import { leaveForMicrosoft } from '../../../shared/setup/change.ts';
import { readSetupDoc } from '../../../shared/setup/read.ts';
import { obstacleBefore } from '../../../shared/setup/rules.ts';
import { showSetup } from '../../portal/pages/setup-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { viewerOf } from '../../portal/viewer.ts';
import { type Call, httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const connectFromSetupFunction = httpRoute({
  name: 'connectFromSetup',
  methods: ['POST'],
  route: 'setup/connect',
  access: 'admin',
  respond: 'page',
  handle: async (call) => {
    const { location, cookie } = await depart(call);
    await leaveForMicrosoft(call.app, call.workspace);
    return seeOther(location, [cookie]);
  },
  onProblem: async (call, problem) =>
    showSetup(call, { step: 'connect' }, { form: refused({}, problem), status: problem.status }),
});

/** Connects the partner tenant, or signs in again where it was connected before. @throws Problem 409 before step 1 is done */
async function depart(call: Call) {
  const { app, workspace, member, request } = call;
  const setup = await readSetupDoc(app, workspace);
  const obstacle = obstacleBefore('connect', setup, { connected: false, customers: 0, ready: 0 });
  if (obstacle) throw new Problem(409, { ...obstacle, whoActs: 'msp', retryHelps: false });
  const cookieHeader = request.headers.get('cookie');
  const connectionId = partnerConnectionId(workspace.workspaceId);
  const known = await readConnection(app, workspace, connectionId).catch(unlessMissing);
  if (known && known.state !== 'NotConnected')
    return startReauthorize(app, workspace, member, { connectionId, cookieHeader });
  const name = known?.name ?? (await viewerOf(call)).workspaceName;
  return startConnect(app, workspace, member, { name, cookieHeader });
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Problem && error.status === 404) return undefined;
  throw error;
}
