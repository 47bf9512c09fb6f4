// The keys that sign id_tokens, and the issuer they sign for, as the login origin publishes them. Kept on our clock.
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { HOUR_MS, MINUTE_MS } from '../../clock.ts';
import { explainEntra, findingError } from '../catalogue.ts';
import { isOfOrigin } from '../origins.ts';
import { jsonOrText, parseJson, sendOnce, withInlineRetries } from '../transport.ts';
import type { EntraTools } from './token-exchange.ts';

export interface SigningKey {
  key: CryptoKey | Uint8Array;
  /** The issuer that this key may sign for, with `{tenantid}` where it may for any; undefined where the key says nothing. */
  issuer: string | undefined;
}

export interface SigningKeys {
  /** The issuer of the metadata, with `{tenantid}` in it. @throws MicrosoftError */
  issuer(): Promise<string>;
  /** The key of that id; looks again at Microsoft when it is new to us. @throws MicrosoftError */
  find(kid: string): Promise<SigningKey | undefined>;
}

const metadataSchema = z.object({ issuer: z.string().min(1), jwks_uri: z.string().min(1) });
const keysSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string(), issuer: z.string().optional() })),
});

/** Microsoft advises to look every 24 hours, and at once when a key id is unknown. */
const keptForMs = 24 * HOUR_MS;
/** Unknown ids come from forgers too, so they make us look no more often than this. */
const shortestIntervalMs = 5 * MINUTE_MS;

interface Published {
  issuer: string;
  keys: ReadonlyMap<string, JWK & { issuer?: string | undefined }>;
  atMs: number;
}

/** @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-signature */
export function openSigningKeys(tools: EntraTools): SigningKeys {
  const { loginOrigin, clock } = tools;
  let published: Published | undefined;
  let underWay: Promise<Published> | undefined;

  const look = async (): Promise<Published> => {
    const metadata = await getJson(
      `${loginOrigin}/organizations/v2.0/.well-known/openid-configuration`,
      metadataSchema,
    );
    if (!isOfOrigin(metadata.jwks_uri, loginOrigin)) throw findingError('entra', 'foreign_link');
    const { keys } = await getJson(metadata.jwks_uri, keysSchema);
    published = { issuer: metadata.issuer, keys: new Map(keys.map((key) => [key.kid, key])), atMs: clock.now() };
    return published;
  };

  const getJson = async <T>(url: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await withInlineRetries(() => sendOnce(tools.fetch, url, { method: 'GET' }, 'entra'), {
      repeatable: true,
      ...tools,
    });
    if (answer.status !== 200) throw explainEntra(jsonOrText(answer), answer.status);
    const parsed = schema.safeParse(parseJson(answer, 'entra'));
    if (!parsed.success) throw findingError('entra', 'unexpected_answer', { cause: parsed.error });
    return parsed.data;
  };

  const current = async (oldestMs: number): Promise<Published> => {
    if (published && clock.now() - published.atMs < oldestMs) return published;
    underWay ??= look().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  return {
    issuer: async () => (await current(keptForMs)).issuer,
    find: async (kid) => {
      const jwk = (await current(keptForMs)).keys.get(kid) ?? (await current(shortestIntervalMs)).keys.get(kid);
      return jwk && { key: await importJWK(jwk, 'RS256'), issuer: jwk.issuer };
    },
  };
}
