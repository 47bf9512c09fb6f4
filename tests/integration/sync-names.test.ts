// Product names: fetched from the configured address alone, and kept when it fails.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PRODUCT_NAMES_PATH } from '../../infra/local/microsoft/download.ts';
import { readProductNames, refreshProductNames } from '../../shared/sync/product-names.ts';
import { type SyncWorld, startSyncWorld } from './kit/sync-world.ts';

let world: SyncWorld;
beforeEach(async () => {
  world = await startSyncWorld({ users: 3 });
});
afterEach(() => world.close());

const copilot = '639dec6b-bb19-468b-871c-c5c441c4b0cb';
const withUrl = (productNamesUrl: string) => {
  const origin = world.microsoft.origins.graph;
  const origins = { loginOrigin: origin, graphOrigin: origin, partnerCenterOrigin: origin };
  return { ...world.app, config: { microsoft: { ...origins, productNamesUrl } } };
};
const refresh = (url: string, options?: Parameters<typeof refreshProductNames>[1]) =>
  refreshProductNames(withUrl(url), options);
const answering = (body: string | ReadableStream): { fetch: typeof fetch } => ({
  fetch: async () => new Response(body),
});
const csv = (name: string) =>
  `Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names\n${name},Microsoft_365_Copilot,${copilot},A,B,C\n`;

describe('product names', () => {
  it('are the built-in ones until the list was fetched, then those of the list', async () => {
    const before = await readProductNames(world.app);
    expect(before.byId.size).toBeGreaterThan(10);
    const read = await refresh(`${world.microsoft.origins.graph}${PRODUCT_NAMES_PATH}`);
    expect(read).toBeGreaterThan(5);
    await refresh('http://list.example/', answering(csv('A new name')));
    expect((await readProductNames(world.app)).byId.get(copilot)).toBe('A new name');
  });

  it('stay as they are when the answer is no list, too long, or leads elsewhere', async () => {
    await refresh('http://list.example/', answering(csv('Kept')));
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(1024))),
    });
    await expect(refresh('http://list.example/', answering('<html>sign in</html>'))).rejects.toThrow();
    await expect(refresh('http://list.example/', { ...answering(endless), mostBytes: 4096 })).rejects.toThrow(
      'larger than',
    );
    await expect(refresh(`${world.microsoft.origins.graph}/nothing-here`)).rejects.toThrow('HTTP');
    let followed: string | undefined;
    const watching: typeof fetch = async (_address, init) => {
      followed = init?.redirect;
      return new Response(csv('Kept'));
    };
    await refresh('http://list.example/', { fetch: watching });
    expect(followed).toBe('error');
    expect((await readProductNames(world.app)).byId.get(copilot)).toBe('Kept');
  });
});
