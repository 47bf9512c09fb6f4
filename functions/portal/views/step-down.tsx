// What the service account may give up now that it is connected: SP-06.
import {
  type AccountRolesDoc,
  type StepDown,
  stepDownOf,
  stepDownWords,
} from '../../../shared/connections/account-roles.ts';
import type { ConnectionDoc } from '../../../shared/connections/documents.ts';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import type { StatusWords } from '../parts/words.ts';

const words: Record<StepDown, StatusWords> = {
  mayStepDown: { word: 'Can step down', tone: 'soon' },
  replaceFirst: { word: 'Can step down', tone: 'soon' },
  steppedDown: { word: 'Stepped down', tone: 'done' },
  lacksRole: { word: 'Role missing', tone: 'soon' },
};

/** Nothing before the roles were read once, or while the connection needs other things first. */
export function StepDownNote({
  connection,
  account,
  nowMs,
}: {
  connection: Pick<ConnectionDoc, 'state' | 'account'>;
  account: AccountRolesDoc | undefined;
  nowMs: number;
}) {
  if (!account || connection.state !== 'Connected') return null;
  const username = connection.account?.username;
  const state = stepDownOf(account.roles);
  return (
    <p data-step-down={state}>
      <Status {...words[state]} /> {stepDownWords[state]}
      <span class="note">
        {username ? `${username} · ` : ''}
        {account.roles.length > 0 ? `holds ${account.roles.map(({ name }) => name).join(', ')}` : 'holds no role'} ·
        looked at <Age at={account.checkedAt} nowMs={nowMs} />
      </span>
    </p>
  );
}
