import { Alert, Button, Checkbox, Descriptions, Drawer, Form, Select } from 'antd';
import { useState } from 'react';
import {
  changeChainConfiguration,
  createChainConfigurations,
  ReviewLevel,
  reviewLevelTitles,
} from '../../../contracts/chain-configuration.ts';
import type { ChainConfiguration, ConfigurableBusiness } from '../../../contracts/chain-configuration.ts';
import { SchoolCategory, schoolCategoryTitles, Stage, stageTitles } from '../../../contracts/orgs/org.ts';
import { useAct } from '../../web/api.ts';
import type { InputOf } from '../../web/api.ts';
import { ConfirmDialog } from '../../web/ConfirmAct.tsx';
import { useMessages } from '../../web/messages.tsx';
import { OrgSelect } from '../../web/OrgTree.tsx';
import { useSession } from '../../web/session.ts';
import { ExampleChains, TouchedSchools } from './ActPreview.tsx';
import { invalidates } from './invalidates.ts';
import { plannedChain } from './planned.ts';

type Values = InputOf<typeof createChainConfigurations>;

export interface ConfigurationDrawerProps {
  /** A configuration to change, `new` for one to add, nothing: closed. */
  target: ChainConfiguration | 'new' | undefined;
  businesses: readonly ConfigurableBusiness[];
  onClose: () => void;
}

/** 增加, 修改: the form, and beside every tick the chain as it would be. What is typed is lost only on purpose. */
export function ConfigurationDrawer({ target, businesses, onClose }: ConfigurationDrawerProps) {
  return (
    <Drawer
      open={target !== undefined}
      title={target === 'new' ? '增加业务流程' : '修改业务流程'}
      size={900}
      onClose={onClose}
      destroyOnHidden
      className="review-drawer"
    >
      {target && <ConfigurationForm target={target} businesses={businesses} onClose={onClose} />}
    </Drawer>
  );
}

function ConfigurationForm({
  target,
  businesses,
  onClose,
}: ConfigurationDrawerProps & { target: ChainConfiguration | 'new' }) {
  const { org } = useSession();
  const [form] = Form.useForm<Values>();
  const watched = Form.useWatch([], form) as Partial<Values> | undefined;
  const [asking, setAsking] = useState(false);
  const { save, isDone } = useSave(target, onClose);
  const levels = ReviewLevel.options.filter((level) => watched?.levels?.includes(level));
  const chosen = target === 'new' ? (watched?.businesses ?? []) : [target.business];
  const input =
    target === 'new'
      ? { act: 'create' as const, ...watched, levels }
      : { act: 'change' as const, id: target.id, levels };
  const isComplete = chosen.length > 0 && levels.length > 0 && (target !== 'new' || Boolean(watched?.areaId));
  const reports = businesses.some(({ business, reports: does }) => does && chosen.includes(business));
  const initial =
    target === 'new'
      ? { businesses: [], stages: [], schoolCategories: [], areaId: org.id, levels: [] }
      : { levels: target.levels };

  return (
    <Form form={form} layout="vertical" initialValues={initial} onFinish={() => setAsking(true)} scrollToFirstError>
      {target === 'new' ? <ConditionFields businesses={businesses} /> : <ConditionTexts configuration={target} />}
      <Form.Item
        name="levels"
        label="审核环节"
        extra="主管教育局是学校直接隶属的教育部门。按从下到上的顺序审核，学校没有的级别自动跳过，同一单位只审核一次。"
        rules={[{ required: true, message: '请至少选择一个审核环节' }]}
      >
        <LevelsField />
      </Form.Item>
      <h3 className="drawer-heading">审核流程预览</h3>
      {levels.join() === 'school' && (
        <Alert type="warning" showIcon title="没有选择教育部门：学校主管领导审核通过后业务即办结，教育部门不再审核。" />
      )}
      <div className="chain-preview">
        <ExampleChains input={input} enabled={isComplete} isDone={isDone} planned={plannedChain(levels, reports)} />
      </div>
      <footer className="decision-bar">
        <div className="buttons">
          <Button onClick={onClose}>取消</Button>
          <Button type="primary" htmlType="submit">
            保存
          </Button>
        </div>
      </footer>
      <ConfirmDialog
        open={asking}
        title={target === 'new' ? '增加业务流程' : '修改业务流程'}
        consequence={
          asking && (
            <>
              {input.act === 'create' && <p>将增加 {combinations(watched)} 项流程配置。</p>}
              <TouchedSchools input={input} isDone={isDone} />
            </>
          )
        }
        okText="确定保存"
        onConfirm={() => save(form.getFieldsValue())}
        onClose={() => setAsking(false)}
      />
    </Form>
  );
}

