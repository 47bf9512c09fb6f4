// Keeps Microsoft's table of product names in the store: fetched once a day from the configured address, read by pages.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { App } from '../app.ts';
import { type Clock, HOUR_MS } from '../clock.ts';
import type { Config } from '../config.ts';
import { builtInNames, type ProductNames, parseProductNames, productNamesOf } from '../microsoft/product-names.ts';
import type { Store } from '../store/port.ts';
import { lookups, readAs } from '../store/scoped.ts';

/** The published list has 1.1 MB; much more than that is something else. */
const listBytes = 16 * 1024 * 1024;
const timeoutMs = 60_000;
const cacheMs = HOUR_MS;

/** About 60 KB for all of Microsoft's products, so one document holds them. */
const productNamesDoc = z.object({
  id: z.string(),
  type: z.literal('productNames'),
  schemaVersion: z.literal(1),
  fetchedAt: z.iso.datetime(),
  /** SKU id, part number, name. */
  rows: z.array(z.tuple([z.string(), z.string(), z.string()])),
});

/** `lookups` is keyed by hashes; this one is of a name that is no secret. */
const docId = createHash('sha256').update('product-names').digest('hex');

/**
 * Fetches the list and stores it. Gives the number of products.
 * @throws Error when the address does not answer with the list; what is stored stays
 */
export async function refreshProductNames(
  app: Pick<App, 'store' | 'clock'> & { config: Pick<Config, 'microsoft'> },
  { fetch = globalThis.fetch, mostBytes = listBytes }: { fetch?: typeof globalThis.fetch; mostBytes?: number } = {},
): Promise<number> {
  // A redirect could lead to an address that nobody configured.
  const response = await fetch(app.config.microsoft.productNamesUrl, {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok || !response.body) {
    throw new Error(`The list of product names was answered with HTTP ${response.status}`);
  }
  const rows = await parseProductNames(Readable.from(bounded(response.body, mostBytes)));
  await lookups(app.store).upsert({
    id: docId,
    type: 'productNames',
    schemaVersion: 1,
    fetchedAt: new Date(app.clock.now()).toISOString(),
    rows: rows.map(({ skuId, partNumber, name }) => [skuId, partNumber, name]),
  });
  return rows.length;
}

async function* bounded(body: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Error(`The list of product names is larger than ${mostBytes} bytes`);
    yield chunk;
  }
}

const cache = new WeakMap<Store, { names: ProductNames; atMs: number }>();

/** The names to show products by: the built-in ones until the list was fetched. Read from the store once an hour. */
export async function readProductNames(app: { store: Store; clock: Clock }): Promise<ProductNames> {
  const nowMs = app.clock.now();
  const held = cache.get(app.store);
  if (held && nowMs - held.atMs < cacheMs) return held.names;
  const stored = await readAs(lookups(app.store), docId, productNamesDoc);
  const names = stored
    ? productNamesOf(stored.doc.rows.map(([skuId, partNumber, name]) => ({ skuId, partNumber, name })))
    : builtInNames;
  // Before the first fetch it may come at any moment.
  if (stored) cache.set(app.store, { names, atMs: nowMs });
  return names;
}
