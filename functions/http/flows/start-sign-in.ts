// POST /sign-in/start: off to Microsoft's sign-in.
import { z } from 'zod';
import { startSignIn } from '../../../shared/access/sign-in.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const startSignInFunction = httpRoute({
  name: 'startSignIn',
  methods: ['POST'],
  route: 'sign-in/start',
  access: 'public',
  respond: 'page',
  body: z.object({ returnTo: z.string().max(2000).optional() }),
  handle: async ({ app, body, request }) => {
    const cookieHeader = request.headers.get('cookie');
    const { location, cookie } = await startSignIn(app, { returnTo: body.returnTo, cookieHeader });
    return seeOther(location, [cookie]);
  },
});
