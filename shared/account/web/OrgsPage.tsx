import { Button, Descriptions, Input, Skeleton } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { ORGS_FOUND_MAX, searchOrgs, summariseOrg } from '../../../contracts/org-search.ts';
import type { OrgSummary } from '../../../contracts/org-search.ts';
import { orgLevelTitles, schoolCategoryTitles, stageTitles } from '../../../contracts/orgs/org.ts';
import { hasFailed, useRead } from '../../web/api.ts';
import { EmptyState } from '../../web/EmptyState.tsx';
import { ErrorView } from '../../web/ErrorView.tsx';
import { thousands } from '../../web/formats.ts';
import { OrgTree, rememberOrgName } from '../../web/OrgTree.tsx';
import { PageHeader } from '../../web/PageHeader.tsx';
import { useSession } from '../../web/session.ts';
import { AccountsTable } from './AccountsTable.tsx';
import { NewAccount } from './NewAccount.tsx';

/** What fits beside the page header and the search field at 1366 × 768. */
const TREE_HEIGHT = 500;

/** 组织机构: the tree of one's own subtree with a search, and the chosen org with its accounts. The address holds both. */
export function OrgsPage() {
  const { org } = useSession();
  const [params, setParams] = useSearchParams();
  const chosen = params.get('org') ?? org.id;
  const text = params.get('find') ?? '';
  // Another org: the page and the order of the accounts of the one before mean nothing.
  const choose = (id: string): void => setParams(addressOf(id, text));

  return (
    <>
      <PageHeader title="组织机构" note="本机构和下级机构；学校可以直属任何一级教育部门" />
      <div className="orgs-page">
        <section className="org-side" aria-label="选择机构">
          <Input.Search
            key={text}
            aria-label="查找机构"
            placeholder="机构名称或代码"
            defaultValue={text}
            maxLength={50}
            allowClear
            onSearch={(value) => setParams(addressOf(chosen, value.trim()))}
          />
          {text === '' ? (
            <OrgTree selected={chosen} onSelect={choose} height={TREE_HEIGHT} />
          ) : (
            <FoundOrgs text={text} chosen={chosen} onSelect={choose} />
          )}
        </section>
        <ChosenOrg key={chosen} id={chosen} />
      </div>
    </>
  );
}

function addressOf(org: string, find: string): URLSearchParams {
  return new URLSearchParams({ org, ...(find === '' ? {} : { find }) });
}

function FoundOrgs({ text, chosen, onSelect }: { text: string; chosen: string; onSelect: (id: string) => void }) {
  const found = useRead(searchOrgs, { text });
  if (found.isPending) return <Skeleton active />;
  if (hasFailed(found)) return <ErrorView error={found.error} onRetry={() => void found.refetch()} />;
  const { orgs, hasMore } = found.data;
  if (orgs.length === 0) return <EmptyState>没有找到，请换一个名称或代码</EmptyState>;
  return (
    <>
      <ul className="org-found" aria-label="查找结果">
        {orgs.map(({ id, name, above }) => (
          <li key={id}>
            <button type="button" aria-current={id === chosen} onClick={() => onSelect(id)}>
              {name}
              <small>
                {id} {above.map((one) => one.name).join(' / ')}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {hasMore && <p className="note">只显示前 {ORGS_FOUND_MAX} 个，请输入更完整的名称</p>}
    </>
  );
}

function ChosenOrg({ id }: { id: string }) {
  const [creating, setCreating] = useState(false);
  const org = useRead(summariseOrg, { id });
  const create = (): void => {
    if (org.data) rememberOrgName(id, org.data.name);
    setCreating(true);
  };
  if (hasFailed(org)) return <ErrorView error={org.error} onRetry={() => void org.refetch()} />;
  return (
    <section className="home-section" aria-label="机构信息">
      {org.data ? <Summary org={org.data} /> : <Skeleton active />}
      <h2 className="org-accounts">账号</h2>
      <AccountsTable
        orgId={id}
        empty="该机构还没有账号，请新建"
        toolbar={
          <Button type="primary" loading={!org.data} onClick={create}>
            新建账号
          </Button>
        }
      />
      <NewAccount open={creating} orgId={id} onClose={() => setCreating(false)} />
    </section>
  );
}

function Summary({ org }: { org: OrgSummary }) {
  const { city, county, school } = org.below;
  const schoolItems = [
    {
      key: 'category',
      label: '办学类型',
      children: org.schoolCategory ? schoolCategoryTitles[org.schoolCategory] : '',
    },
    { key: 'stages', label: '教育阶段', children: org.stages.map((stage) => stageTitles[stage]).join('、') },
  ];
  const bureauItems = [
    ...(org.level === 'province' ? [{ key: 'city', label: '地市', children: `${thousands(city)} 个` }] : []),
    ...(org.level === 'county' ? [] : [{ key: 'county', label: '区县', children: `${thousands(county)} 个` }]),
    { key: 'school', label: '下属学校', children: `${thousands(school)} 所` },
  ];
  return (
    <Descriptions
      title={org.name}
      size="small"
      bordered
      column={3}
      items={[
        { key: 'id', label: org.level === 'school' ? '学校标识码' : '机构代码', children: org.id },
        { key: 'level', label: '级别', children: orgLevelTitles[org.level] },
        { key: 'parent', label: '上级机构', children: org.parentName ?? '—' },
        ...(org.level === 'school' ? schoolItems : bureauItems),
        { key: 'accounts', label: '账号', children: `${thousands(org.accounts)} 个` },
      ]}
    />
  );
}
