// Every function of the product, in one list: functions/index.ts registers it on Azure, the one-machine host serves it.
import type { FunctionDefinition } from './define.ts';
import { healthFunction } from './http/health.ts';

export const functionList: readonly FunctionDefinition[] = [healthFunction];
