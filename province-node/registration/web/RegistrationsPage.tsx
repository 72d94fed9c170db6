import { Drawer } from 'antd';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { applicationMoves, applicationStateTitles, waitingActTitles } from '../../../contracts/application.ts';
import { idCategoryTitles } from '../../../contracts/people/id-document.ts';
import {
  checkStateTitles,
  exportRegistrations,
  getRegistration,
  listRegistrations,
  registrationKindTitles,
} from '../../../contracts/registration.ts';
import { entryTitle } from '../../../contracts/registration-entry.ts';
import { reasonAgainst } from '../../../contracts/core/moves.ts';
import type { RegistrationRow } from '../../../contracts/registration.ts';
import { ApplicationDetail } from '../../../shared/web/ApplicationDetail.tsx';
import { applicationStateTones } from '../../../shared/web/application-tones.ts';
import { custom, date, idNumber, state, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, orgCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { RowAction } from '../../../shared/web/RowActions.tsx';
import { queryString } from '../../../shared/web/api.ts';
import { paths } from '../../web/paths.ts';
import { useSession } from '../../../shared/web/session.ts';
import { CheckStateCell } from './check-state.tsx';
import { describeRegistration } from './describe-registration.tsx';
import { ImportChecks } from './ImportChecks.tsx';

const schoolConditions = [
  textCondition('name', '学生姓名'),
  textCondition('idNumber', '身份证件号', '完整号码'),
  choiceCondition('kind', '注册类别', registrationKindTitles),
  choiceCondition('category', '证件类别', idCategoryTitles),
  choiceCondition('checkState', '查重认证状态', checkStateTitles),
  choiceCondition('state', '办理状态', applicationStateTitles),
];
const bureauConditions = [orgCondition('orgId', '学校或区域'), ...schoolConditions];

const columns: Column<RegistrationRow>[] = [
  text('name', '学生姓名', { sortable: true }),
  text('sex', '性别', { hidden: true }),
  date('birthDate', '出生日期', { hidden: true }),
  text('idType', '身份证件类型', { hidden: true }),
  idNumber('idNumber', '身份证件号'),
  text('schoolName', '学校名称'),
  text('className', '班级名称'),
  custom('kind', '注册类别', entryTitle, { hidden: true }),
  custom('checkState', '查重认证状态', (row) => <CheckStateCell row={row} />),
  state('state', '办理状态', applicationStateTitles, applicationStateTones),
  custom('turn', '当前处理单位', turnText),
  idNumber('studentNumber', '学籍号'),
  time('createdAt', '录入日期', { sortable: true, hidden: true }),
  time('turnSince', '最近办理', { hidden: true }),
];
const schoolColumns = columns.filter(({ name }) => name !== 'schoolName');
/** A bureau sees the school instead of the class, which is at hand in 选择列: all fits a screen of 1366. */
const bureauColumns = columns.map((column) => (column.name === 'className' ? { ...column, hidden: true } : column));

/** While checks are under way, the list is looked at this often; otherwise as a list of work is. */
const CHECKING_MS = 2_000;
const REFRESH_MS = 30_000;
/** In the address: the registration whose details are open, and the upload whose pupils are shown. */
const OPENED = 'open';
const IMPORT = 'import';

/** 学籍注册查询: every registration of the school or area, by state, with where it stands (features 1.15). */
export function RegistrationsPage() {
  const { org, role } = useSession();
  const [params, setParams] = useSearchParams();
  const importId = params.get(IMPORT) ?? undefined;
  const opened = params.get(OPENED);
  const set = (name: string, value: string | undefined): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  const fixed = useMemo(() => ({ importId }), [importId]);
  const isSchool = org.level === 'school';

  return (
    <>
      <PageHeader title="学籍注册查询" />
      {importId && <ImportChecks importId={importId} onClose={() => set(IMPORT, undefined)} />}
      <QueryTable
        endpoint={listRegistrations}
        fixed={fixed}
        rowKey="id"
        columns={isSchool ? schoolColumns : bureauColumns}
        conditions={isSchool ? schoolConditions : bureauConditions}
        exportAs={exportRegistrations}
        empty="还没有学籍注册。学校学籍管理员在“小学新生注册”“非小学新生注册”中导入或录入学生后，可在这里查看办理情况。"
        onOpen={({ id }) => set(OPENED, id)}
        actions={(row) => [
          { title: '查看', onRun: () => set(OPENED, row.id) },
          ...(role === 'school-registrar' ? [mendAction(row)] : []),
        ]}
        refetchInterval={(rows) => (rows.some(isChecking) ? CHECKING_MS : REFRESH_MS)}
      />
      <Drawer
        open={opened !== null}
        title="学籍注册详情"
        size={1060}
        onClose={() => set(OPENED, undefined)}
        destroyOnHidden
        className="review-drawer"
      >
        {opened && (
          <ApplicationDetail key={opened} id={opened} endpoint={getRegistration} describe={describeRegistration} />
        )}
      </Drawer>
    </>
  );
}

/** Only what came back is mended; what was registered anew by file meanwhile is no longer. */
function mendAction({ id, state: now, turnAct }: RegistrationRow): RowAction {
  const reason = reasonAgainst(applicationMoves, 'resubmit', now, applicationStateTitles);
  const superseded = turnAct === null ? '该学生已重新导入注册' : undefined;
  return { title: '修改', reason: reason ?? superseded, to: paths.mendRegistration + queryString({ id }) };
}

function isChecking({ blocked, state: now }: RegistrationRow): boolean {
  return now === 'in-review' && blocked === 'checking';
}

function turnText({ turnOrgName, turnAct }: RegistrationRow): string {
  return turnOrgName && turnAct ? `${turnOrgName} ${waitingActTitles[turnAct]}` : (turnOrgName ?? '');
}
