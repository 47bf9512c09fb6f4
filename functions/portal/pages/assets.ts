// GET /assets/{name}: the stylesheet, the script and the icon.
import { z } from 'zod';
import { notFound } from '../../../shared/errors.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { script } from '../assets/script.ts';
import { styles } from '../assets/styles.ts';

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0f6cbd"/><path d="M8 10h16M16 10v14M10 24h12" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;

const assets: ReadonlyMap<string, { type: string; body: string }> = new Map([
  ['tenantry.css', { type: 'text/css; charset=utf-8', body: styles }],
  ['tenantry.js', { type: 'text/javascript; charset=utf-8', body: script }],
  ['icon.svg', { type: 'image/svg+xml', body: icon }],
]);

export const assetFile = httpRoute({
  name: 'assetFile',
  methods: ['GET'],
  route: 'assets/{name}',
  access: 'public',
  respond: 'page',
  params: z.object({ name: z.string().max(40) }),
  handle: async ({ params: { name } }) => {
    const asset = assets.get(name);
    if (!asset) throw notFound('file');
    return { headers: { 'content-type': asset.type, 'cache-control': 'public, max-age=300' }, body: asset.body };
  },
});
