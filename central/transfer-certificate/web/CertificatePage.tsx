import { Button, Skeleton } from 'antd';
import { Link, useLocation, useParams } from 'react-router';
import { getTransferCertificate } from '../../../contracts/transfer-certificate.ts';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { Certificate } from './Certificate.tsx';

/** 办理证明 of one case, to be printed on one sheet. */
export function CertificatePage() {
  const { id = '' } = useParams();
  const query = useRead(getTransferCertificate, { id });
  const { pathname } = useLocation();
  // The case is above, whichever its kind.
  const back = <Link to={pathname.slice(0, pathname.lastIndexOf('/'))}>返回案件</Link>;
  return (
    <>
      <PageHeader
        title="打印办理证明"
        note={back}
        extra={
          query.data && (
            <Button type="primary" onClick={() => print()}>
              打印
            </Button>
          )
        }
      />
      {query.isPending && <Skeleton active paragraph={{ rows: 12 }} />}
      {hasFailed(query) && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Certificate read={query.data} />}
    </>
  );
}
