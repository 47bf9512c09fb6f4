// The little that is asked of Partner Center: whether the sign-in had MFA, the customers it knows, and an app's consent in a
// customer's tenant.
// https://learn.microsoft.com/partner-center/developer/
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Log } from '../log.ts';
import { explainPartnerCenter, findingError } from './catalogue.ts';
import type {
  ApplicationConsent,
  MicrosoftError,
  PartnerCenterClient,
  PartnerCenterCustomer,
  TakeTurn,
  TokenSource,
} from './microsoft.ts';
import {
  type Answer,
  type Fetch,
  jsonOrText,
  parseJson,
  retryAfterMs,
  sendOnce,
  withInlineRetries,
} from './transport.ts';

export interface PartnerCenterTools {
  origin: string;
  fetch: Fetch;
  clock: Clock;
  ids: Ids;
  log: Log;
}

const pageSize = 500;

/** @param token of the partner's service account, for Partner Center */
export function openPartnerCenter(tools: PartnerCenterTools, token: TokenSource): PartnerCenterClient {
  return {
    isMfaCompliant: () => isMfaCompliant(tools, token),
    customers: () => customers(tools, token),
    grantConsent: (consent, takeTurn) => grantConsent(tools, token, consent, takeTurn),
    withdrawConsent: (consent, takeTurn) => withdrawConsent(tools, token, consent, takeTurn),
  };
}

/**
 * Partner Center says in a header of any answer, also of a refusal, whether the token had MFA, when asked by
 * `ValidateMfa`. Where it enforces MFA already the answer is 401 with 900421.
 */
async function isMfaCompliant(tools: PartnerCenterTools, token: TokenSource): Promise<boolean> {
  const answer = await request(tools, token, { path: '/v1/customers?size=1', headers: { ValidateMfa: 'true' } });
  const said = answer.headers.get('ismfacompliant')?.trim().toLowerCase();
  if (said === 'true' || said === 'false') return said === 'true';
  if (answer.status >= 200 && answer.status < 300) throw findingError('partnerCenter', 'mfa_unknown');
  const error = failureOf(answer, tools.clock);
  if (error.code === '900421') return false;
  throw error;
}

const customersPage = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      companyProfile: z
        .object({
          tenantId: z.guid().optional().catch(undefined),
          companyName: z.string().nullish(),
          domain: z.string().nullish(),
        })
        .nullish(),
    }),
  ),
  continuationToken: z.string().nullish(),
  links: z
    .object({
      next: z
        .object({ uri: z.string(), headers: z.array(z.object({ key: z.string(), value: z.string() })).catch([]) })
        .nullish(),
    })
    .nullish()
    .catch(undefined),
});

/** Page by page; the continuation token travels in a header. https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers */
async function* customers(tools: PartnerCenterTools, token: TokenSource): AsyncGenerator<PartnerCenterCustomer[]> {
  let continuation: string | undefined;
  do {
    const answer: Answer =
      continuation === undefined
        ? await request(tools, token, { path: `/v1/customers?size=${pageSize}` })
        : await request(tools, token, {
            path: `/v1/customers?size=${pageSize}&seekOperation=Next`,
            headers: { 'MS-ContinuationToken': continuation },
          });
    if (answer.status !== 200) throw failureOf(answer, tools.clock);
    const parsed = customersPage.safeParse(parseJson(answer, 'partnerCenter'));
    if (!parsed.success) throw findingError('partnerCenter', 'unexpected_answer', { cause: parsed.error });
    yield parsed.data.items.map(({ id, companyProfile: profile }) => ({
      tenantId: (profile?.tenantId ?? id).toLowerCase(),
      name: profile?.companyName || profile?.domain || id,
      domain: profile?.domain || null,
    }));
    const next = continuationOf(parsed.data);
    if (next !== undefined && next === continuation) throw findingError('partnerCenter', 'unexpected_answer');
    continuation = next;
  } while (continuation !== undefined);
}

