// The three places that know a partner's customers. Each answers by itself: an indirect reseller's 403 at Partner Center
// is no failure of the others.
import { z } from 'zod';
import { type GraphClient, isTransient, MicrosoftError, type PartnerCenterClient } from '../microsoft/microsoft.ts';
import type { Sighting, Source } from './discovery-plan.ts';
import type { GraphRelationship } from './gdap-read.ts';

export interface SourceReading {
  source: Source;
  sightings: readonly Sighting[];
  ok: boolean;
  /** Whether asking again later may help. */
  transient: boolean;
  detail: string;
}

/** Customers named by relationships, ended ones too; a request that no customer has opened yet names none. */
export function gdapSource(relationships: readonly GraphRelationship[]): SourceReading {
  const sightings = relationships.flatMap(({ customer }) =>
    customer
      ? [{ tenantId: customer.tenantId, name: customer.displayName, domain: null, source: 'gdap' as const }]
      : [],
  );
  return answered('gdap', uniqueByTenant(sightings));
}

const contract = z.object({
  customerId: z.string().toLowerCase().nullish(),
  displayName: z.string().nullish(),
  defaultDomainName: z.string().nullish(),
});

/** Reseller contracts: https://learn.microsoft.com/graph/api/resources/contract */
export async function contractsSource(graph: GraphClient): Promise<SourceReading> {
  return reading('contracts', async () => {
    const sightings: Sighting[] = [];
    for await (const page of graph.pages('/contracts', contract))
      for (const { customerId, displayName, defaultDomainName } of page) {
        // Nothing can be looked up of a contract without its tenant.
        if (!customerId) continue;
        sightings.push({
          tenantId: customerId,
          name: displayName ?? '',
          domain: defaultDomainName || null,
          source: 'contracts',
        });
      }
    return sightings;
  });
}

/** Partner Center's customers: https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers */
export async function partnerCenterSource(partnerCenter: PartnerCenterClient): Promise<SourceReading> {
  return reading('partnerCenter', async () => {
    const sightings: Sighting[] = [];
    for await (const page of partnerCenter.customers())
      for (const { tenantId, name, domain } of page)
        sightings.push({ tenantId: tenantId.toLowerCase(), name, domain, source: 'partnerCenter' });
    return sightings;
  });
}

async function reading(source: Source, read: () => Promise<Sighting[]>): Promise<SourceReading> {
  try {
    return answered(source, uniqueByTenant(await read()));
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    return { source, sightings: [], ok: false, transient: isTransient(error), detail: error.explanation.meaning };
  }
}

function answered(source: Source, sightings: readonly Sighting[]): SourceReading {
  return { source, sightings, ok: true, transient: false, detail: '' };
}

function uniqueByTenant(sightings: readonly Sighting[]): Sighting[] {
  return [...new Map(sightings.map((sighting) => [sighting.tenantId, sighting])).values()];
}
