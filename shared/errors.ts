// How every error is explained: what it means, who must act, what to do, and whether trying again helps.
// The API, the pages and the events all show these words and no others.

export type WhoActs = 'msp' | 'customer' | 'microsoft' | 'tenantry';

export interface Explanation {
  /** Stable, for machines: `AADSTS65001`, `consent_link_expired`. */
  code: string;
  meaning: string;
  whoActs: WhoActs;
  whatToDo: string;
  retryHelps: boolean;
  /** What Microsoft's support asks for, where an error came from Microsoft. */
  correlationId?: string;
}

/** An error that a caller may see: it becomes `application/problem+json` or an error page. */
export class Problem extends Error {
  readonly status: number;
  readonly explanation: Explanation;
  /** Errors by field of a form or body. */
  readonly fields: Readonly<Record<string, string>> | undefined;

  constructor(
    status: number,
    explanation: Explanation,
    options: ErrorOptions & { fields?: Record<string, string> } = {},
  ) {
    super(explanation.meaning, options);
    this.name = 'Problem';
    this.status = status;
    this.explanation = explanation;
    this.fields = options.fields;
  }
}

/** What belongs to another workspace does not exist either: both are 404. */
export function notFound(what: string): Problem {
  return new Problem(404, {
    code: 'not_found',
    meaning: `There is no such ${what}.`,
    whoActs: 'msp',
    whatToDo: 'Check the address, or go back to the list and choose it there.',
    retryHelps: false,
  });
}

export function invalid(meaning: string, whatToDo: string, fields?: Record<string, string>): Problem {
  return new Problem(
    400,
    { code: 'invalid_request', meaning, whoActs: 'msp', whatToDo, retryHelps: false },
    fields ? { fields } : {},
  );
}
