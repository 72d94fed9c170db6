import { Alert } from 'antd';
import { recordStatusTitles } from '../../../contracts/national-index.ts';
import type { RecordStatus } from '../../../contracts/national-index.ts';
import { custodyTitles } from '../../../contracts/student.ts';
import type { Custody, Departure, StudentRow } from '../../../contracts/student.ts';
import { timeText } from '../../../shared/web/formats.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import './student.css';

const custodyTones: Record<Custody, Tone> = { active: 'good', sealed: 'going-on', 'moved-out': 'plain' };

const recordStatusTones: Record<RecordStatus, Tone> = {
  enrolled: 'good',
  suspended: 'attention',
  left: 'plain',
  graduated: 'plain',
  deceased: 'plain',
  deleted: 'plain',
};

/** Of who has left, as it was then: nothing that is well or not well here. */
export function StatusTag({ status, custody }: Pick<StudentRow, 'status' | 'custody'>) {
  const tone = custody === 'moved-out' ? 'plain' : recordStatusTones[status];
  return <StateTag tone={tone}>{recordStatusTitles[status]}</StateTag>;
}

/** 学籍归属, and of a record that is not here where it is going or has gone. */
export function CustodyCell({ row: { custody, departure } }: { row: Pick<StudentRow, 'custody' | 'departure'> }) {
  return (
    <>
      <StateTag tone={custodyTones[custody]}>{custodyTitles[custody]}</StateTag>
      {departure && <div className="note departure">调往{placeOf(departure)}</div>}
    </>
  );
}

/** `广东省 天河区实验小学`; the province alone while the school is not known. */
function placeOf({ provinceName, schoolName }: Departure): string {
  return schoolName ? `${provinceName} ${schoolName}` : provinceName;
}

/** Above every tab of a record that is not in custody here: why nothing can be done with it, and where it is. */
export function CustodyBanner({ student: { custody, departure } }: { student: StudentRow }) {
  if (custody === 'active') return null;
  const place = departure ? placeOf(departure) : '外省';
  const at = departure && timeText(departure.at);
  return custody === 'sealed' ? (
    <Alert
      type="warning"
      showIcon
      role="status"
      title={`调档中：该生学籍正在调往${place}`}
      description={`${at ? `自 ${at} 起` : '现在'}学籍已封存，只能查看，不能办理任何业务。调档由系统自动进行；如调档未成或申请被撤销，学籍自动恢复。`}
    />
  ) : (
    <Alert
      type="info"
      showIcon
      role="status"
      title={`已调出：该生学籍已调往${place}`}
      description={`${at ? `${at} 调档完毕。` : ''}学籍由转入省管理，这里保留的是调出时的信息，只供查阅，不再更新。`}
    />
  );
}
