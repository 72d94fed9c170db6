import { describe, expect, test } from 'vitest';
import { reasonAgainstPhoto } from './photo.ts';

describe('5.1 the photo of a record is 26 × 32 mm at 150 dpi or more', () => {
  test.each([
    [153, 188],
    [307, 378],
    [358, 441],
    [1040, 1280],
  ])('%i × %i fits', (width, height) => {
    expect(reasonAgainstPhoto({ width, height })).toBeUndefined();
  });

  test.each([
    [130, 160, '太小'],
    [295, 413, '26∶32'],
    [441, 358, '26∶32'],
    [400, 400, '26∶32'],
  ])('%i × %i does not: %s', (width, height, said) => {
    expect(reasonAgainstPhoto({ width, height })).toContain(said);
  });
});
