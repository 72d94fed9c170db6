import { maskStudentNumber } from '../../contracts/people/names.ts';
import type { EvidenceSide, RepairView } from '../../contracts/custody-repair.ts';
import { custodyTitles } from '../../contracts/student.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { Answer, HubClaim, HubRecord, Suspicion } from './rules.ts';
import type { RepairTable } from './table.ts';

/** What the page shows of a repair: the evidence of all sides, item by item, and what the fix makes of it. */
export function sidesOf({ hub, answers, silent, claims }: Suspicion): EvidenceSide[] {
  return [
    hubSide(hub, answers),
    ...answers.map((answer) => provinceSide(answer, hub)),
    ...silent.map((province) => ({ title: nodeName(province), absence: '这次没有答复', items: [] })),
    ...claims.map(claimSide),
  ];
}

function hubSide(hub: HubRecord | null, answers: readonly Answer[]): EvidenceSide {
  if (!hub) return { title: '国家平台', absence: '没有该生的学籍摘要', items: [] };
  const holder = answers.find(({ province }) => province === hub.province);
  const isHere = holder?.record && holder.record.custody !== 'moved-out';
  return {
    title: '国家平台',
    absence: null,
    items: [
      { label: '归属', value: nodeName(hub.province), differs: holder !== undefined && !isHere },
      { label: '学校', value: hub.schoolName, differs: false },
      { label: '学籍号', value: maskStudentNumber(hub.studentNumber), differs: false },
      { label: '学籍版本', value: String(hub.version), differs: false },
      { label: '查重编号', value: hub.claimNo === null ? '无' : String(hub.claimNo), differs: false },
      { label: '调档次数', value: String(hub.epoch), differs: false },
    ],
  };
}

/** Against what the hub had at the moment of the answer. */
function provinceSide({ province, record, hub: then }: Answer, hub: HubRecord | null): EvidenceSide {
  const title = `${nodeName(province)}${hub?.province === province ? '（归属省）' : ''}`;
  if (!record) return { title, absence: '没有该生的学籍', items: [] };
  const isHolder = hub?.province === province;
  const differs = (isSame: boolean): boolean => isHolder && then !== null && !isSame;
  const isInCustody = record.custody !== 'moved-out';
  return {
    title,
    absence: null,
    items: [
      {
        label: '保管状态',
        value: custodyTitles[record.custody],
        differs: isHolder ? record.custody !== 'active' : isInCustody,
      },
      { label: '学校', value: record.schoolName, differs: differs(record.schoolId === then?.schoolId) },
      {
        label: '学籍号',
        value: maskStudentNumber(record.studentNumber),
        differs: differs(record.studentNumber === then?.studentNumber),
      },
      { label: '学籍版本', value: String(record.version), differs: differs(record.version === then?.version) },
      {
        label: '查重编号',
        value: record.claimNo === null ? '无' : String(record.claimNo),
        differs: differs(record.claimNo === then?.claimNo),
      },
      { label: '调档次数', value: String(record.epoch), differs: differs(record.epoch === then?.epoch) },
    ],
  };
}

function claimSide({ claimNo, province, schoolName, maskedName, studentNumber }: HubClaim): EvidenceSide {
  return {
    title: `查重占用 ${claimNo}`,
    absence: null,
    items: [
      { label: '所属省', value: nodeName(province), differs: false },
      { label: '学校', value: schoolName, differs: false },
      { label: '姓名', value: maskedName, differs: false },
      { label: '状态', value: studentNumber === null ? '注册办理中' : '已建籍', differs: false },
    ],
  };
}

type Proposal = Pick<RepairView, 'proposal' | 'changes'>;

