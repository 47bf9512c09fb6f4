// Which tenant a domain belongs to, by the public OpenID metadata of that domain.
import { z } from 'zod';
import { explainEntra, findingError } from '../catalogue.ts';
import { jsonOrText, parseJson, sendOnce, withInlineRetries } from '../transport.ts';
import type { EntraTools } from './token-exchange.ts';

const metadata = z.object({ issuer: z.string() });
const domainName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i;
/** AADSTS codes of a domain that no tenant of this cloud has. */
const unknownTenant = new Set(['AADSTS90002', 'AADSTS50059', 'AADSTS900023', 'AADSTS900021', 'AADSTS90038']);

/** Whether a text can be a domain name at all. */
export function isDomainName(text: string): boolean {
  return domainName.test(text);
}

/**
 * The tenant id, in lower case; null where no tenant has the domain. Says nothing about who may use the tenant.
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 * @throws MicrosoftError when there is no answer, or none that names a tenant
 */
export async function tenantOfDomain(domain: string, tools: EntraTools): Promise<string | null> {
  if (!isDomainName(domain)) return null;
  const url = `${tools.loginOrigin}/${encodeURIComponent(domain.toLowerCase())}/v2.0/.well-known/openid-configuration`;
  const terms = { repeatable: true, clock: tools.clock, random: tools.random };
  const answer = await withInlineRetries(() => sendOnce(tools.fetch, url, { method: 'GET' }, 'entra'), terms);
  if (answer.status !== 200) {
    const error = explainEntra(jsonOrText(answer), answer.status);
    if (unknownTenant.has(error.code)) return null;
    throw error;
  }
  const parsed = metadata.safeParse(parseJson(answer, 'entra'));
  if (!parsed.success) throw findingError('entra', 'unexpected_answer', { cause: parsed.error });
  const segment = URL.canParse(parsed.data.issuer) ? new URL(parsed.data.issuer).pathname.split('/')[1] : undefined;
  const tenantId = z.guid().safeParse(segment);
  if (!tenantId.success) throw findingError('entra', 'unexpected_answer');
  return tenantId.data.toLowerCase();
}
