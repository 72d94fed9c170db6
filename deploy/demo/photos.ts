import { PRESCHOOL_PHOTO, STUDENT_PHOTO } from '../../contracts/photo.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { Province } from '../../province-node/context.ts';
import { json } from './browser.ts';
import type { Browser } from './browser.ts';
import { SCHOOL_YEAR } from './earlier.ts';
import { colouredPng } from './picture.ts';

/** Pictures of one school: enough to be met with on every page that shows one. */
const [LISTED, PUPILS] = [12, 16];
/** 26 : 32, above the least that is accepted. */
const [WIDTH, HEIGHT] = [179, 220];

type Colour = readonly [number, number, number];
const GROUND: Colour = [196, 222, 242];
const SKIN: Colour = [243, 214, 190];
const hairs: readonly Colour[] = [
  [38, 32, 30],
  [62, 46, 38],
];
const clothes: readonly Colour[] = [
  [58, 98, 168],
  [176, 68, 74],
  [66, 128, 96],
  [226, 176, 72],
];

/** 学籍照片 of those on the list whose preschool record was found: most go on with the registration. */
export async function photographListed({ store }: Province, registrar: Browser, school: Org): Promise<void> {
  const found = store.read.selectFrom('preschool_list_entry').select('id').where('schoolId', '=', school.id);
  const matched = await found.where('matchState', '=', 'matched').orderBy('id').limit(LISTED).execute();
  await handIn(registrar, PRESCHOOL_PHOTO, matched);
}

/** Of those who have a record since this autumn. */
export async function photographPupils({ store }: Province, registrar: Browser, school: Org): Promise<void> {
  const found = store.read.selectFrom('student').select('id').where('schoolId', '=', school.id);
  const pupils = await found.where('cohort', '=', SCHOOL_YEAR).orderBy('id', 'desc').limit(PUPILS).execute();
  await handIn(registrar, STUDENT_PHOTO, pupils);
}

async function handIn(registrar: Browser, ownerKind: string, owners: readonly { id: string }[]): Promise<void> {
  for (const [at, { id: ownerId }] of owners.entries())
    await json(registrar.upload('/api/evidence/upload', drawn(at), '学籍照片.png', { ownerKind, ownerId }));
}

const pictures = new Map<number, Buffer>();

/** Head and shoulders before a light-blue ground, in as many colourings as there are; of nobody. */
function drawn(at: number): Buffer {
  const kind = at % (hairs.length * clothes.length);
  const known = pictures.get(kind);
  if (known) return known;
  const [hair, coat] = [hairs[kind % hairs.length]!, clothes[Math.floor(kind / hairs.length)]!];
  const picture = colouredPng(WIDTH, HEIGHT, (x, y) => {
    const inside = (left: number, top: number, wide: number, high: number): boolean =>
      ((x - left) / wide) ** 2 + ((y - top) / high) ** 2 < 1;
    if (inside(WIDTH / 2, 98, 38, 50)) return SKIN;
    if (y < 112 && inside(WIDTH / 2, 86, 47, 54)) return hair;
    if (x > 74 && x < 105 && y > 130 && y < 168) return SKIN;
    return inside(WIDTH / 2, HEIGHT, 78, 66) ? coat : GROUND;
  });
  pictures.set(kind, picture);
  return picture;
}
