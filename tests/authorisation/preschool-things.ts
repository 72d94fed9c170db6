import type { Org } from '../../contracts/orgs/org.ts';
import type { World } from '../world/world.ts';

/** A pupil on a school's preschool list. */
export async function newPreschoolEntry(
  world: World,
  orgs: readonly Org[],
  orgId: string,
): Promise<string | undefined> {
  if (orgs.find(({ id }) => id === orgId)!.level !== 'school') return undefined;
  const { store, ids, vault } = world.province('37').context;
  const id = ids.next();
  const pupil = { name: '张三', sex: '1', birthDate: '2020-01-01', idType: 'Z' };
  const begun = { supplemented: 0, revision: 1, createdBy: 'matrix', createdAt: '2026-09-01T00:00:00.000Z' };
  const document = { category: 'none', idNumberMasked: '', idFingerprint: null, listKey: Buffer.from(id) } as const;
  const identity = vault.seal(JSON.stringify(pupil));
  await store.decide(async (tx) => {
    await tx
      .insertInto('preschool_list_entry')
      .values({
        ...pupil,
        ...begun,
        ...document,
        id,
        schoolId: orgId,
        importId: null,
        identity,
        recordId: null,
        matchState: 'matched',
      })
      .execute();
    await tx
      .insertInto('preschool_supplement')
      .values({ entryId: id, form: vault.seal('{}'), completed: null, revision: 1, savedAt: null })
      .execute();
  });
  return id;
}

/** A list that was uploaded with errors. */
export async function newPreschoolImport(
  world: World,
  orgs: readonly Org[],
  orgId: string,
): Promise<string | undefined> {
  if (orgs.find(({ id }) => id === orgId)!.level !== 'school') return undefined;
  const { store, ids, files } = world.province('37').context;
  const id = ids.next();
  await files.put(`preschool-file-${id}`, new Uint8Array([1]));
  await files.put(`preschool-rows-${id}`, Buffer.from('[]'));
  const uploaded = { uploadedBy: 'somebody', uploadedAt: '2026-09-01T00:00:00.000Z', fileName: 'x.xlsx' };
  await store.decide((tx) =>
    tx
      .insertInto('preschool_import')
      .values({ ...uploaded, id, schoolId: orgId, rows: 1, failed: 1, errors: 1 })
      .execute(),
  );
  return id;
}
