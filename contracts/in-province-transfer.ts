import { z } from 'zod';
import { ApplicationState, ApplicationView, WaitingAct } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { excludes } from './exclusive-business.ts';
import type { OpenKind } from './exclusive-business.ts';
import type { RecordStatus } from './national-index.ts';
import { recordStatusTitles } from './national-index.ts';
import { handlerRoles } from './orgs/roles.ts';
import { Stage, stageTitles } from './orgs/org.ts';
import type { Custody } from './student.ts';
import { Direction, TransferPupil, TransferReason } from './transfer.ts';

/** 省内转学 (features 7.2): the school that the pupil comes to applies, both sides decide, the record moves by itself. */

export const IN_PROVINCE_TRANSFER = 'in-province-transfer';
export const IN_PROVINCE_TITLE = '省内转学';

/** What the province knows of the pupil and of the school that asks. */
export interface InProvinceFacts {
  record: {
    schoolId: string;
    schoolName: string;
    stage: Stage;
    status: RecordStatus;
    problem: boolean;
    custody: Custody;
    /** 0 or 1: loaded from phase one, and the hub has not said yet whose its identity is. */
    awaitsDedup: number;
  };
  to: { id: string; stages: readonly Stage[] };
  /** The school that has another transfer of this pupil under way, of either kind. */
  underWayAt: string | null;
  /** What else is open on the record. */
  openBusiness: { kind: OpenKind; title: string; schoolName: string } | null;
}

/** Everything that stands against it, each with who can clear it (domain.md §1.6); empty when nothing does. */
export function reasonsAgainstMoving({ record, to, underWayAt, openBusiness }: InProvinceFacts): string[] {
  const { schoolName, stage, status, problem, custody, awaitsDedup } = record;
  if (record.schoolId === to.id) return ['该生学籍就在本校，不需要转学。'];
  if (custody === 'moved-out') return ['该生学籍已调往外省，请通过统一平台办理跨省转学。'];
  const reasons: string[] = [];
  if (awaitsDedup === 1) reasons.push('该生学籍刚从一期数据载入，正在全国查重，查重完成后再申请。');
  if (custody === 'sealed') reasons.push('该生学籍正在调往外省；如调档未成，学籍恢复后再申请。');
  if (status !== 'enrolled' && status !== 'left')
    reasons.push(
      `该生目前为“${stageTitles[stage]}${recordStatusTitles[status]}”，只有在校或离校的学生可以省内转学；` +
        `如状态有误或需要复学，请${schoolName}先办理学籍异动。`,
    );
  if (problem && excludes('problem', 'in-province-transfer'))
    reasons.push(`该生是问题学籍，不能办理任何异动，请${schoolName}先处理完问题学籍。`);
  if (underWayAt !== null) reasons.push(`${underWayAt}已为该生申请转学，请与该校联系，由其撤销或办结。`);
  if (openBusiness && excludes(openBusiness.kind, 'in-province-transfer'))
    reasons.push(`该生在${openBusiness.schoolName}有正在办理的“${openBusiness.title}”，请该校办结或撤销后再申请。`);
  if (!to.stages.includes(stage))
    reasons.push(`该生就读${stageTitles[stage]}，本校没有这一学段，请由有该学段的学校申请。`);
  return reasons;
}

const applicant = { roles: ['school-registrar'], levels: ['school'] } as const;
const oneTransfer = { one: 'in-province-transfer', from: 'id' } as const;

/** Before anything is typed: the pupil by number and name, what stands against a transfer, and the grades to choose from. */
export const lookUpInProvince = endpoint({
  method: 'post',
  path: '/api/in-province-transfers/look-up',
  title: '查询省内转学学生',
  access: { ...applicant, reach: 'subtree' },
  input: z.object({
    studentNumber: z.string().trim().toUpperCase().min(1, '请填写全国学籍号').max(32),
    name: z.string().trim().min(1, '请填写姓名').max(64),
  }),
  output: z.object({
    /** The application's, should it be made: evidence is given to it. Null when nobody was found. */
    id: z.string().nullable(),
    pupil: TransferPupil.omit({ provinceName: true }).nullable(),
    reasons: z.array(z.string()),
    grades: z.array(z.object({ stage: Stage, cohort: z.int(), title: z.string() })),
  }),
  problems: ['too-many-requests'],
});

export const startInProvince = endpoint({
  method: 'post',
  path: '/api/in-province-transfers/start',
  title: '申请省内转学',
  access: { ...applicant, reach: { one: 'in-province-draft', from: 'id' } },
  input: z.object({
    id: z.string(),
    stage: Stage,
    cohort: z.int(),
    reason: TransferReason,
    note: z.string().trim().max(500).default(''),
  }),
  output: z.object({ id: z.string() }),
  problems: ['not-found', 'invalid-input', 'not-transferable', 'not-agreed-with-hub'],
});

export const InProvinceRow = z.object({
  id: z.string(),
  studentId: z.string(),
  /** Masked where it holds the resident id. */
  studentNumber: z.string(),
  name: z.string(),
  fromSchoolName: z.string(),
  fromGradeName: z.string(),
  toSchoolName: z.string(),
  toGradeName: z.string(),
  appliedAt: z.string(),
  state: ApplicationState,
  /** 当前处理单位, null when it has ended. */
  turnOrgName: z.string().nullable(),
  turnAct: WaitingAct.nullable(),
  turnSince: z.string(),
  /** Whether the caller's school has applied for it. */
  mine: z.boolean(),
});
export type InProvinceRow = z.infer<typeof InProvinceRow>;

const conditions = {
  direction: Direction.optional(),
  state: ApplicationState.optional(),
  name: z.string().max(64).optional(),
  studentNumber: z.string().trim().toUpperCase().max(32).optional(),
};

export const listInProvince = endpoint({
  method: 'get',
  path: '/api/in-province-transfers',
  title: '省内转学查询',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(InProvinceRow),
});

export const exportInProvince = exportOf(listInProvince);

/** What waits for the caller's review, the oldest first. */
export const listWaitingInProvince = endpoint({
  method: 'get',
  path: '/api/in-province-transfers/waiting',
  title: '待办省内转学',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: PageInput,
  output: PageOf(InProvinceRow),
});

export const exportWaitingInProvince = exportOf(listWaitingInProvince);

export const InProvinceDetail = z.object({
  transfer: InProvinceRow,
  pupil: TransferPupil.omit({ provinceName: true }),
  reason: TransferReason,
  note: z.string(),
  application: ApplicationView,
});
export type InProvinceDetail = z.infer<typeof InProvinceDetail>;

export const getInProvince = endpoint({
  method: 'get',
  path: '/api/in-province-transfers/one',
  title: '省内转学详情',
  access: { roles: handlerRoles, reach: oneTransfer },
  input: z.object({ id: z.string() }),
  output: InProvinceDetail,
  problems: ['not-found'],
  audited: true,
});

/** Until the last approval the school that applied may take it back. */
export const withdrawInProvince = endpoint({
  method: 'post',
  path: '/api/in-province-transfers/withdraw',
  title: '撤销省内转学',
  access: { ...applicant, reach: oneTransfer },
  input: z.object({ id: z.string(), reason: z.string().trim().min(1, '请填写撤销原因').max(500) }),
  output: z.object({ id: z.string(), state: ApplicationState }),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'not-agreed-with-hub'],
});
