/**
 * What excludes what on one record (reliability F47; domain.md §1.6): while one business is open on it, which others may begin. One
 * table for the transfer's pre-flight, 省内转学, 关键数据变更 and the handling of problem records; each asks it in the decision in which it
 * begins.
 */

/** What can be open on a record. `problem`: it is in an open group; `problem-handling`: 佐证 or 删除 is under review. */
export const openKinds = [
  ...(['problem', 'problem-handling', 'in-province-transfer'] as const),
  ...(['cross-province-transfer', 'key-change'] as const),
] as const;
export type OpenKind = (typeof openKinds)[number];

/** What can begin on it. `problem-change` is the key-data change by which a problem record is handled. */
export const begunKinds = [
  ...(['in-province-transfer', 'cross-province-transfer', 'key-change'] as const),
  ...(['problem-change', 'problem-attest', 'problem-delete'] as const),
] as const;
export type BegunKind = (typeof begunKinds)[number];

/** What may begin beside it; everything else waits. */
const mayBegin: Record<OpenKind, readonly BegunKind[]> = {
  // 问题学籍不能办理任何异动: it is handled, and nothing else.
  problem: ['problem-change', 'problem-attest', 'problem-delete'],
  'problem-handling': [],
  // Begun before the problem was found. 佐证 touches nothing of the record, and does not wait for it.
  'in-province-transfer': ['problem-attest'],
  'cross-province-transfer': ['problem-attest'],
  'key-change': [],
};

/** Whether `begun` has to wait while `open` is open on the same record. */
export function excludes(open: OpenKind, begun: BegunKind): boolean {
  return !mayBegin[open].includes(begun);
}
