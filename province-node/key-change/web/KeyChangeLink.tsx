import { useNavigate } from 'react-router';
import { mayCall } from '../../../contracts/core/endpoint.ts';
import { startKeyChange } from '../../../contracts/key-change.ts';
import type { StudentRow } from '../../../contracts/student.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { queryString } from '../../../shared/web/api.ts';
import { useSession } from '../../../shared/web/session.ts';
import { paths } from '../../web/paths.ts';

interface KeyChangeLinkProps {
  student: Pick<StudentRow, 'id' | 'custody' | 'status'>;
  openBusiness: string | null;
}

/** 关键数据变更 on the record's page, for who may apply; grey with what stands against it. */
export function KeyChangeLink({ student, openBusiness }: KeyChangeLinkProps) {
  const { role, org } = useSession();
  const navigate = useNavigate();
  if (!mayCall(startKeyChange, role, org.level)) return null;
  return (
    <ActButton
      type="primary"
      reason={reasonAgainst(student, openBusiness)}
      onClick={() => void navigate(paths.applyKeyChange + queryString({ studentId: student.id }))}
    >
      关键数据变更
    </ActButton>
  );
}

function reasonAgainst({ custody, status }: KeyChangeLinkProps['student'], openBusiness: string | null) {
  if (custody !== 'active') return '该生学籍正在调往外省或已调出，不能变更';
  if (status === 'deceased') return '该生学籍已注销，不能变更';
  return openBusiness === null ? undefined : `有正在办理的“${openBusiness}”，办结或撤销后才能申请`;
}
