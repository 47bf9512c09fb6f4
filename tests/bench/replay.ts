// Comparison (a): the very same HTTP requests as the sync made, sent by bare fetch, their answers read and thrown away.
import type { Fetch } from '../../shared/microsoft/transport.ts';
import { inParallel } from './work-queue.ts';

interface NotedRequest {
  url: string;
  init: RequestInit;
}

export interface Notebook {
  /** The platform's fetch; what is sent through it is noted. */
  fetch: Fetch;
  /** The requests since the last call, tenant by tenant in the order in which each was sent. */
  take(): NotedRequest[][];
}

/** Notes requests by the tenant that they are for. */
export function openNotebook(): Notebook {
  let chains = new Map<string, NotedRequest[]>();
  return {
    fetch: (url, init) => {
      const key = tenantOf(url, init);
      const chain = chains.get(key) ?? [];
      chains.set(key, chain);
      chain.push({ url, init });
      return globalThis.fetch(url, init);
    },
    take() {
      const taken = [...chains.values()];
      chains = new Map();
      return taken;
    },
  };
}

const tokenPath = /^\/([0-9a-f-]{36})\/oauth2\/v2\.0\/token$/;

/** Of the address at the login origin; Graph's do not name it, so there of the token. */
function tenantOf(url: string, init: RequestInit): string {
  const named = tokenPath.exec(new URL(url).pathname)?.[1];
  if (named !== undefined) return named;
  const token = new Headers(init.headers).get('authorization')?.split('.')[1] ?? '';
  const claims: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  const tenant: unknown = typeof claims === 'object' && claims !== null ? Reflect.get(claims, 'tid') : undefined;
  if (typeof tenant !== 'string') throw new Error(`A request to ${url} carried no token of a tenant`);
  return tenant;
}

/** Sends each tenant's requests one after the other, as many tenants at once as the sync worked on. */
export async function replay(chains: readonly (readonly NotedRequest[])[], concurrency: number): Promise<void> {
  await inParallel(chains, concurrency, async (chain) => {
    for (const { url, init } of chain) {
      // The signal was the noted request's own time limit.
      const response = await fetch(url, { ...init, signal: null });
      await response.arrayBuffer();
    }
  });
}