/** What antd tells a required field of (`aria-required`) a group of check boxes may not have. */
function LevelsField(field: { id?: string; value?: ReviewLevel[]; onChange?: (levels: ReviewLevel[]) => void }) {
  return (
    <Checkbox.Group<ReviewLevel>
      {...(field.id ? { id: field.id } : {})}
      role="group"
      aria-label="审核环节"
      value={field.value ?? []}
      onChange={(levels) => field.onChange?.(levels)}
      options={ReviewLevel.options.map((value) => ({ value, label: reviewLevelTitles[value] }))}
    />
  );
}

/** How many configurations the form makes: one for every business, category and stage, or for all of them in one. */
function combinations({ businesses = [], stages = [], schoolCategories = [] }: Partial<Values> = {}): number {
  return businesses.length * Math.max(stages.length, 1) * Math.max(schoolCategories.length, 1);
}

interface Saving {
  save: (values: Values) => Promise<void>;
  /** It is on its way, or saved. */
  isDone: boolean;
}

function useSave(target: ChainConfiguration | 'new', onClose: () => void): Saving {
  const messages = useMessages();
  const create = useAct(createChainConfigurations, { invalidates });
  const change = useAct(changeChainConfiguration, { invalidates });
  const save = async (values: Values): Promise<void> => {
    if (target === 'new') {
      const { created } = await create.mutateAsync(values);
      messages.success(`已增加 ${created} 项流程配置`);
    } else {
      await change.mutateAsync({ id: target.id, revision: target.revision, levels: values.levels });
      messages.success('流程配置已修改');
    }
    onClose();
  };
  return { save, isDone: [create, change].some(({ isPending, isSuccess }) => isPending || isSuccess) };
}

function ConditionFields({ businesses }: { businesses: readonly ConfigurableBusiness[] }) {
  return (
    <>
      <Form.Item
        name="businesses"
        label="业务类别"
        extra="可以选择多项，每项业务各增加一项配置。"
        rules={[{ required: true, message: '请至少选择一项业务' }]}
      >
        <Select
          mode="multiple"
          autoFocus
          placeholder="请选择"
          showSearch={{ optionFilterProp: 'label' }}
          options={businesses.map(({ business, title }) => ({ value: business, label: title }))}
        />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="schoolCategories" label="办学类型" extra="不选表示全部办学类型。">
          <Checkbox.Group
            options={SchoolCategory.options.map((value) => ({ value, label: schoolCategoryTitles[value] }))}
          />
        </Form.Item>
        <Form.Item name="stages" label="教育阶段" extra="不选表示全部教育阶段。">
          <Checkbox.Group options={Stage.options.map((value) => ({ value, label: stageTitles[value] }))} />
        </Form.Item>
      </div>
      <Form.Item
        name="areaId"
        label="作用范围"
        extra="对这个单位和它以下的学校有效；范围更小的配置优先。"
        rules={[{ required: true, message: '请选择作用范围' }]}
      >
        <OrgSelect />
      </Form.Item>
    </>
  );
}

function ConditionTexts({ configuration }: { configuration: ChainConfiguration }) {
  const { businessTitle, schoolCategory, stage, areaName } = configuration;
  return (
    <Descriptions
      size="small"
      bordered
      column={2}
      className="drawer-descriptions"
      items={[
        { key: 'business', label: '业务类别', children: businessTitle },
        { key: 'area', label: '作用范围', children: areaName },
        {
          key: 'category',
          label: '办学类型',
          children: schoolCategory ? schoolCategoryTitles[schoolCategory] : '全部',
        },
        { key: 'stage', label: '教育阶段', children: stage ? stageTitles[stage] : '全部' },
      ]}
    />
  );
}
