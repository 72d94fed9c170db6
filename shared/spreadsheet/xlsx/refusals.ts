import { Problem } from '../../../contracts/core/problems.ts';

export function unreadable(detail: string): Problem {
  return new Problem('file-unreadable', detail);
}

export function damaged(): Problem {
  return unreadable('文件已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx，再重新上传');
}
