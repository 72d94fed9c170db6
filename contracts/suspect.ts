import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { NodeId } from './core/message.ts';
import { PageInput, PageOf } from './core/page.ts';
import { RecordStatus } from './national-index.ts';
import { Stage } from './orgs/org.ts';

/**
 * 疑似重复学籍: pairs of records that may be of one pupil although no number says so. They are shown with their reasons for people
 * to look at; nothing is ever done because of them (features S.2).
 */

/** What speaks for one pupil, or against. */
export const SuspectReason = z.enum([
  'same-name',
  'name-variant',
  'name-sounds-alike',
  'name-one-letter',
  'same-birth-date',
  'birth-date-near',
  'same-sex',
  'both-without-document',
  'one-without-document',
  'numbers-transposed',
  'numbers-one-digit',
  'number-15-18',
  'number-of-another-type',
  'documents-of-two-kinds',
  'check-digit-wrong',
  'same-county-in-number',
  'same-school',
  'same-county',
  'rare-name',
  'two-right-numbers',
  'sexes-differ',
  'namesakes',
]);
export type SuspectReason = z.infer<typeof SuspectReason>;
export const suspectReasonTitles: Record<SuspectReason, string> = {
  'same-name': '姓名相同',
  'name-variant': '姓名只有写法不同（繁简、间隔号或全半角）',
  'name-sounds-alike': '姓名同音',
  'name-one-letter': '姓名只差一个字',
  'same-birth-date': '出生日期相同',
  'birth-date-near': '出生日期只差一位或月日互换',
  'same-sex': '性别相同',
  'both-without-document': '双方都没有身份证件号',
  'one-without-document': '一方没有身份证件号',
  'numbers-transposed': '身份证件号只有相邻两位互换',
  'numbers-one-digit': '身份证件号只差一位',
  'number-15-18': '15位与18位号码是同一号码',
  'number-of-another-type': '号码相同，证件类型不同',
  'documents-of-two-kinds': '证件类型不同',
  'check-digit-wrong': '至少一方的身份证号校验位错误',
  'same-county-in-number': '身份证号前6位相同',
  'same-school': '在同一所学校',
  'same-county': '在同一区县',
  'rare-name': '姓名较长（少有同名）',
  'two-right-numbers': '双方的身份证号都正确而不同',
  'sexes-differ': '性别不同',
  namesakes: '同音同日出生的人较多',
};

/** What was found by whoever looked. */
export const SuspectVerdict = z.enum(['same', 'different']);
export type SuspectVerdict = z.infer<typeof SuspectVerdict>;
export const suspectVerdictTitles: Record<SuspectVerdict, string> = {
  same: '已核查，是同一人',
  different: '已核查，不是同一人',
};
export const SuspectState = z.enum(['open', ...SuspectVerdict.options]);
export type SuspectState = z.infer<typeof SuspectState>;
export const suspectStateTitles: Record<SuspectState, string> = { open: '待核查', ...suspectVerdictTitles };

/** How likely: from 80 on likely, below possible. */
export const SuspectGrade = z.enum(['likely', 'possible']);
export type SuspectGrade = z.infer<typeof SuspectGrade>;
export const suspectGradeTitles: Record<SuspectGrade, string> = {
  likely: '很可能（80分以上）',
  possible: '可能（60至79分）',
};
export const LISTED_FROM = 60;
export const LIKELY_FROM = 80;

/** One record of a pair: numbers masked, the rest as the school has it. */
export const SuspectSide = z.object({
  studentId: z.string(),
  provinceName: z.string(),
  schoolName: z.string(),
  stage: Stage,
  cohort: z.int(),
  name: z.string(),
  sex: z.string(),
  birthDate: z.string(),
  idType: z.string(),
  maskedIdNumber: z.string().nullable(),
  maskedStudentNumber: z.string(),
  status: RecordStatus,
});
export type SuspectSide = z.infer<typeof SuspectSide>;

export const SuspectRow = z.object({
  id: z.string(),
  score: z.int(),
  reasons: z.array(SuspectReason),
  foundAt: z.string(),
  state: SuspectState,
  sides: z.tuple([SuspectSide, SuspectSide]),
  /** Of one that was looked into. */
  verdict: z.object({ orgName: z.string(), personName: z.string(), reason: z.string(), at: z.string() }).nullable(),
});
export type SuspectRow = z.infer<typeof SuspectRow>;

/** The ministry, and the bureaus that have a record of the pair below them: a bureau sees the other side as the ministry does. */
const lookers = ['ministry-operator', 'bureau-registrar'] as const;

export const listSuspects = endpoint({
  method: 'get',
  path: '/api/suspects',
  title: '疑似重复学籍',
  access: { roles: lookers, reach: 'subtree' },
  input: PageInput.extend({
    state: SuspectState.optional(),
    grade: SuspectGrade.optional(),
    province: NodeId.optional(),
  }),
  output: PageOf(SuspectRow),
});

export const exportSuspects = exportOf(listSuspects);

/** The state is the one that was seen: of two who decide at once the second is told. A verdict can be changed, with a reason. */
export const judgeSuspect = endpoint({
  method: 'post',
  path: '/api/suspects/judge',
  title: '核查疑似重复学籍',
  access: { roles: lookers, reach: { one: 'suspect', from: 'id' } },
  input: z.object({
    id: z.string(),
    seen: SuspectState,
    verdict: SuspectVerdict,
    reason: z.string().trim().min(2, '请填写核查情况').max(200),
  }),
  output: z.object({}),
  problems: ['not-found', 'stale-revision'],
});
