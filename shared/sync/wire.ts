// What the datasets ask Graph for, and the shapes of its answers. microsoft.md D1–D5.
import { z } from 'zod';

const text = z.string().nullish();
/** Microsoft writes GUIDs in either case. */
const guid = z.string().toLowerCase();
const link = z
  .string()
  .nullish()
  .transform((address) => address || undefined);

export const usersSelect =
  'id,displayName,userPrincipalName,mail,mobilePhone,department,officeLocation,userType,accountEnabled,assignedLicenses';

/** The first request of each dataset, relative to the version. Users and sign-ins go on by link. */
export const firstUrls = {
  organization: '/organization?$select=id,displayName,countryLetterCode,tenantType,createdDateTime,verifiedDomains',
  licences:
    '/subscribedSkus?$select=skuId,skuPartNumber,capabilityStatus,appliesTo,consumedUnits,prepaidUnits,subscriptionIds',
  subscriptions:
    '/directory/subscriptions?$select=id,commerceSubscriptionId,skuId,skuPartNumber,status,totalLicenses,isTrial,createdDateTime,nextLifecycleDateTime,ownerTenantId',
  users: `/users/delta?$select=${usersSelect}`,
  // As many as a page of the delta holds, so that either needs the same memory. With signInActivity Graph gives smaller
  // pages than the 999 that it gives without.
  signIns: '/users?$select=id,signInActivity&$top=200',
} as const;

/** The cheapest request that needs the licence of the sign-ins. */
export const licenceProbeUrl = '/users?$select=id,signInActivity&$top=1';

export const organizationAnswer = z.object({
  value: z
    .array(
      z.object({
        id: guid,
        displayName: text,
        countryLetterCode: text,
        tenantType: text,
        createdDateTime: text,
        verifiedDomains: z
          .array(z.object({ name: text, isDefault: z.boolean().nullish(), isInitial: z.boolean().nullish() }))
          .nullish(),
      }),
    )
    .min(1),
});
export type GraphOrganization = z.infer<typeof organizationAnswer>['value'][number];

const units = z.number().int().nullish();
export const licencesAnswer = z.object({
  value: z.array(
    z.object({
      skuId: guid,
      skuPartNumber: text,
      capabilityStatus: text,
      appliesTo: text,
      consumedUnits: units,
      prepaidUnits: z.object({ enabled: units, suspended: units, warning: units, lockedOut: units }).nullish(),
      subscriptionIds: z.array(guid.nullable()).nullish(),
    }),
  ),
});
export type GraphLicence = z.infer<typeof licencesAnswer>['value'][number];

export const subscriptionsAnswer = z.object({
  value: z.array(
    z.object({
      id: guid,
      commerceSubscriptionId: guid.nullish(),
      skuId: guid.nullish(),
      skuPartNumber: text,
      status: text,
      totalLicenses: units,
      isTrial: z.boolean().nullish(),
      createdDateTime: text,
      nextLifecycleDateTime: text,
      ownerTenantId: guid.nullish(),
    }),
  ),
  '@odata.nextLink': link,
});
export type GraphSubscription = z.infer<typeof subscriptionsAnswer>['value'][number];

/** A property that is absent has not changed; one that is null has been cleared. */
const graphUser = z.object({
  id: guid,
  displayName: text,
  userPrincipalName: text,
  mail: text,
  mobilePhone: text,
  department: text,
  officeLocation: text,
  userType: text,
  accountEnabled: z.boolean().nullish(),
  assignedLicenses: z.array(z.object({ skuId: guid.nullish() })).nullish(),
  '@removed': z.object({ reason: text }).optional(),
});
export type GraphUser = z.infer<typeof graphUser>;

export const usersPage = z.object({
  value: z.array(graphUser),
  '@odata.nextLink': link,
  '@odata.deltaLink': link,
});
export type UsersPage = z.infer<typeof usersPage>;

/** Microsoft writes "never" as null, and as the first day of the calendar. */
const moment = text.transform((iso) => (iso && !iso.startsWith('0001-') ? iso : null)).optional();

const graphSignIn = z.object({
  id: guid,
  signInActivity: z
    .object({
      lastSignInDateTime: moment,
      lastNonInteractiveSignInDateTime: moment,
      lastSuccessfulSignInDateTime: moment,
    })
    .nullish(),
});
export type GraphSignIn = z.infer<typeof graphSignIn>;

export const signInsPage = z.object({ value: z.array(graphSignIn), '@odata.nextLink': link });
