// POST /settings: the settings that the page shows; a field that is left out stays.
import { z } from 'zod';
import { settingsChange } from '../../../shared/access/settings.ts';
import { consentStrategies } from '../../../shared/consent/strategy.ts';
import { showSettings } from '../../portal/pages/settings-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';
import { applySettings } from '../settings-change.ts';

const { syncIntervalMinutes, expiringThresholdDays, consentLinkDays } = settingsChange.shape;

/** A field of a form is text; what is no number is left for the setting's own schema to refuse, in words for people. */
const number = <T>(schema: z.ZodType<T>, message: string) =>
  z
    .string()
    .transform((text) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN))
    .refine((value) => schema.safeParse(value).success, message)
    .transform((value) => schema.parse(value))
    .optional();

const form = z.object({
  syncIntervalMinutes: number(syncIntervalMinutes, 'Choose one of the intervals.'),
  expiringThresholdDays: number(expiringThresholdDays, 'Give a whole number of days from 1 to 90.'),
  consentLinkDays: number(consentLinkDays, 'Give a whole number of days from 1 to 90.'),
  consentStrategy: z.enum(consentStrategies, 'Choose one of the ways.').optional(),
});

export const changeSettingsFormFunction = httpRoute({
  name: 'changeSettingsForm',
  methods: ['POST'],
  route: 'settings',
  access: 'admin',
  respond: 'page',
  body: form,
  handle: async ({ app, workspace, member, body }) => {
    await applySettings(app, workspace, member, body);
    return backTo('/settings', 'settings_changed');
  },
  onProblem: async (call, problem) =>
    showSettings(call, { form: refused(call.typed, problem), status: problem.status }),
});
