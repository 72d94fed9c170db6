import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { inSlices } from '../../shared/slices.ts';
import { fingerprintOf } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import type { PreschoolRecordTable } from './table.ts';

/** A preschool record that was found for a pupil. */
export interface FoundRecord extends Omit<PreschoolRecordTable, 'form' | 'idFingerprint'> {
  /**
   * Whether it has the pupil's document; neither has one; or only one of them has, or another type, as children change from
   * a passport to a resident id.
   */
  document: 'same' | 'both-none' | 'differs';
}

/**
 * Where preschool records (学前学籍) are looked up. The province's own table is what every node has; a province whose preschool
 * system can be asked puts an adapter here. Never asked inside a decision.
 */
export interface PreschoolRecords {
  /** For each pupil, in the same order, who it may be: by document, and by name, sex and birth date. */
  findEach(pupils: readonly ListedPupil[]): Promise<FoundRecord[][]>;
  /** What the records know of the pupils' forms, by record id. */
  formsOf(recordIds: readonly string[]): Promise<Map<string, StudentForm>>;
}

/** Pupils searched for in one statement. */
const PUPILS_PER_QUERY = 200;

/** The table that `import-preschool` fills (load-records.ts). */
export function tableOfPreschoolRecords(db: Kysely<ProvinceDb>, vault: Vault): PreschoolRecords {
  return {
    async findEach(pupils) {
      const found: FoundRecord[][] = [];
      for (const slice of inSlices(pupils, PUPILS_PER_QUERY)) {
        const sought = slice.map((pupil) => ({ pupil, fingerprint: fingerprintOf(vault, pupil) }));
        const byDocument = await recordsOfDocuments(
          db,
          sought.flatMap(({ fingerprint }) => fingerprint ?? []),
        );
        const byPerson = await recordsOfPeople(db, slice);
        for (const one of sought) found.push(recordsOf(one, byDocument, byPerson));
      }
      return found;
    },
    async formsOf(recordIds) {
      const forms = new Map<string, StudentForm>();
      for (const slice of inSlices(recordIds, PUPILS_PER_QUERY)) {
        const rows = await db.selectFrom('preschool_record').select(['id', 'form']).where('id', 'in', slice).execute();
        for (const { id, form } of rows) forms.set(id, JSON.parse(vault.open(form)) as StudentForm);
      }
      return forms;
    },
  };
}

type Searched = Omit<PreschoolRecordTable, 'form'>;

function selectRecords(db: Kysely<ProvinceDb>) {
  return db
    .selectFrom('preschool_record')
    .select(['id', 'name', 'sex', 'birthDate', 'idType', 'idNumberMasked', 'idFingerprint'])
    .select(['kindergartenName', 'kindergartenRegion'])
    .orderBy('id');
}

async function recordsOfDocuments(db: Kysely<ProvinceDb>, fingerprints: readonly Buffer[]): Promise<Searched[]> {
  if (fingerprints.length === 0) return [];
  return selectRecords(db).where('idFingerprint', 'in', fingerprints).execute();
}

async function recordsOfPeople(db: Kysely<ProvinceDb>, pupils: readonly ListedPupil[]): Promise<Searched[]> {
  if (pupils.length === 0) return [];
  const people = pupils.map(({ name, birthDate, sex }) => sql`(${name}, ${birthDate}, ${sex})`);
  return selectRecords(db)
    .where(sql<boolean>`("name", "birthDate", "sex") in (values ${sql.join(people)})`)
    .execute();
}

function recordsOf(
  { pupil, fingerprint }: { pupil: ListedPupil; fingerprint: Buffer | null },
  byDocument: readonly Searched[],
  byPerson: readonly Searched[],
): FoundRecord[] {
  const same = byDocument.filter((record) => fingerprint !== null && record.idFingerprint?.equals(fingerprint));
  const others = byPerson.filter(
    (record) =>
      record.name === pupil.name &&
      record.birthDate === pupil.birthDate &&
      record.sex === pupil.sex &&
      !same.some(({ id }) => id === record.id) &&
      // Two numbers of one kind are two children.
      !(record.idFingerprint !== null && fingerprint !== null && record.idType === pupil.idType),
  );
  return [
    ...same.map((record) => foundRecord(record, 'same')),
    ...others.map((record) => foundRecord(record, documentOf(record, fingerprint))),
  ];
}

function documentOf(record: Searched, fingerprint: Buffer | null): FoundRecord['document'] {
  return record.idFingerprint === null && fingerprint === null ? 'both-none' : 'differs';
}

function foundRecord({ idFingerprint: _, ...record }: Searched, document: FoundRecord['document']): FoundRecord {
  return { ...record, document };
}

/** Writes records, each over what an earlier load said of it. */
export async function saveRecords(tx: Tx<ProvinceDb>, records: readonly PreschoolRecordTable[]): Promise<void> {
  if (records.length === 0) return;
  await tx
    .insertInto('preschool_record')
    .values([...records])
    .onConflict((oc) =>
      oc.column('id').doUpdateSet(({ ref }) => ({
        name: ref('excluded.name'),
        sex: ref('excluded.sex'),
        birthDate: ref('excluded.birthDate'),
        idType: ref('excluded.idType'),
        idNumberMasked: ref('excluded.idNumberMasked'),
        idFingerprint: ref('excluded.idFingerprint'),
        kindergartenName: ref('excluded.kindergartenName'),
        kindergartenRegion: ref('excluded.kindergartenRegion'),
        form: ref('excluded.form'),
      })),
    )
    .execute();
}
