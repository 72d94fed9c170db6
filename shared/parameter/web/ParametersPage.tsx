import { Button } from 'antd';
import { useState } from 'react';
import { listParameterChanges, listParameters } from '../../../contracts/parameter.ts';
import type { ParameterChange, ParameterView } from '../../../contracts/parameter.ts';
import { hasFailed, useRead } from '../../web/api.ts';
import { custom, text, time } from '../../web/columns.tsx';
import type { Column } from '../../web/columns.tsx';
import { dateText, timeText } from '../../web/formats.ts';
import { PageHeader } from '../../web/PageHeader.tsx';
import { QueryTable } from '../../web/QueryTable.tsx';
import { StateTag } from '../../web/StateTag.tsx';
import { Unread } from '../../web/Unread.tsx';
import { ParameterDialog } from './ParameterDialog.tsx';
import './parameter.css';

const columns: Column<ParameterChange>[] = [
  time('at', '时间', { sortable: true }),
  text('personName', '操作人'),
  text('account', '账号'),
  text('title', '参数'),
  custom('before', '变更前', ({ before }) => valueText(before)),
  custom('after', '变更后', ({ after }) => valueText(after)),
];

/** 系统参数设置: what the province decides for its whole area, and who decided what before. */
export function ParametersPage() {
  const read = useRead(listParameters, {});
  const [setting, setSetting] = useState<ParameterView>();
  return (
    <>
      <PageHeader title="系统参数设置" note="在全省范围内生效，改动立即执行" />
      {read.data && !hasFailed(read) ? (
        <ul className="parameters">
          {read.data.parameters.map((parameter) => (
            <li key={parameter.key}>
              <Parameter parameter={parameter} onSet={() => setSetting(parameter)} />
            </li>
          ))}
        </ul>
      ) : (
        <Unread query={read} />
      )}
      <h2 className="parameter-changes">变更记录</h2>
      <QueryTable endpoint={listParameterChanges} rowKey="position" columns={columns} empty="系统参数还没有变更过。" />
      <ParameterDialog parameter={setting} onClose={() => setSetting(undefined)} />
    </>
  );
}

function Parameter({ parameter, onSet }: { parameter: ParameterView; onSet: () => void }) {
  const { title, meaning, source, changedBy, changedAt } = parameter;
  return (
    <article aria-label={title}>
      <header>
        <h2>{title}</h2>
        <ValueTag parameter={parameter} />
        <span className="space" />
        <Button onClick={onSet} aria-label={`设置${title}`}>
          设置
        </Button>
      </header>
      <p>{meaning}</p>
      <p className="note">
        来源：{source}。{changedBy ? `最近由${changedBy}于 ${timeText(changedAt)} 设置。` : '尚未设置过。'}
      </p>
    </article>
  );
}

function ValueTag({ parameter: { value } }: { parameter: ParameterView }) {
  const [today] = useState(() => dateText(new Date().toISOString()));
  if (value === null) return <StateTag tone="plain">未启用</StateTag>;
  const isNow = value <= today;
  return (
    <StateTag tone={isNow ? 'good' : 'attention'}>{isNow ? `已于 ${value} 起执行` : `将于 ${value} 起执行`}</StateTag>
  );
}

function valueText(value: string | null): string {
  return value === null ? '不启用' : `${value} 起执行`;
}
