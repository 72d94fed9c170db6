/** 学籍照片: one picture of the pupil, kept as evidence is (shared/evidence), under kinds of its own. */

/** Of a listed pupil (学前调档), under the entry's id; of a registration, under its id; of a record, under the pupil's. */
export const PRESCHOOL_PHOTO = 'preschool-photo';
export const REGISTRATION_PHOTO = 'registration-photo';
export const STUDENT_PHOTO = 'student-photo';
export const PHOTO_TITLE = '学籍照片';

/** 学生基本信息填表说明: 26 mm wide and 32 mm high, at least 150 dots an inch, light-blue ground, the head two thirds of it. */
const [WIDTH_MM, HEIGHT_MM] = [26, 32];
const DOTS_PER_MM = 150 / 25.4;
const [WIDTH_MIN, HEIGHT_MIN] = [Math.floor(WIDTH_MM * DOTS_PER_MM), Math.floor(HEIGHT_MM * DOTS_PER_MM)];
/** How far the proportion may be off: what cutting by hand leaves. A one-inch photograph (25 × 35 mm) is beyond it. */
const PROPORTION_TOLERANCE = 0.05;
export const PHOTO_ADVICE = '近期免冠正面照，浅蓝色背景，宽 26 毫米、高 32 毫米，推荐 358×441 像素';

/** Why a picture of this size, in pixels, cannot be a record's photo; undefined when it can. */
export function reasonAgainstPhoto({ width, height }: { width: number; height: number }): string | undefined {
  const size = `照片为 ${width}×${height} 像素`;
  if (width < WIDTH_MIN || height < HEIGHT_MIN)
    return `${size}，太小，至少应为 ${WIDTH_MIN}×${HEIGHT_MIN} 像素（150 dpi）；请用原图或重新拍摄`;
  const proportion = width / height / (WIDTH_MM / HEIGHT_MM);
  if (Math.abs(proportion - 1) > PROPORTION_TOLERANCE)
    return `${size}，宽高比例应为 26∶32（如 358×441）；请裁剪后重新上传`;
  return undefined;
}
