import type { Kysely } from 'kysely';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import type { FieldError } from '../../contracts/core/problems.ts';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Caller } from '../../shared/http/serve.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Province } from '../context.ts';
import { canonicalForm, fingerprintOf } from '../registration/form.ts';
import { holdersOf } from '../registration/held.ts';
import type { ProvinceDb } from '../schema.ts';
import { matchOf } from './rules.ts';
import type { Match } from './rules.ts';
import { personKey } from './sheet.ts';
import { takenRecords } from './table.ts';
import type { PreschoolListEntryTable } from './table.ts';

/** What an entry holds of the pupil as entered. */
export type ListedColumns = Pick<
  PreschoolListEntryTable,
  'name' | 'sex' | 'birthDate' | 'idType' | 'category' | 'idNumberMasked' | 'idFingerprint' | 'listKey' | 'identity'
>;

/** `values` were checked: what is required is there. */
export function listedColumns(vault: Vault, schoolId: string, values: ListedPupil, today: string): ListedColumns {
  const pupil = canonicalForm(values, today);
  const idType = must(pupil.idType, 'id type');
  return {
    name: must(pupil.name, 'name'),
    sex: must(pupil.sex, 'sex'),
    birthDate: must(pupil.birthDate, 'birth date'),
    idType,
    category: idCategoryOf(idType as IdType),
    idNumberMasked: maskIdNumber(pupil.idNumber ?? ''),
    idFingerprint: fingerprintOf(vault, pupil),
    listKey: listKeyOf(vault, schoolId, pupil),
    identity: vault.seal(JSON.stringify(pupil)),
  };
}

/** Under which a pupil, in canonical form, is on a list at most once (`PreschoolListEntryTable`). */
export function listKeyOf(vault: Vault, schoolId: string, pupil: ListedPupil): Buffer {
  return fingerprintOf(vault, pupil) ?? vault.fingerprint(`${schoolId}:${personKey(pupil)}`);
}

export function pupilOf(vault: Vault, { identity }: Pick<PreschoolListEntryTable, 'identity'>): ListedPupil {
  return JSON.parse(vault.open(identity)) as ListedPupil;
}

/** Pupils compared with the province in one statement. */
const PUPILS_PER_QUERY = 200;

/** The preschool record of each, in their order. Asks the records, so never inside a decision. */
export async function matchEach(
  { preschoolRecords, store }: Province,
  pupils: readonly ListedPupil[],
  exceptEntryId?: string,
): Promise<Match[]> {
  const matches: Match[] = [];
  for (const slice of inSlices(pupils, PUPILS_PER_QUERY)) {
    const found = await preschoolRecords.findEach(slice);
    const ids = found.flatMap((records) => records.map(({ id }) => id));
    const taken = await takenRecords(store.read, [...new Set(ids)], exceptEntryId);
    for (const [at, pupil] of slice.entries()) {
      const match = matchOf(pupil, found[at] ?? [], (id) => taken.has(id));
      // The next one of the same file may not go on from it as well.
      if (match.recordId) taken.add(match.recordId);
      matches.push(match);
    }
  }
  return matches;
}

/** A pupil who is to be listed, and where a person is told of what is against it. */
export interface ToBeListed {
  pointer: string;
  columns: ListedColumns;
}

/** Why pupils cannot be listed: they are on a list of the province already, or registered (features 1.2). */
export async function reasonsAgainstListing(
  db: Kysely<ProvinceDb>,
  caller: Caller,
  pupils: readonly ToBeListed[],
  exceptEntryId = '',
): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  for (const slice of inSlices(pupils, PUPILS_PER_QUERY)) {
    const listed = await listedAlready(db, caller, slice, exceptEntryId);
    const held = await holdersOf(
      db,
      slice.flatMap(({ columns }) => columns.idFingerprint ?? []),
    );
    for (const { pointer, columns } of slice) {
      const { listKey, idFingerprint } = columns;
      const detail = listed.get(hex(listKey)) ?? (idFingerprint ? held.get(hex(idFingerprint)) : undefined);
      if (detail) errors.push({ pointer, detail });
    }
  }
  return errors;
}

/** Key (hex) → where it is listed. Of another school's list only the school is told, not what stands in it. */
async function listedAlready(
  db: Kysely<ProvinceDb>,
  { org }: Caller,
  pupils: readonly ToBeListed[],
  exceptEntryId: string,
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('preschool_list_entry as entry')
    .innerJoin('org', 'org.id', 'entry.schoolId')
    .leftJoin('preschool_import as import', 'import.id', 'entry.importId')
    .select(['entry.listKey', 'entry.schoolId', 'entry.name', 'entry.createdAt', 'entry.idFingerprint'])
    .select(['org.name as schoolName', 'import.fileName'])
    .where(
      'listKey',
      'in',
      pupils.map(({ columns }) => columns.listKey),
    )
    .where('entry.id', '!=', exceptEntryId)
    .execute();
  return new Map(
    rows.map(({ listKey, schoolId, name, createdAt, fileName, schoolName, idFingerprint }) => {
      const day = chinaDate(Date.parse(createdAt));
      const how = fileName ? `由文件“${fileName}”导入` : '新增';
      const what = idFingerprint ? '该身份证件号' : '姓名、性别、出生日期都相同的无身份证件学生';
      const told =
        schoolId === org.id
          ? `${what}已在本校名单中：${name}（${day}${how}）`
          : `${what}已列入${schoolName}的学前调档名单，请与该校核实`;
      return [hex(listKey), told] as const;
    }),
  );
}

const hex = (key: Buffer): string => key.toString('hex');
