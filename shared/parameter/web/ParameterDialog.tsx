import { DatePicker, Form, Modal, Radio } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useState } from 'react';
import { listParameterChanges, listParameters, setParameter } from '../../../contracts/parameter.ts';
import type { ParameterView } from '../../../contracts/parameter.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { useAct } from '../../web/api.ts';
import { ProblemAlert, showInFields } from '../../web/ErrorView.tsx';
import { useMessages } from '../../web/messages.tsx';

dayjs.locale('zh-cn');

interface Values {
  holds: boolean;
  value: dayjs.Dayjs | null;
}

/** 设置: the value anew, with what follows from it above the button. */
export function ParameterDialog({ parameter, onClose }: { parameter: ParameterView | undefined; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<Problem>();
  const messages = useMessages();
  const set = useAct(setParameter, { invalidates: [listParameters, listParameterChanges] });
  const close = (): void => {
    setProblem(undefined);
    onClose();
  };

  const save = ({ holds, value }: Values): void => {
    if (!parameter) return;
    setProblem(undefined);
    set.mutate(
      { key: parameter.key, value: holds && value ? value.format('YYYY-MM-DD') : null, revision: parameter.revision },
      {
        onSuccess: () => {
          messages.success(`已设置“${parameter.title}”`);
          close();
        },
        onError: (error) => setProblem(showInFields(form, error)),
      },
    );
  };

  return (
    <Modal
      open={parameter !== undefined}
      title={parameter?.title}
      okText="确定设置"
      width={560}
      confirmLoading={set.isPending}
      onOk={form.submit}
      onCancel={close}
      destroyOnHidden
    >
      {parameter && (
        <Form form={form} layout="vertical" preserve={false} initialValues={valuesOf(parameter)} onFinish={save}>
          <p>{parameter.meaning}</p>
          <Form.Item name="holds" label="是否启用">
            <Radio.Group
              options={[
                { value: false, label: '不启用' },
                { value: true, label: '从指定日期起执行' },
              ]}
            />
          </Form.Item>
          <Form.Item noStyle dependencies={['holds']}>
            {({ getFieldValue }) =>
              getFieldValue('holds') && (
                <Form.Item
                  name="value"
                  label="执行日期"
                  extra="当天和以前的日期从现在起执行。"
                  rules={[{ required: true, message: '请选择执行日期' }]}
                >
                  <DatePicker />
                </Form.Item>
              )
            }
          </Form.Item>
          {problem && <ProblemAlert problem={problem} />}
        </Form>
      )}
    </Modal>
  );
}

function valuesOf({ value }: ParameterView): Values {
  return { holds: value !== null, value: value === null ? null : dayjs(value) };
}
