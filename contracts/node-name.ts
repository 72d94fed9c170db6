import { provinces, regionName } from './regions/regions.ts';

/**
 * A node by its Chinese name: 教育部 for the hub, the province for `p-37` (GB/T 2260: the node's digits are the province's). What has no
 * region code keeps its node name. Brings the region names (lazy pages only).
 */
export function nodeName(node: string): string {
  return node === 'hub' ? '教育部' : (regionName(`${node.slice(2)}0000`) ?? node);
}

/** The provinces by their nodes, for a condition at the hub. */
export const provinceNodeTitles: Readonly<Record<string, string>> = Object.fromEntries(
  provinces.map(({ code, name }) => [`p-${code.slice(0, 2)}`, name]),
);
