// POST /setup/step: the Next button, which opens when the gates before that step do.
import { z } from 'zod';
import { changeSetup } from '../../../shared/setup/change.ts';
import { setupSteps } from '../../../shared/setup/documents.ts';
import { showSetup } from '../../portal/pages/setup-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const advanceSetupFunction = httpRoute({
  name: 'advanceSetup',
  methods: ['POST'],
  route: 'setup/step',
  access: 'admin',
  respond: 'page',
  body: z.object({ step: z.enum(setupSteps) }),
  handle: async ({ app, workspace, member, body: { step } }) => {
    await changeSetup(app, workspace, member, { step });
    return seeOther(`/setup?step=${step}`);
  },
  onProblem: async (call, problem) => showSetup(call, {}, { form: refused({}, problem), status: problem.status }),
});
