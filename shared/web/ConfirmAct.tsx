import { Checkbox, Form, Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { ActButton } from './ActButton.tsx';
import type { ActButtonProps } from './ActButton.tsx';
import { asProblem, ProblemAlert } from './ErrorView.tsx';

export interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** What will happen, and that it cannot be undone if so. */
  consequence: ReactNode;
  okText: string;
  danger?: boolean | undefined;
  /** Asks for a reason under this label; it must be given. */
  reasonLabel?: string | undefined;
  /** A statement that must be ticked first, such as that the warnings were read. */
  tickLabel?: string | undefined;
  /** For what needs more room than a sentence. */
  width?: number | undefined;
  onConfirm: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that cannot be undone. Stays open, with the error in it, when the server refuses. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const [working, setWorking] = useState(false);
  // The state greys the button with the next frame; a second click can come before.
  const isUnderWay = useRef(false);
  const [error, setError] = useState<unknown>();
  const [form] = Form.useForm<{ reason: string }>();

  const confirm = async ({ reason = '' }: { reason?: string }): Promise<void> => {
    if (isUnderWay.current || !props.open) return;
    isUnderWay.current = true;
    setWorking(true);
    setError(undefined);
    try {
      await props.onConfirm(reason.trim());
      props.onClose();
    } catch (refused) {
      setError(refused);
    } finally {
      isUnderWay.current = false;
      setWorking(false);
    }
  };

  return (
    <Modal
      open={props.open}
      title={props.title}
      okText={props.okText}
      okButtonProps={{ danger: props.danger ?? false }}
      confirmLoading={working}
      onOk={form.submit}
      onCancel={props.onClose}
      afterClose={() => setError(undefined)}
      destroyOnHidden
      width={props.width ?? 480}
    >
      <Form form={form} layout="vertical" preserve={false} onFinish={(values) => void confirm(values)}>
        <div className="consequence">{props.consequence}</div>
        {props.reasonLabel && (
          <Form.Item
            name="reason"
            label={props.reasonLabel}
            rules={[{ required: true, whitespace: true, message: `请填写${props.reasonLabel}` }]}
          >
            <Input.TextArea rows={3} maxLength={200} showCount autoFocus />
          </Form.Item>
        )}
        {props.tickLabel && (
          <Form.Item
            name="ticked"
            valuePropName="checked"
            rules={[{ validator: async (_, ticked) => (ticked ? undefined : Promise.reject(new Error('请先勾选'))) }]}
          >
            <Checkbox>{props.tickLabel}</Checkbox>
          </Form.Item>
        )}
        {error !== undefined && <ProblemAlert problem={asProblem(error)} />}
      </Form>
    </Modal>
  );
}

export interface ConfirmActProps extends Omit<ActButtonProps, 'title' | 'onClick'> {
  title: string;
  consequence: ReactNode;
  okText: string;
  reasonLabel?: string;
  tickLabel?: string | undefined;
  onConfirm: (reason: string) => Promise<unknown>;
}

/** A button with its question. */
export function ConfirmAct(props: ConfirmActProps) {
  const { title, consequence, okText, reasonLabel, tickLabel, onConfirm, ...button } = props;
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActButton {...button} onClick={() => setOpen(true)} />
      <ConfirmDialog
        open={open}
        title={title}
        consequence={consequence}
        okText={okText}
        danger={button.danger}
        reasonLabel={reasonLabel}
        tickLabel={tickLabel}
        onConfirm={onConfirm}
        onClose={() => setOpen(false)}
      />
    </>
  );
}
