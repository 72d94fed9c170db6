import type { Kysely } from 'kysely';
import { createChainConfigurationTables } from '../../shared/chain-configuration/table.ts';
import { createParameterTables } from '../../shared/parameter/table.ts';

/** 业务流程配置 and 系统参数设置: what a province decides for itself, with every version. */
export async function up(db: Kysely<any>): Promise<void> {
  await createChainConfigurationTables(db);
  await createParameterTables(db);
}
