// What stays of a customer whose connection was removed: its users as contacts, which nothing brings up to date any more.
import { z } from 'zod';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** In `directory`, in the tenant's own partition, id `contact:{userId}`: a user as it was when syncing ended. */
export const contactDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('contact'),
  userId: z.string(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
  mobilePhone: z.string().nullable(),
  department: z.string().nullable(),
  officeLocation: z.string().nullable(),
  userType: z.string().nullable(),
  accountEnabled: z.boolean(),
  /** Since when it is no longer synced. */
  endedAt: z.iso.datetime(),
});
export type ContactDoc = z.infer<typeof contactDoc>;

/** In `customers`, id `formerCustomer:{tenantId}`: whose contacts were kept. */
export const formerCustomerDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('formerCustomer'),
  tenantId: z.guid(),
  name: z.string(),
  domain: z.string().nullable(),
  /** The connection that it was reached by. */
  connectionName: z.string(),
  removedAt: z.iso.datetime(),
  /** How many contacts were kept. */
  contacts: z.number().int(),
  connectionId: z.guid().exactOptional(),
  /** What became of the app in the tenant: withdrawn, not there (any more), or to be removed there by hand. */
  app: z.enum(['withdrawn', 'notThere', 'byHand']).exactOptional(),
  /** Why it is to be removed by hand. */
  appNote: z.string().exactOptional(),
});
export type FormerCustomerDoc = z.infer<typeof formerCustomerDoc>;
