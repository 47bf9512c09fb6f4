// POST /setup/preparation: the first step's form, all of it at once, then on to the second.
import { z } from 'zod';
import { changeSetup, setupChange } from '../../../shared/setup/change.ts';
import { showSetup } from '../../portal/pages/setup-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

const { cspType, distributor } = setupChange.shape;

const form = z.object({
  cspType: cspType.unwrap(),
  distributor: distributor.unwrap(),
  confirmed: z.literal('on', 'Tick the box once all of the checklist is in place.'),
});

export const prepareSetupFunction = httpRoute({
  name: 'prepareSetup',
  methods: ['POST'],
  route: 'setup/preparation',
  access: 'admin',
  respond: 'page',
  body: form,
  handle: async ({ app, workspace, member, body }) => {
    await changeSetup(app, workspace, member, { ...body, confirmed: true, step: 'connect' });
    return seeOther('/setup?step=connect');
  },
  onProblem: async (call, problem) =>
    showSetup(call, { step: 'preparation' }, { form: refused(call.typed, problem), status: problem.status }),
});
