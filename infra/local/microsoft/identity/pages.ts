// The pages of the simulated identity platform. Everything is escaped by hono's `html`; they work without script.
import { html, raw } from 'hono/html';
import type { SimResponse } from '../http.ts';
import type { Account } from '../scenario/accounts.ts';
import type { AadstsFailure, ErrorDetails } from './errors.ts';

type Fragment = ReturnType<typeof html>;

const STYLE = `
  body { font: 15px/1.5 'Segoe UI', system-ui, sans-serif; background: #f2f2f2; color: #1b1a19; margin: 0; }
  main { max-width: 30rem; margin: 3rem auto; background: #fff; padding: 2rem 2.25rem; box-shadow: 0 2px 6px #0003; }
  h1 { font-size: 1.4rem; margin: 0 0 1rem; } .note { color: #605e5c; font-size: .85rem; }
  button { font: inherit; } form { margin: 0 0 .5rem; } ul { padding-left: 1.2rem; }
  .accounts { list-style: none; padding: 0; } .accounts button { width: 100%; text-align: left; padding: .6rem .75rem;
    border: 0; border-bottom: 1px solid #edebe9; background: #fff; cursor: pointer; }
  .accounts button:hover { background: #f3f2f1; } .accounts span { display: block; }
  .main { background: #0067b8; color: #fff; border: 0; padding: .5rem 1.5rem; }
  .other { background: #e1dfdd; border: 0; padding: .5rem 1.5rem; }
  input[type=text] { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem; margin: .25rem 0 .75rem; }
  .error { color: #a4262c; } code { overflow-wrap: anywhere; }
  @media (prefers-color-scheme: dark) { body { background: #1b1a19; color: #f3f2f1; } main, .accounts button { background: #292827; color: inherit; }
    .note { color: #bebbb8; } .other { background: #484644; color: inherit; } .error { color: #f1707b; } }
`;

