import { describe, expect, test } from 'vitest';
import { joinReceipts } from './receipts.ts';
import type { ReceiptItem } from './receipts.ts';

const receipt = (after: number, upTo: number, ...parked: number[]): ReceiptItem => ({
  incarnation: 1,
  after,
  upTo,
  hash: String(upTo).padStart(64, '0'),
  exceptions: parked.map((sequence) => ({ sequence, outcome: 'parked' })),
});

describe('two receipts as one', () => {
  test('tell of both stretches', () => {
    expect(joinReceipts(receipt(0, 3, 2), receipt(3, 5, 4))).toEqual(receipt(0, 5, 2, 4));
  });
  test('tell of what both tell as the later one does', () => {
    expect(joinReceipts(receipt(0, 3, 1, 3), receipt(2, 5))).toEqual(receipt(0, 5, 1));
    expect(joinReceipts(receipt(2, 3, 3), receipt(0, 3))).toEqual(receipt(0, 3));
  });
  test('are not joined over a hole, backwards, or across incarnations', () => {
    expect(joinReceipts(receipt(0, 3), receipt(4, 5))).toBeUndefined();
    expect(joinReceipts(receipt(0, 5), receipt(0, 3))).toBeUndefined();
    expect(joinReceipts(receipt(0, 3), { ...receipt(3, 5), incarnation: 2 })).toBeUndefined();
  });
  test('are not joined when one receipt could not tell all exceptions', () => {
    const many = Array.from({ length: 600 }, (_, index) => index + 1);
    const more = many.map((sequence) => sequence + 600);
    expect(joinReceipts(receipt(0, 600, ...many), receipt(600, 1_200, ...more))).toBeUndefined();
  });
});
