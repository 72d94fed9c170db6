import type { PreschoolEntry } from '../../contracts/preschool.ts';
import { listedFields } from '../../contracts/preschool-rules.ts';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import type { EntryDraft } from '../../contracts/registration-entry.ts';
import { regionName } from '../../contracts/regions/regions.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../../province-node/context.ts';
import { recordOf } from '../../province-node/preschool/load-records.ts';
import { saveRecords } from '../../province-node/preschool/records.ts';
import { preschoolListSheet } from '../../province-node/preschool/sheet.ts';
import type { PreschoolRecordTable } from '../../province-node/preschool/table.ts';
import { chinaDate } from '../../shared/clock.ts';
import { seededRandom } from '../../shared/random.ts';
import { json } from './browser.ts';
import type { Browser } from './browser.ts';
import { SCHOOL_YEAR } from './earlier.ts';
import { demoOrgs } from './orgs.ts';
import type { DemoProvince } from './orgs.ts';
import { samplePupils } from './pupils.ts';

/** Children of each primary school's area who left kindergarten this summer. */
const CHILDREN = 30;
/** Of these two records each: they changed the kindergarten. */
const twice = [24, 25, 26];
/** The kindergarten wrote the name wrongly; never went to one. */
const RENAMED = 27;
const UNKNOWN = [28, 29];

/** They have no other record anywhere in the demonstration. */
export function preschoolChildren(school: Org): StudentForm[] {
  return samplePupils(seededRandom(Number(school.id.slice(2)) + 7), school, CHILDREN, SCHOOL_YEAR);
}

/** What the provinces' preschool systems know, once: a second start finds it. */
export async function seedPreschoolRecords(province: Province, demo: DemoProvince): Promise<void> {
  const known = province.store.read.selectFrom('preschool_record').select('id').limit(1);
  if (await known.executeTakeFirst()) return;
  const schools = demoOrgs(demo).filter(({ stages }) => stages.includes('primary'));
  const records = schools.flatMap((school) => recordsOf(province, school, preschoolChildren(school)));
  await province.store.decide((tx) => saveRecords(tx, records));
}

function recordsOf({ vault, clock }: Province, school: Org, children: readonly StudentForm[]): PreschoolRecordTable[] {
  const today = chinaDate(clock.now());
  const kindergarten = (number: string) => ({
    kindergartenName: `${regionName(school.regionCode)}${number}幼儿园`,
    kindergartenRegion: `${school.regionCode}000000`,
  });
  return children.flatMap((child, at) => {
    if (UNKNOWN.includes(at)) return [];
    const of = at === RENAMED ? { ...child, name: `${child.name}儿` } : child;
    const numbers = twice.includes(at) ? ['第一', '第二'] : ['第一'];
    return numbers.map((number) =>
      recordOf(vault, { ...of, ...kindergarten(number), recordKey: `${child.idNumber}-${number}` }, today),
    );
  });
}

/**
 * The list of one school as its registrar leaves it in the middle of the summer: in every state, some of it supplemented.
 * `entering` will be registered by the school itself.
 */
export async function listPreschoolers(
  province: Province,
  registrar: Browser,
  school: Org,
  entering: readonly StudentForm[],
): Promise<void> {
  const listed = province.store.read.selectFrom('preschool_list_entry').select('id').where('schoolId', '=', school.id);
  if (await listed.executeTakeFirst()) return;
  await province.store.decide((tx) => saveRecords(tx, recordsOf(province, school, entering.slice(0, 8))));
  const children = preschoolChildren(school);
  const pupils = [...entering, ...children].map((form): ListedPupil =>
    Object.fromEntries(listedFields.map((field) => [field, form[field]!])),
  );
  const body = province.spreadsheets.export(preschoolListSheet, pupils);
  const file = new Uint8Array(await new Response(body).arrayBuffer());
  await json(registrar.upload('/api/preschool/list/import', file, '一年级新生调档名单.xlsx'));
  const undocumented = { name: children[0]!.name!, idType: 'Z', sex: '1', birthDate: `${SCHOOL_YEAR - 7}-11-05` };
  await json(registrar.post('/api/preschool/list/add', { pupil: undocumented }));
  const query = { matchState: 'matched', pageSize: '200' };
  const { rows } = await json<{ rows: PreschoolEntry[] }>(registrar.get('/api/preschool/list', query));
  for (const child of children.slice(0, 6)) {
    const entry = rows.find(({ name, birthDate }) => name === child.name && birthDate === child.birthDate);
    if (entry) await supplement(registrar, entry.id, child);
  }
}

async function supplement(registrar: Browser, id: string, form: StudentForm): Promise<void> {
  const { revision } = await json<EntryDraft>(registrar.post('/api/preschool/supplement/open', { id }));
  await json(registrar.post('/api/preschool/supplement/complete', { id, revision, form, warningsConfirmed: true }));
}
