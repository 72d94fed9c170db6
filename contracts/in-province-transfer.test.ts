import { expect, test } from 'vitest';
import { reasonsAgainstMoving } from './in-province-transfer.ts';
import type { InProvinceFacts } from './in-province-transfer.ts';

const school = { schoolId: '2137000001', schoolName: '济南市第一小学' };
const record = {
  ...school,
  stage: 'primary',
  status: 'enrolled',
  problem: false,
  custody: 'active',
  awaitsDedup: 0,
} as const;
const free: InProvinceFacts = {
  record,
  to: { id: '2137000002', stages: ['primary'] },
  underWayAt: null,
  openBusiness: null,
};

test('nothing stands against moving a pupil who is at school', () => {
  expect(reasonsAgainstMoving(free)).toEqual([]);
});

test('2.10 a loaded record whose identity the hub has not decided stays where it is: the index would hear of it before its load', () => {
  expect(reasonsAgainstMoving({ ...free, record: { ...record, awaitsDedup: 1 } })).toEqual([
    expect.stringContaining('正在全国查重'),
  ]);
});
