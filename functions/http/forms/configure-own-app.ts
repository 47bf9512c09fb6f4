// POST /connections/{connectionId}/app: what the MSP's own app registration is. A connection that works stays as it is; any
// other goes on to Microsoft's sign-in.
import { startReauthorize } from '../../../shared/connections/connect.ts';
import { ownAppInput } from '../../../shared/connections/own-app-rules.ts';
import { configureOwnApp } from '../../../shared/connections/own-app-setup.ts';
import { showOwnApp } from '../../portal/pages/own-app-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, seeOther } from '../redirects.ts';

export const configureOwnAppFormFunction = httpRoute({
  name: 'configureOwnAppForm',
  methods: ['POST'],
  route: 'connections/{connectionId}/app',
  access: 'admin',
  respond: 'page',
  params: connectionParams,
  body: ownAppInput,
  handle: async ({ app, workspace, member, params, body, request }) => {
    const { connectionId } = params;
    const { state } = await configureOwnApp(app, workspace, member, connectionId, body);
    if (state === 'Connected') return backTo(`/connections/${connectionId}/app`, 'app_saved');
    const asked = { connectionId, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await startReauthorize(app, workspace, member, asked);
    return seeOther(location, [cookie]);
  },
  // A secret is typed again: it is never sent back to a browser.
  onProblem: async (call, problem) => {
    const { secret: _secret, certificate: _certificate, ...typed } = call.typed;
    return showOwnApp(call, { form: refused(typed, problem), status: problem.status });
  },
});
