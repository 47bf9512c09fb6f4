// POST /automatic-consent: for all that can, or for the customers that were chosen on the consent page.
import { z } from 'zod';
import { startChosen } from '../../../shared/consent/automatic/choose.ts';
import { showConsents } from '../../portal/pages/consents-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { choiceForm, choiceOf } from '../consent-query.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const startAutomaticConsentFormFunction = httpRoute({
  name: 'startAutomaticConsentForm',
  methods: ['POST'],
  route: 'automatic-consent',
  access: 'admin',
  respond: 'page',
  body: z.object({ ...choiceForm.shape, all: z.literal('on').optional() }),
  handle: async ({ app, workspace, member, body: { all, ...form } }) => {
    const { started } = await startChosen(app, workspace, member, all ? { all: true } : choiceOf(form));
    return backTo('/automatic-consent', started.length > 0 ? 'automatic_started' : 'automatic_none');
  },
  onProblem: async (call, problem) =>
    showConsents(call, { form: refused(call.typed, problem), status: problem.status }),
});
