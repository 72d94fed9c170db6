import { Modal } from 'antd';
import { ChangePassword } from './ChangePassword.tsx';
import { useMessages } from './messages.tsx';
import { beginSession, useSession } from './session.ts';

/** 修改密码 from the header. */
export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { account } = useSession();
  const messages = useMessages();
  return (
    <Modal open={open} title="修改密码" footer={null} width={420} destroyOnHidden onCancel={onClose}>
      <ChangePassword
        account={account}
        onChanged={(changed) => {
          beginSession(changed);
          onClose();
          messages.success('密码已修改');
        }}
      />
    </Modal>
  );
}
