import type { Random } from '../../shared/random.ts';

type Point = readonly [x: number, y: number];
type Segment = readonly [from: Point, to: Point];

/** The strokes of the digits in a unit square, y downwards. */
const strokes: readonly (readonly Point[])[] = [
  [
    [0.5, 0],
    [0.15, 0.2],
    [0.08, 0.5],
    [0.15, 0.8],
    [0.5, 1],
    [0.85, 0.8],
    [0.92, 0.5],
    [0.85, 0.2],
    [0.5, 0],
  ],
  [
    [0.25, 0.25],
    [0.55, 0],
    [0.55, 1],
  ],
  [
    [0.1, 0.25],
    [0.3, 0.02],
    [0.65, 0],
    [0.88, 0.2],
    [0.8, 0.42],
    [0.1, 1],
    [0.92, 1],
  ],
  [
    [0.1, 0.1],
    [0.5, 0],
    [0.85, 0.2],
    [0.75, 0.42],
    [0.4, 0.48],
    [0.85, 0.6],
    [0.88, 0.85],
    [0.5, 1],
    [0.1, 0.9],
  ],
  [
    [0.68, 1],
    [0.68, 0],
    [0.08, 0.7],
    [0.95, 0.7],
  ],
  [
    [0.85, 0],
    [0.2, 0],
    [0.15, 0.45],
    [0.6, 0.4],
    [0.9, 0.65],
    [0.75, 0.95],
    [0.4, 1],
    [0.1, 0.9],
  ],
  [
    [0.75, 0],
    [0.35, 0.3],
    [0.12, 0.65],
    [0.25, 0.95],
    [0.6, 1],
    [0.88, 0.75],
    [0.65, 0.5],
    [0.2, 0.6],
  ],
  [
    [0.08, 0],
    [0.92, 0],
    [0.4, 1],
  ],
  [
    [0.5, 0.47],
    [0.2, 0.25],
    [0.5, 0],
    [0.8, 0.25],
    [0.5, 0.47],
    [0.1, 0.75],
    [0.5, 1],
    [0.9, 0.75],
    [0.5, 0.47],
  ],
  [
    [0.85, 0.4],
    [0.5, 0.5],
    [0.15, 0.3],
    [0.4, 0],
    [0.8, 0.1],
    [0.88, 0.4],
    [0.7, 1],
  ],
];

const [WIDTH, HEIGHT, DIGIT_WIDTH, DIGIT_HEIGHT] = [150, 48, 20, 32];
const NOISE_LINES = 2;

/**
 * The digits as one path of short strokes in no order, moved, turned and bent, with lines across: no text, no shape that is
 * ever drawn twice alike, nothing in the file that tells a digit from the noise.
 */
export function captchaPicture(answer: string, random: Random): string {
  const between = (least: number, most: number): number => least + random.fraction() * (most - least);
  const digits = [...answer].flatMap((digit, index) => digitAt(Number(digit), 18 + index * 32, between));
  const noise = Array.from({ length: NOISE_LINES }, () => lineAcross(between)).flat();
  const d = shuffled([...digits, ...noise], random)
    .map(([[x1, y1], [x2, y2]]) => `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`)
    .join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">` +
    `<path d="${d}" fill="none" stroke="#1d2733" stroke-width="2" stroke-linecap="round"/></svg>`
  );
}

type Between = (least: number, most: number) => number;

function digitAt(digit: number, left: number, between: Between): Segment[] {
  const angle = between(-0.35, 0.35);
  const [middleX, middleY] = [left + DIGIT_WIDTH / 2 + between(-4, 4), HEIGHT / 2 + between(-3, 3)];
  const size = between(0.9, 1.1);
  const points = strokes[digit]!.map(([x, y]): Point => {
    const [dx, dy] = [(x - 0.5) * DIGIT_WIDTH * size, (y - 0.5) * DIGIT_HEIGHT * size];
    const [turnedX, turnedY] = [
      dx * Math.cos(angle) - dy * Math.sin(angle),
      dx * Math.sin(angle) + dy * Math.cos(angle),
    ];
    return [middleX + turnedX + between(-1, 1), middleY + turnedY + between(-1, 1)];
  });
  return segmentsOf(points);
}

/** A wave over the whole picture, in pieces as long as those of a digit. */
function lineAcross(between: Between): Segment[] {
  const [y, height, turn, at] = [between(8, HEIGHT - 8), between(3, 9), between(0.03, 0.08), between(0, 6)];
  const points = Array.from({ length: 16 }, (_, index): Point => {
    const x = index * 10 + between(-2, 2);
    return [x, y + height * Math.sin(at + x * turn)];
  });
  return segmentsOf(points);
}

function segmentsOf(points: readonly Point[]): Segment[] {
  return points.slice(1).map((to, index) => [points[index]!, to]);
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.fraction() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
