import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { requiredMessage } from '../../../../contracts/registration-checks.ts';
import type { FormFinding } from '../../../../contracts/registration-checks.ts';
import type { IdCategory } from '../../../../contracts/people/id-document.ts';
import type { ReturnedWith } from '../../../../contracts/registration-entry.ts';
import { studentFieldTitles } from '../../../../contracts/student-form.ts';
import { ConfirmDialog } from '../../../../shared/web/ConfirmAct.tsx';
import { timeText } from '../../../../shared/web/formats.ts';
import { fieldId, sectionId } from '../../../student/web/StudentForm.tsx';

/** The sections of the form, always in sight; how many errors each has. */
export function SectionLinks({ sections }: { sections: readonly { title: string; errors: number }[] }) {
  return (
    <nav className="section-links" aria-label="表单分区">
      {sections.map(({ title, errors }) => (
        <a
          key={title}
          href={`#${sectionId(title)}`}
          onClick={(event) => {
            event.preventDefault();
            document.getElementById(sectionId(title))?.scrollIntoView();
          }}
        >
          {title}
          {errors > 0 && <span className="count">{errors} 处错误</span>}
        </a>
      ))}
    </nav>
  );
}

/** Why the registration came back: what is to be mended. */
export function ReturnedNote({ returned, category }: { returned: ReturnedWith; category: IdCategory }) {
  const { orgName, personName, opinion, at } = returned;
  const again = category === 'none' ? '' : '；身份将重新查重认证';
  return (
    <Alert
      className="returned-note"
      type="warning"
      showIcon
      title={`审核不通过：${opinion}`}
      description={`${orgName} ${personName} ${timeText(at)} 退回，请修改后重新提交${again}`}
    />
  );
}

/** Everything that keeps the pupil from being handed in; each leads to its field. What is only empty is named in one line. */
export function Faults({ faults, evidence }: { faults: readonly FormFinding[]; evidence: string | undefined }) {
  const errors = faults.filter(({ severity }) => severity === 'error');
  const count = errors.length + (evidence ? 1 : 0);
  if (count === 0) return null;
  const isEmpty = ({ column, message }: FormFinding): boolean =>
    message === requiredMessage(studentFieldTitles[column]);
  const empty = errors.filter(isEmpty);
  return (
    <div id="entry-faults" className="entry-faults" role="alert" tabIndex={-1}>
      <strong>有 {count} 处需要修改，已填写的内容保存为草稿</strong>
      <ul>
        {errors
          .filter((error) => !isEmpty(error))
          .map(({ column, message }) => (
            <li key={column}>
              <FaultLink id={fieldId(column)}>
                {message.includes(studentFieldTitles[column]) ? message : `${studentFieldTitles[column]}：${message}`}
              </FaultLink>
            </li>
          ))}
        {evidence && (
          <li>
            <FaultLink id={sectionId('证明材料')}>{evidence}</FaultLink>
          </li>
        )}
        {empty.length > 0 && (
          <li>
            {empty.length} 项必填还没有填写：
            {empty.map(({ column }) => (
              <FaultLink key={column} id={fieldId(column)}>
                {studentFieldTitles[column]}
              </FaultLink>
            ))}
          </li>
        )}
      </ul>
    </div>
  );
}

function FaultLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <a
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault();
        goTo(id);
      }}
    >
      {children}
    </a>
  );
}

function goTo(id: string): void {
  const found = document.getElementById(id);
  const control = found?.matches('input, textarea') ? found : found?.querySelector<HTMLElement>('input');
  (found?.closest('.field') ?? found)?.scrollIntoView({ block: 'center' });
  control?.focus({ preventScroll: true });
}

export interface WarningsDialogProps {
  warnings: readonly FormFinding[];
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Unusual, but not wrong: to be looked at once more before it is handed in. */
export function WarningsDialog({ warnings, onConfirm, onClose }: WarningsDialogProps) {
  return (
    <ConfirmDialog
      open={warnings.length > 0}
      title="请核对以下提醒"
      consequence={
        <ul className="plain-list">
          {warnings.map(({ column, message }) => (
            <li key={column + message}>
              {studentFieldTitles[column]}：{message}
            </li>
          ))}
        </ul>
      }
      okText="确认并提交"
      tickLabel="以上内容已与证件核对无误"
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}
