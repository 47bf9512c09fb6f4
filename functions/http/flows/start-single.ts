// POST /connect/single/start: off to Microsoft with an administrator of a single tenant.

import { startSingle } from '../../../shared/connections/single/journey.ts';
import { singleInput } from '../../../shared/connections/single/rules.ts';
import { showConnectSingle } from '../../portal/pages/connect-single-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const startSingleFunction = httpRoute({
  name: 'startSingle',
  methods: ['POST'],
  route: 'connect/single/start',
  access: 'admin',
  respond: 'page',
  body: singleInput,
  handle: async ({ app, workspace, member, body, request }) => {
    const asked = { ...body, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await startSingle(app, workspace, member, asked);
    return seeOther(location, [cookie]);
  },
  onProblem: async (call, problem) =>
    showConnectSingle(call, { form: refused(call.typed, problem), status: problem.status }),
});
