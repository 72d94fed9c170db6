import { EVIDENCE_BYTES_MAX } from '../../contracts/evidence.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isJpeg, readJpeg } from './jpeg.ts';
import type { Picture } from './picture.ts';
import { isPng, readPng } from './png.ts';

/**
 * Reads an uploaded picture by its content; the name of the file says nothing (A55, features: content checked). What is
 * kept is written anew from the parts that make the picture: text, thumbnails, the place where a photograph was taken, and
 * whatever stood behind the end of the picture are left out. Throws `file-too-large`, `file-unreadable`.
 */
export async function readPicture(file: Uint8Array): Promise<Picture> {
  if (file.length > EVIDENCE_BYTES_MAX)
    throw new Problem('file-too-large', `图片最大 ${EVIDENCE_BYTES_MAX / 1024 / 1024} MB，请缩小或压缩后重新上传`);
  if (isJpeg(file)) return readJpeg(file);
  if (isPng(file)) return readPng(file);
  throw new Problem('file-unreadable', '只能上传 JPG、PNG 图片；其他格式请先另存为 JPG 或 PNG，改文件扩展名无效');
}
