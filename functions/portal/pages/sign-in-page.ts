// GET /sign-in
import { z } from 'zod';
import { safeReturnTo } from '../../../shared/access/return-to.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage } from '../viewer.ts';
import { signInView } from '../views/sign-in-view.tsx';

export const signInPage = httpRoute({
  name: 'signInPage',
  methods: ['GET'],
  route: 'sign-in',
  access: 'public',
  respond: 'page',
  query: z.object({ returnTo: z.string().max(2000).optional(), notice: z.string().max(40).optional() }),
  handle: async ({ query }) => htmlPage(signInView({ returnTo: safeReturnTo(query.returnTo), notice: query.notice })),
});
