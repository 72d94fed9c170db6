import type { Hub } from '../../central/context.ts';
import type { Suspicion } from '../../central/national-audit/rules.ts';
import { isoTime } from '../../shared/clock.ts';

/** A run that has ended and a repair that it found, for the endpoints that reach one: they are the ministry's, of no org. */
export async function auditInputs(hub: Hub): Promise<Record<string, object>> {
  const [run, repair] = [hub.ids.next(), hub.ids.next()];
  const at = isoTime(hub.clock.now());
  const nobodyShares = { identityShared: [], numberShared: [] };
  const suspicion: Suspicion = { studentId: repair, hub: null, answers: [], silent: [], claims: [], ...nobodyShares };
  const times = { firstFoundAt: at, foundAt: at, lastRun: run, timesFound: 1 };
  const undecided = { decidedBy: null, decidedAt: null, opinion: null, outcome: null };
  const about = { studentId: repair, kind: 'number-twice', province: 'p-37', fix: 'by-people' } as const;
  const names = { studentNumber: '', maskedName: '张*', schoolName: '' };
  const evidence = { evidence: JSON.stringify(suspicion), evidenceHash: '' };
  await hub.store.decide(async (tx) => {
    const counts = { records: 0, claims: 0, found: 0, repaired: 0, isCapped: 0, suspectedAt: null, lookedAt: null };
    await tx
      .insertInto('audit_run')
      .values({ id: run, cause: 'schedule', startedBy: '', startedAt: at, phase: 'ended', endedAt: at, ...counts })
      .execute();
    await tx
      .insertInto('custody_repair')
      .values({ id: repair, state: 'open', revision: 1, ...about, ...names, ...evidence, ...times, ...undecided })
      .execute();
  });
  return {
    '/api/national-audit/runs/one': { id: run },
    '/api/national-audit/repairs/one': { id: repair },
    '/api/national-audit/repairs/accept': { id: repair },
    '/api/national-audit/repairs/dismiss': { id: repair },
  };
}
