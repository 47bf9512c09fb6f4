// What a removal takes and what it keeps, in numbers and words.
import type { RemovalCounts } from '../../../shared/connections/removal/documents.ts';
import { plural } from './words.ts';

/** The two lists that stand before the name is typed. `whom` says whose customers: `this connection`, `all connections`. */
export function WhatGoes({ counts, whom }: { counts: RemovalCounts; whom: string }) {
  return (
    <div class="card" id="what-goes">
      <h2>What is lost</h2>
      <ul>
        <li>
          <strong>{plural(counts.customers, 'customer')}</strong> of {whom}, with their admin relationships, consents
          and sync
        </li>
        <li>
          <strong>{plural(counts.licences, 'licence')}</strong> with their subscriptions and seats
        </li>
        <li>
          <strong>{plural(counts.links, 'consent link')}</strong>: those that were sent no longer open
        </li>
        <li>
          <strong>{plural(counts.mappings, 'mapping')}</strong> to accounts and products
          {counts.mappings === 0 ? ' (mapping is not yet available)' : ''}
        </li>
      </ul>
      <h2>What stays</h2>
      <ul>
        <li>
          <strong>{plural(counts.users, 'user')}</strong>, kept as contacts that are marked as no longer synced
        </li>
        <li>The record of who did what, and what happened when</li>
        <li>
          Everything at Microsoft: no user, licence or file of any tenant is touched. Tenantry’s app is taken out of
          your customers’ tenants where Microsoft lets us; where it does not, you get a list of{' '}
          {counts.customers === 1 ? 'where to do it' : 'those tenants'}.
        </li>
      </ul>
      <p>You can connect again at any time, some minutes later. Customers then begin anew.</p>
    </div>
  );
}
