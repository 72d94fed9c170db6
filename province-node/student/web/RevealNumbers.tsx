import { useState } from 'react';
import { revealNumbers } from '../../../contracts/student.ts';
import type { StudentRow } from '../../../contracts/student.ts';
import { call } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';

/** The numbers masked; in full for a reason, as long as the page is open. A formal student number says the resident id. */
export function RevealNumbers({ student }: { student: StudentRow }) {
  const [shown, setShown] = useState<OutputOf<typeof revealNumbers>>();
  const { id, name, idType } = student;
  if (shown)
    return (
      <span role="status">
        <IdNumber value={shown.studentNumber} />
        {shown.idNumber && !shown.studentNumber.endsWith(shown.idNumber) && (
          <span className="id-document">
            {idType} <IdNumber value={shown.idNumber} />
          </span>
        )}
      </span>
    );
  return (
    <>
      <IdNumber value={student.studentNumber} />
      <ConfirmAct
        type="link"
        size="small"
        title="查看完整号码"
        consequence={`将显示${name}的完整学籍号和身份证件号。查看人、时间和原因记入操作日志。`}
        okText="查看"
        reasonLabel="查看原因"
        onConfirm={async (reason) => setShown(await call(revealNumbers, { id, reason }))}
      >
        查看完整号码
      </ConfirmAct>
    </>
  );
}
