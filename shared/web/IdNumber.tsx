import { numberGroups } from './formats.ts';

/** A resident id or student number in groups. The gaps are drawn, not written: what is copied has no spaces. */
export function IdNumber({ value }: { value: string | null | undefined }) {
  if (!value) return null;
  return (
    <span className="id-number">
      {numberGroups(value).map((group, at) => (
        <span key={at}>{group}</span>
      ))}
    </span>
  );
}
