// POST /customers/{tenantId}/sync/check: the Check again button beside an error of a sync or of a dataset.
import { checkSync, type SyncCheck } from '../../../shared/sync/check.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, type Notice } from '../redirects.ts';

const noticeOf: Record<SyncCheck, Notice> = {
  mended: 'sync_mended',
  still: 'sync_still_refused',
  running: 'sync_requested',
};

export const checkSyncFormFunction = httpRoute({
  name: 'checkSyncForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/sync/check',
  access: 'reader',
  respond: 'page',
  params: tenantParams,
  handle: async ({ app, workspace, params: { tenantId } }) =>
    backTo(`/customers/${tenantId}`, noticeOf[await checkSync(app, workspace, tenantId)]),
});
