import type { LinkedGroup, LinkedMember, LinkedProgress } from '../../../contracts/problem-linkage.ts';
import { consequencesOfArbitration, hasLeft } from '../../../contracts/problem-rules.ts';

/** The records that are still in the group. */
export function sidesOf({ members }: LinkedGroup, { standings }: LinkedProgress): LinkedMember[] {
  const gone = new Set(standings.filter(hasLeft).map(({ studentId }) => studentId));
  return members.filter(({ studentId }) => !gone.has(studentId));
}

export function sideText({ name, provinceName, schoolName, studentNumber }: LinkedMember): string {
  return `${name}（${provinceName} ${schoolName}，${studentNumber}）`;
}

export function consequencesFor(
  { kind, members }: LinkedGroup,
  { state, revision, standings }: LinkedProgress,
  winner: string,
): Map<string, string> {
  const standing = standings.flatMap(({ studentId, state: now, lost }) => {
    const member = members.find((one) => one.studentId === studentId);
    return member ? [{ studentId, state: now, lost, since: member.since, claimNo: member.claimNo }] : [];
  });
  return consequencesOfArbitration({ kind, state, revision, members: standing }, winner);
}

/** What becomes of each record, in plain words. */
export function Consequences(props: { group: LinkedGroup; progress: LinkedProgress; winner: string }) {
  const { group, progress, winner } = props;
  const consequences = consequencesFor(group, progress, winner);
  return (
    <ul className="plain-list">
      {sidesOf(group, progress).map((side) => (
        <li key={side.studentId}>
          <strong>{sideText(side)}</strong>：{consequences.get(side.studentId)}
        </li>
      ))}
    </ul>
  );
}
