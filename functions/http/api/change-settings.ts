// PATCH /api/v1/settings: changes the fields that are given; the schedule follows.
import { settingsChange } from '../../../shared/access/settings.ts';
import { httpRoute } from '../pipeline.ts';
import { applySettings } from '../settings-change.ts';

export const changeSettingsFunction = httpRoute({
  name: 'changeSettings',
  methods: ['PATCH'],
  route: 'api/v1/settings',
  access: 'admin',
  respond: 'json',
  body: settingsChange,
  handle: async ({ app, workspace, member, body }) => ({
    jsonBody: await applySettings(app, workspace, member, body),
  }),
});
