// GET /automatic-consent
import { z } from 'zod';
import { readSettings } from '../../../shared/access/settings.ts';
import { automaticQuery, readAutomatic } from '../../../shared/consent/automatic/overview.ts';
import { entraAppsAddress } from '../../http/entra-address.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { automaticView } from '../views/automatic-view.tsx';

export const automaticConsentPage = httpRoute({
  name: 'automaticConsentPage',
  methods: ['GET'],
  route: 'automatic-consent',
  access: 'reader',
  respond: 'page',
  query: automaticQuery.extend({ notice: z.string().max(40).optional() }),
  handle: async (call) => {
    const { app, workspace } = call;
    const { notice, ...query } = call.query;
    const [viewer, overview, settings] = await Promise.all([
      viewerOf(call),
      readAutomatic(app, workspace, query),
      readSettings(workspace),
    ]);
    const byDefault = settings.consentStrategy;
    const entraAddress = (tenantId: string) => entraAppsAddress(app.config, tenantId);
    const nowMs = app.clock.now();
    return htmlPage(automaticView({ viewer, overview, query, byDefault, notice, entraAddress, nowMs }));
  },
});
