import { Button, Tooltip } from 'antd';
import type { ButtonProps } from 'antd';

export interface ActButtonProps extends Omit<ButtonProps, 'disabled'> {
  /** Why it cannot be done now. The button stays reachable by keyboard, so that the reason can be read. */
  reason?: string | null | undefined;
}

/** A button that says why it is grey. */
export function ActButton({ reason, onClick, children, ...rest }: ActButtonProps) {
  if (!reason) {
    return (
      <Button {...rest} {...(onClick ? { onClick } : {})}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip title={reason}>
      <Button {...rest} className="blocked" aria-disabled htmlType="button">
        {children}
        <span className="unseen">（{reason}）</span>
      </Button>
    </Tooltip>
  );
}