function continuationOf({ continuationToken, links }: z.infer<typeof customersPage>): string | undefined {
  const inLink = links?.next?.headers.find(({ key }) => key.toLowerCase() === 'ms-continuationtoken')?.value;
  return inLink ?? continuationToken ?? undefined;
}

const graphAppId = '00000003-0000-0000-c000-000000000000';

/** https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis */
async function grantConsent(
  tools: PartnerCenterTools,
  token: TokenSource,
  { customerTenantId, applicationId, scopes }: ApplicationConsent,
  takeTurn: TakeTurn,
): Promise<'granted' | 'exists'> {
  const body = {
    applicationId,
    applicationGrants: [{ enterpriseApplicationId: graphAppId, scope: scopes.join(',') }],
  };
  const path = consentsPath(customerTenantId);
  const answer = await request(tools, token, { method: 'POST', path, body, takeTurn });
  if (answer.status === 200 || answer.status === 201) return 'granted';
  // Which status comes with it is not documented; the words are what is seen.
  if (answer.status === 409 || (answer.status === 400 && /already exists/i.test(answer.text))) return 'exists';
  throw failureOf(answer, tools.clock);
}

async function withdrawConsent(
  tools: PartnerCenterTools,
  token: TokenSource,
  { customerTenantId, applicationId }: Pick<ApplicationConsent, 'customerTenantId' | 'applicationId'>,
  takeTurn: TakeTurn,
): Promise<boolean> {
  const path = `${consentsPath(customerTenantId)}/${encodeURIComponent(applicationId)}`;
  const answer = await request(tools, token, { method: 'DELETE', path, takeTurn });
  if (answer.status === 404) return false;
  if (answer.status >= 200 && answer.status < 300) return true;
  throw failureOf(answer, tools.clock);
}

function consentsPath(customerTenantId: string): string {
  return `/v1/customers/${encodeURIComponent(customerTenantId)}/applicationconsents`;
}

interface Asked {
  /** GET unless told. */
  method?: 'POST' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Awaited before each time that the request is sent, repetitions too. */
  takeTurn?: TakeTurn;
}

/**
 * One request, with short waits sat out and a 401 tried once with a fresh token. Gives answers of any status. Writes are
 * repeated too: the request id tells Partner Center that they are the same, and granting or withdrawing twice does no harm.
 */
async function request(tools: PartnerCenterTools, token: TokenSource, asked: Asked): Promise<Answer> {
  const { method = 'GET', path, headers = {}, body, takeTurn = async () => undefined } = asked;
  // The same request id on every attempt is how Partner Center knows a repetition.
  const ids = { 'MS-RequestId': tools.ids.uuid(), 'MS-CorrelationId': tools.ids.uuid() };
  const send = (bearer: string) => {
    const authorization = { accept: 'application/json', authorization: `Bearer ${bearer}` };
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const init = {
      method,
      headers: { ...authorization, ...json, ...ids, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const attempt = async () => {
      await takeTurn();
      return sendOnce(tools.fetch, `${tools.origin}${path}`, init, 'partnerCenter');
    };
    return withInlineRetries(attempt, { repeatable: true, clock: tools.clock, random: tools.ids.random });
  };
  let answer = await send(await token.get());
  // Without MFA a fresh token is refused all the same.
  if (answer.status === 401 && failureOf(answer, tools.clock).code !== '900421')
    answer = await send(await token.renew());
  if (answer.status >= 400) {
    tools.log('warn', 'Partner Center request failed', {
      method,
      path,
      status: answer.status,
      correlationId: ids['MS-CorrelationId'],
    });
  }
  return answer;
}

function failureOf(answer: Answer, clock: Clock): MicrosoftError {
  return explainPartnerCenter(jsonOrText(answer), answer.status, {
    retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), clock),
    correlationId: answer.headers.get('ms-correlationid') ?? undefined,
  });
}
