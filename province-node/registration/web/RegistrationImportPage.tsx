import { Alert } from 'antd';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { SHEET_BYTES_MAX, SHEET_ROWS_MAX } from '../../../contracts/core/sheet.ts';
import {
  discardRegistrationImport,
  downloadMarkedImport,
  downloadRegistrationTemplate,
  getRegistrationImport,
  importStateTitles,
  listImportRows,
  listRegistrationImports,
  registrationKindTitles,
  submitRegistrationImport,
  uploadRegistrations,
} from '../../../contracts/registration.ts';
import type { ImportState, RegistrationImport as Import, RegistrationKind } from '../../../contracts/registration.ts';
import { entryTitle } from '../../../contracts/registration-entry.ts';
import { Stage } from '../../../contracts/orgs/org.ts';
import { studentFieldTitles } from '../../../contracts/student-form.ts';
import { studentItems } from '../../../contracts/student-items.ts';
import { call, download, queryString, upload } from '../../../shared/web/api.ts';
import { custom } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { ImportPanel } from '../../../shared/web/ImportPanel.tsx';
import type { ImportPhase } from '../../../shared/web/ImportPanel.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { paths } from '../../web/paths.ts';
import { kindPaths } from './kind-paths.ts';

const looks: Record<ImportState, { tone: Tone; phase: ImportPhase }> = {
  checking: { tone: 'going-on', phase: 'working' },
  'has-errors': { tone: 'bad', phase: 'has-errors' },
  ready: { tone: 'attention', phase: 'ready' },
  unreadable: { tone: 'bad', phase: 'unreadable' },
  submitted: { tone: 'good', phase: 'done' },
  discarded: { tone: 'plain', phase: 'discarded' },
};
const states = Object.fromEntries(
  Object.entries(looks).map(([state, look]) => [state, { ...look, title: importStateTitles[state as ImportState] }]),
) as Record<ImportState, { title: string; tone: Tone; phase: ImportPhase }>;

const keyTitles = [studentFieldTitles.name];

const columns: Column<Import>[] = [custom('category', '注册类别', entryTitle, { hidden: true })];

/** Registration by Excel: template, file, dry run, submission (features 1.6, 1.14). */
function RegistrationImport({ kind }: { kind: RegistrationKind }) {
  const { org } = useSession();
  const [params] = useSearchParams();
  const category = params.get('category') === 'hmt-foreign' ? 'hmt-foreign' : 'resident';
  const asked = Stage.options.find((one) => one === params.get('stage')) ?? org.stages[0] ?? 'primary';
  const entry = { kind, category, stage: kind === 'primary-entrant' ? 'primary' : asked } as const;
  const titles = useMemo(() => studentItems(category).map(({ title }) => title), [category]);
  const listFixed = useMemo(() => ({ kind, category }) as const, [kind, category]);
  const back = kindPaths[kind].entrants + queryString(kind === 'primary-entrant' ? {} : { stage: entry.stage });
  return (
    <>
      <PageHeader
        title={`${entryTitle(entry)}导入`}
        extra={<Link to={back}>返回{registrationKindTitles[kind]}</Link>}
      />
      <ImportPanel
        hint={`请按模板填写，一个文件最多 ${thousands(SHEET_ROWS_MAX)} 人。上传后先校验，核对无误再提交注册。`}
        bytesMax={SHEET_BYTES_MAX}
        states={states}
        submitTitle="提交注册"
        unit="人"
        titles={titles}
        keyTitles={keyTitles}
        columns={columns}
        done={(summary) => <Submitted summary={summary} />}
        onTemplate={() => download(downloadRegistrationTemplate, entry)}
        onUpload={(file, onProgress) => upload(uploadRegistrations, entry, file, onProgress)}
        list={listRegistrationImports}
        listFixed={listFixed}
        one={getRegistrationImport}
        rows={listImportRows}
        onMarked={(id) => download(downloadMarkedImport, { id })}
        onSubmit={(id, warningsConfirmed) => call(submitRegistrationImport, { id, warningsConfirmed })}
        onDiscard={(id) => call(discardRegistrationImport, { id })}
      />
    </>
  );
}

export function PrimaryEntrantImportPage() {
  return <RegistrationImport kind="primary-entrant" />;
}

export function OtherEntrantImportPage() {
  return <RegistrationImport kind="other-entrant" />;
}

function Submitted({ summary }: { summary: Import }) {
  return (
    <Alert
      type="success"
      showIcon
      title={`已提交学籍注册 ${thousands(summary.rows)} 人，正在全国查重和身份认证`}
      description={
        <>
          <p>查重认证通过的学生转给学校学籍主管领导审核，审核通过后由学籍管理员上报。</p>
          <Link to={paths.registrations + queryString({ import: summary.id })}>
            查看这些学生的查重认证状态和办理进度
          </Link>
        </>
      }
    />
  );
}