/** What accepting it does, in a sentence for the operator, and the values before and after. */
export function proposalOf({ fix, province, kind }: RepairTable, { hub, answers, claims }: Suspicion): Proposal {
  const name = nodeName(province);
  const record = answers.find((answer) => answer.province === province)?.record ?? null;
  const custody = record ? custodyTitles[record.custody] : '没有学籍';
  const above = String(Math.max(hub?.version ?? 0, record?.version ?? 0) + 1);
  const version = { what: '国家平台学籍版本', before: String(hub?.version ?? '没有摘要') };
  const holder = hub ? nodeName(hub.province) : '无';
  const claim = claims[0] && `${claims[0].claimNo}（${nodeName(claims[0].province)}）`;
  switch (fix) {
    case 'tell-again':
      return {
        proposal: `请${name}把该生学籍摘要重新上报一次，不改变学籍内容。`,
        changes: [{ ...version, after: String(record?.version ?? '') }],
      };
    case 'tell-above':
      return {
        proposal: `以${name}的学籍为准，提高版本后重新上报，国家平台的摘要随之更新。`,
        changes: [...contentChanges(hub, record), { ...version, after: above }],
      };
    case 'hold-again':
      return {
        proposal: `通知${name}把该生学籍恢复为“在籍”，继续由该省保管和办理。`,
        changes: [{ what: `${name}保管状态`, before: custody, after: custodyTitles.active }],
      };
    case 'release':
      return {
        proposal: `国家平台的归属是${holder}。通知${name}把手中的一份改为“已调出”，只供查看，不能再办理业务。`,
        changes: [{ what: `${name}保管状态`, before: custody, after: custodyTitles['moved-out'] }],
      };
    case 'assign':
      return {
        proposal: `${holder}没有该生学籍，唯一的一份在${name}。国家平台的归属和查重占用改为${name}，并通知该省。`,
        changes: [{ what: '国家平台归属', before: holder, after: name }],
      };
    case 'correct-epoch':
      return epochProposal(name, hub?.epoch ?? 0, record?.epoch ?? 0);
    case 'claim-again':
      return {
        proposal: `${name}已没有该生学籍。通知该省由学校重新注册该生，沿用原学籍号和查重编号；有备份的也可先恢复备份。`,
        changes: [{ what: `${name}学籍`, before: '没有学籍', after: '重新注册后在籍' }],
      };
    case 'end-claim':
      return {
        proposal: '各省都没有对应的学籍。释放这项查重占用，该证件可以重新注册；编号不再使用。',
        changes: [{ what: '查重占用', before: claim ?? '有', after: '已释放' }],
      };
    case 'restore-claim':
      return {
        proposal: '按学籍摘要上的查重编号补建占用，防止同一证件再次注册。',
        changes: [{ what: '查重占用', before: '没有', after: `${hub?.claimNo ?? ''}（${holder}）` }],
      };
    case 'move-claim':
      return {
        proposal: '查重占用随学籍改到保管省名下。',
        changes: [{ what: '查重占用所属省', before: claim ?? '', after: holder }],
      };
    case 'open-group':
      return groupProposal;
    case 'renumber':
      return {
        proposal:
          '一个学籍号只能属于一名学生：先登记的一方保留，其余各方由所在省换发临时学籍号，学籍变动情况中有记录。',
        changes: [{ what: '后登记一方的学籍号', before: '与他人相同', after: '新的临时学籍号' }],
      };
    case 'by-people':
      return { proposal: byPeople(kind), changes: [] };
  }
}

/** What the summary says otherwise than the record, and will say as the record does. */
function contentChanges(hub: HubRecord | null, record: Answer['record']): RepairView['changes'] {
  if (!hub || !record) return [];
  const claimNo = ({ claimNo: no }: { claimNo: number | null }): string => (no === null ? '无' : String(no));
  const items = [
    {
      what: '国家平台学籍号',
      before: maskStudentNumber(hub.studentNumber),
      after: maskStudentNumber(record.studentNumber),
      isSame: hub.studentNumber === record.studentNumber,
    },
    { what: '国家平台查重编号', before: claimNo(hub), after: claimNo(record), isSame: hub.claimNo === record.claimNo },
    {
      what: '国家平台就读学校',
      before: hub.schoolName,
      after: record.schoolName,
      isSame: hub.schoolId === record.schoolId,
    },
  ];
  return items.filter(({ isSame }) => !isSame).map(({ what, before, after }) => ({ what, before, after }));
}

function byPeople(kind: RepairTable['kind']): string {
  return kind === 'at-two'
    ? '多省同时有该生学籍而归属不能判定，请联系各省核实后处理。'
    : '请相关省按问题学籍办理（变更、佐证或删除），办结后由下次核对确认。';
}
const groupProposal: Proposal = {
  proposal: '这些学籍列为一组问题学籍，由各学校按顺序变更、佐证或删除；都已佐证的由共同上级仲裁。',
  changes: [{ what: '问题学籍', before: '没有分组', after: '已分组，轮到后注册的一方' }],
};

function epochProposal(name: string, atHub: number, there: number): Proposal {
  const before = `国家平台 ${atHub}，${name} ${there}`;
  return {
    proposal: '以次数多的一方为准统一，此后的调档按统一后的次数办理。',
    changes: [{ what: '调档次数', before, after: String(Math.max(atHub, there)) }],
  };
}
