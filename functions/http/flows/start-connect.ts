// POST /connect/start: off to Microsoft with the service account of the partner tenant.
import { connectInput, startConnect } from '../../../shared/connections/connect.ts';
import { showConnect } from '../../portal/pages/connect-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const startConnectFunction = httpRoute({
  name: 'startConnect',
  methods: ['POST'],
  route: 'connect/start',
  access: 'admin',
  respond: 'page',
  body: connectInput,
  handle: async ({ app, workspace, member, body, request }) => {
    const asked = { name: body.name, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await startConnect(app, workspace, member, asked);
    return seeOther(location, [cookie]);
  },
  onProblem: async (call, problem) => showConnect(call, { form: refused(call.typed, problem), status: problem.status }),
});
