import { openXlsx, readXlsx, saveXlsx, writeXlsx } from 'hucre/xlsx';
import { checkCharacter } from '../../contracts/people/number-text.ts';
import { studentFields } from '../../contracts/student-form.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { fieldText } from '../../contracts/student-rules.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import { residentEntrantSheet } from '../../province-node/registration/sheet.ts';
import { systemClock } from '../../shared/clock.ts';
import { seededRandom } from '../../shared/random.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';

export const titles = studentFields.map(([, title]) => title);

/** First-graders of a demo school. The seed is the story's own. */
export function pupilsOf(schoolId: string, count: number, seed: number): StudentForm[] {
  const school = demoProvinces.flatMap(demoOrgs).find(({ id }) => id === schoolId);
  if (!school) throw new Error(`no demo school ${schoolId}`);
  // What the registry knows is decided by the serial in the number (citizens.ts): only pupils that it knows, so that a
  // story plants the others where it wants them.
  const sure = samplePupils(seededRandom(seed), school, count * 2, 2026).filter((pupil) => serialOf(pupil) < 990);
  return sure.slice(0, count);
}

function serialOf({ idNumber = '' }: StudentForm): number {
  return Number(idNumber.slice(14, 17));
}

/** One line of the sheet as a registrar would type it. */
export function cellsOf(pupil: StudentForm): string[] {
  return studentFields.map(([field]) => (pupil[field] === undefined ? '' : fieldText(field, pupil[field])));
}

/** Written by the product's own exporter. */
export async function exported(pupils: readonly StudentForm[]): Promise<Buffer> {
  const stream = openSpreadsheets(systemClock).export(residentEntrantSheet, pupils);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The downloaded template with pupils typed in below its header, saved by another program than ours. */
export async function fillTemplate(template: Uint8Array, pupils: readonly StudentForm[]): Promise<Buffer> {
  const workbook = await openXlsx(template);
  const sheet = workbook.sheets[0]!;
  sheet.rows = [sheet.rows[0]!, ...pupils.map(cellsOf)];
  return Buffer.from(await saveXlsx(workbook));
}

/** Rows under the header as another program writes them; cells are by field, over those of the pupils. */
export async function written(
  pupils: readonly StudentForm[],
  change: (cells: Record<string, string | number>, at: number) => void = () => undefined,
  header: readonly string[] = titles,
): Promise<Buffer> {
  const rows = pupils.map((pupil, at) => {
    const cells: Record<string, string | number> = Object.fromEntries(
      studentFields.map(([field, title]) => [title, pupil[field] === undefined ? '' : fieldText(field, pupil[field])]),
    );
    change(cells, at);
    return header.map((title) => cells[title] ?? '');
  });
  return Buffer.from(await writeXlsx({ sheets: [{ name: '学生', rows: [[...header], ...rows] }] }));
}

export async function sheetsOf(file: Uint8Array) {
  return (await readXlsx(file)).sheets;
}

/** The same resident id number but for its serial, places 15 to 17, by which the registry simulator answers. */
export function withSerial(idNumber: string, serial: string): string {
  const body = idNumber.slice(0, 14) + serial;
  return body + checkCharacter(body);
}
