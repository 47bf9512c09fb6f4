// The control API: moves the clock, changes what is true, injects faults, tells the truth. For tests and for `npm start`.
import { z } from 'zod';
import { jsonResponse, type SimContext, type SimHandler, type SimRequest, type SimResponse } from '../http.ts';
import { listAccounts } from '../scenario/accounts.ts';
import type { SimClock } from '../sim-clock.ts';
import type { Stats } from '../stats.ts';
import { applyChange } from './apply-change.ts';
import type { AppliedChange } from './effects.ts';
import { makeRandomChanges } from './random-changes.ts';
import { Advance, Change, FaultRules, Latency, RandomChanges, Settings } from './schemas.ts';
import { truthOf, truthOfAll } from './truth.ts';

export interface ControlParts {
  clock: SimClock;
  stats: Stats;
  log: AppliedChange[];
}

interface Call extends ControlParts {
  request: SimRequest;
  context: SimContext;
}

const ROUTES: Readonly<Record<string, (call: Call) => SimResponse>> = {
  'GET /control/clock': ({ clock }) => jsonResponse(200, clockState(clock)),
  'POST /control/clock': ({ request, clock }) => {
    clock.advance(Advance.parse(request.json()).advanceMs);
    return jsonResponse(200, clockState(clock));
  },
  'GET /control/truth': ({ request, context }) => {
    const tenantId = request.query.get('tenantId');
    if (tenantId === null) return jsonResponse(200, truthOfAll(context.world));
    const tenant = context.world.tenants.get(tenantId);
    return tenant ? jsonResponse(200, truthOf(tenant)) : jsonResponse(404, problem(`There is no tenant ${tenantId}.`));
  },
  'GET /control/scenario': ({ context }) => jsonResponse(200, scenario(context)),
  'GET /control/accounts': ({ context }) => jsonResponse(200, listAccounts(context.world)),
  'POST /control/change': ({ request, context, log }) =>
    jsonResponse(200, applyChange(context, log, Change.parse(request.json()))),
  'POST /control/random-changes': ({ request, context, log }) =>
    jsonResponse(200, makeRandomChanges(context, log, RandomChanges.parse(request.json()))),
  'GET /control/changes': ({ request, log }) => {
    const after = Number(request.query.get('after') ?? 0);
    return jsonResponse(
      200,
      log.filter(({ sequence }) => sequence > after),
    );
  },
  'GET /control/faults': ({ context }) => jsonResponse(200, { rules: context.faults.rules() }),
  'POST /control/faults': ({ request, context }) => {
    const nowMs = context.clock.now();
    context.faults.setRules(
      FaultRules.parse(request.json()).rules.map(({ forMs, ...rule }) =>
        forMs === undefined ? rule : { ...rule, untilMs: nowMs + forMs },
      ),
    );
    return jsonResponse(200, { rules: context.faults.rules() });
  },
  'DELETE /control/faults': ({ context }) => {
    context.faults.setRules([]);
    return jsonResponse(200, { rules: [] });
  },
  'POST /control/latency': ({ request, context }) => {
    context.faults.fixedLatencyMs = Latency.parse(request.json()).ms;
    return jsonResponse(200, { ms: context.faults.fixedLatencyMs });
  },
  'GET /control/settings': ({ context }) => jsonResponse(200, context.settings),
  'POST /control/settings': ({ request, context }) => {
    const given = Settings.parse(request.json());
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) Reflect.set(context.settings, name, value);
    }
    return jsonResponse(200, context.settings);
  },
  'GET /control/stats': ({ stats }) => jsonResponse(200, stats.snapshot()),
  'POST /control/stats/reset': ({ stats }) => {
    stats.reset();
    return jsonResponse(200, stats.snapshot());
  },
};

/** The control API's handler. */
export function createControlHandler(parts: ControlParts): SimHandler {
  return async (request, context) => {
    const route = ROUTES[`${request.method} ${request.path}`];
    if (!route) {
      return jsonResponse(
        404,
        problem(`There is no ${request.method} ${request.path}. Known: ${Object.keys(ROUTES).join(', ')}`),
      );
    }
    try {
      return route({ ...parts, request, context });
    } catch (error) {
      if (error instanceof z.ZodError) return jsonResponse(400, problem(z.prettifyError(error)));
      return jsonResponse(400, problem(error instanceof Error ? error.message : String(error)));
    }
  };
}

function clockState(clock: SimClock): { nowMs: number; offsetMs: number } {
  return { nowMs: clock.now(), offsetMs: clock.offsetMs() };
}

function problem(message: string): { error: string } {
  return { error: message };
}

/** The tenants by name, and the status each customer was made to show at the start. */
function scenario({ world }: SimContext) {
  return {
    seed: world.seed,
    startMs: world.startMs,
    tenants: [...world.tenants.values()].map(({ id, displayName, defaultDomain, kind, users, hasEntraP1 }) => ({
      tenantId: id,
      displayName,
      defaultDomain,
      kind,
      users: users.size,
      hasEntraP1,
    })),
    statuses: world.scenarioStatuses,
  };
}
