import { z } from 'zod';
import type { HonoRequest } from 'hono';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { assert } from '../assert.ts';
import { invalidInput, parseInput } from './chinese-errors.ts';
import type { UploadedFile } from './serve.ts';

export const JSON_BYTES_MAX = 1_000_000;
export const UPLOAD_BYTES_MAX = 20_000_000;
const FILE_NAME_LENGTH_MAX = 200;

/** The parsed input of a request, with the file when it is an upload. */
export async function readInput(endpoint: Endpoint, request: HonoRequest): Promise<unknown> {
  if (endpoint.kind === 'upload') {
    const input = parseInput(endpoint.input, queryInput(endpoint.input, request)) as object;
    return { ...input, ...(await readFile(request)) };
  }
  if (endpoint.method === 'get' || endpoint.kind === 'download') {
    return parseInput(endpoint.input, queryInput(endpoint.input, request));
  }
  return parseInput(endpoint.input, await readJson(request));
}

/**
 * Query parameters as the declared types want them: '3' for a number is 3, 'true' for a boolean is true, one value for
 * a list is a list of one, and an empty one is absent. A parameter given twice where one is wanted is refused (A57).
 * Unknown ones are left out.
 */
function queryInput(schema: z.ZodType, request: HonoRequest): Record<string, unknown> {
  assert(schema instanceof z.ZodObject, 'query input is an object');
  const given = request.queries();
  const input: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(schema.shape)) {
    const values = Object.hasOwn(given, name) ? (given[name] ?? []).filter((value) => value !== '') : [];
    const type = bare(declared as z.ZodType);
    if (type instanceof z.ZodArray) {
      if (values.length > 0) input[name] = values.map((value) => fromText(bare(type.element as z.ZodType), value));
      continue;
    }
    if (values.length > 1) throw invalidInput([{ pointer: `/${name}`, detail: '只能给出一个值' }]);
    if (values[0] !== undefined) input[name] = fromText(type, values[0]);
  }
  return input;
}

/** The type under optional, default, nullable and the like. */
function bare(type: z.ZodType): z.ZodType {
  if (type instanceof z.ZodPipe) return bare(type.in as z.ZodType);
  const wraps =
    type instanceof z.ZodOptional ||
    type instanceof z.ZodDefault ||
    type instanceof z.ZodNullable ||
    type instanceof z.ZodPrefault ||
    type instanceof z.ZodReadonly;
  return wraps ? bare(type.unwrap() as z.ZodType) : type;
}

function fromText(type: z.ZodType, text: string): unknown {
  if (type instanceof z.ZodNumber && /^-?\d{1,15}(\.\d{1,6})?$/.test(text)) return Number(text);
  if (type instanceof z.ZodBoolean && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

async function readJson(request: HonoRequest): Promise<unknown> {
  const bytes = await readBody(request, JSON_BYTES_MAX, '请求内容最多 1 MB');
  if (bytes.length === 0) return {};
  if (!/^application\/json\b/i.test(request.header('content-type') ?? '')) {
    throw invalidInput([{ pointer: '', detail: '请求内容应为 JSON（Content-Type: application/json）' }]);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw invalidInput([{ pointer: '', detail: '请求内容不是有效的 JSON' }]);
  }
}

async function readFile(request: HonoRequest): Promise<UploadedFile> {
  const fileName = plainFileName(request.header('x-file-name') ?? '');
  const file = await readBody(request, UPLOAD_BYTES_MAX, `文件最大 ${UPLOAD_BYTES_MAX / 1_000_000} MB`);
  if (file.length === 0) throw new Problem('file-unreadable', '文件是空的，请重新选择文件');
  return { file, fileName };
}

/** The last part of the name, without what cannot be seen (A55). */
function plainFileName(header: string): string {
  let name: string;
  try {
    name = decodeURIComponent(header);
  } catch {
    throw invalidInput([{ pointer: '', detail: 'X-File-Name 应为 URI 编码的文件名' }]);
  }
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(-FILE_NAME_LENGTH_MAX) || '未命名';
}

/** Reads no more than `bytesMax`, whatever Content-Length claims. */
async function readBody(request: HonoRequest, bytesMax: number, refusal: string): Promise<Uint8Array> {
  const announced = Number(request.header('content-length') ?? 0);
  if (announced > bytesMax) throw new Problem('file-too-large', refusal);
  const { body } = request.raw;
  if (!body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > bytesMax) throw new Problem('file-too-large', refusal);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
