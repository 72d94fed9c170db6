import { z } from 'zod';

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  format?: string;
  minLength?: number;
  minimum?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  $defs?: Record<string, Schema>;
}

/**
 * A smallest value that the schema takes, required fields only. Patterns are beyond it: the caller then gives its own.
 */
export function sampleInput(type: z.ZodType): unknown {
  const root = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema;
  return sample(root, root);
}

const formats: Record<string, string> = {
  date: '2026-09-01',
  'date-time': '2026-09-01T00:00:00.000Z',
  uuid: '01990000-0000-7000-8000-000000000000',
};

function sample(schema: Schema, root: Schema): unknown {
  if (schema.$ref) return sample(root.$defs?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}, root);
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice) return sample(choice, root);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => sample(part, root)));
  // A simple type or null.
  const [type] = [schema.type].flat();
  switch (type) {
    case 'string':
      return formats[schema.format ?? ''] ?? 'x'.repeat(schema.minLength ?? 1);
    case 'number':
    case 'integer':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, root));
    case 'object': {
      const fields = (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {}, root)]);
      return Object.fromEntries(fields);
    }
    case 'null':
    case undefined:
      return null;
    default:
      throw new Error(`no sample for type ${type}`);
  }
}