async function page(
  status: number,
  title: string,
  body: Fragment,
  headers: SimResponse['headers'] = {},
): Promise<SimResponse> {
  const document = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${raw(STYLE)}</style></head>
<body><main><p class="note">Simulated Microsoft</p>${body}</main></body></html>`;
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: document.toString(),
  };
}

/** The choice of accounts, with a field for any other. The forms post back to the address they came from. */
export function accountPage(input: {
  accounts: Account[];
  more: boolean;
  hint: string;
  problem?: string;
}): Promise<SimResponse> {
  const { accounts, more, hint, problem } = input;
  const body = html`<h1>Pick an account</h1>
${problem ? html`<p class="error" role="alert">${problem}</p>` : ''}
<form method="post"><input type="hidden" name="step" value="pick"><ul class="accounts">
${accounts.map(
  (account) => html`<li><button name="account" value="${account.upn}"><strong>${account.displayName}</strong>
<span>${account.upn}</span><span class="note">${account.tenantName} · ${account.roleWords.join(', ')} · ${account.mfa ? 'MFA' : 'no MFA'}</span></button></li>`,
)}</ul></form>
${more ? html`<p class="note">More customers have accounts than fit here; type one below.</p>` : ''}
<form method="post"><input type="hidden" name="step" value="pick">
<label for="upn">Use another account</label><input type="text" id="upn" name="account" value="${hint}" autocomplete="username" placeholder="someone@example.com">
<button class="main">Next</button></form>
${cancelForm()}`;
  return page(200, 'Sign in to your account', body);
}

/** The MFA step. */
export function approvePage(upn: string): Promise<SimResponse> {
  const body = html`<h1>Approve sign in request</h1><p>${upn}</p>
<p>Open your Authenticator app and approve the request to sign in. Here, press the button.</p>
<form method="post"><input type="hidden" name="step" value="approve"><input type="hidden" name="account" value="${upn}">
<button class="main">Approve</button></form>${cancelForm()}`;
  return page(200, 'Approve sign in request', body);
}

export interface ConsentPageInput {
  upn: string;
  appName: string;
  publisher: string;
  permissions: { name: string; description: string; kind: 'delegated' | 'application' }[];
  /** The organisation's name on the admin consent page; null asks the user for themselves. */
  organisation: string | null;
  /** Whether to offer the tick box that consents for everybody. */
  mayConsentForOrganisation: boolean;
}

/** The consent page, of a user or of an administrator. */
export function consentPage(input: ConsentPageInput): Promise<SimResponse> {
  const { organisation } = input;
  const title = organisation === null ? 'Permissions requested' : 'Permissions requested: review for your organisation';
  const body = html`<h1>${title}</h1><p class="note">${input.upn}</p>
<p><strong>${input.appName}</strong><br><span class="note">Published by ${input.publisher}</span></p>
<p>${organisation === null ? 'This app would like to:' : html`If you accept, this app gets these permissions for everybody in <strong>${organisation}</strong>:`}</p>
<ul>${input.permissions.map(
    ({ name, description, kind }) =>
      html`<li>${description} <span class="note">(<code>${name}</code>, ${kind === 'application' ? 'without a signed-in user' : 'as the signed-in user'})</span></li>`,
  )}</ul>
<form method="post"><input type="hidden" name="step" value="consent"><input type="hidden" name="account" value="${input.upn}">
${input.mayConsentForOrganisation ? html`<p><label><input type="checkbox" name="organisation" value="yes"> Consent on behalf of your organisation</label></p>` : ''}
<button class="main" name="answer" value="accept">Accept</button>
<button class="other" name="answer" value="cancel">Cancel</button></form>`;
  return page(200, title, body);
}

/** Shown to somebody who may not grant what is asked. */
export function needsAdminPage(input: { upn: string; appName: string; details: ErrorDetails }): Promise<SimResponse> {
  const body = html`<h1>Need admin approval</h1><p class="note">${input.upn}</p>
<p><strong>${input.appName}</strong> needs permission to access resources in your organisation that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<p class="note">${input.details.description}</p>
<form method="post"><input type="hidden" name="step" value="switch"><button class="other">Have an admin account? Sign in with that account</button></form>
<form method="post"><input type="hidden" name="step" value="return"><button class="main">Return to the application without granting consent</button></form>`;
  return page(200, 'Need admin approval', body);
}

/** An error that must not be sent to the redirect address. */
export function errorPage(failure: AadstsFailure, details: ErrorDetails, canSwitch: boolean): Promise<SimResponse> {
  const body = html`<h1>Sorry, but we’re having trouble signing you in.</h1>
<p class="error" role="alert">${failure.message}</p>
<dl class="note"><dt>Trace ID</dt><dd>${details.traceId}</dd><dt>Correlation ID</dt><dd>${details.correlationId}</dd><dt>Timestamp</dt><dd>${details.timestamp}</dd></dl>
${canSwitch ? html`<form method="post"><input type="hidden" name="step" value="switch"><button class="main">Sign in with another account</button></form>` : ''}`;
  return page(400, 'Sign in', body);
}

/** Posts the answer to the app (`response_mode=form_post`). */
export function formPostPage(redirectUri: string, fields: [string, string][]): Promise<SimResponse> {
  const body = html`<h1>Working…</h1><form method="post" action="${redirectUri}" id="answer">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="main">Continue</button></form><script>document.getElementById('answer').submit()</script>`;
  return page(200, 'Working…', body);
}

/** After sign-out without a return address. */
export function signedOutPage(headers: SimResponse['headers']): Promise<SimResponse> {
  return page(
    200,
    'You signed out',
    html`<h1>You signed out of your account</h1><p>It’s a good idea to close all browser windows.</p>`,
    headers,
  );
}

function cancelForm(): Fragment {
  return html`<form method="post"><input type="hidden" name="step" value="cancel"><button class="other">Cancel</button></form>`;
}
