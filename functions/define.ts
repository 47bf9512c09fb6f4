// Functions as data: one list of these is registered with @azure/functions and served by the one-machine host.
import type { HttpMethod, HttpRequest, HttpResponseInit, InvocationContext, Timer } from '@azure/functions';
import type { App } from '../shared/app.ts';
import type { QueueName } from '../shared/queue/port.ts';

/** Who may call a route: anyone, anyone signed in, or a member of the workspace with at least this role. */
export type Access = 'public' | 'signedIn' | 'reader' | 'admin';

export interface HttpFunction {
  kind: 'http';
  name: string;
  methods: readonly HttpMethod[];
  /** As Azure writes it: `api/v1/customers/{tenantId}`. */
  route: string;
  access: Access;
  run(request: HttpRequest, context: InvocationContext, app: App): Promise<HttpResponseInit>;
}

export interface TimerFunction {
  kind: 'timer';
  name: string;
  /** NCRONTAB with six fields, seconds first. */
  schedule: string;
  run(timer: Timer, context: InvocationContext, app: App): Promise<void>;
}

export interface QueueFunction {
  kind: 'queue';
  name: string;
  queue: QueueName;
  /** `body` is what arrived: the worker parses it. A throw abandons the message; only bugs throw. */
  run(body: unknown, context: InvocationContext, app: App): Promise<void>;
}

export type FunctionDefinition = HttpFunction | TimerFunction | QueueFunction;
