// The one catalogue of Microsoft's errors: turns an answer of Entra, Graph or Partner Center into a MicrosoftError that
// says what it means, who must act, what to do and whether a retry helps. Unknown errors keep Microsoft's own sentence.
import { z } from 'zod';
import type { Explanation, WhoActs } from '../errors.ts';
import { type CatalogueEntry, tableOf, waitingHelps } from './errors/catalogue-entry.ts';
import { entraAppErrors } from './errors/entra-app-errors.ts';
import { entraProtocolErrors } from './errors/entra-protocol-errors.ts';
import { entraSignInErrors } from './errors/entra-sign-in-errors.ts';
import { graphErrors } from './errors/graph-errors.ts';
import { aadstsNumber, correlationIdIn, trimmedText } from './errors/microsoft-text.ts';
import { type OwnFinding, ownFindings } from './errors/own-findings.ts';
import { partnerCenterErrors } from './errors/partner-center-errors.ts';
import { type FailureKind, MicrosoftError } from './microsoft.ts';

type Source = MicrosoftError['source'];

const entraNumbers = tableOf(entraAppErrors, entraSignInErrors);
const entraWords = tableOf(entraProtocolErrors);
const graphCodes = tableOf(graphErrors);
const partnerCenterCodes = tableOf(partnerCenterErrors);
const findings = tableOf(ownFindings);

/** What is known beside status and body. */
export interface AnswerContext {
  retryAfterMs?: number | undefined;
  /** What Microsoft's support asks for, from a header; the body's own wins. */
  correlationId?: string | undefined;
  /** Of Graph: the address asked for; some answers mean something else to a stored delta link. */
  url?: string | undefined;
}

const text = z.string().catch('');

const entraBody = z
  .object({
    error: text,
    error_description: text,
    error_codes: z.array(z.number()).catch([]),
    correlation_id: text,
  })
  .catch({ error: '', error_description: '', error_codes: [], correlation_id: '' });

/**
 * Explains an error answer of Entra's token endpoint.
 * @param body as parsed from JSON, or anything else where it was none
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function explainEntra(body: unknown, status: number, context: AnswerContext = {}): MicrosoftError {
  const answer = entraBody.parse(body);
  const numbers = [aadstsNumber(answer.error_description), ...answer.error_codes.map(String)].filter(
    (it) => it != null,
  );
  return entraError(answer.error, answer.error_description, numbers, status, {
    ...context,
    correlationId: answer.correlation_id || correlationIdIn(answer.error_description) || context.correlationId,
  });
}

/**
 * Explains the `error`, `error_subcode` and `error_description` of a redirect back to us. The query proves nothing about
 * who sent it: only call this for a redirect whose state was ours. Returns undefined when the query holds no error;
 * `admin_consent=True` beside an error is an error.
 * @param options `quote`: whether an error that the catalogue does not know may be told in the description's sentence;
 *   false where somebody else reads it than the one who sent the query and could write anything into it
 */
export function explainRedirectError(
  query: URLSearchParams,
  { quote = true }: { quote?: boolean } = {},
): MicrosoftError | undefined {
  const error = query.get('error');
  if (error === null) return undefined;
  const description = query.get('error_description') ?? '';
  const cancelled = query.get('error_subcode') === 'cancel';
  const number = cancelled ? undefined : aadstsNumber(description);
  const word = cancelled ? 'access_denied' : /^[a-z_]{1,40}$/.test(error) ? error : 'unknown_error';
  return entraError(word, quote ? description : '', number ? [number] : [], 0, {
    correlationId: correlationIdIn(description),
  });
}

function entraError(
  word: string,
  description: string,
  numbers: readonly string[],
  status: number,
  context: AnswerContext,
): MicrosoftError {
  const known = numbers.find((number) => entraNumbers.has(number));
  const number = known ?? numbers[0];
  const code = number === undefined ? word || `http_${status}` : `AADSTS${number}`;
  const entry = known === undefined ? undefined : entraNumbers.get(known);
  if (entry) return build('entra', status, code, entry, context);
  const byWord = entraWords.get(word);
  // A number that we do not know says more than its word does: its own sentence, and the word's advice.
  const said = number === undefined ? '' : trimmedText(description);
  return build(
    'entra',
    status,
    code,
    said || !byWord ? unknown('entra', status, said || trimmedText(description), byWord) : byWord,
    context,
  );
}

const innerError = z
  .object({ code: text, 'request-id': text, 'client-request-id': text })
  .catch({ code: '', 'request-id': '', 'client-request-id': '' });

const graphBody = z
  .object({
    error: z.object({ code: text, message: text, innerError: innerError, innererror: innerError }),
  })
  .catch({
    error: { code: '', message: '', innerError: innerError.parse(null), innererror: innerError.parse(null) },
  });

/**
 * Explains an error answer of Graph, of a whole call or of one item of a batch.
 * @see https://learn.microsoft.com/graph/errors and, for resets, https://learn.microsoft.com/graph/delta-query-overview
 */
export function explainGraph(body: unknown, status: number, context: AnswerContext = {}): MicrosoftError {
  const { error } = graphBody.parse(body);
  const inner = error.innerError.code || error.innererror.code;
  const requestId = error.innerError['request-id'] || error.innererror['request-id'];
  const codes = [error.code, inner].filter((code) => code !== '' && code !== String(status));
  const known = codes.find((code) => graphCodes.has(code));
  const code = known ?? codes[0] ?? `http_${status}`;
  const entry =
    graphEntry(known, error.message, status, context.url) ?? unknown('graph', status, trimmedText(error.message));
  return build('graph', status, code, entry, { ...context, correlationId: requestId || context.correlationId });
}

