// POST /settings/roles: the role profile, by preset or role by role.
import { z } from 'zod';
import { presetNames, roleProfileInput } from '../../../shared/customers/role-presets.ts';
import { showSettings } from '../../portal/pages/settings-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { listField } from '../form-fields.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';
import { applySettings } from '../settings-change.ts';

const custom = z.object({
  preset: z.literal('custom'),
  allOf: listField(z.array(z.string()).default([])),
  anyOf: listField(z.array(z.string()).default([])),
  orGlobalAdmin: z.literal('on').optional(),
});

const form = z
  .discriminatedUnion('preset', [z.object({ preset: z.enum(presetNames) }), custom])
  .transform((fields) =>
    fields.preset === 'custom'
      ? { allOf: fields.allOf, anyOf: fields.anyOf, orGlobalAdmin: fields.orGlobalAdmin !== undefined }
      : { preset: fields.preset },
  );

export const changeRoleProfileFormFunction = httpRoute({
  name: 'changeRoleProfileForm',
  methods: ['POST'],
  route: 'settings/roles',
  access: 'admin',
  respond: 'page',
  body: form.pipe(roleProfileInput),
  handle: async ({ app, workspace, member, body }) => {
    await applySettings(app, workspace, member, { roleProfile: body });
    return backTo('/settings', 'settings_changed');
  },
  onProblem: async (call, problem) =>
    showSettings(call, { form: refused(call.typed, problem), status: problem.status }),
});
