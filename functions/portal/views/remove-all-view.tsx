// Before every connection is removed: what is lost, and the workspace's name to type.
import type { ConnectionDoc } from '../../../shared/connections/documents.ts';
import type { RemovalCounts } from '../../../shared/connections/removal/documents.ts';
import { ErrorSummary, type Refused, TextField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { WhatGoes } from '../parts/removal-counts.tsx';
import { kindWords, plural } from '../parts/words.ts';

export interface RemoveAllModel {
  viewer: Viewer;
  connections: readonly ConnectionDoc[];
  counts: RemovalCounts;
  form: Refused | undefined;
}

/** The page as a document. */
export function removeAllView({ viewer, connections, counts, form }: RemoveAllModel): string {
  return workPage({
    title: `${form ? 'Error: r' : 'R'}emove all integrations`,
    place: 'connections',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/connections">Connections</a>
        </p>
        <div class="head">
          <h1>Remove all integrations?</h1>
        </div>
        <ErrorSummary form={form} labels={{ name: 'Name' }} />
        {connections.length === 0 ? (
          <p>Nothing is connected, so there is nothing to remove.</p>
        ) : (
          <>
            <p>{plural(connections.length, 'connection')} will be removed:</p>
            <ul>
              {connections.map(({ name, kind }) => (
                <li>
                  <strong>{name}</strong> <span class="quiet">{kindWords(kind)}</span>
                </li>
              ))}
            </ul>
            <WhatGoes counts={counts} whom="all connections" />
            <form class="card" method="post" action="/connections/remove-all" novalidate={form !== undefined}>
              <CsrfField token={viewer.csrfToken} />
              <TextField name="name" label={`Type ${viewer.workspaceName} to confirm`} maxLength={200} form={form} />
              <div class="actions">
                <button type="submit" class="danger">
                  Remove all integrations
                </button>
                <a class="button" href="/connections">
                  Keep
                </a>
              </div>
            </form>
          </>
        )}
      </>
    ),
  });
}
