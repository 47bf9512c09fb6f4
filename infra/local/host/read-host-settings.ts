// The settings that only the one-machine process has, beside those of shared/read-config.ts.
import { z } from 'zod';
import { isLogLevel, type LogLevel } from '../../../shared/log.ts';
import { ConfigError, type Environment } from '../../../shared/read-config.ts';
import { type HostRole, hostRoles } from './start-host.ts';

export interface ProcessSettings {
  port: number;
  roles: readonly HostRole[];
  /** Messages of one queue that are worked on at once. */
  concurrency: number;
  logLevel: LogLevel;
  /** Holds the clock's offset and the timers' statuses; neither is kept without it. */
  dataDir: string | undefined;
}

const wholeNumber = (fallback: number, least: number, most: number) =>
  z
    .string()
    .optional()
    .transform((value) => Number(value || fallback))
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    });

const isRole = (text: string): text is HostRole => hostRoles.some((role) => role === text);

const processSettings = z.object({
  TENANTRY_PORT: wholeNumber(7071, 0, 65_535),
  TENANTRY_CONCURRENCY: wholeNumber(16, 1, 1_000),
  TENANTRY_ROLES: z
    .string()
    .optional()
    .transform((value) => (value || hostRoles.join(',')).split(',').map((role) => role.trim()))
    .refine((roles) => roles.every(isRole), { error: `must be one or more of ${hostRoles.join(', ')}` })
    .transform((roles) => roles.filter(isRole)),
  TENANTRY_LOG_LEVEL: z
    .string()
    .optional()
    .transform((value) => value || 'info')
    .refine(isLogLevel, { error: 'must be one of debug, info, warn, error' }),
  TENANTRY_DATA_DIR: z.string().optional(),
});

/** @throws ConfigError that names each wrong setting */
export function readProcessSettings(environment: Environment): ProcessSettings {
  const parsed = processSettings.safeParse(environment);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => ({ setting: String(path[0]), problem: message })),
    );
  }
  const { data } = parsed;
  return {
    port: data.TENANTRY_PORT,
    roles: data.TENANTRY_ROLES,
    concurrency: data.TENANTRY_CONCURRENCY,
    logLevel: data.TENANTRY_LOG_LEVEL,
    dataDir: data.TENANTRY_DATA_DIR || undefined,
  };
}
