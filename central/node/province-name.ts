import type { NodeId } from '../../contracts/core/message.ts';
import { regionName } from '../../contracts/regions/regions.ts';

/** `p-37` → 山东省 (GB/T 2260: the node's digits are the province's). What has no region code keeps its node name. */
export function provinceNameOf(node: NodeId): string {
  if (node === 'hub') return '教育部';
  return regionName(`${node.slice(2)}0000`) ?? node;
}
