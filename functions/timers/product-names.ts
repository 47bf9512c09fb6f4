// Once a day, at a minute of its own: Microsoft's table of product names.
import { refreshProductNames } from '../../shared/sync/product-names.ts';
import type { TimerFunction } from '../define.ts';

export const productNamesFunction: TimerFunction = {
  kind: 'timer',
  name: 'productNames',
  schedule: '0 17 3 * * *',
  run: async (_timer, _context, app) => {
    try {
      app.log('info', 'product names read', { products: await refreshProductNames(app) });
    } catch (error) {
      // Nothing waits for it: the names of yesterday, or the built-in ones, are shown until tomorrow.
      app.log('warn', 'product names could not be read', { error });
    }
  },
};
