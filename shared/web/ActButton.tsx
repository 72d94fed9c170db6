import { Button, Tooltip } from 'antd';
import type { ButtonProps } from 'antd';

export interface ActButtonProps extends Omit<ButtonProps, 'disabled'> {
  /** Why it cannot be done now. The button stays reachable by keyboard, so that the reason can be read. */
  reason?: string | null | undefined;
}

/**
 * A button that says why it is grey; greyed while it has the focus, it keeps it. Of a double click only the first click
 * counts: the second could meet another button that has come up in the same place meanwhile, such as that of the next
 * pupil.
 */
export function ActButton({ reason, onClick, children, ...rest }: ActButtonProps) {
  const look = reason ? ({ className: 'blocked', 'aria-disabled': true, htmlType: 'button' } as const) : {};
  return (
    <Tooltip title={reason}>
      <Button {...rest} {...look} onClick={(event) => !reason && event.detail < 2 && onClick?.(event)}>
        {children}
        {reason && <span className="unseen">（{reason}）</span>}
      </Button>
    </Tooltip>
  );
}
