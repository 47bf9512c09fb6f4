// 300 customers consented automatically, with 10 % transient errors and 2 % permanent ones. Other crowds:
// CROWD_SEED=5 CROWD_CUSTOMERS=2000 CROWD_TRANSIENT=0.2 CROWD_PERMANENT=0.05 CROWD_PROCESSES=4 npx vitest run --project integration automatic-crowd
import { beforeAll, describe, expect, it } from 'vitest';
import { type CrowdReport, runCrowd } from './kit/consent-crowd.ts';

const number = (name: string, fallback: number) => Number(process.env[`CROWD_${name}`] || fallback);
const options = {
  seed: number('SEED', 300),
  customers: number('CUSTOMERS', 300),
  transient: number('TRANSIENT', 0.1),
  permanent: number('PERMANENT', 0.02),
  processes: number('PROCESSES', 3),
};

describe(`G1-17 SY-27 SY-28 SY-31 a crowd: ${JSON.stringify(options)}`, () => {
  let crowd: CrowdReport;
  beforeAll(async () => {
    crowd = await runCrowd(options);
    const { bad, peakConsentsPerSecond, consentRequests, tookMs, realMs } = crowd;
    console.log(
      `${options.customers - bad.size} good, ${bad.size} bad; ${consentRequests} requests to Partner Center, ${peakConsentsPerSecond} at most in a second; ${Math.round(tookMs / 60_000)} min of its time in ${Math.round(realMs / 1000)} s`,
    );
  }, 900_000);

  it('makes every good customer ready', () => {
    const notReady = crowd.rows.filter(({ tenantId, readiness }) => !crowd.bad.has(tenantId) && !readiness.ready);
    expect(notReady.map(({ name, consent }) => ({ name, consent }))).toEqual([]);
    expect(crowd.rows).toHaveLength(options.customers);
  });

  it('explains every bad one, and does not go on with it for ever', () => {
    const told = [...crowd.bad].map(([tenantId, kind]) => {
      const consent = crowd.consents.get(tenantId);
      const { code = '', meaning = '', whatToDo = '' } = consent?.explanation ?? {};
      const explained = kind.codes.includes(code) && meaning !== '' && whatToDo !== '';
      return {
        kind: kind.name,
        status: consent?.status,
        next: consent?.nextAttemptAt,
        code: explained ? 'explained' : code,
      };
    });
    expect(told).toEqual(
      [...crowd.bad.values()].map(({ name }) => ({
        kind: name,
        status: 'ConsentFailure',
        next: null,
        code: 'explained',
      })),
    );
  });

  it('leaves none stuck or half done', () => {
    const open = [...crowd.consents.values()].filter(({ automatic }) => automatic?.step !== 'ended');
    expect(open).toEqual([]);
    expect(crowd.rows.filter(({ consentStuck }) => consentStuck)).toEqual([]);
    expect(crowd.errors).toEqual([]);
  });

  it('takes back every grant of the partner app that it can reach', () => {
    const unexpected = crowd.leftBehind.filter((tenantId) => !crowd.bad.get(tenantId)?.keepsGrant);
    expect(unexpected.map((tenantId) => crowd.consents.get(tenantId)?.automatic)).toEqual([]);
  });

  it('never asks Partner Center for more than 50 a second', () => {
    expect(crowd.consentRequests).toBeGreaterThanOrEqual(2 * (options.customers - crowd.bad.size));
    expect(crowd.peakConsentsPerSecond).toBeLessThanOrEqual(50);
  });
});
