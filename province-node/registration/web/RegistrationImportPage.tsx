import { Alert } from 'antd';
import { Link } from 'react-router';
import { SHEET_BYTES_MAX, SHEET_ROWS_MAX } from '../../../contracts/core/sheet.ts';
import {
  discardRegistrationImport,
  downloadMarkedImport,
  downloadRegistrationTemplate,
  getRegistrationImport,
  importStateTitles,
  listImportRows,
  listRegistrationImports,
  submitRegistrationImport,
  uploadRegistrations,
} from '../../../contracts/registration.ts';
import type { ImportState, RegistrationImport } from '../../../contracts/registration.ts';
import { studentFields, studentFieldTitles } from '../../../contracts/student-form.ts';
import { call, download, queryString, upload } from '../../../shared/web/api.ts';
import { custom } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { ImportPanel } from '../../../shared/web/ImportPanel.tsx';
import type { ImportPhase } from '../../../shared/web/ImportPanel.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { paths } from '../../web/paths.ts';
import { entryTitle } from './describe-registration.tsx';

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

const titles = studentFields.map(([, title]) => title);
const keyTitles = [studentFieldTitles.name];
const kind = 'primary-entrant';
const category = 'resident';

const columns: Column<RegistrationImport>[] = [
  custom('category', '注册类别', (row) => entryTitle({ category: row.category, kind }), { hidden: true }),
];

/** 居民身份证小学新生注册 by Excel: template, file, dry run, submission (features 1.6). */
export function RegistrationImportPage() {
  return (
    <>
      <PageHeader
        title={`${entryTitle({ category, kind })}导入`}
        extra={<Link to={paths.primaryEntrants}>返回小学新生注册</Link>}
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
        onTemplate={() => download(downloadRegistrationTemplate, { category })}
        onUpload={(file, onProgress) => upload(uploadRegistrations, { category }, file, onProgress)}
        list={listRegistrationImports}
        one={getRegistrationImport}
        rows={listImportRows}
        onMarked={(id) => download(downloadMarkedImport, { id })}
        onSubmit={(id, warningsConfirmed) => call(submitRegistrationImport, { id, warningsConfirmed })}
        onDiscard={(id) => call(discardRegistrationImport, { id })}
      />
    </>
  );
}

function Submitted({ summary }: { summary: RegistrationImport }) {
  return (
    <Alert
      type="success"
      showIcon
      title={`已提交学籍注册 ${thousands(summary.rows)} 人，正在全国查重和身份认证`}
      description={
        <Link to={paths.registrations + queryString({ import: summary.id })}>查看这些学生的查重认证状态和办理进度</Link>
      }
    />
  );
}
