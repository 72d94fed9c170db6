import { Alert, Button, Descriptions, Modal, Typography } from 'antd';

export interface Issued {
  name: string;
  password: string;
  /** What was done: 新建账号, 重置密码, 启用账号. */
  what: string;
}

/** An issued password, shown once: the node keeps only its hash. Closes by its button alone, not by a click beside it. */
export function IssuedOnce({ issued, onClose }: { issued: Issued | undefined; onClose: () => void }) {
  return (
    <Modal
      open={issued !== undefined}
      title={`${issued?.what ?? ''}：初始密码`}
      width={480}
      closable={false}
      keyboard={false}
      destroyOnHidden
      footer={
        <Button type="primary" onClick={onClose}>
          已记下，关闭
        </Button>
      }
    >
      <Alert type="warning" showIcon title="密码只显示这一次，关闭后不能再查看；遗失时请再次重置密码。" />
      <Descriptions
        className="issued-once"
        column={1}
        bordered
        size="small"
        items={[
          { key: 'name', label: '账号', children: issued?.name },
          {
            key: 'password',
            label: '初始密码',
            children: (
              <Typography.Text code copyable={{ tooltips: ['复制', '已复制'] }}>
                {issued?.password ?? ''}
              </Typography.Text>
            ),
          },
        ]}
      />
      <p className="note">请当面或通过电话告知本人。本人首次登录时必须修改密码。</p>
    </Modal>
  );
}
