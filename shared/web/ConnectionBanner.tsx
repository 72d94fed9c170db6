import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useEffect, useState } from 'react';
import { reach } from './api.ts';
import { useConnectionLost } from './connection.ts';
import { useMessages } from './messages.tsx';

const RETRY_MS = 2_000;
/** An answer that takes longer is explained; most take a tenth of a second. */
const SLOW_MS = 3_000;

/**
 * Stands over everything, dialogs too, while the node cannot be reached, and asks until it answers. Then every read that
 * a page shows is made again: what is on it is true from then on, and nobody has to reload.
 */
export function ConnectionBanner() {
  const isLost = useConnectionLost();
  const client = useQueryClient();
  const messages = useMessages();
  useEffect(() => {
    if (!isLost) return undefined;
    const timer = setInterval(() => void reach(), RETRY_MS);
    return () => {
      clearInterval(timer);
      void client.invalidateQueries();
      messages.success('连接已恢复');
    };
  }, [isLost, client, messages]);

  if (!isLost) return <SlowBanner />;
  return (
    <div className="connection-banner">
      <Alert
        type="warning"
        showIcon
        role="alert"
        title="连接已中断，正在重试。恢复后本页自动更新，已填写的内容还在，请不要关闭或刷新页面。"
      />
    </div>
  );
}

/** While a page has had nothing to show for a while: its frames and spinners look the same whether something comes or not. */
function SlowBanner() {
  const isWaiting = useIsFetching({ predicate: ({ state }) => state.data === undefined }) > 0;
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(() => setIsSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setIsSlow(false);
    };
  }, [isWaiting]);
  if (!isSlow) return null;
  return (
    <div className="connection-banner">
      <Alert type="info" showIcon role="status" title="服务器响应较慢，正在读取，请稍候。已填写的内容不受影响。" />
    </div>
  );
}
