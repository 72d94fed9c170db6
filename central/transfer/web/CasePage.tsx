import { Link, Navigate, useLocation, useNavigate, useParams } from 'react-router';
import { getTransfer } from '../../../contracts/transfer-case.ts';
import type { TransferCase } from '../../../contracts/transfer-case.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { Unread } from '../../../shared/web/Unread.tsx';
import { ExportCaseButton } from '../../case-bundle/web/ExportCaseButton.tsx';
import { paths } from '../../web/paths.ts';
import { CaseView, useProgress } from './CaseView.tsx';
import { casePath, kindPaths } from './transfer-texts.ts';
import { UrgeButton } from './UrgeButton.tsx';
import { WithdrawButton } from './WithdrawButton.tsx';

/** One case, the same for origin, destination and ministry (features 18.4). Its address can be sent to somebody else. */
export function CasePage() {
  const { id = '' } = useParams();
  const { pathname } = useLocation();
  const query = useRead(getTransfer, { id });
  if (query.data && !hasFailed(query)) {
    // Who comes from a province's page, or from a link, need not know the kind: the menu shows where one is.
    const address = casePath(query.data.transfer);
    return pathname === address ? <Case key={id} read={query.data} /> : <Navigate replace to={address} />;
  }
  return (
    <>
      <PageHeader title="跨省业务案件" note={<Link to={listAt(pathname)}>返回查询</Link>} />
      <Unread query={query} rows={12} />
    </>
  );
}

/** The list that the case is one of, whose kind only the case itself tells. */
function listAt(pathname: string): string {
  return pathname.startsWith(paths.enrolmentQuery) ? paths.enrolmentQuery : paths.transferQuery;
}

function Case({ read }: { read: TransferCase }) {
  const { transfer } = read;
  return (
    <article className="review">
      <PageHeader
        title={`${transfer.name} ${transferKindTitles[transfer.kind]}`}
        note={<Link to={kindPaths[transfer.kind].query}>返回查询</Link>}
        extra={
          <>
            <PrintButton read={read} />
            <ExportCaseButton id={transfer.id} />
            <Acts read={read} />
          </>
        }
      />
      <CaseView read={read} />
    </article>
  );
}

/** What this person can do about it: the ministry urges, the school that applied takes back. */
function Acts({ read }: { read: TransferCase }) {
  const { role } = useSession();
  const { standing, reasonAgainstUrging } = useProgress(read.transfer.id, read);
  if (role === 'ministry-operator')
    return <UrgeButton id={read.transfer.id} turn={standing.turn} reason={reasonAgainstUrging} />;
  return role === 'school-registrar' ? <WithdrawButton read={read} /> : null;
}

/** 办理证明: once the record is handed over, for either side. */
function PrintButton({ read }: { read: TransferCase }) {
  const navigate = useNavigate();
  const { id } = read.transfer;
  const { state } = useProgress(id, read).standing;
  const isHandedOver = state === 'handed-over' || state === 'closed';
  return (
    <ActButton
      reason={isHandedOver ? null : '调档完毕后才能打印办理证明'}
      onClick={() => void navigate(`${casePath(read.transfer)}/certificate`)}
    >
      打印办理证明
    </ActButton>
  );
}
