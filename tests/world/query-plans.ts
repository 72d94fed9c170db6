import { sql } from 'kysely';
import type { Province } from '../../province-node/context.ts';

/** A province whose reads are noted, and how SQLite would answer them. */
export interface NotedProvince {
  province: Province;
  /** What `explain query plan` says of the statements so far, of one table. */
  plans(table: string): Promise<string[]>;
}

export function noted(context: Province): NotedProvince {
  const statements: { sql: string; parameters: readonly unknown[] }[] = [];
  const read = context.store.read.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => result,
  });
  const executor = read.getExecutor();
  const compile = executor.compileQuery.bind(executor);
  executor.compileQuery = ((...args: Parameters<typeof compile>) => {
    const compiled = compile(...args);
    statements.push({ sql: compiled.sql, parameters: compiled.parameters });
    return compiled;
  }) as typeof compile;
  return {
    province: { ...context, store: { ...context.store, read } },
    async plans(table) {
      const details: string[] = [];
      for (const { sql: text, parameters } of statements) {
        const parts = text.split('?');
        const bound = sql.join(
          parts.map((part, at) => (at < parameters.length ? sql`${sql.raw(part)}${parameters[at]}` : sql.raw(part))),
          sql.raw(''),
        );
        const { rows } = await sql<{ detail: string }>`explain query plan ${bound}`.execute(context.store.read);
        details.push(...rows.map((row) => row.detail));
      }
      return details.filter((detail) => detail.includes(table) || detail.includes('TEMP B-TREE'));
    },
  };
}
