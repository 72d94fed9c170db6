import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChainStep } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { currentStep, decide, end, reasonAgainstDeciding, resubmit } from './rules.ts';
import type { Application, Decider } from './rules.ts';

const at = '2026-09-01T00:00:00.000Z';
const chain: ChainStep[] = [
  { act: 'review', orgId: 'school', orgName: '实验小学', role: 'school-head' },
  { act: 'report', orgId: 'school', orgName: '实验小学', role: 'school-registrar' },
  { act: 'review', orgId: 'county', orgName: '历下区教育局', role: 'bureau-registrar' },
];
const registrar: Decider = { account: 'xj', role: 'school-registrar', org: { id: 'school' } };
const head: Decider = { account: 'ld', role: 'school-head', org: { id: 'school' } };
const bureau: Decider = { account: 'ju', role: 'bureau-registrar', org: { id: 'county' } };

function application(more: Partial<Application> = {}): Application {
  return {
    id: 'a',
    kind: 'primary-entrant',
    subject: 's',
    orgId: 'school',
    otherOrgId: null,
    groupKey: 'resident',
    chain,
    createdAt: at,
    state: 'in-review',
    revision: 1,
    position: 0,
    blocked: null,
    turnSince: at,
    createdBy: 'xj',
    mendedBy: [],
    ...more,
  };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'nothing refused';
}

describe('review chain', () => {
  test('1.10–1.12 school head, report, managing bureau: then it is approved', () => {
    let now = application();
    const acts = [head, registrar, bureau].map((decider) => {
      const decided = decide(now, 'approve', decider, at);
      now = decided.application;
      return [decided.act, now.state, now.revision];
    });
    expect(acts).toEqual([
      ['approve', 'in-review', 2],
      ['report', 'in-review', 3],
      ['approve', 'approved', 4],
    ]);
    expect(currentStep(now)).toBeUndefined();
  });

  test('1.10 a refused one goes back to the registrar, and starts from the first step when handed in again', () => {
    const returned = decide(application({ position: 2 }), 'return', bureau, at).application;
    expect(returned.state).toBe('returned');
    expect(codeOf(() => decide(returned, 'approve', bureau, at))).toBe('illegal-move');
    expect(resubmit(returned, 'xj', 'checking', at)).toMatchObject({
      state: 'in-review',
      position: 0,
      blocked: 'checking',
      mendedBy: ['xj'],
    });
  });

  test.each([
    ['another org of the same role', application(), { ...head, org: { id: 'other' } }, 'illegal-move'],
    ['another role of the same org', application(), { ...registrar, account: 'yz' }, 'illegal-move'],
    ['1.8 before dedup and verification are done', application({ blocked: 'checking' }), head, 'checks-not-done'],
    ['1.9 when dedup failed', application({ blocked: 'check-failed' }), head, 'checks-not-done'],
    ['maker is not checker', application({ createdBy: 'ld' }), head, 'maker-is-checker'],
    ['who mended it is not checker', application({ mendedBy: ['xj2', 'ld'] }), head, 'maker-is-checker'],
    ['when it has ended', application({ state: 'ended' }), head, 'illegal-move'],
  ])('cannot be decided: %s', (_why, given, decider, code) => {
    expect(codeOf(() => decide(given, 'approve', decider, at))).toBe(code);
    expect(reasonAgainstDeciding(given, decider)?.code).toBe(code);
  });

  test('a report cannot be refused: only the head returns', () => {
    expect(codeOf(() => decide(application({ position: 1 }), 'return', registrar, at))).toBe('illegal-move');
  });

  test('1.9 the system ends what waits or was returned, and nothing that is over', () => {
    expect(end(application(), at).state).toBe('ended');
    expect(end(application({ state: 'returned' }), at).state).toBe('ended');
    expect(codeOf(() => end(application({ state: 'approved' }), at))).toBe('illegal-move');
  });

  test('whatever people do, the revision rises by one a decision and only the last step approves', () => {
    const decisions = fc.array(
      fc.record({
        who: fc.constantFrom(registrar, head, bureau),
        what: fc.constantFrom('approve' as const, 'return' as const),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(decisions, (acts) => {
        let now = application();
        for (const { who, what } of acts) {
          try {
            const { application: next } = decide(now, what, who, at);
            expect(next.revision).toBe(now.revision + 1);
            expect(next.state === 'approved').toBe(what === 'approve' && now.position === chain.length - 1);
            now = next;
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
          }
        }
      }),
    );
  });
});
