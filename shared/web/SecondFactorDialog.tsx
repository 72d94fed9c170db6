import { useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { currentSession } from '../../contracts/account.ts';
import { readKey } from './api.ts';
import { useMessages } from './messages.tsx';
import { SecondFactor } from './SecondFactor.tsx';
import { beginSession, useSession } from './session.ts';

/** 动态口令 from the header. */
export function SecondFactorDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession();
  const queries = useQueryClient();
  const messages = useMessages();
  return (
    <Modal open={open} title="动态口令" footer={null} width={420} destroyOnHidden onCancel={onClose}>
      <SecondFactor
        session={session}
        onChanged={(changed) => {
          beginSession(changed);
          queries.setQueryData(readKey(currentSession, {}), changed);
          onClose();
          messages.success(changed.hasSecondFactor ? '动态口令已启用，下次登录时使用' : '动态口令已停用');
        }}
      />
    </Modal>
  );
}
