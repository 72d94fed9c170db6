import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Settings that every node has. `.describe()` is the text of the operations page. */
export const NodeSettings = z.strictObject({
  dataFolder: z.string().describe('Folder of the database, files and keys; created when missing.'),
  webFolder: z.string().default('').describe('Folder of the built pages; empty: no pages are served.'),
  host: z.string().default('127.0.0.1').describe('Address to listen on.'),
  port: z.coerce.number().int().min(0).max(65_535).describe('Port to listen on; 0 takes any free one.'),
  https: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe('People come by https (a proxy ends TLS): secure cookies.'),
  origins: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(',').map((one) => one.trim()))])
    .default([])
    .describe('Addresses under which people reach the node, as a list or with commas; empty: what Host says.'),
  behindProxy: z.stringbool().or(z.boolean()).default(false).describe('A proxy of ours adds X-Forwarded-For.'),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Log level.'),
  natsUrl: z.string().default('').describe('nats://… of the broker; empty: only inside the all-in-one demonstration.'),
  natsUser: z.string().default('').describe('Broker user.'),
  natsPassword: z.string().default('').describe('Broker password (secret).'),
  masterSecret: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(
      '32 bytes in hex, from which the keys of personal data at rest derive (secret). Losing it loses the data.',
    ),
});
export type NodeSettings = z.infer<typeof NodeSettings>;

/** Of the nodes whose pages lead to the unified platform. */
export const caFile = z
  .string()
  .default('')
  .describe('Certificate (PEM) of the private CA behind the https of the unified platform; empty: a public CA.');

const PREFIX = 'XUEJI_';

/**
 * A program's configuration: the JSON file named after `--config`, overridden by XUEJI_… variables (dataFolder is
 * XUEJI_DATA_FOLDER). An unknown setting or variable stops the program with a sentence that says which.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  argv: readonly string[],
  environment: Record<string, string | undefined>,
): z.infer<z.ZodObject<Shape>> {
  const at = argv.indexOf('--config');
  const file = at < 0 ? undefined : argv[at + 1];
  const settings: Record<string, unknown> = file
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
    : {};
  const names = new Map(Object.keys(schema.shape).map((key) => [variableOf(key), key]));
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX)) continue;
    const key = names.get(variable);
    if (!key) throw new Error(`unknown variable ${variable}; known: ${[...names.keys()].join(', ')}`);
    settings[key] = value;
  }
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data as z.infer<z.ZodObject<Shape>>;
  throw new Error(`configuration${file ? ` ${file}` : ''}: ${z.prettifyError(parsed.error)}`);
}

function variableOf(key: string): string {
  return PREFIX + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
