// The query of a list of contacts: the API, the page and the export take the same one.
import { z } from 'zod';
import { type ContactFilter, contactStates } from '../../shared/contacts/contact.ts';

const guid = z.guid().toLowerCase();

const fields = {
  text: z.string().max(200).optional(),
  customer: z.string().max(200).optional(),
  tenantId: guid.optional(),
  userType: z.enum(['member', 'guest']).optional(),
  department: z.string().max(200).optional(),
  office: z.string().max(200).optional(),
  domain: z.string().max(255).optional(),
  hasMobile: z.stringbool().optional(),
  state: z.enum(contactStates).optional(),
  groupId: guid.optional(),
};

/** A form sends a field that was left open as an empty text. */
function withoutEmpty(query: unknown): unknown {
  const entries = Object.entries(z.record(z.string(), z.string()).parse(query));
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

const cursor = z.string().max(4000).optional();

export const contactQuery = z.preprocess(withoutEmpty, z.object({ ...fields, cursor }));
export const contactPageQuery = z.preprocess(
  withoutEmpty,
  z.object({ ...fields, cursor, notice: z.string().max(40).optional() }),
);
export const exportQuery = z.preprocess(withoutEmpty, z.object({ ...fields, from: cursor, until: cursor }));

/** The filter as an address says it. */
export function filterText(filter: ContactFilter): URLSearchParams {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) asked.set(name, String(value));
  return asked;
}
