import { checkResidentId } from '../../contracts/people/resident-id.ts';

export type Answer = 'match' | 'name-mismatch' | 'not-found';

/** Whom the simulator knows: number → name. */
export type Citizens = ReadonlyMap<string, string>;

/** `idNumber,name` a line, UTF-8; the first line may be that heading. Empty lines and lines that begin with # are left out. */
export function readCitizens(csv: string): Citizens {
  const citizens = new Map<string, string>();
  for (const [index, line] of csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#') || text === 'idNumber,name') continue;
    const [idNumber, name, ...more] = text.split(',').map((cell) => cell.trim());
    if (!idNumber || !name || more.length > 0) throw new Error(`line ${index + 1}: expected idNumber,name`);
    citizens.set(idNumber.toUpperCase(), name);
  }
  return citizens;
}

/**
 * What the registry says. Citizens of the file are compared by name. Everybody else is answered by this rule, so that
 * demo pupils verify without a file. `today` is an ISO date: nobody is born after it.
 *
 * | resident id number                                  | answer        |
 * |-----------------------------------------------------|---------------|
 * | malformed, impossible date, wrong check character   | not-found     |
 * | sequence (places 15 to 17) 990 to 994               | not-found     |
 * | sequence 995 to 999                                 | name-mismatch |
 * | any other                                           | match         |
 */
export function answerFor(citizens: Citizens, query: { idNumber: string; name: string }, today: string): Answer {
  const idNumber = query.idNumber.trim().toUpperCase();
  const known = citizens.get(idNumber);
  if (known !== undefined) return known === query.name.trim() ? 'match' : 'name-mismatch';
  if (!checkResidentId(idNumber, today).ok) return 'not-found';
  const sequence = Number(idNumber.slice(14, 17));
  if (sequence >= 995) return 'name-mismatch';
  return sequence >= 990 ? 'not-found' : 'match';
}
