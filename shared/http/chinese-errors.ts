import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import type { FieldError } from '../../contracts/core/problems.ts';

type Issue = z.core.$ZodRawIssue;

const typeNames: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: '是或否',
  array: '列表',
  object: '一组内容',
  record: '一组内容',
  date: '日期',
};

const formatNames: Readonly<Record<string, string>> = {
  date: '日期，例如 2026-09-01',
  datetime: '日期和时间',
  email: '电子邮件地址',
  uuid: '编号',
  url: '网址',
};

/** Every message that zod makes by itself, for a person; messages written in a contract stand as they are. */
export function chineseIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null
        ? '必填'
        : `应为${typeNames[String(issue.expected)] ?? '其他类型'}`;
    case 'invalid_value':
      return issue.input === undefined || issue.input === '' ? '必填' : '不在可选范围内';
    case 'too_big':
      return tooBig(issue as z.core.$ZodIssueTooBig);
    case 'too_small':
      return tooSmall(issue as z.core.$ZodIssueTooSmall);
    case 'invalid_format': {
      const name = formatNames[String(issue.format)];
      return issue.input === '' ? '必填' : name ? `应为${name}` : '格式不正确';
    }
    case 'not_multiple_of':
      return `应为 ${String(issue.divisor)} 的倍数`;
    case 'unrecognized_keys':
      return '有不认识的内容';
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return '内容不正确';
  }
}

function tooBig({ origin, maximum, exact }: z.core.$ZodIssueTooBig): string {
  if (origin === 'string') return exact ? `应为 ${maximum} 个字符` : `最多 ${maximum} 个字符`;
  if (origin === 'array' || origin === 'set') return `最多 ${maximum} 项`;
  return `不能大于 ${maximum}`;
}

function tooSmall({ origin, minimum, exact, input }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string' && input === '') return '必填';
  if (origin === 'string') return exact ? `应为 ${minimum} 个字符` : `至少 ${minimum} 个字符`;
  if (origin === 'array' || origin === 'set') return Number(minimum) === 1 ? '至少选择一项' : `至少 ${minimum} 项`;
  return `不能小于 ${minimum}`;
}

/**
 * `value` as `schema` reads it; otherwise `invalid-input` with a Chinese line and a JSON pointer (RFC 6901) for each
 * fault.
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { error: chineseIssue });
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message })));
}

export function invalidInput(errors: FieldError[]): Problem {
  return new Problem('invalid-input', undefined, { errors });
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
