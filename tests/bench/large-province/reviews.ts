import type Database from 'better-sqlite3';
import type { HistoryAct } from '../../../contracts/application.ts';
import type { Org } from '../../../contracts/orgs/org.ts';
import { demoAccounts } from '../../../deploy/demo/accounts.ts';
import { blockedBy, registrationChain } from '../../../province-node/registration/rules.ts';
import type { RegistrationTable } from '../../../province-node/registration/table.ts';
import { must } from '../../../shared/assert.ts';
import { stepRow, toRow } from '../../../shared/chain/rows.ts';
import type { Actor } from '../../../shared/chain/chain.ts';
import { layChain } from '../../../shared/chain/lay-chain.ts';
import { currentStep, decide, end } from '../../../shared/chain/rules.ts';
import type { Application, Decided } from '../../../shared/chain/rules.ts';
import { isoTime } from '../../../shared/clock.ts';
import { idsOnPath } from '../../../shared/org/tree.ts';
import type { Stop } from './stops.ts';
import { inserter } from './writing.ts';

const DAY_MS = 86_400_000;
const system: Actor = {
  account: 'system',
  personName: '系统',
  role: 'school-registrar',
  org: { id: '', name: '系统' },
};
/** How many steps of the chain are behind what waits there. */
const stepsDone: Partial<Record<Stop, number>> = {
  school: 0,
  report: 1,
  managing: 2,
  returned: 2,
  city: 3,
  province: 4,
};

/** Writes the application of a registration and its history, decided by the chain's own rules until it stands at `stop`. */
export function openReviews(
  db: Database.Database,
  orgs: readonly Org[],
): (registration: RegistrationTable, stop: Stop, beganMs: number, nowMs: number) => void {
  const insertApplication = inserter(db, 'application', applicationColumns);
  const insertStep = inserter(db, 'application_step', stepColumns);
  const byId = new Map(orgs.map((org) => [org.id, org]));
  const people = new Map(
    demoAccounts(orgs).map(({ name, personName, role, orgId }): [string, Actor] => [
      `${orgId} ${role}`,
      { account: name, personName, role, org: must(byId.get(orgId), 'its org') },
    ]),
  );
  const actorOf = (orgId: string, role: string): Actor => must(people.get(`${orgId} ${role}`), `${role} of ${orgId}`);
  const upward = (school: Org): Org[] =>
    idsOnPath(school.path)
      .map((id) => must(byId.get(id), id))
      .toReversed();

  return (registration, stop, beganMs, nowMs) => {
    const { id, kind, category, schoolId, studentId } = registration;
    const chain = layChain(registrationChain(category), upward(must(byId.get(schoolId), 'school')));
    const registrar = actorOf(schoolId, 'school-registrar');
    // Two days a step, as far as there is time.
    const timeOf = (step: number): string => isoTime(Math.min(nowMs, beganMs + step * 2 * DAY_MS));
    let now: Application = {
      id,
      kind,
      chain,
      subject: studentId,
      orgId: schoolId,
      otherOrgId: null,
      groupKey: category,
      position: 0,
      revision: 1,
      state: 'in-review',
      blocked: blockedBy(registration.checkState),
      createdBy: registrar.account,
      turnSince: timeOf(0),
      createdAt: timeOf(0),
      mendedBy: [],
    };
    const steps = [stepRow(id, 1, 'submit', registrar, '', timeOf(0))];
    const take = ({ application, act }: Decided, actor: Actor, opinion: string): void => {
      now = application;
      steps.push(stepRow(id, now.revision, act, actor, opinion, now.turnSince));
    };
    const until = stop === 'registered' ? chain.length : Math.min(stepsDone[stop] ?? 0, chain.length - 1);
    for (let step = currentStep(now); step && now.position < until; step = currentStep(now)) {
      const actor = actorOf(step.orgId, step.role);
      take(decide(now, 'approve', actor, timeOf(now.revision)), actor, step.act === 'review' ? '同意' : '');
    }
    if (stop === 'returned') {
      const step = must(currentStep(now), 'a step');
      const actor = actorOf(step.orgId, step.role);
      take(decide(now, 'return', actor, timeOf(now.revision)), actor, '家庭住址与户口簿不一致，请核对后重新提交');
    }
    if (stop === 'ended')
      take({ application: end(now, timeOf(1)), act: 'end' satisfies HistoryAct }, system, '查重不通过：身份已被占用');
    insertApplication(toRow(now));
    for (const row of steps) insertStep(row);
  };
}

const applicationColumns = [
  ...(['id', 'kind', 'subject', 'orgId', 'groupKey', 'state', 'revision', 'chain', 'position'] as const),
  ...(['turnOrgId', 'turnRole', 'turnAct', 'turnSince', 'blocked', 'createdBy', 'createdAt'] as const),
];
const stepColumns = [
  ...(['applicationId', 'ordinal', 'act', 'orgId', 'orgName', 'account', 'personName', 'opinion', 'at'] as const),
];
