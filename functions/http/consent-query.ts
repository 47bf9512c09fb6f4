// The queries of customers to consent and of a campaign's customers: the API and the pages take the same ones.
import { z } from 'zod';
import { campaignStates } from '../../shared/consent/campaign-state.ts';
import { type CustomerChoice, consentFilter } from '../../shared/consent/choice.ts';
import { invalid } from '../../shared/errors.ts';
import { listField } from './form-fields.ts';

const page = z.coerce.number().int().min(1).max(100_000).optional();

/** A form sends a field that was left open as an empty text. */
const open = <T>(schema: z.ZodType<T>) => z.preprocess((value) => (value === '' ? undefined : value), schema);

export const consentQuery = z.object({
  group: open(consentFilter.shape.group),
  gdap: open(consentFilter.shape.gdap),
  text: open(consentFilter.shape.text),
  page,
});

export const campaignQuery = z.object({
  state: open(z.enum(campaignStates).optional()),
  text: open(z.string().max(200).optional()),
  page,
});

const ids = listField(z.array(z.guid().toLowerCase()).max(200).default([]));

/** What the form of a list with boxes sends: which customers were shown, which of them are ticked, and the filter. */
export const choiceForm = z.object({
  scope: z.enum(['matching', 'ticked']).default('matching'),
  group: consentQuery.shape.group,
  gdap: consentQuery.shape.gdap,
  text: consentQuery.shape.text,
  shown: ids,
  tick: ids,
});

/**
 * Who is chosen: the ticked ones, or all that match without those that were shown and are not ticked.
 * @throws Problem 400 where only ticked ones were asked for and none is
 */
export function choiceOf({ scope, group, gdap, text, shown, tick }: z.infer<typeof choiceForm>): CustomerChoice {
  if (scope === 'matching') {
    return { matching: { group, gdap, text }, except: shown.filter((tenantId) => !tick.includes(tenantId)) };
  }
  if (tick.length === 0)
    throw invalid('No customer is chosen.', 'Tick one at least.', { customers: 'Tick one customer at least.' });
  return { tenantIds: tick };
}
