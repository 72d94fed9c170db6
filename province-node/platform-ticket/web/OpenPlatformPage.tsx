import { Spin } from 'antd';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { openPlatform, TICKET_CASE } from '../../../contracts/platform-ticket.ts';
import { call } from '../../../shared/web/api.ts';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { CASE_PARAM } from '../../web/paths.ts';

/** 统一平台, opened from the menu in a tab of its own: on its way to the hub, signed in with a ticket. */
export function OpenPlatformPage() {
  const [params] = useSearchParams();
  const id = params.get(CASE_PARAM);
  const [attempt, setAttempt] = useState(1);
  const [error, setError] = useState<unknown>();
  const again = (): void => {
    setError(undefined);
    setAttempt(attempt + 1);
  };
  useEffect(() => {
    let left = false;
    call(openPlatform, {}).then(
      ({ url }) => {
        if (!left) location.replace(id ? `${url}${TICKET_CASE}${encodeURIComponent(id)}` : url);
      },
      (reason: unknown) => {
        if (!left) setError(reason);
      },
    );
    return () => {
      left = true;
    };
  }, [attempt, id]);
  return (
    <>
      <PageHeader title="统一平台" note="跨省转学等业务在教育部统一平台上办理" />
      {error === undefined ? (
        <div className="loading">
          <Spin description="正在打开统一平台" />
        </div>
      ) : (
        <ErrorView error={error} onRetry={again} />
      )}
    </>
  );
}
