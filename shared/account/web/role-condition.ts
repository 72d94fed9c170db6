import { rolesAt } from '../../../contracts/account-administration.ts';
import { roleTitles } from '../../../contracts/orgs/roles.ts';
import { choiceCondition } from '../../web/conditions.ts';

/** The roles that accounts of a province's orgs can have, from the school up. */
const roles = [...rolesAt.school, ...rolesAt.county];

export const roleCondition = choiceCondition(
  'role',
  '角色',
  Object.fromEntries(roles.map((role) => [role, roleTitles[role]])),
);
