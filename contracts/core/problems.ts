/**
 * The closed list of everything that can be refused: code → HTTP status and Chinese title (RFC 9457).
 * Rules throw `Problem` and nothing else; whatever else is thrown is a defect and answers 500.
 */
export const problems = {
  'invalid-input': { status: 422, title: '填写的内容有误' },
  'not-signed-in': { status: 401, title: '请先登录' },
  'sign-in-failed': { status: 401, title: '账号或密码错误' },
  'account-locked': { status: 423, title: '账号已锁定' },
  'account-disabled': { status: 403, title: '账号已停用' },
  'account-frozen': { status: 403, title: '账号已冻结' },
  'second-factor-required': { status: 401, title: '请输入动态口令' },
  'second-factor-wrong': { status: 401, title: '动态口令错误' },
  'ticket-refused': { status: 401, title: '未能从省级系统进入' },
  'password-change-required': { status: 403, title: '请先修改初始密码' },
  'password-too-weak': { status: 422, title: '密码不符合要求' },
  'cross-site-request': { status: 403, title: '请求来源不正确' },
  'not-allowed': { status: 403, title: '没有此项权限' },
  'not-found': { status: 404, title: '没有找到' },
  'illegal-move': { status: 409, title: '当前状态不能这样操作' },
  'stale-revision': { status: 409, title: '已被他人处理，请刷新' },
  'maker-is-checker': { status: 409, title: '不能审核自己提交的申请' },
  'checks-not-done': { status: 409, title: '查重认证尚未完成' },
  'not-approvable': { status: 409, title: '不能审核通过' },
  'already-configured': { status: 409, title: '已有相同条件的配置' },
  'identity-held': { status: 409, title: '身份已被占用' },
  'number-taken': { status: 409, title: '学籍号已被使用' },
  'serials-exhausted': { status: 409, title: '临时学籍号已用完' },
  'not-transferable': { status: 409, title: '不能办理转学' },
  'not-changeable': { status: 409, title: '不能办理关键数据变更' },
  'not-agreed-with-hub': { status: 409, title: '与中央节点的核对尚未完成' },
  'not-agreed-with-province': { status: 409, title: '与省级节点的核对尚未完成' },
  'file-too-large': { status: 413, title: '文件过大' },
  'file-unreadable': { status: 422, title: '文件无法读取' },
  'too-many-requests': { status: 429, title: '操作过于频繁' },
  'network-down': { status: 503, title: '网络连接不上，请检查网络后再试' },
  busy: { status: 503, title: '系统繁忙，请稍后再试' },
  'message-invalid': { status: 400, title: '消息无效' },
  defect: { status: 500, title: '系统内部错误' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** Where in the input it went wrong and how to mend it. `pointer` is a JSON pointer (`/idNumber`) or a cell (`第3行 姓名`). */
export interface FieldError {
  pointer: string;
  detail: string;
}

/** The body of an `application/problem+json` answer. */
export interface ProblemJson {
  type: string;
  title: string;
  status: number;
  detail?: string | undefined;
  errors?: FieldError[] | undefined;
  [extension: string]: unknown;
}

/** A refusal that a person (or the other node) is told about. `detail` is Chinese and says how to mend it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly extra: Record<string, unknown>;

  constructor(
    code: ProblemCode,
    detail?: string,
    more: { errors?: FieldError[]; extra?: Record<string, unknown> } = {},
  ) {
    super(detail ? `${problems[code].title}：${detail}` : problems[code].title);
    this.code = code;
    this.detail = detail;
    this.errors = more.errors;
    this.extra = more.extra ?? {};
  }

  get status(): number {
    return problems[this.code].status;
  }

  toJson(): ProblemJson {
    const { status, title } = problems[this.code];
    return { ...this.extra, type: `/problems/${this.code}`, title, status, detail: this.detail, errors: this.errors };
  }
}
