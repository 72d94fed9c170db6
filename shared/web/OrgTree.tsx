import { useQueryClient } from '@tanstack/react-query';
import { Tree, TreeSelect } from 'antd';
import { useState } from 'react';
import { listOrgChildren } from '../../contracts/account.ts';
import type { OrgNode } from '../../contracts/account.ts';
import { call, readKey } from './api.ts';
import { useSession } from './session.ts';

interface TreeItem {
  key: string;
  value: string;
  title: string;
  isLeaf: boolean;
  children?: TreeItem[];
}

/** The caller's own org and what is below it, level by level as it is opened. */
function useOrgTree(): { items: TreeItem[]; load: (item: { value?: unknown; key?: unknown }) => Promise<void> } {
  const { org } = useSession();
  const client = useQueryClient();
  const [children, setChildren] = useState<Record<string, OrgNode[]>>({});

  const load = async (item: { value?: unknown; key?: unknown }): Promise<void> => {
    const parentId = String(item.value ?? item.key);
    if (children[parentId]) return;
    const input = { parentId };
    const { orgs } = await client.fetchQuery({
      queryKey: readKey(listOrgChildren, input),
      queryFn: () => call(listOrgChildren, input),
      staleTime: 60_000,
    });
    setChildren((before) => ({ ...before, [parentId]: orgs }));
  };
  const itemOf = (node: Pick<OrgNode, 'id' | 'name' | 'hasChildren'>): TreeItem => {
    const below = children[node.id];
    const item = { key: node.id, value: node.id, title: node.name, isLeaf: !node.hasChildren };
    return below ? { ...item, children: below.map(itemOf) } : item;
  };
  return { items: [itemOf({ id: org.id, name: org.name, hasChildren: org.level !== 'school' })], load };
}

export interface OrgTreeProps {
  selected?: string;
  onSelect: (orgId: string) => void;
  /** In pixels: what is beyond is not drawn until it is scrolled to. */
  height: number;
}

/** The org tree at the left of a page. `onSelect` hears the id; the caller's own org is open at first. */
export function OrgTree({ selected, onSelect, height }: OrgTreeProps) {
  const { org } = useSession();
  const { items, load } = useOrgTree();
  return (
    <Tree
      className="org-tree"
      aria-label="机构"
      treeData={items}
      loadData={load}
      defaultExpandedKeys={[org.id]}
      selectedKeys={selected ? [selected] : []}
      onSelect={(_, { node }) => onSelect(String(node.key))}
      height={height}
      blockNode
    />
  );
}

export interface OrgSelectProps {
  id?: string;
  value?: string | undefined;
  onChange?: (orgId: string | undefined) => void;
  /** What an empty field means. */
  placeholder?: string;
}

/** The same tree in a drop-down field. */
export function OrgSelect({ id, value, onChange, placeholder = '请选择' }: OrgSelectProps) {
  const { org } = useSession();
  const { items, load } = useOrgTree();
  const choose = (chosen: { value: string; label: unknown } | undefined): void => {
    if (chosen) rememberOrgName(chosen.value, String(chosen.label));
    onChange?.(chosen?.value);
  };
  return (
    <TreeSelect<{ value: string; label: string } | undefined>
      {...(id ? { id } : {})}
      labelInValue
      value={value ? { value, label: value === org.id ? org.name : nameOf(value) } : undefined}
      onChange={choose}
      treeData={items}
      loadData={load}
      treeDefaultExpandedKeys={[org.id]}
      placeholder={placeholder}
      allowClear
      showSearch={{ treeNodeFilterProp: 'title' }}
      popupMatchSelectWidth={320}
      // The field announces its list under this id, but antd's tree has none.
      popupRender={(tree) => <div id={`${id}_list`}>{tree}</div>}
    />
  );
}

/** An address that is opened anew holds the chosen id only; its name is kept for the life of the browser tab. */
export function rememberOrgName(orgId: string, name: string): void {
  sessionStorage.setItem(`org-name:${orgId}`, name);
}

function nameOf(orgId: string): string {
  return sessionStorage.getItem(`org-name:${orgId}`) ?? '已选机构';
}
