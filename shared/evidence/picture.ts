import type { EvidenceFile } from '../../contracts/evidence.ts';
import { Problem } from '../../contracts/core/problems.ts';

/** A picture that was read to its end: only what makes the picture, without what else the file carried. */
export interface Picture {
  contentType: EvidenceFile['contentType'];
  width: number;
  height: number;
  bytes: Uint8Array;
}

/** A scan of A4 at 600 dpi has 35 million; more is a bomb, or nothing that a page could show. */
const PIXELS_MAX = 40_000_000;
const SIDE_MAX = 20_000;

/** Thrown by the readers for whatever is not as its format says. */
export function damaged(): Problem {
  return new Problem('file-unreadable', '图片已损坏或不完整，请重新扫描、拍照或另存后上传');
}

export function mustBeOfSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw damaged();
  if (width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX)
    throw new Problem('file-unreadable', `图片尺寸为 ${width}×${height}，过大，请缩小后重新上传`);
}