function graphEntry(code: string | undefined, message: string, status: number, url: string | undefined) {
  if (status === 410) return graphCodes.get('deltaReset');
  // Seen on delta links that are too old: 400 Request_UnsupportedQuery "DeltaLink older than 30 days is not supported."
  if (status === 400 && code === 'Request_UnsupportedQuery' && url !== undefined && isStoredLink(url)) {
    return graphCodes.get('deltaReset');
  }
  if (/not applicable to target tenant|does(?:n't| not) have (?:a )?(?:premium|SPO) licen[sc]e/i.test(message)) {
    return graphCodes.get('notLicensed');
  }
  if (/\buser was not found\b/i.test(message)) return graphCodes.get('userNotFound');
  // The status decides over the word where Graph is busy: a 429 stays throttled whatever its code says.
  if (status === 429) return graphCodes.get('TooManyRequests');
  if (code !== undefined) return graphCodes.get(code);
  return undefined;
}

/** Whether an address continues an earlier reading of changes. */
function isStoredLink(url: string): boolean {
  return /[?&](\$|%24)(deltatoken|skiptoken)=/i.test(url);
}

const partnerCenterBody = z
  .object({ code: z.coerce.string().catch(''), description: text, message: text })
  .catch({ code: '', description: '', message: '' });

/**
 * Explains an error answer of Partner Center.
 * @see https://learn.microsoft.com/partner-center/developer/error-codes
 */
export function explainPartnerCenter(body: unknown, status: number, context: AnswerContext = {}): MicrosoftError {
  const answer = partnerCenterBody.parse(body);
  const said = `${answer.description} ${answer.message}`;
  const code = /\b900421\b/.test(`${answer.code} ${said} ${typeof body === 'string' ? body : ''}`)
    ? '900421'
    : answer.code;
  const entry = partnerCenterCodes.get(code) ?? partnerCenterCodes.get(partnerCenterWord[status] ?? '');
  const described = entry ?? unknown('partnerCenter', status, trimmedText(said));
  return build('partnerCenter', status, code || `http_${status}`, described, context);
}

const partnerCenterWord: Readonly<Record<number, string>> = {
  401: 'partner_center_unauthorized',
  403: 'partner_center_forbidden',
  404: 'partner_center_not_found',
};

/** Makes the error for what we find ourselves: no answer, a broken one, a sign-in that does not verify. */
export function findingError(
  source: Source,
  code: OwnFinding | 'mfa_unknown',
  options: { cause?: unknown; correlationId?: string | undefined; retryAfterMs?: number } = {},
): MicrosoftError {
  const entry = findings.get(code) ?? partnerCenterCodes.get(code) ?? unknown(source, 0, '');
  return build(source, 0, code, entry, options, options.cause);
}

/**
 * The kind of failure that a stored explanation's code stands for; undefined for one that the catalogue does not know and
 * that is no status.
 */
export function kindOfCode(code: string): FailureKind | undefined {
  const number = /^AADSTS(\d+)$/.exec(code)?.[1];
  if (number !== undefined) return entraNumbers.get(number)?.kind;
  const status = /^http_(\d{3})$/.exec(code)?.[1];
  if (status !== undefined) return kindOfStatus(Number(status));
  return (graphCodes.get(code) ?? entraWords.get(code) ?? findings.get(code))?.kind;
}

function unknown(source: Source, status: number, said: string, advice?: CatalogueEntry): CatalogueEntry {
  const kind = advice?.kind ?? kindOfStatus(status);
  return {
    kind,
    whoActs: advice?.whoActs ?? whoActsOn(kind),
    meaning: said || `${sourceNames[source]} answered with an error that we do not know.`,
    whatToDo:
      advice?.whatToDo ?? (waitingHelps(kind) ? 'Nothing: we try again.' : 'Report it with the correlation id.'),
    retryHelps: advice?.retryHelps ?? waitingHelps(kind),
  };
}

const sourceNames: Readonly<Record<Source, string>> = {
  entra: "Microsoft's sign-in service",
  graph: 'Microsoft Graph',
  partnerCenter: 'Partner Center',
};

function kindOfStatus(status: number): FailureKind {
  if (status === 429) return 'throttled';
  if (status === 408 || status === 423 || (status >= 500 && status !== 501)) return 'transient';
  if (status === 401) return 'credential';
  if (status === 403) return 'permission';
  if (status === 404) return 'notFound';
  return 'other';
}

function whoActsOn(kind: FailureKind): WhoActs {
  if (waitingHelps(kind)) return 'microsoft';
  return kind === 'permission' ? 'customer' : 'tenantry';
}

function build(
  source: Source,
  status: number,
  code: string,
  entry: CatalogueEntry,
  context: AnswerContext,
  cause?: unknown,
): MicrosoftError {
  const { kind, meaning, whoActs, whatToDo, retryHelps } = entry;
  const explanation: Explanation = { code, meaning, whoActs, whatToDo, retryHelps };
  if (context.correlationId) explanation.correlationId = context.correlationId;
  const fields = { source, kind, status, code, explanation };
  const withWait = context.retryAfterMs === undefined ? fields : { ...fields, retryAfterMs: context.retryAfterMs };
  return new MicrosoftError(withWait, cause === undefined ? undefined : { cause });
}
