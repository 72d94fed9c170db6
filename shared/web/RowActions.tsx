import { Button, Dropdown, Tooltip } from 'antd';
import { DownOutlined } from '@ant-design/icons';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ConfirmDialog } from './ConfirmAct.tsx';
import { ActButton } from './ActButton.tsx';
import { asProblem } from './ErrorView.tsx';
import { useMessages } from './messages.tsx';

/** What can be done with one row: a link (`to`) or an act. */
export interface RowAction {
  title: string;
  to?: string;
  /** Why not now (`reasonAgainst` of the state table); the action stays, grey. */
  reason?: string | null | undefined;
  danger?: boolean;
  /** Asks first; `reasonLabel` makes the person give a reason, which `onRun` gets. */
  confirm?: { consequence: ReactNode; reasonLabel?: string; width?: number };
  onRun?: (reason: string) => unknown;
}

/** More than these are behind 更多. */
const VISIBLE_MAX = 3;

export function RowActions({ actions }: { actions: readonly RowAction[] }) {
  const [chosen, setAsking] = useState<RowAction>();
  // As it is by now: what the question says may change while it is open.
  const asking = actions.find(({ title }) => title === chosen?.title) ?? chosen;
  const run = useRun();
  const start = (action: RowAction): void => {
    if (action.confirm) setAsking(action);
    else void run(() => action.onRun?.(''));
  };
  const visible = actions.length > VISIBLE_MAX ? actions.slice(0, VISIBLE_MAX - 1) : actions;
  const more = actions.slice(visible.length);

  return (
    <span className="row-actions">
      {visible.map((action) =>
        action.to && !action.reason ? (
          <Link key={action.title} to={action.to}>
            {action.title}
          </Link>
        ) : (
          <ActButton
            key={action.title}
            type="link"
            size="small"
            danger={action.danger ?? false}
            reason={action.reason}
            onClick={() => start(action)}
          >
            {action.title}
          </ActButton>
        ),
      )}
      {more.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: more.map((action) => ({
              key: action.title,
              danger: action.danger ?? false,
              disabled: Boolean(action.reason),
              label: moreLabel(action),
              onClick: () => start(action),
            })),
          }}
        >
          <Button type="link" size="small">
            更多 <DownOutlined aria-hidden />
          </Button>
        </Dropdown>
      )}
      <ConfirmDialog
        open={asking !== undefined}
        title={asking?.title ?? ''}
        consequence={asking?.confirm?.consequence}
        okText={asking?.title ?? ''}
        danger={asking?.danger}
        reasonLabel={asking?.confirm?.reasonLabel}
        width={asking?.confirm?.width}
        onConfirm={async (reason) => asking?.onRun?.(reason)}
        onClose={() => setAsking(undefined)}
      />
    </span>
  );
}

function moreLabel(action: RowAction): ReactNode {
  if (action.reason) return <Tooltip title={action.reason}>{action.title}</Tooltip>;
  return action.to ? <Link to={action.to}>{action.title}</Link> : action.title;
}

/** Runs a lone act; a refusal is told in a message at the top, because there is no form to tell it in. */
export function useRun(): (act: () => unknown) => Promise<void> {
  const messages = useMessages();
  return async (act) => {
    try {
      await act();
    } catch (error) {
      messages.error(asProblem(error).message);
    }
  };
}
