// The one way in: every HTTP function is made here, so that none can forget a header, the session, the role, the CSRF token,
// the parsing of its input or the shape of its errors.
import type { HttpMethod, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import { CSRF_FIELD, CSRF_HEADER, requireCsrfToken, requireSameOrigin } from '../../shared/access/csrf.ts';
import type { MemberDoc } from '../../shared/access/documents.ts';
import { readMember } from '../../shared/access/members.ts';
import { readSession, renewedSession, type Session, sessionCookie } from '../../shared/access/session.ts';
import { mayHaveWorkspace } from '../../shared/access/sign-in.ts';
import type { App } from '../../shared/app.ts';
import { notFound, Problem } from '../../shared/errors.ts';
import { openWorkspaceStore, type WorkspaceStore } from '../../shared/store/scoped.ts';
import type { Access, HttpFunction } from '../define.ts';
import { asProblem, problemResponse } from './problem-response.ts';
import { parseInput, readBody } from './read-input.ts';
import { addHeaders } from './response-headers.ts';

/** What a handler gets. Its input is parsed; its workspace is the caller's own and cannot name another. */
export interface BareCall<P, Q, B> {
  app: App;
  params: P;
  query: Q;
  body: B;
  correlationId: string;
  request: HttpRequest;
}
export interface PublicCall<P, Q, B> extends BareCall<P, Q, B> {
  session: Session | null;
}
export interface SessionCall<P, Q, B> extends BareCall<P, Q, B> {
  session: Session;
}
/** A member of the workspace with at least the route's role. */
export interface Call<P = unknown, Q = unknown, B = unknown> extends SessionCall<P, Q, B> {
  member: MemberDoc;
  workspace: WorkspaceStore;
}

/** A form that was refused: its path and query are parsed, its fields are what was typed. */
export interface RefusedCall<P = unknown, Q = unknown> extends Call<P, Q, undefined> {
  typed: Readonly<Record<string, string>>;
}

interface BareRoute<P, Q, B> {
  name: string;
  methods: readonly HttpMethod[];
  route: string;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** `page`: forms in, redirects and pages out. `json`: JSON in, JSON and problem+json out. */
  respond: 'json' | 'page';
}
interface PublicRoute<P, Q, B> extends BareRoute<P, Q, B> {
  access: 'public';
  handle(call: PublicCall<P, Q, B>): Promise<HttpResponseInit>;
}
interface SessionRoute<P, Q, B> extends BareRoute<P, Q, B> {
  access: 'signedIn';
  handle(call: SessionCall<P, Q, B>): Promise<HttpResponseInit>;
}
interface MemberRoute<P, Q, B> extends BareRoute<P, Q, B> {
  access: 'reader' | 'admin';
  handle(call: Call<P, Q, B>): Promise<HttpResponseInit>;
  /** For forms of pages: shows the form again with what was typed, for a problem that whoever sent it can mend there. */
  onProblem?(call: RefusedCall<P, Q>, problem: Problem): Promise<HttpResponseInit>;
}
export type Route<P, Q, B> = PublicRoute<P, Q, B> | SessionRoute<P, Q, B> | MemberRoute<P, Q, B>;

/** Makes the HTTP function of a route. Whatever the handler throws becomes problem+json or an error page. */
export function httpRoute<P, Q, B>(route: Route<P, Q, B>): HttpFunction {
  const { name, methods, access } = route;
  const run = async (request: HttpRequest, context: InvocationContext, app: App): Promise<HttpResponseInit> => {
    const correlationId = app.ids.uuid();
    const response = await answer(route, { request, app, correlationId }).catch((error: unknown) => {
      const problem = asProblem(error);
      const level = problem.status >= 500 ? 'error' : 'info';
      const fields = { correlationId, name, invocationId: context.invocationId, status: problem.status };
      app.log(level, 'request refused or failed', { ...fields, code: problem.explanation.code, error });
      return problemResponse(problem, { app, request, correlationId, respond: route.respond });
    });
    return addHeaders(response, app.config, correlationId);
  };
  return { kind: 'http', name, methods, route: route.route, access, run };
}

interface Arrival {
  request: HttpRequest;
  app: App;
  correlationId: string;
}

async function answer<P, Q, B>(route: Route<P, Q, B>, arrival: Arrival): Promise<HttpResponseInit> {
  const { request, app } = arrival;
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (changes) requireSameOrigin(request.headers, app.config.publicUrl);
  const session = await readSession(app, request.headers.get('cookie'));
  if (route.access === 'public') return route.handle({ ...withBody(route, await inputOf(route, arrival)), session });
  if (!session) throw signInNeeded();

  const csrfSession = changes ? session : undefined;
  let response: HttpResponseInit;
  if (route.access === 'signedIn') {
    response = await route.handle({ ...withBody(route, await inputOf(route, arrival, csrfSession)), session });
  } else {
    const admitted = { session, ...(await admit(app, session, route.access)) };
    response = await answerMember(route, await inputOf(route, arrival, csrfSession), admitted);
  }
  // Only pages keep a session alive: a script that polls in a forgotten tab must not.
  const renewed = route.respond === 'page' ? renewedSession(session, app.clock.now()) : null;
  if (!renewed || response.cookies) return response;
  return { ...response, cookies: [await sessionCookie(app, renewed)] };
}

/** What the sender of a form can mend in it: bad fields, and what clashes with what is there. */
const mendable = new Set([400, 409, 422]);

async function answerMember<P, Q, B>(
  route: MemberRoute<P, Q, B>,
  input: Input<P, Q>,
  admitted: Pick<Call, 'session' | 'member' | 'workspace'>,
): Promise<HttpResponseInit> {
  try {
    return await route.handle({ ...withBody(route, input), ...admitted });
  } catch (error) {
    if (!route.onProblem || !(error instanceof Problem) || !mendable.has(error.status)) throw error;
    const fields = typeof input.body === 'object' && input.body !== null ? Object.entries(input.body) : [];
    const typed = Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
    return route.onProblem({ ...input, ...admitted, body: undefined, typed }, error);
  }
}

/** The caller's membership, read now. @throws Problem 403 without the role. */
async function admit(app: App, session: Session, access: Exclude<Access, 'public' | 'signedIn'>) {
  const workspace = openWorkspaceStore(app.store, session.tenantId);
  // A session outlives a change of the deployment's settings.
  const member = mayHaveWorkspace(app, session.tenantId) ? await readMember(workspace, session) : undefined;
  if (!member) throw forbidden('not_added', 'You are not a member of this workspace.', 'Ask an Admin to add you.');
  if (access === 'admin' && member.role !== 'Admin')
    throw forbidden('admin_only', 'Only an Admin may do this.', 'Ask an Admin of your workspace to do it.');
  return { member, workspace };
}

/** A call whose body is not parsed yet. */
type Input<P, Q> = BareCall<P, Q, unknown>;

function withBody<P, Q, B>(route: Route<P, Q, B>, input: Input<P, Q>): BareCall<P, Q, B> {
  return { ...input, body: parseInput(route.body, input.body) };
}

async function inputOf<P, Q, B>(
  route: Route<P, Q, B>,
  { request, app, correlationId }: Arrival,
  csrfSession?: Session,
): Promise<Input<P, Q>> {
  // First of all: an id that cannot be one is as unknown as any other, whatever else is wrong with the request.
  const params = readParams(route.params, request.params);
  const body = await readBody(request, route.respond);
  if (csrfSession) requireCsrfToken(csrfSession, csrfTokenOf(request, body));
  return {
    app,
    request,
    correlationId,
    params,
    query: parseInput(route.query, Object.fromEntries(request.query)),
    body: withoutCsrf(body),
  };
}

/** @throws Problem 404 for what is no id at all. */
function readParams<P>(schema: z.ZodType<P> | undefined, params: unknown): P {
  try {
    return parseInput(schema, params);
  } catch (error) {
    if (error instanceof Problem) throw notFound('page');
    throw error;
  }
}

function csrfTokenOf(request: HttpRequest, body: unknown): string | null {
  const header = request.headers.get(CSRF_HEADER);
  if (header !== null || typeof body !== 'object' || body === null || !(CSRF_FIELD in body)) return header;
  const field = body[CSRF_FIELD];
  return typeof field === 'string' ? field : null;
}

function withoutCsrf(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== CSRF_FIELD));
}

function signInNeeded(): Problem {
  return new Problem(401, {
    code: 'sign_in_needed',
    meaning: 'You are not signed in, or your session has ended.',
    whoActs: 'msp',
    whatToDo: 'Sign in and try again.',
    retryHelps: true,
  });
}

function forbidden(code: string, meaning: string, whatToDo: string): Problem {
  return new Problem(403, { code, meaning, whoActs: 'msp', whatToDo, retryHelps: false });
}
