import { z } from 'zod';
import { rolesAt } from './account-administration.ts';
import { ReviewLevel } from './chain-configuration.ts';
import { message } from './core/message.ts';
import { OrgLevel, SchoolCategory, Stage } from './orgs/org.ts';
import { handlerRoles } from './orgs/roles.ts';
import type { Role } from './orgs/roles.ts';

/**
 * What a province tells the hub so that its people can work on the unified platform (统一平台, features 18.1) while its own
 * node is stopped: its org tree, the accounts of those who handle cross-province business, and how it configured its review
 * chains. The hub keeps them beside its own; they stay the province's, and only it changes them.
 */

/** Nobody else's account leaves the province. */
const HandlerRole = z.enum(handlerRoles);

/** An account of province 37 is called `xj2137000001@37` at the hub: names are unique in a province only. */
export function nameAtHub(name: string, provinceCode: string): string {
  return `${name}@${provinceCode}`;
}

/**
 * Which whole telling an item belongs to: what the hub knows and was not told in the newest one is no more. Each thing is
 * told as it is when it is told; `null` says that it is no more.
 */
const Telling = z.uuid();

const PublishedOrg = z.object({
  parentId: z.string().max(10).nullable(),
  level: OrgLevel.exclude(['ministry']),
  name: z.string().min(1).max(200),
  path: z.string().max(200),
  regionCode: z.string().length(6),
  schoolCategory: SchoolCategory.nullable(),
  stages: z.array(Stage),
});
export type PublishedOrg = z.infer<typeof PublishedOrg>;

export const OrgPublished = message(
  'org.published',
  z.object({ telling: Telling, id: z.string().max(10), org: PublishedOrg.nullable() }),
);

/**
 * An argon2id verifier, never a password. Its cost is bounded here, because it is the hub that pays it at every sign-in.
 * Anything else is told as no verifier: such an account comes in with a ticket only.
 */
export const PasswordVerifier = z
  .string()
  .regex(/^\$argon2id\$v=19\$m=\d{1,5},t=[1-4],p=[1-4]\$[A-Za-z\d+/]{16,64}\$[A-Za-z\d+/]{32,96}$/);

const PublishedAccount = z.object({
  personName: z.string().max(100),
  role: HandlerRole,
  orgId: z.string().max(10),
  state: z.enum(['active', 'disabled']),
  disabledReason: z.string().max(500).nullable(),
  verifier: PasswordVerifier.nullable(),
  mustChangePassword: z.boolean(),
  passwordChangedAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  /**
   * A sign-in at the province, told once in ten days at most: somebody who works there every day is not idle at the hub
   * (2025 办法 第24条).
   */
  lastSignInAt: z.iso.datetime().nullable(),
  /** The secret of 动态口令 (base64), sealed again by the hub's own vault; null when the account has none that counts. */
  secondFactor: z.base64().max(64).nullable(),
});
export type PublishedAccount = z.infer<typeof PublishedAccount>;

export const AccountPublished = message(
  'account.published',
  z.object({
    telling: Telling,
    /** As at the province. */
    name: z.string().regex(/^[^@\s]{1,60}$/),
    account: PublishedAccount.nullable(),
  }),
  { confidential: true },
);

const PublishedChainConfiguration = z.object({
  business: z.string().max(100),
  stage: Stage.nullable(),
  schoolCategory: SchoolCategory.nullable(),
  areaId: z.string().max(10),
  levels: z.array(ReviewLevel).min(1),
  revision: z.int(),
  changedBy: z.string().max(100),
  changedAt: z.string().max(32),
});

export const ChainConfigurationPublished = message(
  'chain-configuration.published',
  z.object({ telling: Telling, id: z.string().min(1).max(64), configuration: PublishedChainConfiguration.nullable() }),
);

/** Everything that there is has been told once in this telling. */
export const PublicationCompleted = message('publication.completed', z.object({ telling: Telling }));

const isSchool = /^\d{10}$/;
const isBureau = /^\d{6}$/;

/** Whether an org can be of the province: a bureau by its region code, a school by digits 3 and 4 of its code. */
export function isOrgOf(provinceCode: string, id: string): boolean {
  if (isBureau.test(id)) return id.startsWith(provinceCode);
  return isSchool.test(id) && id.slice(2, 4) === provinceCode;
}

/**
 * Why an org is not one that this province can tell of; undefined when it is. `parentPath` is the path of its parent, which
 * is told first. The hub refuses by this rule, and a province does not tell what would be refused.
 */
export function reasonAgainstOrg(
  provinceCode: string,
  { id, parentId, level, path }: Pick<PublishedOrg, 'parentId' | 'level' | 'path'> & { id: string },
  parentPath: string | undefined,
): string | undefined {
  if (!isOrgOf(provinceCode, id)) return `机构 ${id} 不属于该省`;
  if ((level === 'school') !== isSchool.test(id)) return `机构 ${id} 的代码与其级别不符`;
  if (level === 'province') {
    const isTop = id === `${provinceCode}0000` && parentId === null && path === `${id}/`;
    return isTop ? undefined : `机构 ${id} 不能作为省级机构`;
  }
  if (parentId === null || !isOrgOf(provinceCode, parentId) || parentPath === undefined)
    return `机构 ${id} 的上级机构不存在`;
  return path === `${parentPath}${id}/` ? undefined : `机构 ${id} 的层级与其上级机构不符`;
}

/** Why an account is not one that this province can tell of; `orgLevel` is that of its org, undefined when it is unknown. */
export function reasonAgainstAccount(
  provinceCode: string,
  { role, orgId }: Pick<PublishedAccount, 'orgId'> & { role: Role },
  orgLevel: OrgLevel | undefined,
): string | undefined {
  if (orgLevel === undefined || !isOrgOf(provinceCode, orgId)) return `账号所在的机构 ${orgId} 不属于该省`;
  return rolesAt[orgLevel].includes(role) ? undefined : `机构 ${orgId} 没有这种角色的账号`;
}
