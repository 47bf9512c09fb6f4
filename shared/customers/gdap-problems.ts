// Why a GDAP request is refused, in words: by our own rules before Microsoft is asked, and by Microsoft.
import type { App } from '../app.ts';
import { runChecks } from '../connections/checks.ts';
import { partnerTokens } from '../connections/partner-tokens.ts';
import { explainReason } from '../connections/reasons.ts';
import { type Explanation, Problem } from '../errors.ts';
import { MicrosoftError } from '../microsoft/microsoft.ts';

type Words = Pick<Explanation, 'meaning' | 'whatToDo'> & Partial<Pick<Explanation, 'whoActs' | 'retryHelps'>>;

const words = {
  gdap_not_applicable: {
    meaning: 'This customer is connected by itself: it needs no admin relationship.',
    whatToDo: 'Nothing.',
  },
  not_connected: {
    meaning: 'The partner tenant is not connected.',
    whatToDo: 'Connect it or choose Reauthorize, then try again.',
  },
  gdap_no_roles: {
    meaning: 'A relationship needs at least one role, and the role profile asks for none.',
    whatToDo: 'Choose roles for this request, or a role profile in the settings.',
  },
  gdap_not_active: {
    meaning: 'The relationship is not active, so that nothing can be assigned in it.',
    whatToDo: 'Wait until the customer has approved it, then check again.',
  },
  gdap_nothing_to_assign: {
    meaning: 'No required role waits for a security group.',
    whatToDo: 'Check again to see the newest state, or name the relationship and the roles.',
  },
  gdap_role_not_in_relationship: {
    meaning: 'The relationship does not include a role that was to be assigned.',
    whatToDo: 'Request a new relationship with this role: an active one cannot get further roles.',
  },
  gdap_no_group: {
    meaning: 'The service account is in no security group that could be given the roles.',
    whatToDo:
      'In Entra, create a security group with assigned membership, such as "GDAP Tenantry", put the service account in it, then refresh.',
  },
  gdap_not_in_group: {
    meaning: 'The service account is not in that group, so that the roles would not reach it.',
    whatToDo: 'Choose one of the groups that it is in, or add it to the group in Entra and try again.',
  },
  gdap_group_missing: {
    meaning: 'The group does not exist any more, or is not a security group.',
    whatToDo: 'Choose another group.',
  },
  auto_extend_global_administrator: {
    meaning: 'Microsoft does not extend a relationship that includes Global Administrator.',
    whatToDo: 'Request a new relationship without Global Administrator; that one can extend itself.',
  },
  gdap_not_extendable: {
    meaning: 'No active relationship of this customer can be set to extend itself.',
    whatToDo: 'Request a new relationship; it extends itself from the start.',
  },
  gdap_name_unsettled: {
    meaning: 'Microsoft has a relationship of this name but does not show it yet.',
    whatToDo: 'Try again in a minute: the request that was begun is then taken up where it is.',
    whoActs: 'microsoft',
    retryHelps: true,
  },
  gdap_write_not_granted: {
    meaning:
      'Microsoft refused the change, although the account is in AdminAgents and signed in with MFA: the connection was made before requests were possible, or its permission was withdrawn.',
    whatToDo:
      'Reauthorize the connection to allow requests: sign in as Global Administrator and accept the permission DelegatedAdminRelationship.ReadWrite.All.',
  },
} satisfies Record<string, Words>;
export type GdapProblemCode = keyof typeof words;

/** All of them, for Help. */
export const gdapRefusals: readonly Explanation[] = Object.entries(words).map(([code, said]) => ({
  code,
  whoActs: 'msp',
  retryHelps: false,
  ...said,
}));

/** A refusal in words. The status is 409: what was asked for does not fit what is there. */
export function gdapProblem(code: GdapProblemCode, options: ErrorOptions & { correlationId?: string } = {}): Problem {
  const { correlationId, ...rest } = options;
  const text: Words = words[code];
  const explanation: Explanation = {
    code,
    whoActs: 'msp',
    retryHelps: false,
    ...text,
    ...(correlationId ? { correlationId } : {}),
  };
  return new Problem(text.retryHelps ? 503 : 409, explanation, rest);
}

/**
 * Runs a write and explains Microsoft's refusal of it. A 403 has three causes that look the same, so the checks of the
 * connection are made to tell them apart: not in AdminAgents, no MFA, no permission.
 * @throws Problem with the cause; MicrosoftError for anything else, explained by the catalogue
 */
export async function explainingRefusal<T>(
  app: App,
  connection: { workspaceId: string; connectionId: string },
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    if (error.status === 400 && /container/i.test(error.explanation.meaning)) {
      throw gdapProblem('gdap_group_missing', causedBy(error));
    }
    if (error.status !== 403) throw error;
    const { graph, partnerCenter } = partnerTokens(app, connection.workspaceId, connection.connectionId);
    const { checks } = await runChecks(app.microsoft.graph(graph), app.microsoft.partnerCenter(partnerCenter));
    const failed = (name: (typeof checks)[number]['name']) => checks.some((check) => check.name === name && !check.ok);
    const { correlationId } = error.explanation;
    if (failed('adminAgents'))
      throw new Problem(409, explainReason('not_in_admin_agents', correlationId), { cause: error });
    if (failed('mfa')) throw new Problem(409, explainReason('no_mfa_prompt', correlationId), { cause: error });
    throw gdapProblem('gdap_write_not_granted', causedBy(error));
  }
}

function causedBy(error: MicrosoftError): ErrorOptions & { correlationId?: string } {
  const { correlationId } = error.explanation;
  return { cause: error, ...(correlationId ? { correlationId } : {}) };
}
