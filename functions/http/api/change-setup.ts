// PATCH /api/v1/setup: answers of the first step, and going on to a step whose gates are open.
import { changeSetup, setupChange } from '../../../shared/setup/change.ts';
import { readSetup } from '../../../shared/setup/read.ts';
import { httpRoute } from '../pipeline.ts';

export const changeSetupFunction = httpRoute({
  name: 'changeSetup',
  methods: ['PATCH'],
  route: 'api/v1/setup',
  access: 'admin',
  respond: 'json',
  body: setupChange,
  handle: async ({ app, workspace, member, body }) => {
    await changeSetup(app, workspace, member, body);
    return { jsonBody: await readSetup(app, workspace, {}) };
  },
});
